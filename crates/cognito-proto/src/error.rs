//! Errors in the responses of a user pool.
//!
//! The kind of an error is its exception type, from the header or the body, with or without a prefix. The error's
//! text never decides it.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/CommonErrors.html>

use serde::Deserialize;

use crate::wire::{self, Member};

/// Declares the enum [`ErrorKind`] from a list of exceptions with their names in the API.
macro_rules! exceptions {
    ($($kind:ident = $wire:literal),* $(,)?) => {
        /// The exception type of an error of the user-pool API.
        // Not `non_exhaustive`: the app matches all types, so that the compiler finds a type without a text for users.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each is the exception of that name in Amazon's reference")]
        pub enum ErrorKind {
            $($kind,)*
            /// An exception type that this client does not know.
            Unknown,
        }

        impl ErrorKind {
            /// All known types, with their names in the API.
            pub const ALL: &[(Self, &'static str)] = &[$((Self::$kind, $wire)),*];

            /// Parses an exception type, with or without a prefix and a suffix:
            /// `prefix#NotAuthorizedException:http://…`. Returns `Unknown` for a name that is not in the list.
            fn from_wire(text: &str) -> Self {
                let name = text.split([':', ',']).next().unwrap_or(text);
                let name = name.rsplit('#').next().unwrap_or(name).trim();
                Self::ALL
                    .iter()
                    .find(|(_, wire)| *wire == name)
                    .map_or(Self::Unknown, |(kind, _)| *kind)
            }
        }
    };
}

exceptions! {
    AliasExists = "AliasExistsException",
    CodeDeliveryFailure = "CodeDeliveryFailureException",
    CodeMismatch = "CodeMismatchException",
    ConcurrentModification = "ConcurrentModificationException",
    DeviceKeyExists = "DeviceKeyExistsException",
    EnableSoftwareTokenMfa = "EnableSoftwareTokenMFAException",
    ExpiredCode = "ExpiredCodeException",
    FeatureUnavailableInTier = "FeatureUnavailableInTierException",
    Forbidden = "ForbiddenException",
    InternalError = "InternalErrorException",
    InvalidEmailRoleAccessPolicy = "InvalidEmailRoleAccessPolicyException",
    InvalidLambdaResponse = "InvalidLambdaResponseException",
    InvalidParameter = "InvalidParameterException",
    InvalidPassword = "InvalidPasswordException",
    InvalidSmsRoleAccessPolicy = "InvalidSmsRoleAccessPolicyException",
    InvalidSmsRoleTrustRelationship = "InvalidSmsRoleTrustRelationshipException",
    InvalidUserPoolConfiguration = "InvalidUserPoolConfigurationException",
    LimitExceeded = "LimitExceededException",
    MfaMethodNotFound = "MFAMethodNotFoundException",
    NotAuthorized = "NotAuthorizedException",
    OperationNotEnabled = "OperationNotEnabledException",
    PasswordHistoryPolicyViolation = "PasswordHistoryPolicyViolationException",
    PasswordResetRequired = "PasswordResetRequiredException",
    RefreshTokenReuse = "RefreshTokenReuseException",
    ResourceNotFound = "ResourceNotFoundException",
    SoftwareTokenMfaNotFound = "SoftwareTokenMFANotFoundException",
    TooManyFailedAttempts = "TooManyFailedAttemptsException",
    TooManyRequests = "TooManyRequestsException",
    Unauthorized = "UnauthorizedException",
    UnexpectedLambda = "UnexpectedLambdaException",
    UnknownOperation = "UnknownOperationException",
    UnsupportedOperation = "UnsupportedOperationException",
    UnsupportedTokenType = "UnsupportedTokenTypeException",
    UserLambdaValidation = "UserLambdaValidationException",
    UserNotConfirmed = "UserNotConfirmedException",
    UserNotFound = "UserNotFoundException",
    UsernameExists = "UsernameExistsException",
    WebAuthnChallengeNotFound = "WebAuthnChallengeNotFoundException",
    WebAuthnClientMismatch = "WebAuthnClientMismatchException",
    WebAuthnConfigurationMissing = "WebAuthnConfigurationMissingException",
    WebAuthnCredentialNotSupported = "WebAuthnCredentialNotSupportedException",
    WebAuthnNotEnabled = "WebAuthnNotEnabledException",
    WebAuthnOriginNotAllowed = "WebAuthnOriginNotAllowedException",
    WebAuthnRelyingPartyMismatch = "WebAuthnRelyingPartyMismatchException",
}

/// An error in a response of the service.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind:?} (HTTP status {status}): {message}")]
pub struct ServiceError {
    /// The exception type. The app decides by it what to do next.
    pub kind: ErrorKind,
    /// The HTTP status of the response.
    pub status: u16,
    /// The text in the response. It is untrusted and must only be shown as text.
    pub message: String,
}

/// The exact meaning of an error, for errors that share an exception type and differ only in their text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorDetail {
    /// The access token has expired. The request may succeed with a refreshed one.
    ExpiredToken,
    /// The access token was revoked, and with it the whole session.
    RevokedToken,
    /// The access token lacks the scope `aws.cognito.signin.user.admin`.
    MissingScope,
    /// The app client may not write the attribute.
    UnwritableAttribute,
    /// The pool does not allow changes of the attribute.
    ImmutableAttribute,
    /// The pool does not know the device. Amazon's clients check this text too.
    UnknownDevice,
    /// The app client has a secret, which a browser cannot keep.
    ClientSecret,
    /// Too many passwords were wrong. The pool refuses even the correct one for a while.
    LockedOut,
    /// The temporary password of an invitation was not used in time.
    TemporaryPasswordExpired,
    /// An administrator disabled the account.
    Disabled,
    /// The challenge of a sign-in was not answered in time.
    ExpiredSession,
    /// The challenge of a sign-in was answered before, or belongs to another user.
    InvalidSession,
    /// A value of the request breaks a constraint of the API. The text quotes the constraint, often a regular
    /// expression, so it is not for users.
    ConstraintViolation,
}

/// The known meanings of errors, each with its exception type and the text by which it is recognized.
const KNOWN_MESSAGES: &[(ErrorDetail, ErrorKind, &str)] = &[
    (
        ErrorDetail::ExpiredToken,
        ErrorKind::NotAuthorized,
        "Access Token has expired",
    ),
    (
        ErrorDetail::RevokedToken,
        ErrorKind::NotAuthorized,
        "Access Token has been revoked",
    ),
    (
        ErrorDetail::UnwritableAttribute,
        ErrorKind::NotAuthorized,
        "attempted to write unauthorized attribute",
    ),
    (
        ErrorDetail::MissingScope,
        ErrorKind::NotAuthorized,
        "does not have required scopes",
    ),
    (
        ErrorDetail::ImmutableAttribute,
        ErrorKind::InvalidParameter,
        "Attribute cannot be updated",
    ),
    (
        ErrorDetail::UnknownDevice,
        ErrorKind::ResourceNotFound,
        "Device does not exist",
    ),
    (
        ErrorDetail::ClientSecret,
        ErrorKind::NotAuthorized,
        "SECRET_HASH was not received",
    ),
    (
        ErrorDetail::ClientSecret,
        ErrorKind::NotAuthorized,
        "is configured for secret",
    ),
    (
        ErrorDetail::ClientSecret,
        ErrorKind::NotAuthorized,
        "Unable to verify secret hash",
    ),
    (
        ErrorDetail::LockedOut,
        ErrorKind::NotAuthorized,
        "Password attempts exceeded",
    ),
    (
        ErrorDetail::TemporaryPasswordExpired,
        ErrorKind::NotAuthorized,
        "Temporary password has expired",
    ),
    (
        ErrorDetail::Disabled,
        ErrorKind::NotAuthorized,
        "User is disabled",
    ),
    (
        ErrorDetail::ExpiredSession,
        ErrorKind::NotAuthorized,
        "session is expired",
    ),
    (
        ErrorDetail::InvalidSession,
        ErrorKind::NotAuthorized,
        "Invalid session for the user",
    ),
    (
        ErrorDetail::ConstraintViolation,
        ErrorKind::InvalidParameter,
        "validation error",
    ),
    // Some services of Amazon name this error `ValidationException`.
    (
        ErrorDetail::ConstraintViolation,
        ErrorKind::Unknown,
        "validation error",
    ),
];

/// The wire format of an error response. Services write its members in different ways.
#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct ErrorBody<'a> {
    #[serde(rename = "__type")]
    type_name: Member<'a, String>,
    code: Member<'a, String>,
    message: Member<'a, String>,
    #[serde(rename = "Message")]
    capitalized_message: Member<'a, String>,
}

impl ServiceError {
    /// Returns the exact meaning of this error, which only its text shows. Returns `None` if the text is unknown.
    pub fn detail(&self) -> Option<ErrorDetail> {
        KNOWN_MESSAGES
            .iter()
            .find(|(_, kind, words)| *kind == self.kind && self.message.contains(words))
            .map(|(sign, ..)| *sign)
    }

    /// Returns true if the service rejected the access token and not the request. Both errors are
    /// `NotAuthorizedException`, and a wrong password must not be sent twice. Cognito's messages about the token
    /// contain "Access Token". A missing scope is no such error, because a refreshed token lacks it too.
    pub fn is_token_rejection(&self) -> bool {
        self.kind == ErrorKind::NotAuthorized
            && self.message.contains("Access Token")
            && self.detail() != Some(ErrorDetail::MissingScope)
    }

    /// Returns the text of the error if a user can read it: it is not empty, and it is not a
    /// [`ErrorDetail::ConstraintViolation`].
    pub fn readable_message(&self) -> Option<&str> {
        let is_readable = self.detail() != Some(ErrorDetail::ConstraintViolation);
        Some(self.message.as_str()).filter(|message| is_readable && !message.is_empty())
    }

    /// Parses an error response: one whose status is not 200. `error_type` is the header `x-amzn-ErrorType`, or `None`
    /// if the browser does not expose it.
    pub fn from_response(status: u16, error_type: Option<&str>, body: &str) -> Self {
        let body = wire::parse::<ErrorBody>(body).unwrap_or_default();
        let body_type = body.type_name.optional().or(body.code.optional());
        let message = body.message.optional();
        let kind = [error_type, body_type.as_deref()]
            .into_iter()
            .flatten()
            .map(ErrorKind::from_wire)
            .find(|kind| *kind != ErrorKind::Unknown)
            .unwrap_or(match status {
                429 => ErrorKind::TooManyRequests,
                500.. => ErrorKind::InternalError,
                _ => ErrorKind::Unknown,
            });
        Self {
            kind,
            status,
            message: message
                .or(body.capitalized_message.optional())
                .unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests;
