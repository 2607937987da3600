use serde_json::{Value, json};

use crate::test_pool::{Refusal, TestPool, refused, text};

fn get_user(world: &TestPool, token: &Value) -> Result<Value, Refusal> {
    world.call("GetUser", json!({"AccessToken": token}))
}

fn refresh(world: &TestPool, token: &Value) -> Result<Value, Refusal> {
    world.app("GetTokensFromRefreshToken", json!({"RefreshToken": token}))
}

fn access_revoked() -> Result<Value, Refusal> {
    refused("NotAuthorizedException", "Access Token has been revoked")
}

fn refresh_revoked() -> Result<Value, Refusal> {
    refused("NotAuthorizedException", "Refresh Token has been revoked")
}

#[test]
fn revoking_a_refresh_token_ends_only_its_own_sign_in() {
    let world = TestPool::with_settings(json!({}), json!({}));
    world.confirmed("ann");
    let (here, elsewhere) = (world.tokens("ann"), world.tokens("ann"));
    let revoke = || world.app("RevokeToken", json!({"Token": here["RefreshToken"]}));
    assert_eq!(revoke(), Ok(json!({})));
    assert_eq!(revoke(), Ok(json!({})), "once more changes nothing");
    assert_eq!(refresh(&world, &here["RefreshToken"]), refresh_revoked());
    assert_eq!(get_user(&world, &here["AccessToken"]), access_revoked());
    get_user(&world, &elsewhere["AccessToken"]).unwrap();
    refresh(&world, &elsewhere["RefreshToken"]).unwrap();
}

#[test]
fn revoking_an_unknown_refresh_token_succeeds() {
    let world = TestPool::with_settings(json!({}), json!({}));
    assert_eq!(
        world.app("RevokeToken", json!({"Token": "unknown"})),
        Ok(json!({}))
    );
}

#[test]
fn only_refresh_tokens_can_be_revoked_if_it_is_enabled() {
    let world = TestPool::with_settings(json!({}), json!({}));
    world.confirmed("ann");
    let tokens = world.tokens("ann");
    for kind in ["AccessToken", "IdToken"] {
        assert_eq!(
            world
                .app("RevokeToken", json!({"Token": tokens[kind]}))
                .map_err(|(name, _)| name),
            Err("UnsupportedTokenTypeException")
        );
    }
    let off = TestPool::with_settings(json!({}), json!({"EnableTokenRevocation": false}));
    off.confirmed("ann");
    assert_eq!(
        off.app(
            "RevokeToken",
            json!({"Token": off.tokens("ann")["RefreshToken"]})
        )
        .map_err(|(name, _)| name),
        Err("UnsupportedOperationException")
    );
}

#[test]
fn a_global_sign_out_ends_all_sessions_of_one_user() {
    let world = TestPool::with_settings(json!({}), json!({}));
    world.confirmed("ann");
    world.confirmed("bob");
    let (here, elsewhere, bobs) = (
        world.tokens("ann"),
        world.tokens("ann"),
        world.tokens("bob"),
    );
    let sign_out = || world.call("GlobalSignOut", json!({"AccessToken": here["AccessToken"]}));
    assert_eq!(sign_out(), Ok(json!({})));
    assert_eq!(sign_out(), access_revoked());
    assert_eq!(
        get_user(&world, &elsewhere["AccessToken"]),
        access_revoked()
    );
    assert_eq!(
        refresh(&world, &elsewhere["RefreshToken"]),
        refresh_revoked()
    );
    get_user(&world, &bobs["AccessToken"]).unwrap();
    // A user can sign in again in the same second as the sign-out.
    get_user(&world, &world.tokens("ann")["AccessToken"]).unwrap();
}

#[test]
fn a_global_sign_out_works_where_tokens_carry_no_origin() {
    let world = TestPool::with_settings(json!({}), json!({"EnableTokenRevocation": false}));
    world.confirmed("ann");
    let token = world.access_token("ann");
    world
        .call("GlobalSignOut", json!({"AccessToken": token}))
        .unwrap();
    assert_eq!(get_user(&world, &json!(token)), access_revoked());
}

#[test]
fn an_operator_signs_a_user_out_too() {
    let world = TestPool::with_settings(json!({}), json!({}));
    world.confirmed("ann");
    let token = world.access_token("ann");
    assert_eq!(
        world.admin("AdminUserGlobalSignOut", json!({"Username": "ann"})),
        Ok(json!({}))
    );
    assert_eq!(get_user(&world, &json!(token)), access_revoked());
}

#[test]
fn an_access_token_expires() {
    let world = TestPool::with_settings(json!({}), json!({}));
    world.confirmed("ann");
    let token = json!(world.access_token("ann"));
    world.pass(3_599);
    get_user(&world, &token).unwrap();
    world.pass(1);
    assert_eq!(
        get_user(&world, &token),
        refused("NotAuthorizedException", "Access Token has expired")
    );
}

#[test]
fn a_token_that_is_no_access_token_is_refused() {
    let world = TestPool::with_settings(json!({}), json!({}));
    world.confirmed("ann");
    let tokens = world.tokens("ann");
    let mut forged = text(&tokens["AccessToken"]);
    let place = forged.len() - 10;
    let other = if forged.as_bytes()[place] == b'A' {
        "B"
    } else {
        "A"
    };
    forged.replace_range(place..=place, other);
    let invalid = refused("NotAuthorizedException", "Invalid Access Token");
    for token in [
        json!("garbage"),
        tokens["IdToken"].clone(),
        tokens["RefreshToken"].clone(),
        json!(forged),
    ] {
        assert_eq!(get_user(&world, &token), invalid);
    }
}

#[test]
fn tokens_of_another_base_url_are_refused() {
    let world = TestPool::with_settings(json!({}), json!({}));
    world.confirmed("ann");
    let token = json!(world.access_token("ann"));
    world.base_url.set("http://127.0.0.1:9229");
    assert_eq!(
        get_user(&world, &token),
        refused("NotAuthorizedException", "Invalid Access Token")
    );
}

#[test]
fn a_deleted_users_token_is_refused() {
    let world = TestPool::with_settings(json!({}), json!({}));
    world.confirmed("ann");
    let token = json!(world.access_token("ann"));
    assert_eq!(
        world.call("DeleteUser", json!({"AccessToken": token})),
        Ok(Value::Null)
    );
    assert_eq!(
        get_user(&world, &token),
        refused("UserNotFoundException", "User does not exist.")
    );
    world.sign_up("ann", &world.address("ann")).unwrap();
}

#[test]
fn disabling_a_user_revokes_the_refresh_token() {
    let world = TestPool::with_settings(json!({}), json!({}));
    world.confirmed("ann");
    let token = json!(world.access_token("ann"));
    world
        .admin("AdminDisableUser", json!({"Username": "ann"}))
        .unwrap();
    assert_eq!(
        get_user(&world, &token),
        refused("NotAuthorizedException", "User is disabled.")
    );
    world
        .admin("AdminEnableUser", json!({"Username": "ann"}))
        .unwrap();
    assert_eq!(get_user(&world, &token), access_revoked());
}
