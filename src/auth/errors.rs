//! What can go wrong, one enum per attempt, shaped by what the person can do next.
//!
//! A refusal is told apart by its type and by what was asked, never by its text. Unknown user and
//! wrong password are one thing here, so that no page can tell them apart.

use core::time::Duration;

use cognito_proto::action::{ChallengeName, Malformed};
use cognito_proto::config::ConfiguredFlow;
use cognito_proto::error::{ErrorKind, ServiceError, Sign};
use cognito_proto::ids::RedirectUri;
use cognito_proto::jwt::TokenFault;
use cognito_proto::oauth::user_info::UserInfoError;
use cognito_proto::oauth::{CallbackError, TokenError};
use cognito_proto::sign_in::SignInFault;

use super::NoTokens;
use crate::browser::fetch::FetchError;
use crate::browser::passkey::PasskeyError;

/// A call to the pool that gave no answer of use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallError {
    /// Nothing came back.
    Fetch(FetchError),
    /// The service refused.
    Refused(ServiceError),
    /// The answer is not what Amazon's reference promises.
    Malformed(Malformed),
}

/// What may go wrong with any call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Nothing came back.
    Fetch(FetchError),
    /// The app client has a secret, which no browser can keep.
    ClientSecret,
    /// The answer makes no sense.
    Malformed(Malformed),
    /// The service refused, for a reason of which the attempt knows nothing more.
    Refused(ServiceError),
}

impl From<CallError> for Trouble {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Fetch(error) => Self::Fetch(error),
            CallError::Malformed(malformed) => Self::Malformed(malformed),
            CallError::Refused(refusal) if has_secret(&refusal) => Self::ClientSecret,
            CallError::Refused(refusal) => Self::Refused(refusal),
        }
    }
}

fn has_secret(refusal: &ServiceError) -> bool {
    refusal.sign() == Some(Sign::ClientSecret)
}

/// Declares how an attempt's refusals are told apart; the rest is [`Trouble`].
macro_rules! refusals {
    ($error:ident { $($($kind:ident)|+ => $value:expr),* $(,)? }) => {
        impl From<CallError> for $error {
            fn from(error: CallError) -> Self {
                match error {
                    CallError::Refused(refusal) if has_secret(&refusal) => {
                        Self::Trouble(Trouble::ClientSecret)
                    }
                    $(CallError::Refused(ServiceError { kind: $(ErrorKind::$kind)|+, .. }) => $value,)*
                    error => Self::Trouble(error.into()),
                }
            }
        }
    };
}

/// Signing in did not work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignInError {
    /// Name and password do not go together, or there is no such user.
    WrongPassword,
    /// The registration's code is still to be entered.
    NotConfirmed,
    /// An administrator asks for a new password.
    ResetRequired,
    /// The app client does not allow the configured flow.
    FlowOff(ConfiguredFlow),
    /// Nobody comes in by that name in this way.
    NoWayIn,
    /// Too many wrong passwords: the right one is refused as well for a while.
    LockedOut,
    /// The temporary password of an invitation was not used in time.
    InvitationExpired,
    /// A challenge expired before it was answered: begin again.
    TookTooLong,
    /// The sign-in's session is spent, or the pool has seen enough wrong answers: begin again.
    StartOver,
    /// The code is wrong; another may be entered.
    WrongCode,
    /// The code of an app counts once, and this one has counted.
    UsedCode,
    /// The code came too late: begin again.
    ExpiredCode,
    /// A new code takes the password, which is not held any more.
    PasswordForgotten,
    /// The new password breaks a rule; the service's own text.
    Password(String),
    /// The new password was used before.
    UsedBefore,
    /// Something has a form that the pool does not take; the service's own text.
    Invalid(String),
    /// No passkey came of it.
    Passkey(PasskeyError),
    /// The pool asks for something that this app does not offer.
    Unsupported(ChallengeName),
    /// The pool's challenge is not to be trusted with a proof.
    Untrusted(SignInFault),
    /// The tokens were not accepted.
    NotAccepted(NotAccepted),
    /// The browser has no secure random numbers.
    NoSecureRandom,
    /// Anything else.
    Trouble(Trouble),
}

impl SignInError {
    /// Whether the service judged what the user entered. `false` if no response came, if its response was not accepted,
    /// and if it refused for another reason, such as throttling: then the same entry may succeed later.
    pub fn is_refusal(&self) -> bool {
        !matches!(
            self,
            Self::Passkey(_)
                | Self::Untrusted(_)
                | Self::NotAccepted(_)
                | Self::NoSecureRandom
                | Self::Trouble(_)
        )
    }
}

impl From<NotAccepted> for SignInError {
    fn from(why: NotAccepted) -> Self {
        Self::NotAccepted(why)
    }
}

/// Tokens came, by either door, and were not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotAccepted {
    /// They are not to be believed.
    Token(TokenFault),
    /// This browser cannot verify signatures.
    NoWebCrypto,
    /// The issuer's keys could not be fetched.
    Keys(FetchError),
    /// What was fetched holds no keys.
    NoKeys,
    /// Another sign-in was begun before this one was answered.
    Overtaken,
}

/// The browser could not leave for the hosted pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LeaveError {
    /// There are none, or it could not be found out where.
    NoDomain,
    /// This browser cannot verify signatures, so nobody could come back.
    NoWebCrypto,
    /// The browser has no secure random numbers.
    NoSecureRandom,
    /// The browser keeps nothing, so nobody could come back.
    NotKept,
    /// This page came over plain http, so tokens must not come here.
    InsecureOrigin,
    /// They would send the browser back to another address than this page's.
    OtherOrigin(RedirectUri),
}

/// Nobody came in by the callback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallbackFault {
    /// Somebody opened the address.
    Nothing,
    /// The same, while a sign-in that this tab began is still elsewhere.
    Unfinished,
    /// The page was reloaded while a response was being redeemed, which cannot be done a second time.
    Interrupted,
    /// A parameter appears twice.
    Repeated,
    /// The response is not to be believed, or says no.
    Response(CallbackError),
    /// There are no hosted pages any more, or it could not be found out where.
    NoDomain,
    /// The token endpoint could not be reached.
    Fetch(FetchError),
    /// The token endpoint said no.
    Token(TokenError),
    /// The tokens were not accepted.
    NotAccepted(NotAccepted),
}

impl CallbackFault {
    /// Whether the address belongs to no sign-in that could still be finished. It tells a signed-in user nothing.
    pub const fn is_stale(&self) -> bool {
        matches!(
            self,
            Self::Nothing
                | Self::Unfinished
                | Self::Interrupted
                | Self::Response(CallbackError::Stray)
        )
    }
}

impl From<HostedError> for CallbackFault {
    fn from(error: HostedError) -> Self {
        match error {
            HostedError::Fetch(error) => Self::Fetch(error),
            HostedError::Token(error, _) => Self::Token(error),
        }
    }
}

impl From<NotAccepted> for CallbackFault {
    fn from(why: NotAccepted) -> Self {
        Self::NotAccepted(why)
    }
}

/// The token endpoint gave no tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum HostedError {
    /// It could not be reached.
    Fetch(FetchError),
    /// It said no, and perhaps when to ask again.
    Token(TokenError, Option<Duration>),
}

/// Signing out everywhere did not work; the person is still signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EverywhereError {
    /// The session could not be renewed, so there is nothing to ask with.
    NotRenewed,
    /// The access token does not open the user-pool API.
    NoScope,
    /// Anything else.
    Trouble(Trouble),
}

/// The service did not say who the person is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UserInfoFault {
    /// Nothing to ask with.
    NoTokens(NoTokens),
    /// The access token is not for this; our own sign-in's never is.
    NoScope,
    /// It could not be found out where to ask.
    NoDomain,
    /// It could not be reached.
    Fetch(FetchError),
    /// It said no, with this HTTP status.
    Refused(u16),
    /// What it said is not to be shown.
    Answer(UserInfoError),
}

/// Registering did not work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RegisterError {
    /// Somebody has that name, or that address.
    NameTaken,
    /// The password breaks a rule; the service's text says which.
    Password(String),
    /// Something entered is not as the pool wants it; the service's text says what.
    Invalid(String),
    /// The pool's own check said no; its text.
    Declined(String),
    /// The pool takes no registrations.
    Closed,
    /// Anything else.
    Trouble(Trouble),
}

impl From<CallError> for RegisterError {
    fn from(error: CallError) -> Self {
        let CallError::Refused(refusal) = &error else {
            return Self::Trouble(error.into());
        };
        match refusal.kind {
            ErrorKind::UsernameExists | ErrorKind::AliasExists => Self::NameTaken,
            ErrorKind::InvalidPassword => Self::Password(refusal.message.clone()),
            ErrorKind::InvalidParameter => Self::Invalid(refusal.message.clone()),
            ErrorKind::UserLambdaValidation => Self::Declined(refusal.message.clone()),
            ErrorKind::NotAuthorized => match refusal.sign() {
                None => Self::Closed,
                Some(Sign::UnwritableAttribute) => Self::Invalid(refusal.message.clone()),
                Some(_) => Self::Trouble(error.into()),
            },
            _ => Self::Trouble(error.into()),
        }
    }
}

/// Entering the registration's code did not work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VerifyError {
    /// It is another code.
    WrongCode,
    /// It was the code once, or there is none to be had; unknown users look like this too.
    ExpiredCode,
    /// There is nothing to confirm any more.
    AlreadyConfirmed,
    /// The address belongs to another account.
    AddressTaken,
    /// Anything else.
    Trouble(Trouble),
}

refusals!(VerifyError {
    CodeMismatch => Self::WrongCode,
    ExpiredCode | UserNotFound => Self::ExpiredCode,
    NotAuthorized => Self::AlreadyConfirmed,
    AliasExists => Self::AddressTaken,
});

/// Sending a new registration code did not work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResendError {
    /// There is nothing to confirm any more.
    AlreadyConfirmed,
    /// The pool sends no codes.
    NotOffered,
    /// Anything else.
    Trouble(Trouble),
}

refusals!(ResendError {
    InvalidParameter => Self::AlreadyConfirmed,
    NotAuthorized => Self::NotOffered,
});

/// Asking for a code to set a new password did not work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ForgotError {
    /// This account's password cannot be set anew here.
    NotOffered,
    /// Anything else.
    Trouble(Trouble),
}

refusals!(ForgotError {
    NotAuthorized => Self::NotOffered,
});

/// Setting a new password did not work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewPasswordError {
    /// It is another code; unknown users look like this too.
    WrongCode,
    /// It was the code once, or none was asked for.
    ExpiredCode,
    /// The password breaks a rule; the service's text says which.
    Password(String),
    /// The password was in use before.
    UsedBefore,
    /// This account's password cannot be set anew here.
    NotOffered,
    /// Anything else.
    Trouble(Trouble),
}

impl From<CallError> for NewPasswordError {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Refused(ServiceError {
                kind: ErrorKind::InvalidPassword,
                message,
                ..
            }) => Self::Password(message),
            CallError::Refused(ServiceError { kind, .. }) => match kind {
                ErrorKind::CodeMismatch | ErrorKind::UserNotFound => Self::WrongCode,
                ErrorKind::ExpiredCode => Self::ExpiredCode,
                ErrorKind::PasswordHistoryPolicyViolation => Self::UsedBefore,
                ErrorKind::NotAuthorized => Self::NotOffered,
                _ => Self::Trouble(error.into()),
            },
            error => Self::Trouble(error.into()),
        }
    }
}
