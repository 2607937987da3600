//! The pool's error responses: Cognito's exceptions with their wire names and texts.

use core::fmt;

/// The exceptions of the user-pool API that this pool can return.
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
    /// Returns the name of the exception in error responses (`__type` and `x-amzn-ErrorType`).
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

    /// Returns the HTTP status for the exception. Every client error is 400, including throttling. Only an internal
    /// error is 500.
    pub const fn http_status(self) -> u16 {
        match self {
            Self::InternalError => 500,
            _ => 400,
        }
    }
}

/// An error of an action: the exception that Cognito would return.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    /// The exception that the response names.
    pub kind: ErrorKind,
    /// The member `message` of the response: a text for the developer. Some errors of the protocol have no text.
    pub message: Option<String>,
    /// The internal cause, which is only printed to the console and never sent.
    pub cause: Option<String>,
}

impl ApiError {
    /// Makes an error with this exception and text.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: Some(message.into()),
            cause: None,
        }
    }

    /// Makes an error with an exception that Cognito sends without a text.
    pub const fn without_message(kind: ErrorKind) -> Self {
        Self {
            kind,
            message: None,
            cause: None,
        }
    }

    /// Makes an `InternalErrorException`. `cause` is only printed to the console.
    pub fn internal(cause: impl fmt::Display) -> Self {
        Self {
            kind: ErrorKind::InternalError,
            message: Some("Something went wrong".to_owned()),
            cause: Some(cause.to_string()),
        }
    }

    /// Makes a `NotAuthorizedException` with this text.
    pub fn not_authorized(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::NotAuthorized, message)
    }

    /// Makes an `InvalidParameterException` with this text.
    pub fn invalid_parameter(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidParameter, message)
    }

    /// Makes the error for a wrong password or a wrong proof. If the client hides whether users exist, it is
    /// also the error for an unknown user.
    pub fn incorrect_username_or_password() -> Self {
        Self::not_authorized("Incorrect username or password.")
    }

    /// Makes the error for a missing key of `AuthParameters` or `ChallengeResponses`.
    pub fn missing_parameter(key: &str) -> Self {
        Self::invalid_parameter(format!("Missing required parameter {key}"))
    }

    /// Makes the error for an unknown app client.
    pub fn no_such_client(client_id: &str) -> Self {
        Self::new(
            ErrorKind::ResourceNotFound,
            format!("User pool client {client_id} does not exist."),
        )
    }

    /// Makes the error for an unknown user pool.
    pub fn no_such_pool(pool_id: &str) -> Self {
        Self::new(
            ErrorKind::ResourceNotFound,
            format!("User pool {pool_id} does not exist."),
        )
    }

    /// Makes the error for an unknown user in sign-in and in admin actions.
    pub fn no_such_user() -> Self {
        Self::new(ErrorKind::UserNotFound, "User does not exist.")
    }

    /// Makes the error for an unknown user in the actions that send or check codes.
    pub fn no_such_user_for_client() -> Self {
        Self::new(
            ErrorKind::UserNotFound,
            "Username/client id combination not found.",
        )
    }

    /// Makes the error for a disabled user.
    pub fn user_disabled() -> Self {
        Self::not_authorized("User is disabled.")
    }

    /// Makes the error for too many attempts in an hour.
    pub fn limit_exceeded() -> Self {
        Self::new(
            ErrorKind::LimitExceeded,
            "Attempt limit exceeded, please try after some time.",
        )
    }

    /// Makes the error for a wrong code.
    pub fn code_mismatch() -> Self {
        Self::new(
            ErrorKind::CodeMismatch,
            "Invalid verification code provided, please try again.",
        )
    }

    /// Makes the error for a code that has expired, was already used or was never requested.
    pub fn expired_code() -> Self {
        Self::new(
            ErrorKind::ExpiredCode,
            "Invalid code provided, please request a code again.",
        )
    }

    /// Makes the error for an attribute that the client may not write or delete.
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
        Self::internal(format_args!("database: {error}"))
    }
}

impl From<serde_json::Error> for ApiError {
    /// Converts the error for a stored value that does not parse to an internal error.
    fn from(error: serde_json::Error) -> Self {
        Self::internal(format_args!("database: {error}"))
    }
}
