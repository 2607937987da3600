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

fn refresh(test_pool: &TestPool, token: &Value) -> Result<Value, Refusal> {
    let answer = test_pool.app("GetTokensFromRefreshToken", json!({"RefreshToken": token}))?;
    assert_eq!(names(&answer), ["AuthenticationResult"]);
    Ok(answer["AuthenticationResult"].clone())
}

fn refresh_auth(test_pool: &TestPool, token: &Value) -> Result<Value, Refusal> {
    test_pool.app(
        "InitiateAuth",
        json!({
            "AuthFlow": "REFRESH_TOKEN_AUTH",
            "AuthParameters": {"REFRESH_TOKEN": token, "DEVICE_KEY": null}
        }),
    )
}

#[test]
fn without_rotation_no_action_gives_a_new_refresh_token() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    test_pool.confirmed("ann");
    let token = test_pool.tokens("ann")["RefreshToken"].clone();
    let answer = refresh_auth(&test_pool, &token).unwrap();
    assert_eq!(
        names(&answer),
        ["AuthenticationResult", "ChallengeParameters"]
    );
    let expected = ["AccessToken", "ExpiresIn", "IdToken", "TokenType"];
    assert_eq!(names(&answer["AuthenticationResult"]), expected);
    assert_eq!(names(&refresh(&test_pool, &token).unwrap()), expected);
}

#[test]
fn refreshed_tokens_keep_auth_time_and_reload_attributes() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    test_pool.confirmed("ann");
    let first = test_pool.tokens("ann");
    test_pool.advance_clock(600);
    test_pool
        .admin(
            "AdminUpdateUserAttributes",
            json!({"Username": "ann", "UserAttributes": [{"Name": "name", "Value": "Ann Lee"}]}),
        )
        .unwrap();
    let second = refresh(&test_pool, &first["RefreshToken"]).unwrap();
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
    let test_pool = TestPool::with_settings(
        json!({}),
        json!({"RefreshTokenValidity": 60, "TokenValidityUnits": {"RefreshToken": "minutes"}}),
    );
    test_pool.confirmed("ann");
    let token = test_pool.tokens("ann")["RefreshToken"].clone();
    test_pool.advance_clock(3_599);
    refresh(&test_pool, &token).unwrap();
    test_pool.advance_clock(1);
    let expired = refused("NotAuthorizedException", "Refresh Token has expired");
    assert_eq!(refresh(&test_pool, &token), expired);
    assert_eq!(refresh_auth(&test_pool, &token), expired);
}

#[test]
fn an_unknown_refresh_token_or_one_of_another_client_is_invalid() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    let other = TestPool::with_settings(json!({}), json!({}));
    other.confirmed("ann");
    let invalid = refused("NotAuthorizedException", "Invalid Refresh Token");
    assert_eq!(refresh(&test_pool, &json!("eyJjdHki.a.b.c.d")), invalid);
    assert_eq!(
        refresh(&test_pool, &other.tokens("ann")["RefreshToken"]),
        invalid
    );
    assert_eq!(
        refresh_auth(&test_pool, &other.tokens("ann")["RefreshToken"]),
        invalid
    );
}

#[test]
fn a_disabled_user_cannot_refresh() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    test_pool.confirmed("ann");
    let token = test_pool.tokens("ann")["RefreshToken"].clone();
    test_pool
        .admin("AdminDisableUser", json!({"Username": "ann"}))
        .unwrap();
    assert_eq!(
        refresh(&test_pool, &token),
        refused("NotAuthorizedException", "User is disabled.")
    );
}

#[test]
fn with_rotation_each_refresh_gives_a_new_refresh_token() {
    let test_pool = rotating(0);
    test_pool.confirmed("ann");
    let first = test_pool.tokens("ann");
    let second = refresh(&test_pool, &first["RefreshToken"]).unwrap();
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
    test_pool.advance_clock(60);
    refresh(&test_pool, &second["RefreshToken"]).unwrap();
}

#[test]
fn a_rotated_token_works_only_in_the_grace_period() {
    let test_pool = rotating(30);
    test_pool.confirmed("ann");
    let first = test_pool.tokens("ann")["RefreshToken"].clone();
    let second = refresh(&test_pool, &first).unwrap()["RefreshToken"].clone();
    test_pool.advance_clock(29);
    refresh(&test_pool, &first).unwrap();
    test_pool.advance_clock(1);
    assert_eq!(
        refresh(&test_pool, &first),
        refused(
            "RefreshTokenReuseException",
            "The refresh token has already been used; all tokens of this sign-in are revoked."
        )
    );
    assert_eq!(
        refresh(&test_pool, &second),
        refused("NotAuthorizedException", "Refresh Token has been revoked")
    );
}

#[test]
fn without_grace_a_second_use_revokes_the_family() {
    let test_pool = rotating(0);
    test_pool.confirmed("ann");
    let first = test_pool.tokens("ann");
    let second = refresh(&test_pool, &first["RefreshToken"]).unwrap();
    assert_eq!(
        refresh(&test_pool, &first["RefreshToken"]).map_err(|(name, _)| name),
        Err("RefreshTokenReuseException")
    );
    assert_eq!(
        test_pool.call("GetUser", json!({"AccessToken": second["AccessToken"]})),
        refused("NotAuthorizedException", "Access Token has been revoked")
    );
}

#[test]
fn rotation_does_not_extend_the_refresh_token_lifetime() {
    let test_pool = TestPool::with_settings(
        json!({}),
        json!({
            "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"],
            "RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 0},
            "RefreshTokenValidity": 1, "TokenValidityUnits": {"RefreshToken": "hours"}
        }),
    );
    test_pool.confirmed("ann");
    let first = test_pool.tokens("ann");
    test_pool.advance_clock(3_000);
    let second = refresh(&test_pool, &first["RefreshToken"]).unwrap();
    test_pool.advance_clock(600);
    assert_eq!(
        refresh(&test_pool, &second["RefreshToken"]),
        refused("NotAuthorizedException", "Refresh Token has expired")
    );
}

#[test]
fn with_rotation_refresh_token_auth_is_refused() {
    let test_pool = rotating(0);
    test_pool.confirmed("ann");
    let token = test_pool.tokens("ann")["RefreshToken"].clone();
    assert_eq!(
        refresh_auth(&test_pool, &token).map_err(|(name, _)| name),
        Err("InvalidParameterException")
    );
    assert!(text(&token).starts_with("eyJjdHki"));
}
