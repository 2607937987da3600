use serde_json::json;

use crate::test_pool::{BASE_URL, BEGINNING, TestPool, claims};

#[test]
fn the_tokens_have_cognitos_claims() {
    let world = TestPool::with_settings(
        json!({"Schema": [{"Name": "tier", "AttributeDataType": "Number", "Mutable": true}]}),
        json!({"IdTokenValidity": 30, "TokenValidityUnits": {"IdToken": "minutes"}}),
    );
    let email = world.confirmed("ann");
    world
        .admin(
            "AdminUpdateUserAttributes",
            json!({"Username": "ann", "UserAttributes": [
                {"Name": "custom:tier", "Value": "7"},
                {"Name": "address", "Value": "1 Main Street"},
                {"Name": "updated_at", "Value": "1700000000"}
            ]}),
        )
        .unwrap();
    let tokens = world.tokens("ann");
    let user = world
        .admin("AdminGetUser", json!({"Username": "ann"}))
        .unwrap();
    let sub = user["UserAttributes"]
        .as_array()
        .unwrap()
        .iter()
        .find(|attribute| attribute["Name"] == "sub")
        .unwrap()["Value"]
        .clone();
    let issuer = format!("{BASE_URL}/{}", world.pool_id);
    let (id, access) = (claims(&tokens["IdToken"]), claims(&tokens["AccessToken"]));
    assert_eq!(
        id,
        json!({
            "sub": sub, "email_verified": true, "iss": issuer, "cognito:username": "ann",
            "origin_jti": id["origin_jti"], "aud": world.client_id, "event_id": id["event_id"],
            "token_use": "id", "auth_time": BEGINNING, "exp": BEGINNING + 1_800, "iat": BEGINNING,
            "jti": id["jti"], "email": email, "custom:tier": "7",
            "address": {"formatted": "1 Main Street"}, "updated_at": 1_700_000_000
        })
    );
    assert_eq!(
        access,
        json!({
            "sub": sub, "iss": issuer, "client_id": world.client_id, "origin_jti": id["origin_jti"],
            "event_id": id["event_id"], "token_use": "access",
            "scope": "aws.cognito.signin.user.admin", "auth_time": BEGINNING,
            "exp": BEGINNING + 3_600, "iat": BEGINNING, "jti": access["jti"], "username": "ann"
        })
    );
    for drawn in [
        &id["origin_jti"],
        &id["event_id"],
        &id["jti"],
        &access["jti"],
        &sub,
    ] {
        assert_eq!(drawn.as_str().map(str::len), Some(36));
    }
    assert_ne!(id["jti"], access["jti"]);
}

#[test]
fn a_client_sees_only_attributes_that_it_may_read() {
    let world = TestPool::with_settings(json!({}), json!({"ReadAttributes": ["name"]}));
    world.confirmed("ann");
    let tokens = world.tokens("ann");
    let id = claims(&tokens["IdToken"]);
    assert_eq!((id.get("email"), id.get("email_verified")), (None, None));
    let user = world
        .call("GetUser", json!({"AccessToken": tokens["AccessToken"]}))
        .unwrap();
    assert_eq!(
        user,
        json!({"Username": "ann", "UserAttributes": [{"Name": "sub", "Value": id["sub"]}]})
    );
}

#[test]
fn without_revocation_tokens_have_no_origin_jti() {
    let world = TestPool::with_settings(json!({}), json!({"EnableTokenRevocation": false}));
    world.confirmed("ann");
    let tokens = world.tokens("ann");
    assert_eq!(claims(&tokens["AccessToken"]).get("origin_jti"), None);
    let id = claims(&tokens["IdToken"]);
    assert_eq!((id.get("origin_jti"), id.get("jti")), (None, None));
}

#[test]
fn with_email_usernames_tokens_contain_the_uuid() {
    let world = TestPool::workshop();
    let ann = world.confirmed(&world.address("ann"));
    let tokens = world.tokens(&ann);
    let (id, access) = (claims(&tokens["IdToken"]), claims(&tokens["AccessToken"]));
    assert_eq!(id["cognito:username"], id["sub"]);
    assert_eq!(access["username"], id["sub"]);
    assert_eq!(id["email"], json!(ann));
}
