use serde_json::{Value, json};

use crate::test_pool::{Refusal, TestPool, expected_error, text_of};

/// Calls `GetUser` with this access token.
fn get_user(test_pool: &TestPool, token: &Value) -> Result<Value, Refusal> {
    test_pool.call_action("GetUser", json!({"AccessToken": token}))
}

/// Refreshes tokens with this refresh token.
fn refresh_tokens(test_pool: &TestPool, token: &Value) -> Result<Value, Refusal> {
    test_pool.call_as_app("GetTokensFromRefreshToken", json!({"RefreshToken": token}))
}

/// Returns the error for a revoked access token.
fn revoked_access_token_error() -> Result<Value, Refusal> {
    expected_error("NotAuthorizedException", "Access Token has been revoked")
}

/// Returns the error for a revoked refresh token.
fn revoked_refresh_token_error() -> Result<Value, Refusal> {
    expected_error("NotAuthorizedException", "Refresh Token has been revoked")
}

#[test]
fn revoke_token_does_not_end_other_sign_ins_of_the_user() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    test_pool.create_confirmed_user("ann");
    let (here, elsewhere) = (
        test_pool.sign_in_for_tokens("ann"),
        test_pool.sign_in_for_tokens("ann"),
    );
    let revoke = || test_pool.call_as_app("RevokeToken", json!({"Token": here["RefreshToken"]}));
    assert_eq!(revoke(), Ok(json!({})));
    assert_eq!(revoke(), Ok(json!({})), "once more changes nothing");
    assert_eq!(
        refresh_tokens(&test_pool, &here["RefreshToken"]),
        revoked_refresh_token_error()
    );
    assert_eq!(
        get_user(&test_pool, &here["AccessToken"]),
        revoked_access_token_error()
    );
    get_user(&test_pool, &elsewhere["AccessToken"]).unwrap();
    refresh_tokens(&test_pool, &elsewhere["RefreshToken"]).unwrap();
}

#[test]
fn revoke_token_succeeds_for_an_unknown_refresh_token() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    assert_eq!(
        test_pool.call_as_app("RevokeToken", json!({"Token": "unknown"})),
        Ok(json!({}))
    );
}

#[test]
fn revoke_token_needs_a_refresh_token_and_revocation_enabled() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    test_pool.create_confirmed_user("ann");
    let tokens = test_pool.sign_in_for_tokens("ann");
    for kind in ["AccessToken", "IdToken"] {
        assert_eq!(
            test_pool
                .call_as_app("RevokeToken", json!({"Token": tokens[kind]}))
                .map_err(|(name, _)| name),
            Err("UnsupportedTokenTypeException")
        );
    }
    let off = TestPool::with_settings(json!({}), json!({"EnableTokenRevocation": false}));
    off.create_confirmed_user("ann");
    assert_eq!(
        off.call_as_app(
            "RevokeToken",
            json!({"Token": off.sign_in_for_tokens("ann")["RefreshToken"]})
        )
        .map_err(|(name, _)| name),
        Err("UnsupportedOperationException")
    );
}

#[test]
fn global_sign_out_ends_all_sessions_of_one_user() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    test_pool.create_confirmed_user("ann");
    test_pool.create_confirmed_user("bob");
    let (here, elsewhere, bobs) = (
        test_pool.sign_in_for_tokens("ann"),
        test_pool.sign_in_for_tokens("ann"),
        test_pool.sign_in_for_tokens("bob"),
    );
    let sign_out =
        || test_pool.call_action("GlobalSignOut", json!({"AccessToken": here["AccessToken"]}));
    assert_eq!(sign_out(), Ok(json!({})));
    assert_eq!(sign_out(), revoked_access_token_error());
    assert_eq!(
        get_user(&test_pool, &elsewhere["AccessToken"]),
        revoked_access_token_error()
    );
    assert_eq!(
        refresh_tokens(&test_pool, &elsewhere["RefreshToken"]),
        revoked_refresh_token_error()
    );
    get_user(&test_pool, &bobs["AccessToken"]).unwrap();
    // A user can sign in again in the same second as the sign-out.
    get_user(
        &test_pool,
        &test_pool.sign_in_for_tokens("ann")["AccessToken"],
    )
    .unwrap();
}

#[test]
fn global_sign_out_works_for_tokens_without_origin_jti() {
    let test_pool = TestPool::with_settings(json!({}), json!({"EnableTokenRevocation": false}));
    test_pool.create_confirmed_user("ann");
    let token = test_pool.access_token("ann");
    test_pool
        .call_action("GlobalSignOut", json!({"AccessToken": token}))
        .unwrap();
    assert_eq!(
        get_user(&test_pool, &json!(token)),
        revoked_access_token_error()
    );
}

#[test]
fn administrator_can_sign_a_user_out() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    test_pool.create_confirmed_user("ann");
    let token = test_pool.access_token("ann");
    assert_eq!(
        test_pool.call_as_operator("AdminUserGlobalSignOut", json!({"Username": "ann"})),
        Ok(json!({}))
    );
    assert_eq!(
        get_user(&test_pool, &json!(token)),
        revoked_access_token_error()
    );
}

#[test]
fn access_token_is_refused_after_its_expiry() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    test_pool.create_confirmed_user("ann");
    let token = json!(test_pool.access_token("ann"));
    test_pool.advance_clock(3_599);
    get_user(&test_pool, &token).unwrap();
    test_pool.advance_clock(1);
    assert_eq!(
        get_user(&test_pool, &token),
        expected_error("NotAuthorizedException", "Access Token has expired")
    );
}

#[test]
fn pool_api_refuses_a_token_that_is_no_access_token() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    test_pool.create_confirmed_user("ann");
    let tokens = test_pool.sign_in_for_tokens("ann");
    let mut forged = text_of(&tokens["AccessToken"]);
    let place = forged.len() - 10;
    let other = if forged.as_bytes()[place] == b'A' {
        "B"
    } else {
        "A"
    };
    forged.replace_range(place..=place, other);
    let invalid = expected_error("NotAuthorizedException", "Invalid Access Token");
    for token in [
        json!("garbage"),
        tokens["IdToken"].clone(),
        tokens["RefreshToken"].clone(),
        json!(forged),
    ] {
        assert_eq!(get_user(&test_pool, &token), invalid);
    }
}

#[test]
fn pool_api_refuses_access_tokens_of_another_base_url() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    test_pool.create_confirmed_user("ann");
    let token = json!(test_pool.access_token("ann"));
    test_pool.base_url.set("http://127.0.0.1:9229");
    assert_eq!(
        get_user(&test_pool, &token),
        expected_error("NotAuthorizedException", "Invalid Access Token")
    );
}

#[test]
fn access_token_of_a_deleted_user_is_refused() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    test_pool.create_confirmed_user("ann");
    let token = json!(test_pool.access_token("ann"));
    assert_eq!(
        test_pool.call_action("DeleteUser", json!({"AccessToken": token})),
        Ok(Value::Null)
    );
    assert_eq!(
        get_user(&test_pool, &token),
        expected_error("UserNotFoundException", "User does not exist.")
    );
    test_pool
        .sign_up("ann", &test_pool.email_address("ann"))
        .unwrap();
}

#[test]
fn admin_disable_user_revokes_the_refresh_token() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    test_pool.create_confirmed_user("ann");
    let token = json!(test_pool.access_token("ann"));
    test_pool
        .call_as_operator("AdminDisableUser", json!({"Username": "ann"}))
        .unwrap();
    assert_eq!(
        get_user(&test_pool, &token),
        expected_error("NotAuthorizedException", "User is disabled.")
    );
    test_pool
        .call_as_operator("AdminEnableUser", json!({"Username": "ann"}))
        .unwrap();
    assert_eq!(get_user(&test_pool, &token), revoked_access_token_error());
}
