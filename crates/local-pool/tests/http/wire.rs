//! The AWS JSON 1.1 protocol in Cognito's variant.

use cognito_proto::time::UnixTime;
use local_pool::LocalPool;
use local_pool::settings::{Clock, DEV_CLIENT_ID, LocalPoolSettings};
use serde_json::json;

use crate::http::{Answer, Request, call_action};
use crate::users::{pool, register, sign_in};

/// Returns the headers of a response without the request ID, which must be present.
fn headers_without_request_id(answer: &Answer) -> Vec<(&str, &str)> {
    let id = answer.header("x-amzn-requestid").expect("a request id");
    assert_eq!(
        id.split('-').map(str::len).collect::<Vec<_>>(),
        [8, 4, 4, 4, 12]
    );
    let mut headers: Vec<(&str, &str)> = answer
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .filter(|(name, _)| !["x-amzn-requestid", "connection"].contains(name))
        .collect();
    headers.sort_unstable();
    headers
}

#[test]
fn api_error_response_has_its_type_in_headers_and_body() {
    let clock = Clock::manual(UnixTime::from_secs(1_795_072_089));
    let pool = LocalPool::start(LocalPoolSettings {
        clock,
        ..LocalPoolSettings::for_tests()
    })
    .expect("the pool starts");
    let answer = call_action(
        pool.address(),
        "InitiateAuth",
        &json!({
            "AuthFlow": "USER_PASSWORD_AUTH",
            "ClientId": DEV_CLIENT_ID,
            "AuthParameters": { "USERNAME": "unknown@example.com", "PASSWORD": "Passw0rd!" },
        }),
    );
    let body = r#"{"__type":"NotAuthorizedException","message":"Incorrect username or password."}"#;
    assert_eq!((answer.status, answer.body.as_str()), (400, body));
    assert_eq!(
        headers_without_request_id(&answer),
        [
            ("access-control-allow-origin", "*"),
            (
                "access-control-expose-headers",
                "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date"
            ),
            ("content-length", body.len().to_string().as_str()),
            ("content-type", "application/x-amz-json-1.1"),
            ("date", "Thu, 19 Nov 2026 07:08:09 GMT"),
            ("x-amzn-errormessage", "Incorrect username or password."),
            ("x-amzn-errortype", "NotAuthorizedException:"),
        ]
    );
}

#[test]
fn successful_api_response_has_the_same_headers_as_cognitos() {
    let clock = Clock::manual(UnixTime::from_secs(1_795_072_089));
    let pool = LocalPool::start(LocalPoolSettings {
        clock,
        ..LocalPoolSettings::for_tests()
    })
    .expect("the pool starts");
    let answer = call_action(pool.address(), "ListUserPools", &json!({ "MaxResults": 1 }));
    assert_eq!(answer.status, 200);
    assert_eq!(
        headers_without_request_id(&answer),
        [
            ("access-control-allow-origin", "*"),
            (
                "access-control-expose-headers",
                "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date"
            ),
            ("content-length", answer.body.len().to_string().as_str()),
            ("content-type", "application/x-amz-json-1.1"),
            ("date", "Thu, 19 Nov 2026 07:08:09 GMT"),
        ]
    );
}

#[test]
fn action_without_output_members_returns_an_empty_object() {
    let pool = pool();
    register(&pool, "ann@example.com");
    let tokens = sign_in(&pool, "ann@example.com");
    let answer = call_action(
        pool.address(),
        "GlobalSignOut",
        &json!({ "AccessToken": tokens["AccessToken"] }),
    );
    assert_eq!((answer.status, answer.body.as_str()), (200, "{}"));
}

#[test]
fn unknown_action_gets_the_same_error_as_from_cognito() {
    let pool = pool();
    let target = |target: &str| {
        Request::new(pool.address(), "POST", "/")
            .header("x-amz-target", target)
            .body("{}")
            .send()
    };
    for answer in [
        Request::new(pool.address(), "POST", "/").body("{}").send(),
        target("AWSCognitoIdentityProviderService.CreateCat"),
        target("AWSCognitoIdentityProviderService.signup"),
        target("AWSCognitoIdentityProviderService."),
        target("AWSCognitoIdentityService.GetId"),
    ] {
        assert_eq!(
            (
                answer.status,
                answer.body.as_str(),
                answer.header("x-amzn-errortype")
            ),
            (
                400,
                r#"{"__type":"UnknownOperationException"}"#,
                Some("UnknownOperationException:")
            )
        );
    }
}

#[test]
fn request_body_that_is_no_json_object_is_serialization_error() {
    let pool = pool();
    for body in ["", "{", "[]", "\"text\"", "null", "\u{0}"] {
        let answer = Request::new(pool.address(), "POST", "/")
            .header("x-amz-target", "AWSCognitoIdentityProviderService.SignUp")
            .body(body)
            .send();
        assert_eq!(
            (answer.status, answer.json()["__type"].as_str()),
            (400, Some("SerializationException")),
            "{body:?}"
        );
    }
}

#[test]
fn pool_accepts_aws_signatures_without_verification() {
    let pool = pool();
    let answer = Request::new(pool.address(), "POST", "/")
        .header(
            "x-amz-target",
            "AWSCognitoIdentityProviderService.ListUserPools",
        )
        .header(
            "authorization",
            "AWS4-HMAC-SHA256 Credential=any/20261119/us-east-1/cognito-idp/aws4_request",
        )
        .header("x-amz-date", "20261119T070809Z")
        .header("x-amz-security-token", "any")
        .body(r#"{"MaxResults":1}"#)
        .send();
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[test]
fn pool_listens_on_both_loopback_addresses() {
    let pool = pool();
    for address in pool.addresses() {
        assert_eq!(
            call_action(*address, "ListUserPools", &json!({ "MaxResults": 1 })).status,
            200,
            "{address}"
        );
    }
    assert_eq!(pool.addresses()[0].ip().to_string(), "127.0.0.1");
}
