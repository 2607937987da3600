//! What a refusal means for a conversation: by its type, and by the place in which it came.

use crate::error::{ErrorKind, ServiceError, Sign};

/// Where in a conversation something was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A password was shown: sent, or proved.
    Password,
    /// A name was said and nothing to go with it.
    Name,
    /// The session of a registration stood for everything.
    SignedUp,
    /// A password of one's own was set.
    NewPassword,
    /// A code that the pool had sent was entered.
    SentCode,
    /// A code of an authenticator app was entered.
    AuthenticatorCode,
    /// One of several was chosen.
    Choice,
    /// A second factor was set up.
    SetUp,
    /// A passkey signed.
    Passkey,
    /// A question of the pool's own code was answered.
    Custom,
    /// This browser proved that it is remembered.
    Device,
}

/// How it goes on after a refusal. What to tell the person is the error's own matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterRefusal {
    /// The question stays open, with its session: answer again.
    AnswerAgain,
    /// The pool has forgotten this device: forget it here, and say the same without it.
    WithoutDevice,
    /// The session is spent or has expired: begin anew, with the name kept.
    StartOver,
    /// The device's proof is worth nothing: forget it here, and begin anew without it, with the name kept.
    StartOverWithoutDevice,
    /// Name and password do not go together, or nobody has that name: ask for both again.
    WrongPassword,
    /// A new password must be set by a code first (`ForgotPassword`).
    ResetPassword,
    /// The registration's code must be entered first.
    ConfirmFirst,
    /// Nothing more can be done in this conversation; the error says why.
    Over,
}

impl AfterRefusal {
    /// The rule.
    pub fn of(error: &ServiceError, place: Place) -> Self {
        match (error.kind, place) {
            (ErrorKind::UserNotConfirmed, _) => Self::ConfirmFirst,
            (ErrorKind::PasswordResetRequired, _) => Self::ResetPassword,
            (_, Place::Device) if error.sign() == Some(Sign::ExpiredSession) => Self::StartOver,
            // Every refusal that is one: only what passes by itself is worth the same device's next attempt.
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
                    // The password may well be right.
                    Some(Sign::ClientSecret | Sign::LockedOut | Sign::TemporaryPasswordExpired) => {
                        Self::Over
                    }
                    // The challenge is at fault, whatever the password is.
                    Some(Sign::ExpiredSession | Sign::InvalidSession) => Self::StartOver,
                    _ => Self::WrongPassword,
                },
                Place::Name => Self::Over,
                // The session is spent or has expired, or the pool's own code has seen enough.
                _ => Self::StartOver,
            },
            // What begins a conversation has no question to be answered again.
            (_, Place::Name | Place::SignedUp) => Self::Over,
            (ErrorKind::CodeMismatch | ErrorKind::EnableSoftwareTokenMfa, _) => Self::AnswerAgain,
            // An app's code counts once; half a minute later it shows another.
            (ErrorKind::ExpiredCode, Place::AuthenticatorCode | Place::SetUp) => Self::AnswerAgain,
            (ErrorKind::ExpiredCode, _) => Self::StartOver,
            (
                ErrorKind::InvalidPassword
                | ErrorKind::PasswordHistoryPolicyViolation
                | ErrorKind::AliasExists,
                Place::NewPassword,
            ) => Self::AnswerAgain,
            // What was typed does not pass for an answer at all.
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

/// Whether it may be otherwise a moment later, with nothing done.
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
