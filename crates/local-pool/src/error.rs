//! What the pool answers when it refuses: Cognito's exceptions by their wire names, with Cognito's texts.

use core::fmt;

/// The exceptions of the user-pool API that this pool can answer.
///
/// Source: the "Errors" of each action in Amazon's API reference (version 2016-04-18).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(
    missing_docs,
    reason = "each variant is the wire name without its suffix"
)]
pub enum ErrorKind {
    AliasExists,
    CodeDeliveryFailure,
    CodeMismatch,
    EnableSoftwareTokenMfa,
    DeviceKeyExists,
    ExpiredCode,
    FeatureUnavailableInTier,
    Forbidden,
    GroupExists,
    InternalError,
    InvalidOAuthFlow,
    InvalidParameter,
    InvalidPassword,
    InvalidUserPoolConfiguration,
    LimitExceeded,
    MfaMethodNotFound,
    MissingAuthenticationToken,
    NotAuthorized,
    PasswordHistoryPolicyViolation,
    PasswordResetRequired,
    RefreshTokenReuse,
    ResourceNotFound,
    ScopeDoesNotExist,
    Serialization,
    SoftwareTokenMfaNotFound,
    TooManyRequests,
    Unauthorized,
    UnknownOperation,
    UnsupportedOperation,
    UnsupportedTokenType,
    UnsupportedUserState,
    UserNotConfirmed,
    UserNotFound,
    UsernameExists,
    WebAuthnChallengeNotFound,
    WebAuthnClientMismatch,
    WebAuthnConfigurationMissing,
    WebAuthnCredentialNotSupported,
    WebAuthnNotEnabled,
    WebAuthnOriginNotAllowed,
    WebAuthnRelyingPartyMismatch,
}

impl ErrorKind {
    /// The bare shape name, as `__type` and `x-amzn-ErrorType` carry it.
    pub const fn wire_name(self) -> &'static str {
        match self {
            Self::AliasExists => "AliasExistsException",
            Self::CodeDeliveryFailure => "CodeDeliveryFailureException",
            Self::CodeMismatch => "CodeMismatchException",
            Self::EnableSoftwareTokenMfa => "EnableSoftwareTokenMFAException",
            Self::DeviceKeyExists => "DeviceKeyExistsException",
            Self::ExpiredCode => "ExpiredCodeException",
            Self::FeatureUnavailableInTier => "FeatureUnavailableInTierException",
            Self::Forbidden => "ForbiddenException",
            Self::GroupExists => "GroupExistsException",
            Self::InternalError => "InternalErrorException",
            Self::InvalidOAuthFlow => "InvalidOAuthFlowException",
            Self::InvalidParameter => "InvalidParameterException",
            Self::InvalidPassword => "InvalidPasswordException",
            Self::InvalidUserPoolConfiguration => "InvalidUserPoolConfigurationException",
            Self::LimitExceeded => "LimitExceededException",
            Self::MfaMethodNotFound => "MFAMethodNotFoundException",
            Self::MissingAuthenticationToken => "MissingAuthenticationTokenException",
            Self::NotAuthorized => "NotAuthorizedException",
            Self::PasswordHistoryPolicyViolation => "PasswordHistoryPolicyViolationException",
            Self::PasswordResetRequired => "PasswordResetRequiredException",
            Self::RefreshTokenReuse => "RefreshTokenReuseException",
            Self::ResourceNotFound => "ResourceNotFoundException",
            Self::ScopeDoesNotExist => "ScopeDoesNotExistException",
            Self::Serialization => "SerializationException",
            Self::SoftwareTokenMfaNotFound => "SoftwareTokenMFANotFoundException",
            Self::TooManyRequests => "TooManyRequestsException",
            Self::Unauthorized => "UnauthorizedException",
            Self::UnknownOperation => "UnknownOperationException",
            Self::UnsupportedOperation => "UnsupportedOperationException",
            Self::UnsupportedTokenType => "UnsupportedTokenTypeException",
            Self::UnsupportedUserState => "UnsupportedUserStateException",
            Self::UserNotConfirmed => "UserNotConfirmedException",
            Self::UserNotFound => "UserNotFoundException",
            Self::UsernameExists => "UsernameExistsException",
            Self::WebAuthnChallengeNotFound => "WebAuthnChallengeNotFoundException",
            Self::WebAuthnClientMismatch => "WebAuthnClientMismatchException",
            Self::WebAuthnConfigurationMissing => "WebAuthnConfigurationMissingException",
            Self::WebAuthnCredentialNotSupported => "WebAuthnCredentialNotSupportedException",
            Self::WebAuthnNotEnabled => "WebAuthnNotEnabledException",
            Self::WebAuthnOriginNotAllowed => "WebAuthnOriginNotAllowedException",
            Self::WebAuthnRelyingPartyMismatch => "WebAuthnRelyingPartyMismatchException",
        }
    }

    /// Every client error is 400, throttling included; only an internal error is 500.
    pub const fn http_status(self) -> u16 {
        match self {
            Self::InternalError => 500,
            _ => 400,
        }
    }
}

/// A refusal as it goes over the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    /// Which exception.
    pub kind: ErrorKind,
    /// The text of `message`; protocol-level errors have none.
    pub message: Option<String>,
    /// For the console alone, never sent: what went wrong inside.
    pub cause: Option<String>,
}

impl ApiError {
    /// An exception with its text.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: Some(message.into()),
            cause: None,
        }
    }

    /// An exception that Cognito sends without a text.
    pub const fn bare(kind: ErrorKind) -> Self {
        Self {
            kind,
            message: None,
            cause: None,
        }
    }

    /// `InternalErrorException`; `cause` is for the console.
    pub fn internal(cause: impl fmt::Display) -> Self {
        Self {
            kind: ErrorKind::InternalError,
            message: Some("Something went wrong".to_owned()),
            cause: Some(cause.to_string()),
        }
    }

    /// `NotAuthorizedException` with `message`.
    pub fn not_authorized(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::NotAuthorized, message)
    }

    /// `InvalidParameterException` with `message`.
    pub fn invalid_parameter(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidParameter, message)
    }

    /// A wrong password, a wrong proof, or (where existence is hidden) no such user: one answer for all.
    pub fn incorrect_username_or_password() -> Self {
        Self::not_authorized("Incorrect username or password.")
    }

    /// A key of `AuthParameters` or `ChallengeResponses` that the flow needs is not there.
    pub fn missing_parameter(key: &str) -> Self {
        Self::invalid_parameter(format!("Missing required parameter {key}"))
    }

    /// No app client has this id.
    pub fn no_such_client(client_id: &str) -> Self {
        Self::new(
            ErrorKind::ResourceNotFound,
            format!("User pool client {client_id} does not exist."),
        )
    }

    /// No user pool has this id.
    pub fn no_such_pool(pool_id: &str) -> Self {
        Self::new(
            ErrorKind::ResourceNotFound,
            format!("User pool {pool_id} does not exist."),
        )
    }

    /// No such user, as sign-in and the operator's actions say it.
    pub fn no_such_user() -> Self {
        Self::new(ErrorKind::UserNotFound, "User does not exist.")
    }

    /// No such user, as the actions about codes say it.
    pub fn no_such_user_for_client() -> Self {
        Self::new(
            ErrorKind::UserNotFound,
            "Username/client id combination not found.",
        )
    }

    /// The account is switched off.
    pub fn user_disabled() -> Self {
        Self::not_authorized("User is disabled.")
    }

    /// Too many tries in an hour.
    pub fn limit_exceeded() -> Self {
        Self::new(
            ErrorKind::LimitExceeded,
            "Attempt limit exceeded, please try after some time.",
        )
    }

    /// The code is not the one that was sent.
    pub fn code_mismatch() -> Self {
        Self::new(
            ErrorKind::CodeMismatch,
            "Invalid verification code provided, please try again.",
        )
    }

    /// The code is too old, already used, or was never asked for.
    pub fn expired_code() -> Self {
        Self::new(
            ErrorKind::ExpiredCode,
            "Invalid code provided, please request a code again.",
        )
    }

    /// A client may not write (or delete) this attribute.
    pub fn unauthorized_attribute() -> Self {
        Self::not_authorized("A client attempted to write unauthorized attribute")
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.wire_name())?;
        match &self.message {
            Some(message) => write!(f, ": {message}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for ApiError {}

impl From<rusqlite::Error> for ApiError {
    fn from(error: rusqlite::Error) -> Self {
        Self::internal(format_args!("data file: {error}"))
    }
}

impl From<serde_json::Error> for ApiError {
    /// What we wrote into the data file does not read as what it was.
    fn from(error: serde_json::Error) -> Self {
        Self::internal(format_args!("data file: {error}"))
    }
}
