//! The errors of the account operations, one enum per operation.

use cognito_proto::error::{ErrorDetail, ErrorKind, ServiceError};
use thiserror::Error;

use crate::browser::passkey::WebAuthnError;
use crate::{CallError, RequestError, TokenUnavailableError};

/// The errors that are possible with every account request.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AccountError {
    /// The user is signed out, or another user is signed in.
    #[error("the user is signed out, or another user is signed in")]
    SignedOut,
    /// The tokens have expired and could not be refreshed, so the request could not be sent.
    #[error("the tokens have expired and could not be refreshed, so the request could not be sent")]
    RefreshFailed,
    /// The access token lacks the scope for the user-pool API.
    #[error("the access token lacks the scope for the user-pool API")]
    MissingScope,
    /// The pool rejected the tokens, and the refreshed tokens too.
    #[error("the pool rejected the tokens, and the refreshed tokens too")]
    TokensRejected,
    /// The account has been deleted.
    #[error("the account has been deleted")]
    NoAccount,
    /// Any other error.
    #[error(transparent)]
    Request(RequestError),
}

/// The errors of changing an attribute.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ChangeAttributeError {
    /// The pool does not allow changes of this attribute.
    #[error("the pool does not allow changes of this attribute")]
    Immutable,
    /// This app client has no write permission for the attribute.
    #[error("this app client has no write permission for the attribute")]
    NotWritable,
    /// Another account has this value.
    #[error("another account has this value")]
    Taken,
    /// The pool does not accept the form of the value. The text is the service's message, if a user can
    /// read it.
    #[error("the value does not have a form that the pool accepts")]
    InvalidValue(Option<String>),
    /// The pool's Lambda trigger refused the change. The text is the trigger's message.
    #[error("the pool's Lambda trigger refused")]
    RejectedByTrigger(String),
    /// Any other account error.
    #[error(transparent)]
    Account(AccountError),
}

/// The errors of verifying a changed email address or phone number with a code.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AttributeCodeError {
    /// The code is wrong.
    #[error("the code is wrong")]
    Wrong,
    /// The code has expired.
    #[error("the code has expired")]
    Expired,
    /// Another account has verified this email address or phone number.
    #[error("another account has verified the address")]
    Taken,
    /// Any other account error.
    #[error(transparent)]
    Account(AccountError),
}

/// The errors of changing the password.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ChangePasswordError {
    /// The current password is wrong.
    #[error("the current password is wrong")]
    WrongPassword,
    /// The new password breaks a rule of the pool. The text is the service's message.
    #[error("the new password breaks a rule")]
    InvalidPassword(String),
    /// The new password was used before.
    #[error("the new password was used before")]
    PasswordReused,
    /// Any other account error.
    #[error(transparent)]
    Account(AccountError),
}

/// The errors of setting up or changing a second factor.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SecondFactorError {
    /// The authenticator app's code is wrong.
    #[error("the authenticator app's code is wrong")]
    WrongCode,
    /// The authenticator app's code was already used.
    #[error("the authenticator app's code was already used")]
    CodeAlreadyUsed,
    /// The pool does not offer this factor.
    #[error("the pool does not offer this factor")]
    NotOffered,
    /// The factor needs something that the user lacks, such as a verified phone number. The text is the service's
    /// message.
    #[error("the factor needs something that is missing, such as a verified phone number")]
    MissingPrerequisite(String),
    /// Any other account error.
    #[error(transparent)]
    Account(AccountError),
}

/// The errors of adding, listing or deleting passkeys.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PasskeyError {
    /// The pool does not offer passkeys, or has no relying party configured.
    #[error("the pool does not offer passkeys, or has no relying party configured")]
    NotOffered,
    /// The passkey challenge has expired.
    #[error("the challenge has expired")]
    ChallengeExpired,
    /// The pool's relying party is another site than this one.
    #[error("the pool's relying party is another site than this one")]
    RelyingPartyMismatch,
    /// The pool does not accept this kind of passkey.
    #[error("the pool does not accept this kind of passkey")]
    NotSupported,
    /// The account already has as many passkeys as the pool allows.
    #[error("the account has as many passkeys as the pool allows")]
    TooMany,
    /// The browser returned no passkey.
    #[error("the browser returned no passkey")]
    Browser(#[source] WebAuthnError),
    /// Any other account error.
    #[error(transparent)]
    Account(AccountError),
}

/// The reason why an account request has no usable response. Each operation converts it into its own error type.
pub(crate) enum AccountRequestError {
    TokenUnavailable(TokenUnavailableError),
    MissingScope,
    Call(CallError),
}

impl From<TokenUnavailableError> for AccountRequestError {
    fn from(error: TokenUnavailableError) -> Self {
        Self::TokenUnavailable(error)
    }
}

/// An error type of an account operation, with variants for the refusals that the operation knows. All other refusals
/// become an [`AccountError`].
pub(crate) trait FromServiceError: From<AccountError> {
    fn from_service_error(refusal: &ServiceError) -> Option<Self>;
}

impl AccountRequestError {
    /// Returns true if the service returned an error of this kind.
    pub(crate) fn is(&self, kind: ErrorKind) -> bool {
        matches!(self, Self::Call(CallError::Refused(refusal)) if refusal.kind == kind)
    }

    pub(crate) fn into_error<E: FromServiceError>(self) -> E {
        if let Self::Call(CallError::Refused(refusal)) = &self
            && let Some(error) = E::from_service_error(refusal)
        {
            return error;
        }
        AccountError::from(self).into()
    }
}

impl From<AccountRequestError> for AccountError {
    fn from(error: AccountRequestError) -> Self {
        match error {
            AccountRequestError::TokenUnavailable(TokenUnavailableError::SignedOut) => {
                Self::SignedOut
            }
            AccountRequestError::TokenUnavailable(TokenUnavailableError::RefreshFailed) => {
                Self::RefreshFailed
            }
            AccountRequestError::TokenUnavailable(TokenUnavailableError::NotRefreshable) => {
                Self::TokensRejected
            }
            AccountRequestError::MissingScope => Self::MissingScope,
            AccountRequestError::Call(CallError::Refused(refusal)) => match refusal.kind {
                _ if refusal.detail() == Some(ErrorDetail::MissingScope) => Self::MissingScope,
                _ if refusal.is_token_rejection() => Self::TokensRejected,
                ErrorKind::UserNotFound => Self::NoAccount,
                _ => Self::Request(CallError::Refused(refusal).into()),
            },
            AccountRequestError::Call(error) => Self::Request(error.into()),
        }
    }
}

impl FromServiceError for AccountError {
    fn from_service_error(_: &ServiceError) -> Option<Self> {
        None
    }
}

/// Declares which exception types become the variants of an operation's error type. A rejected access token is never
/// one of them.
macro_rules! from_service_error {
    ($error:ident, $refusal:ident { $($($kind:ident)|+ => $value:expr),* $(,)? }) => {
        impl From<AccountError> for $error {
            fn from(error: AccountError) -> Self {
                Self::Account(error)
            }
        }

        impl FromServiceError for $error {
            fn from_service_error($refusal: &ServiceError) -> Option<Self> {
                match $refusal.kind {
                    _ if $refusal.detail() == Some(ErrorDetail::MissingScope) || $refusal.is_token_rejection() => None,
                    $($(ErrorKind::$kind)|+ => Some($value),)*
                    _ => None,
                }
            }
        }
    };
}

from_service_error!(ChangeAttributeError, refusal {
    NotAuthorized => Self::NotWritable,
    AliasExists => Self::Taken,
    InvalidParameter => match refusal.detail() {
        Some(ErrorDetail::ImmutableAttribute) => Self::Immutable,
        _ => Self::InvalidValue(refusal.readable_message().map(str::to_owned)),
    },
    UserLambdaValidation => Self::RejectedByTrigger(refusal.message.clone()),
});

from_service_error!(AttributeCodeError, refusal {
    CodeMismatch => Self::Wrong,
    ExpiredCode => Self::Expired,
    AliasExists => Self::Taken,
});

from_service_error!(ChangePasswordError, refusal {
    NotAuthorized => Self::WrongPassword,
    InvalidPassword => Self::InvalidPassword(refusal.message.clone()),
    PasswordHistoryPolicyViolation => Self::PasswordReused,
});

from_service_error!(SecondFactorError, refusal {
    CodeMismatch | EnableSoftwareTokenMfa => Self::WrongCode,
    ExpiredCode => Self::CodeAlreadyUsed,
    SoftwareTokenMfaNotFound | MfaMethodNotFound | FeatureUnavailableInTier => Self::NotOffered,
    InvalidParameter => match refusal.detail() {
        // The code is the only value that the user enters here.
        Some(ErrorDetail::ConstraintViolation) => Self::WrongCode,
        _ => Self::MissingPrerequisite(refusal.message.clone()),
    },
});

from_service_error!(PasskeyError, refusal {
    WebAuthnNotEnabled | WebAuthnConfigurationMissing | FeatureUnavailableInTier => Self::NotOffered,
    WebAuthnChallengeNotFound | WebAuthnClientMismatch => Self::ChallengeExpired,
    WebAuthnOriginNotAllowed | WebAuthnRelyingPartyMismatch => Self::RelyingPartyMismatch,
    WebAuthnCredentialNotSupported => Self::NotSupported,
    LimitExceeded => Self::TooMany,
});
