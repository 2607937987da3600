//! The `/oauth2/token` endpoint: authorization codes and client credentials.

use std::time::Duration;

use local_pool::LocalPool;
use local_pool::settings::DEV_CLIENT_ID;
use serde_json::{Value, json};

use crate::browser::{
    Browser, VERIFIER, authorization_query, decode_claims, encode_form, post_as_app, redeem_code,
};
use crate::http::{Answer, Request, call_action};
use crate::users::{pool, register};

pub(crate) const ANN: &str = "ann@example.com";

/// Starts a pool with the registered user Ann.
pub(crate) fn start_pool_with_ann() -> LocalPool {
    let pool = pool();
    register(&pool, ANN);
    pool
}

/// Returns the names of the members of a JSON object.
pub(crate) fn member_names(object: &Value) -> Vec<&str> {
    let object = object.as_object().expect("an object");
    object.keys().map(String::as_str).collect()
}

/// Returns the status and the body of an error response.
pub(crate) fn error_of(answer: &Answer) -> (u16, Value) {
    (answer.status, answer.json())
}

/// Returns the status and the body of the error `invalid_grant`.
pub(crate) fn invalid_grant() -> (u16, Value) {
    (400, json!({ "error": "invalid_grant" }))
}

/// Refreshes tokens by the token endpoint, with these additional parameters.
pub(crate) fn refresh_tokens(pool: &LocalPool, token: &Value, more: &[(&str, &str)]) -> Answer {
    let mut pairs = vec![
        ("grant_type", "refresh_token"),
        ("client_id", DEV_CLIENT_ID),
        ("refresh_token", token.as_str().expect("a refresh token")),
    ];
    pairs.extend_from_slice(more);
    post_as_app(pool, "/oauth2/token", &pairs)
}

#[test]
fn token_endpoint_exchanges_a_code_for_tokens_with_its_scope() {
    let pool = start_pool_with_ann();
    let code = Browser::new(&pool).sign_in_for_code(&authorization_query(&[]), ANN);
    let answer = redeem_code(&pool, &code, &[]);
    assert_eq!(
        (
            answer.status,
            answer.header("content-type"),
            answer.header("cache-control"),
            answer.header("access-control-allow-origin"),
        ),
        (
            200,
            Some("application/json;charset=UTF-8"),
            Some("no-store"),
            Some("*")
        )
    );
    let tokens = answer.json();
    assert_eq!(
        member_names(&tokens),
        [
            "access_token",
            "expires_in",
            "id_token",
            "refresh_token",
            "token_type"
        ]
    );
    assert_eq!(
        (&tokens["expires_in"], &tokens["token_type"]),
        (&json!(3600), &json!("Bearer"))
    );
    let access = decode_claims(&tokens["access_token"]);
    assert_eq!(
        (&access["scope"], &access["version"], &access["client_id"]),
        (&json!("openid email"), &json!(2), &json!(DEV_CLIENT_ID))
    );
    let id = decode_claims(&tokens["id_token"]);
    // `name` is absent, because the scopes are openid and email.
    assert_eq!(
        member_names(&id),
        [
            "at_hash",
            "aud",
            "auth_time",
            "cognito:username",
            "email",
            "email_verified",
            "event_id",
            "exp",
            "iat",
            "iss",
            "jti",
            "nonce",
            "origin_jti",
            "sub",
            "token_use"
        ]
    );
    assert_eq!(
        (&id["nonce"], &id["email_verified"]),
        (&json!("n-1"), &json!(true))
    );
    assert_eq!(
        (&id["sub"], &id["origin_jti"]),
        (&access["sub"], &access["origin_jti"])
    );
    // OpenID Connect Core §3.1.3.6: the left half of the hash, 16 bytes.
    assert_eq!(id["at_hash"].as_str().map(str::len), Some(22));
}

#[test]
fn token_endpoint_returns_no_id_token_without_openid_scope() {
    let pool = start_pool_with_ann();
    let query = authorization_query(&[("scope", "aws.cognito.signin.user.admin")]);
    let tokens = Browser::new(&pool).sign_in_for_tokens(&query, ANN);
    assert_eq!(
        member_names(&tokens),
        ["access_token", "expires_in", "refresh_token", "token_type"]
    );
}

#[test]
fn authorization_without_a_scope_grants_all_client_scopes() {
    let pool = start_pool_with_ann();
    let tokens =
        Browser::new(&pool).sign_in_for_tokens(&authorization_query(&[("scope", "-")]), ANN);
    assert_eq!(
        decode_claims(&tokens["access_token"])["scope"],
        "openid email phone profile aws.cognito.signin.user.admin"
    );
    assert_eq!(decode_claims(&tokens["id_token"])["name"], "Ann Lee");
}

#[test]
fn get_user_needs_a_token_with_the_user_admin_scope() {
    let pool = start_pool_with_ann();
    let get_user = |scope: &str| {
        let tokens =
            Browser::new(&pool).sign_in_for_tokens(&authorization_query(&[("scope", scope)]), ANN);
        call_action(
            pool.address(),
            "GetUser",
            &json!({ "AccessToken": tokens["access_token"] }),
        )
    };
    let refused = get_user("openid email");
    assert_eq!(
        (refused.status, refused.json()),
        (
            400,
            json!({
                "__type": "NotAuthorizedException",
                "message": "Access Token does not have required scopes"
            })
        )
    );
    assert_eq!(get_user("openid aws.cognito.signin.user.admin").status, 200);
}

#[test]
fn second_use_of_an_authorization_code_revokes_its_tokens() {
    let pool = start_pool_with_ann();
    let query = authorization_query(&[("scope", "openid aws.cognito.signin.user.admin")]);
    let code = Browser::new(&pool).sign_in_for_code(&query, ANN);
    let tokens = redeem_code(&pool, &code, &[]).json();
    assert_eq!(error_of(&redeem_code(&pool, &code, &[])), invalid_grant());
    assert_eq!(
        error_of(&refresh_tokens(&pool, &tokens["refresh_token"], &[])),
        invalid_grant()
    );
    let user = call_action(
        pool.address(),
        "GetUser",
        &json!({ "AccessToken": tokens["access_token"] }),
    );
    assert_eq!(user.json()["message"], "Access Token has been revoked");
}

#[test]
fn token_endpoint_refuses_expired_codes_and_other_clients_codes() {
    let pool = start_pool_with_ann();
    let browser = Browser::new(&pool);
    let authorize = format!("/oauth2/authorize?{}", authorization_query(&[]));
    browser.sign_in_for_code(&authorization_query(&[]), ANN);
    let next = || {
        let to = crate::browser::redirect_location(&browser.get(&authorize));
        crate::browser::parse_parameters_after(&to, '?')["code"].clone()
    };
    let code = next();
    pool.clock().advance(Duration::from_secs(290));
    assert_eq!(redeem_code(&pool, &code, &[]).status, 200);
    let code = next();
    pool.clock().advance(Duration::from_secs(300));
    assert_eq!(error_of(&redeem_code(&pool, &code, &[])), invalid_grant());
    assert_eq!(
        error_of(&redeem_code(
            &pool,
            "5a8c5a3e-1111-4222-8333-9a0b1c2d3e4f",
            &[]
        )),
        invalid_grant()
    );
}

#[test]
fn code_exchange_needs_the_right_verifier_and_redirect_uri() {
    let pool = start_pool_with_ann();
    let other = VERIFIER.replace('d', "e");
    let unauthorized = (
        400,
        json!({ "error": "unauthorized_client", "error_description": "invalid_redirect" }),
    );
    for (changed, expected) in [
        (("code_verifier", "-"), invalid_grant()),
        (("code_verifier", other.as_str()), invalid_grant()),
        (
            ("redirect_uri", "http://localhost:8000/login"),
            unauthorized,
        ),
    ] {
        let code = Browser::new(&pool).sign_in_for_code(&authorization_query(&[]), ANN);
        assert_eq!(
            error_of(&redeem_code(&pool, &code, &[changed])),
            expected,
            "{changed:?}"
        );
        assert_eq!(
            error_of(&redeem_code(&pool, &code, &[])),
            invalid_grant(),
            "{changed:?}"
        );
    }
}

#[test]
fn only_one_of_several_simultaneous_code_exchanges_succeeds() {
    let pool = start_pool_with_ann();
    let code = Browser::new(&pool).sign_in_for_code(&authorization_query(&[]), ANN);
    let given = std::thread::scope(|scope| {
        let asking: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| redeem_code(&pool, &code, &[]).status))
            .collect();
        let mut answers: Vec<u16> = asking
            .into_iter()
            .map(|asked| asked.join().expect("an answer"))
            .collect();
        answers.sort_unstable();
        answers
    });
    assert_eq!(given, [200, 400, 400, 400, 400, 400, 400, 400]);
}

/// Amazon's documentation of the token endpoint, `invalid_grant`: "If your app requests the email scope and your app
/// client can read the email attribute, but not email_verified, the request returns an invalid_grant error."
#[test]
fn scope_with_an_attribute_hidden_from_client_is_invalid_grant() {
    let pool = start_pool_with_ann();
    let client_that_reads = |names: &[&str]| {
        let made = pool.call(
            "CreateUserPoolClient",
            &json!({
                "UserPoolId": "us-east-1_Poolgate1", "ClientName": "narrow", "ReadAttributes": names,
                "CallbackURLs": ["http://localhost:8000/login/"], "AllowedOAuthFlows": ["code"],
                "AllowedOAuthScopes": ["openid", "email"], "AllowedOAuthFlowsUserPoolClient": true
            }),
        );
        let made = made.expect("a client");
        made["UserPoolClient"]["ClientId"]
            .as_str()
            .expect("an id")
            .to_owned()
    };
    for (names, status) in [
        (&["email"][..], 400),
        (&["email", "email_verified"][..], 200),
    ] {
        let id = client_that_reads(names);
        let code =
            Browser::new(&pool).sign_in_for_code(&authorization_query(&[("client_id", &id)]), ANN);
        let answer = redeem_code(&pool, &code, &[("client_id", &id)]);
        assert_eq!(answer.status, status, "{answer:?}");
        if status == 400 {
            assert_eq!(error_of(&answer), invalid_grant());
        }
    }
}

#[test]
fn malformed_token_endpoint_request_gets_its_oauth_error_code() {
    let pool = start_pool_with_ann();
    let told = |fields: &[(&str, &str)]| error_of(&post_as_app(&pool, "/oauth2/token", fields));
    let error = |error: &str| (400, json!({ "error": error }));
    let client = ("client_id", DEV_CLIENT_ID);
    let code = ("grant_type", "authorization_code");
    assert_eq!(told(&[client]), error("invalid_request"));
    assert_eq!(
        told(&[client, ("grant_type", "password")]),
        error("unsupported_grant_type")
    );
    assert_eq!(told(&[code]), error("invalid_request"));
    assert_eq!(
        told(&[code, ("client_id", "1unknown")]),
        error("invalid_client")
    );
    assert_eq!(told(&[client, code]), error("invalid_request"));
    assert_eq!(told(&[client, client, code]), error("invalid_request"));
    assert_eq!(
        told(&[client, code, ("client_secret", "not-a-secret-of-this-one")]),
        (
            400,
            json!({ "error": "invalid_client", "error_description": "invalid_client_secret" })
        )
    );
    assert_eq!(
        told(&[client, ("grant_type", "client_credentials")]),
        error("unauthorized_client")
    );
    let not_a_form = Request::new(pool.address(), "POST", "/oauth2/token")
        .json(&json!({ "grant_type": "authorization_code" }))
        .send();
    assert_eq!(error_of(&not_a_form), error("invalid_request"));
}

#[test]
fn confidential_client_needs_its_secret_at_the_token_endpoint() {
    let pool = start_pool_with_ann();
    let made = pool
        .call(
            "CreateUserPoolClient",
            &json!({
                "UserPoolId": "us-east-1_Poolgate1", "ClientName": "machine", "GenerateSecret": true,
                "AllowedOAuthFlows": ["client_credentials"], "AllowedOAuthScopes": ["todos/read", "todos/write"],
                "AllowedOAuthFlowsUserPoolClient": true
            }),
        )
        .expect("a client");
    let client = &made["UserPoolClient"];
    let (id, secret) = (
        client["ClientId"].as_str().expect("an id"),
        client["ClientSecret"].as_str().expect("a secret"),
    );
    let grant = ("grant_type", "client_credentials");
    let granted = post_as_app(
        &pool,
        "/oauth2/token",
        &[
            grant,
            ("client_id", id),
            ("client_secret", secret),
            ("scope", "todos/read"),
        ],
    );
    assert_eq!(
        member_names(&granted.json()),
        ["access_token", "expires_in", "token_type"]
    );
    let access = decode_claims(&granted.json()["access_token"]);
    assert_eq!(
        member_names(&access),
        [
            "auth_time",
            "client_id",
            "exp",
            "iat",
            "iss",
            "jti",
            "scope",
            "sub",
            "token_use",
            "version"
        ]
    );
    assert_eq!(
        (&access["sub"], &access["scope"]),
        (&json!(id), &json!("todos/read"))
    );

    let basic = |secret: &str, fields: &[(&str, &str)]| {
        use base64::Engine as _;
        let proof = base64::engine::general_purpose::STANDARD.encode(format!("{id}:{secret}"));
        let answer = Request::new(pool.address(), "POST", "/oauth2/token")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("authorization", format!("Basic {proof}"))
            .body(encode_form(fields))
            .send();
        (answer.status, answer.json()["error"].clone())
    };
    assert_eq!(basic(secret, &[grant]), (200, Value::Null));
    assert_eq!(basic("wrong", &[grant]), (400, json!("invalid_client")));
    assert_eq!(
        basic(secret, &[grant, ("scope", "todos/delete")]),
        (400, json!("invalid_scope"))
    );
    assert_eq!(
        basic(secret, &[grant, ("client_secret", secret)]),
        (400, json!("invalid_request"))
    );
    assert_eq!(
        basic(secret, &[grant, ("client_id", DEV_CLIENT_ID)]),
        (400, json!("invalid_request"))
    );
    assert_eq!(
        error_of(&post_as_app(
            &pool,
            "/oauth2/token",
            &[grant, ("client_id", id)]
        ))
        .1["error"],
        "invalid_client"
    );
}
