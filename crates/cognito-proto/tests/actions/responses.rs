use super::*;

/// Amazon's API reference promises `{}`. Other services send an empty body, and a later version can add members.
#[test]
fn action_without_output_accepts_any_json_object_or_no_body() {
    for body in ["{}", "", r#"{"Session":"AYABeExample"}"#] {
        let session = body
            .contains("Session")
            .then(|| ChallengeSession::new("AYABeExample"));
        assert_eq!(
            parse_http_response::<ConfirmSignUp>(200, None, body),
            Ok(session)
        );
        assert_eq!(
            parse_http_response::<ConfirmForgotPassword>(200, None, body),
            Ok(())
        );
        assert_eq!(
            parse_http_response::<GlobalSignOut>(200, None, body),
            Ok(())
        );
        assert_eq!(parse_http_response::<RevokeToken>(200, None, body), Ok(()));
    }
}

#[test]
fn successful_response_without_a_json_object_is_malformed() {
    for body in ["<html>", "[]", "null", "\"\"", "{", "{} {}", " "] {
        assert_eq!(
            parse_http_response::<ConfirmSignUp>(200, None, body),
            missing_member("body"),
            "{body}"
        );
    }
}

#[test]
fn error_type_is_read_from_the_response_header_or_body() {
    let message = "Incorrect username or password.";
    let refused = || {
        Err(ResponseError::Refused(ServiceError {
            kind: ErrorKind::NotAuthorized,
            status: 400,
            message: message.to_owned(),
        }))
    };
    let bare = json!({"__type":"NotAuthorizedException","message":message});
    let prefixed =
        json!({"__type":"com.amazonaws.cognito.idp#NotAuthorizedException","Message":message});
    let by_code = json!({"code":"NotAuthorizedException","message":message});
    let untyped = json!({"message":message});
    for (header, body) in [
        (Some("NotAuthorizedException:"), &bare),
        (Some("NotAuthorizedException:"), &untyped),
        (
            Some("aws.cognito#NotAuthorizedException:http://x/"),
            &untyped,
        ),
        (Some("NotAuthorizedException,other"), &untyped),
        (Some(""), &bare),
        (None, &bare),
        (None, &prefixed),
        (None, &by_code),
    ] {
        let body = body.to_string();
        assert_eq!(
            parse_http_response::<InitiateAuth<'_>>(400, header, &body),
            refused(),
            "{header:?} {body}"
        );
        assert_eq!(
            parse_http_response::<GlobalSignOut<'_>>(400, header, &body),
            refused().map(|_: AuthResponse| ()),
            "{header:?} {body}"
        );
    }
}

/// The statuses and texts come from Amazon's API reference. `reasonCode` is a member of the API model.
#[test]
fn service_error_contains_http_status_and_message() {
    for (status, body, kind, message) in [
        (
            400,
            json!({"__type":"UserNotConfirmedException","message":"User is not confirmed."}),
            ErrorKind::UserNotConfirmed,
            "User is not confirmed.",
        ),
        (
            400,
            json!({"__type":"InvalidParameterException","reasonCode":"x","message":"Missing required parameter USERNAME"}),
            ErrorKind::InvalidParameter,
            "Missing required parameter USERNAME",
        ),
        (
            400,
            json!({"__type":"InvalidParameterException","message":"Attributes did not conform to the schema: email: The attribute is required\n"}),
            ErrorKind::InvalidParameter,
            "Attributes did not conform to the schema: email: The attribute is required\n",
        ),
        (
            403,
            json!({"__type":"ForbiddenException","message":null}),
            ErrorKind::Forbidden,
            "",
        ),
        (
            500,
            json!({"__type":"InternalErrorException"}),
            ErrorKind::InternalError,
            "",
        ),
        (
            400,
            json!({"__type":"UnknownOperationException"}),
            ErrorKind::UnknownOperation,
            "",
        ),
        (
            400,
            json!({"__type":"SerializationException"}),
            ErrorKind::Unknown,
            "",
        ),
    ] {
        assert_eq!(
            parse_http_response::<SignUp<'_>>(status, None, &body.to_string()),
            Err(ResponseError::Refused(ServiceError {
                kind,
                status,
                message: message.to_owned(),
            }))
        );
    }
}

#[test]
fn error_of_a_proxy_is_classified_by_its_http_status() {
    for (status, body, kind) in [
        (429, "", ErrorKind::TooManyRequests),
        (502, "<html>Bad Gateway</html>", ErrorKind::InternalError),
        (404, "{}", ErrorKind::Unknown),
        (201, r#"{"UserSub":"x"}"#, ErrorKind::Unknown),
    ] {
        assert_eq!(
            parse_http_response::<SignUp<'_>>(status, None, body),
            Err(ResponseError::Refused(ServiceError {
                kind,
                status,
                message: String::new(),
            }))
        );
    }
}
