use aws_lc_rs::hmac;
use base64::Engine as _;
use serde_json::{Value, json};

use crate::test_pool::{PASSWORD, Refusal, TestPool, expected_error};

/// Returns the secret hash by its formula: Base64(HMAC-SHA256(client secret, username ‖ client id)).
fn secret_hash(test_pool: &TestPool, username: &str) -> String {
    let secret = test_pool
        .client_secret
        .as_deref()
        .expect("a client with a secret");
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let tag = hmac::sign(
        &key,
        format!("{username}{}", test_pool.client_id).as_bytes(),
    );
    base64::engine::general_purpose::STANDARD.encode(tag)
}

/// Signs up a user with this `SecretHash`.
fn sign_up_with_hash(test_pool: &TestPool, hash: Value) -> Result<Value, Refusal> {
    test_pool.call_as_app(
        "SignUp",
        json!({
            "Username": "ann", "Password": PASSWORD, "SecretHash": hash,
            "UserAttributes": [{"Name": "email", "Value": test_pool.email_address("ann")}]
        }),
    )
}

#[test]
fn confidential_client_must_send_secret_hash_in_every_action() {
    let test_pool = TestPool::with_settings(json!({}), json!({"GenerateSecret": true}));
    let id = &test_pool.client_id;
    let missing = expected_error(
        "NotAuthorizedException",
        &format!("Client {id} is configured for secret but secret was not received"),
    );
    let wrong = expected_error(
        "NotAuthorizedException",
        &format!("Unable to verify secret hash for client {id}"),
    );
    assert_eq!(sign_up_with_hash(&test_pool, Value::Null), missing);
    assert_eq!(
        sign_up_with_hash(&test_pool, json!(secret_hash(&test_pool, "bob"))),
        wrong
    );
    sign_up_with_hash(&test_pool, json!(secret_hash(&test_pool, "ann"))).unwrap();
    let code = test_pool.newest_code(&test_pool.email_address("ann"));
    assert_eq!(test_pool.confirm_user("ann", &code), missing);
    let confirm = json!({"Username": "ann", "ConfirmationCode": code, "SecretHash": secret_hash(&test_pool, "ann")});
    assert_eq!(
        test_pool.call_as_app("ConfirmSignUp", confirm),
        Ok(json!({}))
    );

    assert_eq!(
        test_pool.sign_in_by_password("ann", PASSWORD),
        expected_error(
            "NotAuthorizedException",
            &format!("Client {id} is configured with secret but SECRET_HASH was not received")
        )
    );
    let start = |flow: &str, parameters: Value| {
        test_pool.call_as_app(
            "InitiateAuth",
            json!({"AuthFlow": flow, "AuthParameters": parameters}),
        )
    };
    let hash = secret_hash(&test_pool, "ann");
    let tokens = start(
        "USER_PASSWORD_AUTH",
        json!({"USERNAME": "ann", "PASSWORD": PASSWORD, "SECRET_HASH": hash}),
    )
    .unwrap()["AuthenticationResult"]
        .clone();
    start(
        "REFRESH_TOKEN_AUTH",
        json!({"REFRESH_TOKEN": tokens["RefreshToken"], "SECRET_HASH": hash}),
    )
    .unwrap();
    assert_eq!(
        start(
            "REFRESH_TOKEN_AUTH",
            json!({"REFRESH_TOKEN": tokens["RefreshToken"], "SECRET_HASH": secret_hash(&test_pool, "x")})
        ),
        wrong
    );
    // Actions with an access token never take a secret hash.
    test_pool
        .call_action("GetUser", json!({"AccessToken": tokens["AccessToken"]}))
        .unwrap();
}

#[test]
fn get_tokens_from_refresh_token_needs_the_client_secret() {
    let test_pool = TestPool::with_settings(json!({}), json!({"GenerateSecret": true}));
    sign_up_with_hash(&test_pool, json!(secret_hash(&test_pool, "ann"))).unwrap();
    test_pool
        .call_as_operator("AdminConfirmSignUp", json!({"Username": "ann"}))
        .unwrap();
    let tokens = test_pool
        .call_as_app(
            "InitiateAuth",
            json!({"AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": {
                "USERNAME": "ann", "PASSWORD": PASSWORD, "SECRET_HASH": secret_hash(&test_pool, "ann")
            }}),
        )
        .unwrap()["AuthenticationResult"]
        .clone();
    let refresh_token = &tokens["RefreshToken"];
    let secret = test_pool.client_secret.clone().unwrap();
    assert_eq!(
        test_pool
            .call_as_app(
                "GetTokensFromRefreshToken",
                json!({"RefreshToken": refresh_token})
            )
            .map_err(|(name, _)| name),
        Err("NotAuthorizedException")
    );
    test_pool
        .call_as_app(
            "GetTokensFromRefreshToken",
            json!({"RefreshToken": refresh_token, "ClientSecret": secret}),
        )
        .unwrap();
    assert_eq!(
        test_pool
            .call_as_app(
                "RevokeToken",
                json!({"Token": refresh_token, "ClientSecret": "w".repeat(51)})
            )
            .map_err(|(name, _)| name),
        Err("UnauthorizedException")
    );
    assert_eq!(
        test_pool.call_as_app(
            "RevokeToken",
            json!({"Token": refresh_token, "ClientSecret": secret})
        ),
        Ok(json!({}))
    );
}

#[test]
fn secret_hash_from_a_client_without_secret_is_refused() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    assert_eq!(
        sign_up_with_hash(&test_pool, json!("AAAA")),
        expected_error(
            "NotAuthorizedException",
            &format!(
                "Unable to verify secret hash for client {}",
                test_pool.client_id
            )
        )
    );
}
