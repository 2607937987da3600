//! The errors of sign-in, sign-out and registration: one enum per operation, shaped by what the user can do next.
//!
//! An error is recognized by its exception type and by the request that caused it, and never by its message alone. An
//! unknown user and a wrong password are one variant, so that no page can reveal which of them it was.

use core::time::Duration;

use cognito_proto::action::{ChallengeName, MemberError};
use cognito_proto::config::ConfiguredFlow;
use cognito_proto::error::{ErrorDetail, ErrorKind, ServiceError};
use cognito_proto::ids::RedirectUri;
use cognito_proto::jwt::TokenValidationError;
use cognito_proto::oauth::user_info::UserInfoError;
use cognito_proto::oauth::{CallbackError, TokenResponseError};
use cognito_proto::sign_in::ProtocolError;
use thiserror::Error;

use crate::TokenUnavailableError;
use crate::browser::fetch::FetchError;
use crate::browser::passkey::WebAuthnError;

/// The reason why a call to the user pool returned no usable response.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CallError {
    /// The request failed, and no response arrived.
    #[error("the request failed, and no response arrived")]
    Fetch(#[source] FetchError),
    /// The service returned an error.
    #[error("the service returned an error")]
    Refused(#[source] ServiceError),
    /// The response does not have the form that Amazon's API reference documents.
    #[error("the response does not have the form that Amazon's API reference documents")]
    Malformed(#[source] MemberError),
}

impl CallError {
    /// Returns true if the pool does not know the user.
    pub(crate) fn is_unknown_user(&self) -> bool {
        matches!(
            self,
            Self::Refused(ServiceError {
                kind: ErrorKind::UserNotFound,
                ..
            })
        )
    }
}

/// The errors that are possible with any call of the user-pool API.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RequestError {
    /// The request failed, and no response arrived.
    #[error("the request failed, and no response arrived")]
    Fetch(#[source] FetchError),
    /// The app client has a secret, which a browser app cannot keep.
    #[error("the app client has a secret, which a browser app cannot keep")]
    ClientSecret,
    /// The response could not be parsed.
    #[error("the response could not be parsed")]
    Malformed(#[source] MemberError),
    /// The service returned an error that has no special meaning for the operation.
    #[error("the service returned an error that has no special meaning for the operation")]
    Refused(#[source] ServiceError),
}

impl From<CallError> for RequestError {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Fetch(error) => Self::Fetch(error),
            CallError::Malformed(malformed) => Self::Malformed(malformed),
            CallError::Refused(refusal) if is_client_secret_error(&refusal) => Self::ClientSecret,
            CallError::Refused(refusal) => Self::Refused(refusal),
        }
    }
}

fn is_client_secret_error(refusal: &ServiceError) -> bool {
    refusal.detail() == Some(ErrorDetail::ClientSecret)
}

/// Declares which exception types become the variants of an operation's error type. All other errors become
/// [`RequestError`].
macro_rules! from_call_error {
    ($error:ident { $($($kind:ident)|+ => $value:expr),* $(,)? }) => {
        impl From<CallError> for $error {
            fn from(error: CallError) -> Self {
                match error {
                    CallError::Refused(refusal) if is_client_secret_error(&refusal) => {
                        Self::Request(RequestError::ClientSecret)
                    }
                    $(CallError::Refused(ServiceError { kind: $(ErrorKind::$kind)|+, .. }) => $value,)*
                    error => Self::Request(error.into()),
                }
            }
        }
    };
}

/// The errors of a sign-in.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SignInError {
    /// The username or password is wrong, or there is no such user.
    #[error("the username or password is wrong, or there is no such user")]
    WrongPassword,
    /// The account has to be confirmed with a verification code first.
    #[error("the account has to be confirmed with a verification code first")]
    NotConfirmed,
    /// An administrator requires a new password.
    #[error("an administrator requires a new password")]
    ResetRequired,
    /// The app client does not allow the configured authentication flow.
    #[error("the app client does not allow the configured authentication flow")]
    FlowNotEnabled(ConfiguredFlow),
    /// This username cannot sign in with this method, for example because the user is disabled.
    #[error(
        "this username cannot sign in with this method, for example because the user is disabled"
    )]
    MethodUnavailable,
    /// The user entered too many wrong passwords. For a while the pool also refuses the right one.
    #[error("too many wrong passwords: for a while the pool also refuses the right one")]
    LockedOut,
    /// The temporary password of an invitation has expired.
    #[error("the temporary password of an invitation has expired")]
    InvitationExpired,
    /// A challenge expired before it was answered. The user has to start over.
    #[error("a challenge expired before it was answered")]
    ChallengeExpired,
    /// The authentication session was used, or there were too many wrong answers. The user has to start over.
    #[error("the authentication session is used up, or there were too many wrong answers")]
    SessionExpired,
    /// The code is wrong. The user may enter another one.
    #[error("the code is wrong")]
    WrongCode,
    /// This code of the authenticator app was already used. Each code is accepted once.
    #[error("this code of the authenticator app was already used")]
    CodeAlreadyUsed,
    /// The code has expired. The user has to start over.
    #[error("the code has expired")]
    ExpiredCode,
    /// A new code needs the password, which the app no longer has in memory.
    #[error("a new code needs the password, which is no longer in memory")]
    PasswordNotHeld,
    /// The new password breaks a rule of the pool. The text is the service's message.
    #[error("the new password breaks a rule")]
    InvalidPassword(String),
    /// The new password was used before.
    #[error("the new password was used before")]
    PasswordReused,
    /// The pool does not accept the form of a value. The text is the service's message, if a user can read it.
    #[error("a value does not have a form that the pool accepts")]
    InvalidValue(Option<String>),
    /// The browser returned no passkey signature.
    #[error("the browser returned no passkey signature")]
    Passkey(#[source] WebAuthnError),
    /// The pool sent a challenge that this app does not support.
    #[error("the pool sent a challenge that this app does not support")]
    UnsupportedChallenge(ChallengeName),
    /// The pool's challenge failed a check, so the app sent no password proof.
    #[error("the pool's challenge failed a check, so no proof was sent")]
    InvalidChallenge(#[source] ProtocolError),
    /// The tokens failed a check, so the user is not signed in.
    #[error("the tokens failed a check")]
    TokensRejected(#[source] TokenRejectionError),
    /// The browser has no secure random generator.
    #[error("the browser has no secure random generator")]
    NoSecureRandom,
    /// Any other error.
    #[error(transparent)]
    Request(RequestError),
}

impl SignInError {
    /// Returns true if the service refused what the user entered. Returns false if no response came, if the response
    /// failed a check, or if the service refused for another reason such as throttling. In these cases the same input
    /// may succeed later.
    pub fn is_refusal(&self) -> bool {
        !matches!(
            self,
            Self::Passkey(_)
                | Self::InvalidChallenge(_)
                | Self::TokensRejected(_)
                | Self::NoSecureRandom
                | Self::Request(_)
        )
    }
}

impl From<TokenRejectionError> for SignInError {
    fn from(error: TokenRejectionError) -> Self {
        Self::TokensRejected(error)
    }
}

/// The reasons why the app does not accept tokens from the user-pool API or from the hosted pages.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TokenRejectionError {
    /// The tokens are invalid.
    #[error("the tokens are invalid")]
    Invalid(#[source] TokenValidationError),
    /// This browser cannot verify signatures.
    #[error("this browser cannot verify signatures")]
    NoWebCrypto,
    /// The issuer's keys could not be fetched.
    #[error("the issuer's keys could not be fetched")]
    KeysUnreachable(#[source] FetchError),
    /// The fetched document contains no keys.
    #[error("the fetched document contains no keys")]
    NoKeys,
    /// The user started another sign-in before this one was finished.
    #[error("the user started another sign-in before this one was finished")]
    Superseded,
}

/// The errors that prevent the redirect to the hosted pages.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RedirectError {
    /// The pool has no domain, or the domain could not be found.
    #[error("the pool has no domain, or the domain could not be found")]
    NoDomain,
    /// This browser cannot verify signatures, so the tokens could not be checked after the redirect back.
    #[error(
        "this browser cannot verify signatures, so the tokens could not be checked after the redirect back"
    )]
    NoWebCrypto,
    /// The browser has no secure random generator.
    #[error("the browser has no secure random generator")]
    NoSecureRandom,
    /// The browser did not store the pending authorization, so the callback could not be verified.
    #[error(
        "the browser did not store the pending authorization, so the callback could not be verified"
    )]
    StorageFailed,
    /// The page was loaded over plain http, so it must not receive tokens.
    #[error("the page was loaded over plain http, so it must not receive tokens")]
    InsecureOrigin,
    /// The redirect URI has another origin than this page.
    #[error("the redirect URI has another origin than this page")]
    OtherOrigin(RedirectUri),
}

/// The errors of the callback page: the reasons why a sign-in through the hosted pages was not completed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum HostedSignInError {
    /// The user opened the callback address directly.
    #[error("the user opened the callback address directly")]
    NoParameters,
    /// The user opened the callback address directly while a sign-in of this tab is still unfinished.
    #[error(
        "the user opened the callback address directly while a sign-in of this tab is still unfinished"
    )]
    NotFinished,
    /// The user reloaded the page while the app was exchanging the authorization response for tokens. This can be done
    /// only once.
    #[error("the user reloaded the page while its response was being redeemed")]
    Interrupted,
    /// A parameter of the authorization response appears twice.
    #[error("a parameter appears twice")]
    DuplicateParameter,
    /// The authorization response failed a check, or it is an error response.
    #[error("the response failed a check, or it is an error response")]
    Response(#[source] CallbackError),
    /// The pool has no domain any more, or the domain could not be found.
    #[error("the pool has no domain any more, or the domain could not be found")]
    NoDomain,
    /// The request to the token endpoint failed.
    #[error("the request to the token endpoint failed")]
    Fetch(#[source] FetchError),
    /// The token endpoint returned an error.
    #[error("the token endpoint returned an error")]
    Token(#[source] TokenResponseError),
    /// The tokens failed a check.
    #[error("the tokens failed a check")]
    TokensRejected(#[source] TokenRejectionError),
}

impl HostedSignInError {
    /// Returns true if the callback address belongs to no sign-in that can still be finished. If the user is already
    /// signed in, the app can ignore such an error.
    pub const fn is_stale(&self) -> bool {
        matches!(
            self,
            Self::NoParameters
                | Self::NotFinished
                | Self::Interrupted
                | Self::Response(CallbackError::UnknownState | CallbackError::Expired)
        )
    }
}

impl From<TokenRequestError> for HostedSignInError {
    fn from(error: TokenRequestError) -> Self {
        match error {
            TokenRequestError::Fetch(error) => Self::Fetch(error),
            TokenRequestError::Token(error, _) => Self::Token(error),
        }
    }
}

impl From<TokenRejectionError> for HostedSignInError {
    fn from(error: TokenRejectionError) -> Self {
        Self::TokensRejected(error)
    }
}

/// The errors of a request to the token endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TokenRequestError {
    /// The request failed, and no response arrived.
    Fetch(FetchError),
    /// The token endpoint returned an error, and possibly a `Retry-After` delay.
    Token(TokenResponseError, Option<Duration>),
}

/// The errors of signing out of all devices. The user stays signed in.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum GlobalSignOutError {
    /// The tokens have expired and could not be refreshed, so the request could not be sent.
    #[error("the tokens have expired and could not be refreshed, so the request could not be sent")]
    RefreshFailed,
    /// The access token lacks the scope for the user-pool API.
    #[error("the access token lacks the scope for the user-pool API")]
    MissingScope,
    /// Any other error.
    #[error(transparent)]
    Request(RequestError),
}

/// The errors of a request to the userInfo endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum UserInfoRequestError {
    /// There are no valid tokens for the request.
    #[error("there are no valid tokens for the request")]
    TokenUnavailable(#[source] TokenUnavailableError),
    /// The access token lacks the `openid` scope. Tokens of a direct sign-in never have it.
    #[error("the access token lacks the `openid` scope")]
    MissingScope,
    /// The domain of the endpoint could not be found.
    #[error("the domain of the endpoint could not be found")]
    NoDomain,
    /// The request failed, and no response arrived.
    #[error("the request failed, and no response arrived")]
    Fetch(#[source] FetchError),
    /// The endpoint returned an error with this HTTP status.
    #[error("the endpoint returned an error with this HTTP status")]
    ErrorStatus(u16),
    /// The response failed a check.
    #[error("the response failed a check")]
    InvalidResponse(#[source] UserInfoError),
}

/// The errors of a registration.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RegisterError {
    /// Another account already has this username, email or phone number.
    #[error("another account has this username, email or phone number")]
    UsernameTaken,
    /// The password breaks a rule of the pool. The text is the service's message.
    #[error("the password breaks a rule")]
    InvalidPassword(String),
    /// The pool does not accept the form of a value. The text is the service's message, if a user can read it.
    #[error("a value does not have a form that the pool accepts")]
    InvalidValue(Option<String>),
    /// The pool's pre sign-up trigger refused the registration. The text is the trigger's message.
    #[error("the pool's pre sign-up trigger refused")]
    RejectedByTrigger(String),
    /// The pool does not allow registration.
    #[error("the pool does not allow registration")]
    SignUpDisabled,
    /// Any other error.
    #[error(transparent)]
    Request(RequestError),
}

impl From<CallError> for RegisterError {
    fn from(error: CallError) -> Self {
        let CallError::Refused(refusal) = &error else {
            return Self::Request(error.into());
        };
        match refusal.kind {
            ErrorKind::UsernameExists | ErrorKind::AliasExists => Self::UsernameTaken,
            ErrorKind::InvalidPassword => Self::InvalidPassword(refusal.message.clone()),
            ErrorKind::InvalidParameter => {
                Self::InvalidValue(refusal.readable_message().map(str::to_owned))
            }
            ErrorKind::UserLambdaValidation => Self::RejectedByTrigger(refusal.message.clone()),
            ErrorKind::NotAuthorized => match refusal.detail() {
                None => Self::SignUpDisabled,
                Some(ErrorDetail::UnwritableAttribute) => {
                    Self::InvalidValue(refusal.readable_message().map(str::to_owned))
                }
                Some(_) => Self::Request(error.into()),
            },
            _ => Self::Request(error.into()),
        }
    }
}

/// The errors of confirming an account with a verification code.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum VerifyError {
    /// The code is wrong.
    #[error("the code is wrong")]
    WrongCode,
    /// The code has expired, or the pool has sent no code to this user. An unknown user gets this error too.
    #[error("the code has expired, or the pool has none for this user")]
    ExpiredCode,
    /// The account is already confirmed.
    #[error("the account is already confirmed")]
    AlreadyConfirmed,
    /// Another account has the email address or phone number.
    #[error("the address belongs to another account")]
    AddressTaken,
    /// Any other error.
    #[error(transparent)]
    Request(RequestError),
}

from_call_error!(VerifyError {
    CodeMismatch => Self::WrongCode,
    ExpiredCode | UserNotFound => Self::ExpiredCode,
    NotAuthorized => Self::AlreadyConfirmed,
    AliasExists => Self::AddressTaken,
});

/// The errors of requesting a new verification code for a registration.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ResendError {
    /// The account is already confirmed.
    #[error("the account is already confirmed")]
    AlreadyConfirmed,
    /// The pool does not send codes.
    #[error("the pool does not send codes")]
    NotOffered,
    /// Any other error.
    #[error(transparent)]
    Request(RequestError),
}

from_call_error!(ResendError {
    InvalidParameter => Self::AlreadyConfirmed,
    NotAuthorized => Self::NotOffered,
});

/// The errors of requesting a verification code for a new password.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ForgotError {
    /// This account's password cannot be reset with a code.
    #[error("this account's password cannot be reset with a code")]
    NotOffered,
    /// Any other error.
    #[error(transparent)]
    Request(RequestError),
}

from_call_error!(ForgotError {
    NotAuthorized => Self::NotOffered,
});

/// The errors of setting a new password with a verification code.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NewPasswordError {
    /// The code is wrong. An unknown user gets this error too.
    #[error("the code is wrong")]
    WrongCode,
    /// The code has expired, or the user has requested none.
    #[error("the code has expired, or none was requested")]
    ExpiredCode,
    /// The password breaks a rule of the pool. The text is the service's message.
    #[error("the password breaks a rule")]
    InvalidPassword(String),
    /// The password was used before.
    #[error("the password was used before")]
    PasswordReused,
    /// This account's password cannot be reset with a code.
    #[error("this account's password cannot be reset with a code")]
    NotOffered,
    /// Any other error.
    #[error(transparent)]
    Request(RequestError),
}

impl From<CallError> for NewPasswordError {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Refused(ServiceError {
                kind: ErrorKind::InvalidPassword,
                message,
                ..
            }) => Self::InvalidPassword(message),
            CallError::Refused(ServiceError { kind, .. }) => match kind {
                ErrorKind::CodeMismatch | ErrorKind::UserNotFound => Self::WrongCode,
                ErrorKind::ExpiredCode => Self::ExpiredCode,
                ErrorKind::PasswordHistoryPolicyViolation => Self::PasswordReused,
                ErrorKind::NotAuthorized => Self::NotOffered,
                _ => Self::Request(error.into()),
            },
            error => Self::Request(error.into()),
        }
    }
}
