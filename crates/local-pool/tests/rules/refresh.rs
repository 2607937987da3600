use serde_json::{Value, json};

use crate::test_pool::{Refusal, TestPool, claims, names, refused, text};

fn rotating(grace: u64) -> TestPool {
    TestPool::with_settings(
        json!({}),
        json!({
            "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"],
            "RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": grace}
        }),
    )
}

fn refresh(world: &TestPool, token: &Value) -> Result<Value, Refusal> {
    let answer = world.app("GetTokensFromRefreshToken", json!({"RefreshToken": token}))?;
    assert_eq!(names(&answer), ["AuthenticationResult"]);
    Ok(answer["AuthenticationResult"].clone())
}

fn refresh_auth(world: &TestPool, token: &Value) -> Result<Value, Refusal> {
    world.app(
        "InitiateAuth",
        json!({
            "AuthFlow": "REFRESH_TOKEN_AUTH",
            "AuthParameters": {"REFRESH_TOKEN": token, "DEVICE_KEY": null}
        }),
    )
}

#[test]
fn without_rotation_no_action_gives_a_new_refresh_token() {
    let world = TestPool::with_settings(json!({}), json!({}));
    world.confirmed("ann");
    let token = world.tokens("ann")["RefreshToken"].clone();
    let answer = refresh_auth(&world, &token).unwrap();
    assert_eq!(
        names(&answer),
        ["AuthenticationResult", "ChallengeParameters"]
    );
    let expected = ["AccessToken", "ExpiresIn", "IdToken", "TokenType"];
    assert_eq!(names(&answer["AuthenticationResult"]), expected);
    assert_eq!(names(&refresh(&world, &token).unwrap()), expected);
}

#[test]
fn refreshed_tokens_keep_auth_time_and_reload_attributes() {
    let world = TestPool::with_settings(json!({}), json!({}));
    world.confirmed("ann");
    let first = world.tokens("ann");
    world.pass(600);
    world
        .admin(
            "AdminUpdateUserAttributes",
            json!({"Username": "ann", "UserAttributes": [{"Name": "name", "Value": "Ann Lee"}]}),
        )
        .unwrap();
    let second = refresh(&world, &first["RefreshToken"]).unwrap();
    let (before, after) = (claims(&first["IdToken"]), claims(&second["IdToken"]));
    for steady in ["sub", "auth_time", "origin_jti", "event_id", "aud", "iss"] {
        assert_eq!(before[steady], after[steady], "{steady}");
    }
    assert_ne!(before["jti"], after["jti"]);
    assert_eq!(
        after["iat"].as_u64(),
        before["iat"].as_u64().map(|then| then + 600)
    );
    assert_eq!(
        (&before["name"], &after["name"]),
        (&Value::Null, &json!("Ann Lee"))
    );
}

#[test]
fn a_refresh_token_expires_after_its_lifetime() {
    let world = TestPool::with_settings(
        json!({}),
        json!({"RefreshTokenValidity": 60, "TokenValidityUnits": {"RefreshToken": "minutes"}}),
    );
    world.confirmed("ann");
    let token = world.tokens("ann")["RefreshToken"].clone();
    world.pass(3_599);
    refresh(&world, &token).unwrap();
    world.pass(1);
    let expired = refused("NotAuthorizedException", "Refresh Token has expired");
    assert_eq!(refresh(&world, &token), expired);
    assert_eq!(refresh_auth(&world, &token), expired);
}

#[test]
fn an_unknown_refresh_token_or_one_of_another_client_is_invalid() {
    let world = TestPool::with_settings(json!({}), json!({}));
    let other = TestPool::with_settings(json!({}), json!({}));
    other.confirmed("ann");
    let invalid = refused("NotAuthorizedException", "Invalid Refresh Token");
    assert_eq!(refresh(&world, &json!("eyJjdHki.a.b.c.d")), invalid);
    assert_eq!(
        refresh(&world, &other.tokens("ann")["RefreshToken"]),
        invalid
    );
    assert_eq!(
        refresh_auth(&world, &other.tokens("ann")["RefreshToken"]),
        invalid
    );
}

#[test]
fn a_disabled_user_cannot_refresh() {
    let world = TestPool::with_settings(json!({}), json!({}));
    world.confirmed("ann");
    let token = world.tokens("ann")["RefreshToken"].clone();
    world
        .admin("AdminDisableUser", json!({"Username": "ann"}))
        .unwrap();
    assert_eq!(
        refresh(&world, &token),
        refused("NotAuthorizedException", "User is disabled.")
    );
}

#[test]
fn with_rotation_each_refresh_gives_a_new_refresh_token() {
    let world = rotating(0);
    world.confirmed("ann");
    let first = world.tokens("ann");
    let second = refresh(&world, &first["RefreshToken"]).unwrap();
    assert_eq!(
        names(&second),
        [
            "AccessToken",
            "ExpiresIn",
            "IdToken",
            "RefreshToken",
            "TokenType"
        ]
    );
    assert_ne!(first["RefreshToken"], second["RefreshToken"]);
    world.pass(60);
    refresh(&world, &second["RefreshToken"]).unwrap();
}

#[test]
fn a_rotated_token_works_only_in_the_grace_period() {
    let world = rotating(30);
    world.confirmed("ann");
    let first = world.tokens("ann")["RefreshToken"].clone();
    let second = refresh(&world, &first).unwrap()["RefreshToken"].clone();
    world.pass(29);
    refresh(&world, &first).unwrap();
    world.pass(1);
    assert_eq!(
        refresh(&world, &first),
        refused(
            "RefreshTokenReuseException",
            "The refresh token has already been used; all tokens of this sign-in are revoked."
        )
    );
    assert_eq!(
        refresh(&world, &second),
        refused("NotAuthorizedException", "Refresh Token has been revoked")
    );
}

#[test]
fn without_grace_a_second_use_revokes_the_family() {
    let world = rotating(0);
    world.confirmed("ann");
    let first = world.tokens("ann");
    let second = refresh(&world, &first["RefreshToken"]).unwrap();
    assert_eq!(
        refresh(&world, &first["RefreshToken"]).map_err(|(name, _)| name),
        Err("RefreshTokenReuseException")
    );
    assert_eq!(
        world.call("GetUser", json!({"AccessToken": second["AccessToken"]})),
        refused("NotAuthorizedException", "Access Token has been revoked")
    );
}

#[test]
fn rotation_does_not_extend_the_sign_in() {
    let world = TestPool::with_settings(
        json!({}),
        json!({
            "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"],
            "RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 0},
            "RefreshTokenValidity": 1, "TokenValidityUnits": {"RefreshToken": "hours"}
        }),
    );
    world.confirmed("ann");
    let first = world.tokens("ann");
    world.pass(3_000);
    let second = refresh(&world, &first["RefreshToken"]).unwrap();
    world.pass(600);
    assert_eq!(
        refresh(&world, &second["RefreshToken"]),
        refused("NotAuthorizedException", "Refresh Token has expired")
    );
}

#[test]
fn with_rotation_refresh_token_auth_is_refused() {
    let world = rotating(0);
    world.confirmed("ann");
    let token = world.tokens("ann")["RefreshToken"].clone();
    assert_eq!(
        refresh_auth(&world, &token).map_err(|(name, _)| name),
        Err("InvalidParameterException")
    );
    assert!(text(&token).starts_with("eyJjdHki"));
}
