use aws_lc_rs::hmac;
use base64::Engine as _;
use serde_json::{Value, json};

use crate::test_pool::{PASSWORD, Refusal, TestPool, refused};

/// The secret hash by its formula: Base64(HMAC-SHA256(client secret, username ‖ client id)).
fn secret_hash(world: &TestPool, username: &str) -> String {
    let secret = world
        .client_secret
        .as_deref()
        .expect("a client with a secret");
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let tag = hmac::sign(&key, format!("{username}{}", world.client_id).as_bytes());
    base64::engine::general_purpose::STANDARD.encode(tag)
}

fn sign_up(world: &TestPool, hash: Value) -> Result<Value, Refusal> {
    world.app(
        "SignUp",
        json!({
            "Username": "ann", "Password": PASSWORD, "SecretHash": hash,
            "UserAttributes": [{"Name": "email", "Value": world.address("ann")}]
        }),
    )
}

#[test]
fn a_client_with_a_secret_needs_its_hash_everywhere() {
    let world = TestPool::with_settings(json!({}), json!({"GenerateSecret": true}));
    let id = &world.client_id;
    let missing = refused(
        "NotAuthorizedException",
        &format!("Client {id} is configured for secret but secret was not received"),
    );
    let wrong = refused(
        "NotAuthorizedException",
        &format!("Unable to verify secret hash for client {id}"),
    );
    assert_eq!(sign_up(&world, Value::Null), missing);
    assert_eq!(sign_up(&world, json!(secret_hash(&world, "bob"))), wrong);
    sign_up(&world, json!(secret_hash(&world, "ann"))).unwrap();
    let code = world.code(&world.address("ann"));
    assert_eq!(world.confirm("ann", &code), missing);
    let confirm = json!({"Username": "ann", "ConfirmationCode": code, "SecretHash": secret_hash(&world, "ann")});
    assert_eq!(world.app("ConfirmSignUp", confirm), Ok(json!({})));

    assert_eq!(
        world.by_password("ann", PASSWORD),
        refused(
            "NotAuthorizedException",
            &format!("Client {id} is configured with secret but SECRET_HASH was not received")
        )
    );
    let start = |flow: &str, parameters: Value| {
        world.app(
            "InitiateAuth",
            json!({"AuthFlow": flow, "AuthParameters": parameters}),
        )
    };
    let hash = secret_hash(&world, "ann");
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
            json!({"REFRESH_TOKEN": tokens["RefreshToken"], "SECRET_HASH": secret_hash(&world, "x")})
        ),
        wrong
    );
    // Actions with an access token never take a secret hash.
    world
        .call("GetUser", json!({"AccessToken": tokens["AccessToken"]}))
        .unwrap();
}

#[test]
fn get_tokens_from_refresh_token_takes_the_client_secret() {
    let world = TestPool::with_settings(json!({}), json!({"GenerateSecret": true}));
    sign_up(&world, json!(secret_hash(&world, "ann"))).unwrap();
    world
        .admin("AdminConfirmSignUp", json!({"Username": "ann"}))
        .unwrap();
    let tokens = world
        .app(
            "InitiateAuth",
            json!({"AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": {
                "USERNAME": "ann", "PASSWORD": PASSWORD, "SECRET_HASH": secret_hash(&world, "ann")
            }}),
        )
        .unwrap()["AuthenticationResult"]
        .clone();
    let refresh_token = &tokens["RefreshToken"];
    let secret = world.client_secret.clone().unwrap();
    assert_eq!(
        world
            .app(
                "GetTokensFromRefreshToken",
                json!({"RefreshToken": refresh_token})
            )
            .map_err(|(name, _)| name),
        Err("NotAuthorizedException")
    );
    world
        .app(
            "GetTokensFromRefreshToken",
            json!({"RefreshToken": refresh_token, "ClientSecret": secret}),
        )
        .unwrap();
    assert_eq!(
        world
            .app(
                "RevokeToken",
                json!({"Token": refresh_token, "ClientSecret": "w".repeat(51)})
            )
            .map_err(|(name, _)| name),
        Err("UnauthorizedException")
    );
    assert_eq!(
        world.app(
            "RevokeToken",
            json!({"Token": refresh_token, "ClientSecret": secret})
        ),
        Ok(json!({}))
    );
}

#[test]
fn a_secret_hash_of_a_public_client_is_refused() {
    let world = TestPool::with_settings(json!({}), json!({}));
    assert_eq!(
        sign_up(&world, json!("AAAA")),
        refused(
            "NotAuthorizedException",
            &format!(
                "Unable to verify secret hash for client {}",
                world.client_id
            )
        )
    );
}
