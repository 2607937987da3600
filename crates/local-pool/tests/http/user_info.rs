//! The `/oauth2/userInfo` endpoint.

use serde_json::json;

use crate::browser::{Browser, authorization_query, decode_claims};
use crate::http::{Answer, Request, call_action};
use crate::users::{pool, register, sign_in};

const ANN: &str = "ann@example.com";
const DEAD: &str = "error=\"invalid_token\", error_description=\"Access token is expired, disabled, or deleted, or the user has globally signed out.\"";
const BAD: &str =
    "error=\"invalid_request\", error_description=\"Bad OAuth2 request at UserInfo Endpoint\"";

/// Requests `/oauth2/userInfo` with this method and `Authorization` header.
fn request_user_info(pool: &local_pool::LocalPool, method: &str, authorization: &str) -> Answer {
    Request::new(pool.address(), method, "/oauth2/userInfo")
        .header("authorization", authorization)
        .send()
}

#[test]
fn user_info_endpoint_returns_text_claims_of_granted_scopes() {
    let pool = pool();
    register(&pool, ANN);
    for (scope, named) in [
        ("openid", true),
        ("openid profile email", true),
        ("openid email", false),
    ] {
        let tokens =
            Browser::new(&pool).sign_in_for_tokens(&authorization_query(&[("scope", scope)]), ANN);
        let sub = decode_claims(&tokens["access_token"])["sub"].clone();
        let bearer = format!("Bearer {}", tokens["access_token"].as_str().expect("text"));
        let mut expected = json!({
            "sub": sub, "email": ANN, "email_verified": "true", "username": sub,
        });
        if named {
            expected["name"] = json!("Ann Lee");
        }
        for method in ["GET", "POST"] {
            let answer = request_user_info(&pool, method, &bearer);
            assert_eq!(
                (
                    answer.status,
                    answer.header("content-type"),
                    answer.header("access-control-allow-origin"),
                    answer.json()
                ),
                (
                    200,
                    Some("application/json;charset=UTF-8"),
                    Some("*"),
                    expected.clone()
                ),
                "{scope}"
            );
        }
    }
}

#[test]
fn user_info_refuses_revoked_tokens_and_those_without_openid() {
    let pool = pool();
    register(&pool, ANN);
    let told = |authorization: &str| {
        let answer = request_user_info(&pool, "GET", authorization);
        let header = answer.header("www-authenticate").map(str::to_owned);
        (answer.status, header.unwrap_or_default())
    };
    let dead = (401, DEAD.to_owned());
    let bad = (400, BAD.to_owned());
    let of_api = sign_in(&pool, ANN);
    let text = |value: &serde_json::Value| format!("Bearer {}", value.as_str().expect("text"));
    assert_eq!(told(&text(&of_api["AccessToken"])), dead);
    let scope = "openid aws.cognito.signin.user.admin";
    let tokens =
        Browser::new(&pool).sign_in_for_tokens(&authorization_query(&[("scope", scope)]), ANN);
    assert_eq!(told(&text(&tokens["id_token"])), dead);
    assert_eq!(told("Bearer nonsense"), dead);
    for nothing in ["", "Bearer", "Bearer ", "Basic YTpi"] {
        assert_eq!(told(nothing), bad, "{nothing:?}");
    }
    let access = text(&tokens["access_token"]);
    assert_eq!(told(&access).0, 200);
    let out = call_action(
        pool.address(),
        "GlobalSignOut",
        &json!({ "AccessToken": tokens["access_token"] }),
    );
    assert_eq!(out.status, 200);
    assert_eq!(told(&access), dead);
}
