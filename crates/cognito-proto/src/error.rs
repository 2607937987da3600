//! Errors that a user pool answers with.
//!
//! The kind of an error is its exception type, from the header or the body, with or without a prefix. The error's
//! text never decides it.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/CommonErrors.html>

use crate::json::Json;

/// Declares the exceptions, each with its name in the API.
macro_rules! exceptions {
    ($($kind:ident = $wire:literal),* $(,)?) => {
        /// The exception type of an error.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each is the exception of that name in Amazon's reference")]
        pub enum ErrorKind {
            $($kind,)*
            /// A type that this client does not know.
            Unknown,
        }

        impl ErrorKind {
            /// All known types, with their names in the API.
            pub const ALL: &[(Self, &'static str)] = &[$((Self::$kind, $wire)),*];

            /// Parses the bare name as well as `prefix#NotAuthorizedException:http://…`.
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

/// An error that the service answered with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceError {
    /// The exception type. Decisions are based on it.
    pub kind: ErrorKind,
    /// The HTTP status.
    pub status: u16,
    /// The service's text. It is untrusted and must only be shown as text.
    pub message: String,
}

/// The meaning of an error that shares its exception type with others and differs from them only in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
}

/// The meanings, each with its exception type and the text by which it is recognized.
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
];

impl ServiceError {
    /// Returns the meaning that only the text tells, if there is one.
    pub fn detail(&self) -> Option<ErrorDetail> {
        KNOWN_MESSAGES
            .iter()
            .find(|(_, kind, words)| *kind == self.kind && self.message.contains(words))
            .map(|(sign, ..)| *sign)
    }

    /// Parses a response whose status is not 2xx. `error_type` is the header `x-amzn-ErrorType`, if the browser
    /// exposes it.
    pub fn from_response(status: u16, error_type: Option<&str>, body: &str) -> Self {
        let body = Json::parse(body).unwrap_or(Json::Null);
        let text = |names: [&str; 2]| {
            names
                .into_iter()
                .find_map(|name| body.get(name).as_str().map(str::to_owned))
        };
        let kind = [error_type.map(str::to_owned), text(["__type", "code"])]
            .into_iter()
            .flatten()
            .map(|name| ErrorKind::from_wire(&name))
            .find(|kind| *kind != ErrorKind::Unknown)
            .unwrap_or(match status {
                429 => ErrorKind::TooManyRequests,
                500.. => ErrorKind::InternalError,
                _ => ErrorKind::Unknown,
            });
        Self {
            kind,
            status,
            message: text(["message", "Message"]).unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(kind: ErrorKind, message: &str) -> ServiceError {
        ServiceError {
            kind,
            status: 400,
            message: message.to_owned(),
        }
    }

    #[test]
    fn the_type_is_found_in_header_or_body_with_or_without_prefix() {
        let told = "Incorrect username or password.";
        let expected = refused(ErrorKind::NotAuthorized, told);
        let body = |kind: &str, member: &str| {
            format!(r#"{{"{kind}":"NotAuthorizedException","{member}":"{told}"}}"#)
        };
        for (header, body) in [
            (Some("NotAuthorizedException:"), body("x", "message")),
            (
                Some("com.amazonaws.cognito#NotAuthorizedException:http://internal.amazon.com/"),
                body("x", "message"),
            ),
            (None, body("__type", "message")),
            (None, body("code", "Message")),
            (Some("SomethingElse"), body("__type", "message")),
            (
                None,
                format!(
                    r#"{{"__type":"com.amazonaws#NotAuthorizedException","message":"{told}"}}"#
                ),
            ),
        ] {
            assert_eq!(
                ServiceError::from_response(400, header, &body),
                expected,
                "{header:?} {body}"
            );
        }
    }

    #[test]
    fn every_exception_is_known_by_its_own_name() {
        for (kind, wire) in ErrorKind::ALL {
            assert_eq!(
                ServiceError::from_response(400, None, &format!(r#"{{"__type":"{wire}"}}"#)),
                refused(*kind, "")
            );
        }
    }

    /// `tests/data/refusals.txt` lists the exceptions of each operation in Amazon's API model.
    /// `UnknownOperationException` is the answer of a service that lacks an operation, so the model does not have it.
    #[test]
    fn every_refusal_of_every_operation_has_a_kind_and_every_kind_is_one_of_them() {
        let mut seen = vec![ErrorKind::UnknownOperation];
        let model = include_str!("../tests/data/refusals.txt").lines();
        for line in model.filter(|line| !line.starts_with('#')) {
            let (operation, names) = line.split_once(": ").expect("operation: names");
            for name in names.split(' ') {
                let header = format!("{name}:");
                let kind = ServiceError::from_response(400, Some(&header), "").kind;
                assert_ne!(kind, ErrorKind::Unknown, "{operation}: {name}");
                if !seen.contains(&kind) {
                    seen.push(kind);
                }
            }
        }
        for (kind, wire) in ErrorKind::ALL {
            assert!(seen.contains(kind), "{wire} is of no operation");
        }
        assert_eq!(seen.len(), ErrorKind::ALL.len());
    }

    /// The texts as Cognito sends them, each with its exception type.
    #[test]
    fn what_a_text_alone_says_is_read_from_it_under_its_own_type() {
        let sign = |kind, message: &str| refused(kind, message).detail();
        for (kind, message, expected) in [
            (
                ErrorKind::NotAuthorized,
                "Access Token has expired",
                ErrorDetail::ExpiredToken,
            ),
            (
                ErrorKind::NotAuthorized,
                "Access Token has been revoked",
                ErrorDetail::RevokedToken,
            ),
            (
                ErrorKind::NotAuthorized,
                "A client attempted to write unauthorized attribute",
                ErrorDetail::UnwritableAttribute,
            ),
            (
                ErrorKind::NotAuthorized,
                "Access Token does not have required scopes",
                ErrorDetail::MissingScope,
            ),
            (
                ErrorKind::InvalidParameter,
                "user.email: Attribute cannot be updated.\n",
                ErrorDetail::ImmutableAttribute,
            ),
            (
                ErrorKind::ResourceNotFound,
                "Device does not exist.",
                ErrorDetail::UnknownDevice,
            ),
            (
                ErrorKind::NotAuthorized,
                "Client 1example23456789012345678 is configured with secret but SECRET_HASH was not received",
                ErrorDetail::ClientSecret,
            ),
            (
                ErrorKind::NotAuthorized,
                "Client 1example23456789012345678 is configured for secret but secret was not received",
                ErrorDetail::ClientSecret,
            ),
            (
                ErrorKind::NotAuthorized,
                "Unable to verify secret hash for client 1example23456789012345678",
                ErrorDetail::ClientSecret,
            ),
            (
                ErrorKind::NotAuthorized,
                "Password attempts exceeded",
                ErrorDetail::LockedOut,
            ),
            (
                ErrorKind::NotAuthorized,
                "Temporary password has expired and must be reset by an administrator.",
                ErrorDetail::TemporaryPasswordExpired,
            ),
            (
                ErrorKind::NotAuthorized,
                "User is disabled.",
                ErrorDetail::Disabled,
            ),
            (
                ErrorKind::NotAuthorized,
                "Invalid session for the user, session is expired.",
                ErrorDetail::ExpiredSession,
            ),
            (
                ErrorKind::NotAuthorized,
                "Invalid session for the user, session can only be used once.",
                ErrorDetail::InvalidSession,
            ),
            (
                ErrorKind::NotAuthorized,
                "Invalid session for the user.",
                ErrorDetail::InvalidSession,
            ),
        ] {
            assert_eq!(sign(kind, message), Some(expected), "{message}");
            assert_eq!(sign(ErrorKind::UserLambdaValidation, message), None);
        }
        for message in [
            "",
            "Incorrect username or password.",
            "Invalid Access Token",
        ] {
            assert_eq!(sign(ErrorKind::NotAuthorized, message), None, "{message}");
        }
        assert_eq!(
            sign(
                ErrorKind::ResourceNotFound,
                "User pool client 1example23456789012345678 does not exist."
            ),
            None
        );
    }

    #[test]
    fn an_answer_without_a_type_is_known_by_its_status() {
        let kind = |status, body| ServiceError::from_response(status, None, body).kind;
        assert_eq!(kind(429, ""), ErrorKind::TooManyRequests);
        assert_eq!(kind(503, "<html>"), ErrorKind::InternalError);
        assert_eq!(kind(400, "{}"), ErrorKind::Unknown);
        assert_eq!(kind(400, r#"{"__type":7}"#), ErrorKind::Unknown);
    }

    #[test]
    fn the_text_alone_never_decides() {
        let body = r#"{"message":"NotAuthorizedException: User is not confirmed."}"#;
        assert_eq!(
            ServiceError::from_response(400, None, body).kind,
            ErrorKind::Unknown
        );
    }
}
