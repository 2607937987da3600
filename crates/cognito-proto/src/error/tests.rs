use super::*;

fn refused(kind: ErrorKind, message: &str) -> ServiceError {
    ServiceError {
        kind,
        status: 400,
        message: message.to_owned(),
    }
}

#[test]
fn error_type_is_parsed_from_response_header_or_body() {
    let message = "Incorrect username or password.";
    let expected = refused(ErrorKind::NotAuthorized, message);
    let body = |kind: &str, member: &str| {
        format!(r#"{{"{kind}":"NotAuthorizedException","{member}":"{message}"}}"#)
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
            format!(r#"{{"__type":"com.amazonaws#NotAuthorizedException","message":"{message}"}}"#),
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
fn every_cognito_exception_name_is_parsed() {
    for (kind, wire) in ErrorKind::ALL {
        assert_eq!(
            ServiceError::from_response(400, None, &format!(r#"{{"__type":"{wire}"}}"#)),
            refused(*kind, "")
        );
    }
}

/// `tests/data/operation_exceptions.txt` lists the exceptions of each operation in Amazon's API model.
/// `UnknownOperationException` is the answer of a service that lacks an operation, so the model does not have it.
#[test]
fn error_kinds_match_the_exceptions_in_cognitos_api_model() {
    let mut seen = vec![ErrorKind::UnknownOperation];
    let model = include_str!("../../tests/data/operation_exceptions.txt").lines();
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
fn service_error_is_explained_by_exception_type_and_message() {
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
        (
            ErrorKind::InvalidParameter,
            "1 validation error detected: Value at 'username' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+",
            ErrorDetail::ConstraintViolation,
        ),
        (
            ErrorKind::Unknown,
            "2 validation errors detected: Value at 'clientId' failed to satisfy constraint: Member must not be null",
            ErrorDetail::ConstraintViolation,
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
fn access_token_counts_as_rejected_only_by_errors_about_it() {
    for (kind, message, expected) in [
        (ErrorKind::NotAuthorized, "Invalid Access Token", true),
        (ErrorKind::NotAuthorized, "Access Token has expired", true),
        (
            ErrorKind::NotAuthorized,
            "Access Token has been revoked",
            true,
        ),
        (
            ErrorKind::NotAuthorized,
            "Access Token does not have required scopes",
            false,
        ),
        (
            ErrorKind::NotAuthorized,
            "Incorrect username or password.",
            false,
        ),
        (
            ErrorKind::UserLambdaValidation,
            "Invalid Access Token",
            false,
        ),
    ] {
        let is_rejection = refused(kind, message).is_token_rejection();
        assert_eq!(is_rejection, expected, "{kind:?} {message}");
    }
}

#[test]
fn constraint_violation_message_is_not_shown_to_users() {
    let pattern = "1 validation error detected: Value at 'userCode' failed to satisfy constraint: Member must satisfy regular expression pattern: [0-9]+";
    for (kind, message, expected) in [
        (ErrorKind::InvalidParameter, pattern, None),
        (ErrorKind::InvalidParameter, "", None),
        (
            ErrorKind::InvalidParameter,
            "Invalid phone number format.",
            Some("Invalid phone number format."),
        ),
        // The author of a Lambda trigger wrote this text.
        (
            ErrorKind::UserLambdaValidation,
            "PreSignUp failed with error validation error: too young.",
            Some("PreSignUp failed with error validation error: too young."),
        ),
    ] {
        let refusal = refused(kind, message);
        assert_eq!(refusal.readable_message(), expected, "{message}");
    }
}

#[test]
fn error_response_without_a_type_is_classified_by_status() {
    let kind = |status, body| ServiceError::from_response(status, None, body).kind;
    assert_eq!(kind(429, ""), ErrorKind::TooManyRequests);
    assert_eq!(kind(503, "<html>"), ErrorKind::InternalError);
    assert_eq!(kind(400, "{}"), ErrorKind::Unknown);
    assert_eq!(kind(400, r#"{"__type":7}"#), ErrorKind::Unknown);
}

#[test]
fn error_message_text_does_not_determine_the_error_kind() {
    let body = r#"{"message":"NotAuthorizedException: User is not confirmed."}"#;
    assert_eq!(
        ServiceError::from_response(400, None, body).kind,
        ErrorKind::Unknown
    );
}
