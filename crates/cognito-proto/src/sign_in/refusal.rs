//! The effect of an error on a sign-in. It depends on the error's type and on the refused request.

use crate::error::{ErrorKind, ServiceError, Sign};

/// The type of request that the service refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The request contained the password or its proof.
    Password,
    /// The request contained the username and no proof.
    Name,
    /// The request contained the session of a registration.
    SignedUp,
    /// The request set a new password in place of the temporary one.
    NewPassword,
    /// The request contained a code that the pool had sent.
    SentCode,
    /// The request contained a code from an authenticator app.
    AuthenticatorCode,
    /// The request chose one of several factors.
    Choice,
    /// The request set up a second factor.
    SetUp,
    /// The request contained a passkey's assertion.
    Passkey,
    /// The request answered a challenge of the pool's Lambda trigger.
    Custom,
    /// The request proved that this browser is a remembered device.
    Device,
}

/// The next action after an error. The message for the user comes from the error itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterRefusal {
    /// The question stays open with its session, and the user can answer again.
    AnswerAgain,
    /// The pool does not know this device any more. Delete the device's record and send the request again without the
    /// device.
    WithoutDevice,
    /// The session was used or has expired. Start the sign-in again with the same username.
    StartOver,
    /// The pool does not accept the device's proof. Delete the device's record and start the sign-in again without it,
    /// with the same username.
    StartOverWithoutDevice,
    /// The username or the password is wrong. Ask for both again.
    WrongPassword,
    /// The user must first set a new password with a code (`ForgotPassword`).
    ResetPassword,
    /// The user must first enter the verification code of the registration.
    ConfirmFirst,
    /// The sign-in has ended. The error says why.
    Over,
}

impl AfterRefusal {
    /// Returns the next action for an error of a request of the type `place`.
    pub fn of(error: &ServiceError, place: Place) -> Self {
        match (error.kind, place) {
            (ErrorKind::UserNotConfirmed, _) => Self::ConfirmFirst,
            (ErrorKind::PasswordResetRequired, _) => Self::ResetPassword,
            (_, Place::Device) if error.sign() == Some(Sign::ExpiredSession) => Self::StartOver,
            // A temporary error keeps the device's record for the next sign-in. Each other error deletes it.
            (kind, Place::Device) => {
                if is_passing(kind) {
                    Self::Over
                } else {
                    Self::StartOverWithoutDevice
                }
            }
            _ if error.sign() == Some(Sign::UnknownDevice) => Self::WithoutDevice,
            (ErrorKind::NotAuthorized | ErrorKind::UserNotFound, place) => match place {
                Place::Password => match error.sign() {
                    // The password can be correct.
                    Some(Sign::ClientSecret | Sign::LockedOut | Sign::TemporaryPasswordExpired) => {
                        Self::Over
                    }
                    // The error concerns the challenge, not the password.
                    Some(Sign::ExpiredSession | Sign::InvalidSession) => Self::StartOver,
                    _ => Self::WrongPassword,
                },
                Place::Name => Self::Over,
                // The session was used or has expired, or the pool's Lambda trigger ended the sign-in.
                _ => Self::StartOver,
            },
            // The first request of a sign-in answers no question that could stay open.
            (_, Place::Name | Place::SignedUp) => Self::Over,
            (ErrorKind::CodeMismatch | ErrorKind::EnableSoftwareTokenMfa, _) => Self::AnswerAgain,
            // A code of an authenticator app is valid once. The app shows the next code within 30 seconds.
            (ErrorKind::ExpiredCode, Place::AuthenticatorCode | Place::SetUp) => Self::AnswerAgain,
            (ErrorKind::ExpiredCode, _) => Self::StartOver,
            (
                ErrorKind::InvalidPassword
                | ErrorKind::PasswordHistoryPolicyViolation
                | ErrorKind::AliasExists,
                Place::NewPassword,
            ) => Self::AnswerAgain,
            // The format of the typed answer is wrong.
            (
                ErrorKind::InvalidParameter,
                Place::NewPassword
                | Place::SentCode
                | Place::AuthenticatorCode
                | Place::SetUp
                | Place::Custom,
            ) => Self::AnswerAgain,
            (
                ErrorKind::InvalidParameter
                | ErrorKind::MfaMethodNotFound
                | ErrorKind::SoftwareTokenMfaNotFound,
                Place::Choice,
            )
            | (ErrorKind::SoftwareTokenMfaNotFound, Place::SetUp) => Self::AnswerAgain,
            (kind, _) if is_passing(kind) => Self::AnswerAgain,
            _ => Self::Over,
        }
    }
}

/// Returns true for a temporary error: the same request can succeed a moment later.
fn is_passing(kind: ErrorKind) -> bool {
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
