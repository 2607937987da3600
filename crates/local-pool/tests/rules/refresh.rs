use serde_json::{Value, json};

use crate::test_pool::{Refusal, TestPool, decode_claims, expected_error, member_names, text_of};

/// Creates a pool whose refresh tokens rotate, with this grace period in seconds.
fn pool_with_rotation(grace: u64) -> TestPool {
    TestPool::with_settings(
        json!({}),
        json!({
            "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"],
            "RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": grace}
        }),
    )
}

/// Calls `GetTokensFromRefreshToken`.
fn get_tokens_from_refresh_token(test_pool: &TestPool, token: &Value) -> Result<Value, Refusal> {
    let answer =
        test_pool.call_as_app("GetTokensFromRefreshToken", json!({"RefreshToken": token}))?;
    assert_eq!(member_names(&answer), ["AuthenticationResult"]);
    Ok(answer["AuthenticationResult"].clone())
}

/// Refreshes tokens by `InitiateAuth`.
fn refresh_by_initiate_auth(test_pool: &TestPool, token: &Value) -> Result<Value, Refusal> {
    test_pool.call_as_app(
        "InitiateAuth",
        json!({
            "AuthFlow": "REFRESH_TOKEN_AUTH",
            "AuthParameters": {"REFRESH_TOKEN": token, "DEVICE_KEY": null}
        }),
    )
}

#[test]
fn refresh_without_rotation_returns_no_new_refresh_token() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    test_pool.create_confirmed_user("ann");
    let token = test_pool.sign_in_for_tokens("ann")["RefreshToken"].clone();
    let answer = refresh_by_initiate_auth(&test_pool, &token).unwrap();
    assert_eq!(
        member_names(&answer),
        ["AuthenticationResult", "ChallengeParameters"]
    );
    let expected = ["AccessToken", "ExpiresIn", "IdToken", "TokenType"];
    assert_eq!(member_names(&answer["AuthenticationResult"]), expected);
    assert_eq!(
        member_names(&get_tokens_from_refresh_token(&test_pool, &token).unwrap()),
        expected
    );
}

#[test]
fn refresh_keeps_auth_time_and_updates_attributes_in_tokens() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    test_pool.create_confirmed_user("ann");
    let first = test_pool.sign_in_for_tokens("ann");
    test_pool.advance_clock(600);
    test_pool
        .call_as_operator(
            "AdminUpdateUserAttributes",
            json!({"Username": "ann", "UserAttributes": [{"Name": "name", "Value": "Ann Lee"}]}),
        )
        .unwrap();
    let second = get_tokens_from_refresh_token(&test_pool, &first["RefreshToken"]).unwrap();
    let (before, after) = (
        decode_claims(&first["IdToken"]),
        decode_claims(&second["IdToken"]),
    );
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
fn refresh_token_expires_after_its_lifetime() {
    let test_pool = TestPool::with_settings(
        json!({}),
        json!({"RefreshTokenValidity": 60, "TokenValidityUnits": {"RefreshToken": "minutes"}}),
    );
    test_pool.create_confirmed_user("ann");
    let token = test_pool.sign_in_for_tokens("ann")["RefreshToken"].clone();
    test_pool.advance_clock(3_599);
    get_tokens_from_refresh_token(&test_pool, &token).unwrap();
    test_pool.advance_clock(1);
    let expired = expected_error("NotAuthorizedException", "Refresh Token has expired");
    assert_eq!(get_tokens_from_refresh_token(&test_pool, &token), expired);
    assert_eq!(refresh_by_initiate_auth(&test_pool, &token), expired);
}

#[test]
fn pool_refuses_unknown_and_other_clients_refresh_tokens() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    let other = TestPool::with_settings(json!({}), json!({}));
    other.create_confirmed_user("ann");
    let invalid = expected_error("NotAuthorizedException", "Invalid Refresh Token");
    assert_eq!(
        get_tokens_from_refresh_token(&test_pool, &json!("eyJjdHki.a.b.c.d")),
        invalid
    );
    assert_eq!(
        get_tokens_from_refresh_token(&test_pool, &other.sign_in_for_tokens("ann")["RefreshToken"]),
        invalid
    );
    assert_eq!(
        refresh_by_initiate_auth(&test_pool, &other.sign_in_for_tokens("ann")["RefreshToken"]),
        invalid
    );
}

#[test]
fn disabled_user_cannot_refresh_tokens() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    test_pool.create_confirmed_user("ann");
    let token = test_pool.sign_in_for_tokens("ann")["RefreshToken"].clone();
    test_pool
        .call_as_operator("AdminDisableUser", json!({"Username": "ann"}))
        .unwrap();
    assert_eq!(
        get_tokens_from_refresh_token(&test_pool, &token),
        expected_error("NotAuthorizedException", "User is disabled.")
    );
}

#[test]
fn each_refresh_with_rotation_returns_a_new_refresh_token() {
    let test_pool = pool_with_rotation(0);
    test_pool.create_confirmed_user("ann");
    let first = test_pool.sign_in_for_tokens("ann");
    let second = get_tokens_from_refresh_token(&test_pool, &first["RefreshToken"]).unwrap();
    assert_eq!(
        member_names(&second),
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
    get_tokens_from_refresh_token(&test_pool, &second["RefreshToken"]).unwrap();
}

#[test]
fn replaced_refresh_token_is_accepted_only_in_the_grace_period() {
    let test_pool = pool_with_rotation(30);
    test_pool.create_confirmed_user("ann");
    let first = test_pool.sign_in_for_tokens("ann")["RefreshToken"].clone();
    let second = get_tokens_from_refresh_token(&test_pool, &first).unwrap()["RefreshToken"].clone();
    test_pool.advance_clock(29);
    get_tokens_from_refresh_token(&test_pool, &first).unwrap();
    test_pool.advance_clock(1);
    assert_eq!(
        get_tokens_from_refresh_token(&test_pool, &first),
        expected_error(
            "RefreshTokenReuseException",
            "The refresh token has already been used; all tokens of this sign-in are revoked."
        )
    );
    assert_eq!(
        get_tokens_from_refresh_token(&test_pool, &second),
        expected_error("NotAuthorizedException", "Refresh Token has been revoked")
    );
}

#[test]
fn reuse_of_a_replaced_refresh_token_revokes_the_access_token() {
    let test_pool = pool_with_rotation(0);
    test_pool.create_confirmed_user("ann");
    let first = test_pool.sign_in_for_tokens("ann");
    let second = get_tokens_from_refresh_token(&test_pool, &first["RefreshToken"]).unwrap();
    assert_eq!(
        get_tokens_from_refresh_token(&test_pool, &first["RefreshToken"]).map_err(|(name, _)| name),
        Err("RefreshTokenReuseException")
    );
    assert_eq!(
        test_pool.call_action("GetUser", json!({"AccessToken": second["AccessToken"]})),
        expected_error("NotAuthorizedException", "Access Token has been revoked")
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
    test_pool.create_confirmed_user("ann");
    let first = test_pool.sign_in_for_tokens("ann");
    test_pool.advance_clock(3_000);
    let second = get_tokens_from_refresh_token(&test_pool, &first["RefreshToken"]).unwrap();
    test_pool.advance_clock(600);
    assert_eq!(
        get_tokens_from_refresh_token(&test_pool, &second["RefreshToken"]),
        expected_error("NotAuthorizedException", "Refresh Token has expired")
    );
}

#[test]
fn refresh_token_auth_flow_is_refused_if_token_rotation_is_on() {
    let test_pool = pool_with_rotation(0);
    test_pool.create_confirmed_user("ann");
    let token = test_pool.sign_in_for_tokens("ann")["RefreshToken"].clone();
    assert_eq!(
        refresh_by_initiate_auth(&test_pool, &token).map_err(|(name, _)| name),
        Err("InvalidParameterException")
    );
    assert!(text_of(&token).starts_with("eyJjdHki"));
}
