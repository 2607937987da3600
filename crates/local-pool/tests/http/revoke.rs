//! The `/oauth2/revoke` endpoint.

use local_pool::settings::DEV_CLIENT_ID;
use serde_json::json;

use crate::browser::{Browser, authorization_query, post_as_app};
use crate::http::Request;
use crate::users::{pool, register};

const ANN: &str = "ann@example.com";

#[test]
fn revoke_endpoint_ends_refresh_token_and_its_access_tokens() {
    let pool = pool();
    register(&pool, ANN);
    let tokens = Browser::new(&pool).sign_in_for_tokens(&authorization_query(&[]), ANN);
    let token = tokens["refresh_token"].as_str().expect("text");
    let client = ("client_id", DEV_CLIENT_ID);
    // Revoking a revoked token has the same response (RFC 7009 §2.2).
    for _ in 0..2 {
        let answer = post_as_app(&pool, "/oauth2/revoke", &[client, ("token", token)]);
        assert_eq!(
            (
                answer.status,
                answer.body.as_str(),
                answer.header("access-control-allow-origin")
            ),
            (200, "", Some("*"))
        );
    }
    let renewed = post_as_app(
        &pool,
        "/oauth2/token",
        &[
            client,
            ("grant_type", "refresh_token"),
            ("refresh_token", token),
        ],
    );
    assert_eq!(renewed.json(), json!({ "error": "invalid_grant" }));
    let access = tokens["access_token"].as_str().expect("text");
    let info = Request::new(pool.address(), "GET", "/oauth2/userInfo")
        .header("authorization", format!("Bearer {access}"))
        .send();
    assert_eq!(info.status, 401);
}

#[test]
fn revoke_endpoint_accepts_only_refresh_tokens_of_the_client() {
    let pool = pool();
    register(&pool, ANN);
    let tokens = Browser::new(&pool).sign_in_for_tokens(&authorization_query(&[]), ANN);
    let client = ("client_id", DEV_CLIENT_ID);
    let told = |fields: &[(&str, &str)]| {
        let answer = post_as_app(&pool, "/oauth2/revoke", fields);
        (answer.status, answer.json())
    };
    assert_eq!(
        told(&[client]),
        (400, json!({ "error": "invalid_request" }))
    );
    for kind in ["access_token", "id_token"] {
        let token = tokens[kind].as_str().expect("text");
        assert_eq!(
            told(&[client, ("token", token)]),
            (400, json!({ "error": "unsupported_token_type" }))
        );
    }
    assert_eq!(
        told(&[("client_id", "1unknown"), ("token", "any")]),
        (401, json!({ "error": "invalid_client" }))
    );
    let unknown = post_as_app(&pool, "/oauth2/revoke", &[client, ("token", "any")]);
    assert_eq!((unknown.status, unknown.body.as_str()), (200, ""));
}
