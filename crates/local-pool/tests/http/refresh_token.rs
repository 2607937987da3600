//! The `/oauth2/token` endpoint with a refresh token.

use std::time::Duration;

use local_pool::settings::DEV_CLIENT_ID;
use serde_json::json;

use crate::browser::{Browser, authorization_query, decode_claims};
use crate::token::{
    ANN, error_of, invalid_grant, member_names, refresh_tokens, start_pool_with_ann,
};
use crate::users::{pool, register};

#[test]
fn token_endpoint_refresh_keeps_auth_time_and_refresh_token() {
    let pool = start_pool_with_ann();
    let first = Browser::new(&pool).sign_in_for_tokens(&authorization_query(&[]), ANN);
    pool.clock().advance(Duration::from_secs(600));
    let second = refresh_tokens(&pool, &first["refresh_token"], &[]).json();
    assert_eq!(
        member_names(&second),
        ["access_token", "expires_in", "id_token", "token_type"]
    );
    for kind in ["access_token", "id_token"] {
        let (before, after) = (decode_claims(&first[kind]), decode_claims(&second[kind]));
        for steady in [
            "sub",
            "auth_time",
            "origin_jti",
            "event_id",
            "scope",
            "aud",
            "iss",
        ] {
            assert_eq!(before[steady], after[steady], "{kind} {steady}");
        }
        assert_ne!(before["jti"], after["jti"]);
    }
}

#[test]
fn token_endpoint_refresh_may_narrow_but_not_widen_the_scope() {
    let pool = start_pool_with_ann();
    let first = Browser::new(&pool).sign_in_for_tokens(&authorization_query(&[]), ANN);
    let token = &first["refresh_token"];
    assert_eq!(
        error_of(&refresh_tokens(
            &pool,
            token,
            &[("scope", "openid profile")]
        )),
        (400, json!({ "error": "invalid_scope" }))
    );
    let less = refresh_tokens(&pool, token, &[("scope", "email")]).json();
    assert_eq!(
        member_names(&less),
        ["access_token", "expires_in", "token_type"]
    );
    assert_eq!(decode_claims(&less["access_token"])["scope"], "email");
    let all = refresh_tokens(&pool, token, &[]).json();
    assert_eq!(decode_claims(&all["access_token"])["scope"], "openid email");
}

#[test]
fn token_endpoint_revokes_tokens_after_refresh_token_reuse() {
    let pool = start_pool_with_ann();
    pool.call(
        "UpdateUserPoolClient",
        &json!({
            "UserPoolId": "us-east-1_Poolgate1", "ClientId": DEV_CLIENT_ID,
            "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"],
            "RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 0},
            "CallbackURLs": ["http://localhost:8000/login/"], "AllowedOAuthFlows": ["code"],
            "AllowedOAuthScopes": ["openid", "email"], "AllowedOAuthFlowsUserPoolClient": true,
            "AccessTokenValidity": 10, "TokenValidityUnits": {"AccessToken": "minutes"}
        }),
    )
    .expect("an update");
    let first = Browser::new(&pool).sign_in_for_tokens(&authorization_query(&[]), ANN);
    assert_eq!(first["expires_in"], 600);
    let second = refresh_tokens(&pool, &first["refresh_token"], &[]).json();
    assert_ne!(first["refresh_token"], second["refresh_token"]);
    let too_much = refresh_tokens(&pool, &second["refresh_token"], &[("scope", "phone")]);
    assert_eq!(too_much.status, 400, "and the token is not used up by it");
    let third = refresh_tokens(&pool, &second["refresh_token"], &[]).json();
    assert_eq!(
        error_of(&refresh_tokens(&pool, &first["refresh_token"], &[])),
        invalid_grant()
    );
    assert_eq!(
        error_of(&refresh_tokens(&pool, &third["refresh_token"], &[])),
        invalid_grant()
    );
}

#[test]
fn token_endpoint_accepts_refresh_tokens_from_initiate_auth() {
    let pool = start_pool_with_ann();
    let tokens = crate::users::sign_in(&pool, ANN);
    let renewed = refresh_tokens(&pool, &tokens["RefreshToken"], &[]).json();
    assert_eq!(
        decode_claims(&renewed["access_token"])["scope"],
        "aws.cognito.signin.user.admin"
    );
}

#[test]
fn injected_refresh_error_keeps_session_and_refresh_token() {
    let pool = pool();
    for (name, status) in [("throttled", 429), ("internal-error", 500)] {
        let email = format!("sentinel-{name}-on-refresh@example.com");
        register(&pool, &email);
        let tokens = Browser::new(&pool).sign_in_for_tokens(&authorization_query(&[]), &email);
        let answer = refresh_tokens(&pool, &tokens["refresh_token"], &[]);
        assert_eq!(
            (answer.status, answer.header("retry-after"), answer.json()),
            (status, Some("1"), json!({ "error": "server_error" }))
        );
        pool.call(
            "AdminUpdateUserAttributes",
            &json!({
                "UserPoolId": "us-east-1_Poolgate1", "Username": email,
                "UserAttributes": [{"Name": "email", "Value": format!("well-{name}@example.com")}]
            }),
        )
        .expect("a better name");
        assert_eq!(
            refresh_tokens(&pool, &tokens["refresh_token"], &[]).status,
            200
        );
    }
}
