//! What the app does after an error during a sign-in. It depends on the error's type and on the refused request.

use crate::error::{ErrorDetail, ErrorKind, ServiceError};

/// The kind of sign-in request that the service refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestKind {
    /// The request contained the password or its proof.
    Password,
    /// The request contained the username and no proof.
    Username,
    /// The request contained the authentication session of a registration.
    SignUpSession,
    /// The request set a new password in place of the temporary one.
    NewPassword,
    /// The request contained a code that the pool had sent.
    SentCode,
    /// The request contained a code from an authenticator app.
    TotpCode,
    /// The request chose one of several factors that the service offered.
    FactorChoice,
    /// The request set up a second factor.
    MfaSetup,
    /// The request contained a passkey's assertion.
    Passkey,
    /// The request answered a challenge of the pool's Lambda trigger.
    Custom,
    /// The request proved that this browser is a remembered device.
    Device,
}

/// What the app has to do after an error during a sign-in. The message for the user comes from the error itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recovery {
    /// The challenge stays open with its session, and the user can answer again.
    RetryAnswer,
    /// The pool does not know this device any more. Delete the device's record and send the request again without the
    /// device.
    RetryWithoutDevice,
    /// The authentication session was used or has expired. Start the sign-in again with the same username.
    StartOver,
    /// The pool does not accept the device's proof. Delete the device's record and start the sign-in again without it,
    /// with the same username.
    StartOverWithoutDevice,
    /// The username or the password is wrong. Ask for both again.
    WrongPassword,
    /// The user must first set a new password with a code (`ForgotPassword`).
    ResetPassword,
    /// The user must first enter the verification code of the registration.
    ConfirmSignUp,
    /// The sign-in has ended. The error says for what reason.
    Fatal,
}

impl Recovery {
    /// Returns what to do after `error`. `kind` is the kind of the refused request.
    pub fn for_error(error: &ServiceError, kind: RequestKind) -> Self {
        match (error.kind, kind) {
            (ErrorKind::UserNotConfirmed, _) => Self::ConfirmSignUp,
            (ErrorKind::PasswordResetRequired, _) => Self::ResetPassword,
            (_, RequestKind::Device) if error.detail() == Some(ErrorDetail::ExpiredSession) => {
                Self::StartOver
            }
            // A temporary error keeps the device's record for the next sign-in. Each other error deletes it.
            (error_kind, RequestKind::Device) => {
                if is_temporary(error_kind) {
                    Self::Fatal
                } else {
                    Self::StartOverWithoutDevice
                }
            }
            _ if error.detail() == Some(ErrorDetail::UnknownDevice) => Self::RetryWithoutDevice,
            (ErrorKind::NotAuthorized | ErrorKind::UserNotFound, kind) => match kind {
                RequestKind::Password => match error.detail() {
                    // The password can be correct.
                    Some(
                        ErrorDetail::ClientSecret
                        | ErrorDetail::LockedOut
                        | ErrorDetail::TemporaryPasswordExpired,
                    ) => Self::Fatal,
                    // The error concerns the challenge, not the password.
                    Some(ErrorDetail::ExpiredSession | ErrorDetail::InvalidSession) => {
                        Self::StartOver
                    }
                    _ => Self::WrongPassword,
                },
                RequestKind::Username => Self::Fatal,
                // The session was used or has expired, or the pool's Lambda trigger ended the sign-in.
                _ => Self::StartOver,
            },
            // The first request of a sign-in answers no challenge that could stay open.
            (_, RequestKind::Username | RequestKind::SignUpSession) => Self::Fatal,
            (ErrorKind::CodeMismatch | ErrorKind::EnableSoftwareTokenMfa, _) => Self::RetryAnswer,
            // A code of an authenticator app is valid once. The app shows the next code within 30 seconds.
            (ErrorKind::ExpiredCode, RequestKind::TotpCode | RequestKind::MfaSetup) => {
                Self::RetryAnswer
            }
            (ErrorKind::ExpiredCode, _) => Self::StartOver,
            (
                ErrorKind::InvalidPassword
                | ErrorKind::PasswordHistoryPolicyViolation
                | ErrorKind::AliasExists,
                RequestKind::NewPassword,
            ) => Self::RetryAnswer,
            // The format of the typed answer is wrong.
            (
                ErrorKind::InvalidParameter,
                RequestKind::NewPassword
                | RequestKind::SentCode
                | RequestKind::TotpCode
                | RequestKind::MfaSetup
                | RequestKind::Custom,
            ) => Self::RetryAnswer,
            (
                ErrorKind::InvalidParameter
                | ErrorKind::MfaMethodNotFound
                | ErrorKind::SoftwareTokenMfaNotFound,
                RequestKind::FactorChoice,
            )
            | (ErrorKind::SoftwareTokenMfaNotFound, RequestKind::MfaSetup) => Self::RetryAnswer,
            (error_kind, _) if is_temporary(error_kind) => Self::RetryAnswer,
            _ => Self::Fatal,
        }
    }
}

/// Returns true if the error is temporary: the same request can succeed a moment later.
fn is_temporary(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::CodeDeliveryFailure
            | ErrorKind::ConcurrentModification
            | ErrorKind::InternalError
            | ErrorKind::LimitExceeded
            | ErrorKind::TooManyFailedAttempts
            | ErrorKind::TooManyRequests
            | ErrorKind::UnexpectedLambda
            | ErrorKind::InvalidLambdaResponse
    )
}
