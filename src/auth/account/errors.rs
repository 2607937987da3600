//! What can go wrong with one's own account, one enum per attempt.

use cognito_proto::error::{ErrorKind, ServiceError, Sign};

use super::super::{CallError, NoTokens, Trouble};
use super::is_of_the_token;
use crate::browser::passkey::PasskeyError;

/// What may go wrong with any request about one's own account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountError {
    /// Nobody is signed in any more, or somebody else is.
    SignedOut,
    /// The session could not be renewed, so there was nothing to ask with.
    NotRenewed,
    /// The access token does not open the user-pool API.
    NoScope,
    /// The pool takes neither the tokens nor those that came in their place.
    NotAccepted,
    /// The account has been deleted.
    NoAccount,
    /// Anything else.
    Trouble(Trouble),
}

/// An attribute could not be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangeAttributeError {
    /// The pool lets nobody change it.
    Immutable,
    /// The pool does not let this app client change it.
    NotWritable,
    /// Another account has it.
    Taken,
    /// It is not as the pool wants it; the service's text says what.
    Invalid(String),
    /// The pool's own check said no; its text.
    Declined(String),
    /// Anything else.
    Account(AccountError),
}

/// The code for a new address was not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttributeCodeError {
    /// It is another code.
    Wrong,
    /// It was the code once.
    Expired,
    /// Another account has the address by now.
    Taken,
    /// Anything else.
    Account(AccountError),
}

/// The password could not be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangePasswordError {
    /// The password so far is another one.
    WrongPassword,
    /// The new one breaks a rule; the service's text says which.
    Password(String),
    /// The new one was in use before.
    UsedBefore,
    /// Anything else.
    Account(AccountError),
}

/// A second factor could not be set up, or switched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecondFactorError {
    /// The authenticator's code is another one.
    WrongCode,
    /// The authenticator's code was used already.
    UsedCode,
    /// The pool does not have this factor.
    NotOffered,
    /// It lacks something that must be there first; the service's text says what.
    NotReady(String),
    /// Anything else.
    Account(AccountError),
}

/// A passkey could not be made, listed or deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PasskeyFault {
    /// The pool does not have passkeys, or has not been told for which site.
    NotOffered,
    /// It took too long.
    TooLate,
    /// The pool's passkeys belong to another site than this one.
    OtherSite,
    /// The pool does not take this kind of passkey.
    NotSupported,
    /// There are as many as the pool allows.
    TooMany,
    /// The browser gave none.
    Browser(PasskeyError),
    /// Anything else.
    Account(AccountError),
}

/// No answer that anybody could read members of.
pub(super) enum Unanswered {
    NoTokens(NoTokens),
    NoScope,
    Call(CallError),
}

impl From<NoTokens> for Unanswered {
    fn from(why: NoTokens) -> Self {
        Self::NoTokens(why)
    }
}

/// An attempt's own refusals; what it does not know is an [`AccountError`].
pub(super) trait Refusals: From<AccountError> {
    fn read(refusal: &ServiceError) -> Option<Self>;
}

impl Unanswered {
    /// Whether the service refused with this.
    pub(super) fn is(&self, kind: ErrorKind) -> bool {
        matches!(self, Self::Call(CallError::Refused(refusal)) if refusal.kind == kind)
    }

    pub(super) fn into_error<E: Refusals>(self) -> E {
        if let Self::Call(CallError::Refused(refusal)) = &self
            && let Some(error) = E::read(refusal)
        {
            return error;
        }
        AccountError::from(self).into()
    }
}

impl From<Unanswered> for AccountError {
    fn from(unanswered: Unanswered) -> Self {
        match unanswered {
            Unanswered::NoTokens(NoTokens::SignedOut) => Self::SignedOut,
            Unanswered::NoTokens(NoTokens::NotRenewed) => Self::NotRenewed,
            Unanswered::NoTokens(NoTokens::NoOthers) => Self::NotAccepted,
            Unanswered::NoScope => Self::NoScope,
            Unanswered::Call(CallError::Refused(refusal)) => match refusal.kind {
                _ if refusal.sign() == Some(Sign::MissingScope) => Self::NoScope,
                _ if is_of_the_token(&refusal) => Self::NotAccepted,
                ErrorKind::UserNotFound => Self::NoAccount,
                _ => Self::Trouble(CallError::Refused(refusal).into()),
            },
            Unanswered::Call(error) => Self::Trouble(error.into()),
        }
    }
}

impl Refusals for AccountError {
    fn read(_: &ServiceError) -> Option<Self> {
        None
    }
}

/// Declares an attempt's own refusals by their types; those of the token are nobody's own.
macro_rules! refusals {
    ($error:ident, $refusal:ident { $($($kind:ident)|+ => $value:expr),* $(,)? }) => {
        impl From<AccountError> for $error {
            fn from(error: AccountError) -> Self {
                Self::Account(error)
            }
        }

        impl Refusals for $error {
            fn read($refusal: &ServiceError) -> Option<Self> {
                match $refusal.kind {
                    _ if $refusal.sign() == Some(Sign::MissingScope) || is_of_the_token($refusal) => None,
                    $($(ErrorKind::$kind)|+ => Some($value),)*
                    _ => None,
                }
            }
        }
    };
}

refusals!(ChangeAttributeError, refusal {
    NotAuthorized => Self::NotWritable,
    AliasExists => Self::Taken,
    InvalidParameter => match refusal.sign() {
        Some(Sign::ImmutableAttribute) => Self::Immutable,
        _ => Self::Invalid(refusal.message.clone()),
    },
    UserLambdaValidation => Self::Declined(refusal.message.clone()),
});

refusals!(AttributeCodeError, refusal {
    CodeMismatch => Self::Wrong,
    ExpiredCode => Self::Expired,
    AliasExists => Self::Taken,
});

refusals!(ChangePasswordError, refusal {
    NotAuthorized => Self::WrongPassword,
    InvalidPassword => Self::Password(refusal.message.clone()),
    PasswordHistoryPolicyViolation => Self::UsedBefore,
});

refusals!(SecondFactorError, refusal {
    CodeMismatch | EnableSoftwareTokenMfa => Self::WrongCode,
    ExpiredCode => Self::UsedCode,
    SoftwareTokenMfaNotFound | MfaMethodNotFound | FeatureUnavailableInTier => Self::NotOffered,
    // The code is all that a person types here.
    InvalidParameter => match refusal.message.contains("validation error") {
        true => Self::WrongCode,
        false => Self::NotReady(refusal.message.clone()),
    },
});

refusals!(PasskeyFault, refusal {
    WebAuthnNotEnabled | WebAuthnConfigurationMissing | FeatureUnavailableInTier => Self::NotOffered,
    WebAuthnChallengeNotFound | WebAuthnClientMismatch => Self::TooLate,
    WebAuthnOriginNotAllowed | WebAuthnRelyingPartyMismatch => Self::OtherSite,
    WebAuthnCredentialNotSupported => Self::NotSupported,
    LimitExceeded => Self::TooMany,
});
