use serde_json::json;

use crate::test_pool::{BASE_URL, BEGINNING, TestPool, decode_claims};

#[test]
fn id_and_access_tokens_have_the_same_claims_as_cognitos() {
    let test_pool = TestPool::with_settings(
        json!({"Schema": [{"Name": "tier", "AttributeDataType": "Number", "Mutable": true}]}),
        json!({"IdTokenValidity": 30, "TokenValidityUnits": {"IdToken": "minutes"}}),
    );
    let email = test_pool.create_confirmed_user("ann");
    test_pool
        .call_as_operator(
            "AdminUpdateUserAttributes",
            json!({"Username": "ann", "UserAttributes": [
                {"Name": "custom:tier", "Value": "7"},
                {"Name": "address", "Value": "1 Main Street"},
                {"Name": "updated_at", "Value": "1700000000"}
            ]}),
        )
        .unwrap();
    let tokens = test_pool.sign_in_for_tokens("ann");
    let user = test_pool
        .call_as_operator("AdminGetUser", json!({"Username": "ann"}))
        .unwrap();
    let sub = user["UserAttributes"]
        .as_array()
        .unwrap()
        .iter()
        .find(|attribute| attribute["Name"] == "sub")
        .unwrap()["Value"]
        .clone();
    let issuer = format!("{BASE_URL}/{}", test_pool.pool_id);
    let (id, access) = (
        decode_claims(&tokens["IdToken"]),
        decode_claims(&tokens["AccessToken"]),
    );
    assert_eq!(
        id,
        json!({
            "sub": sub, "email_verified": true, "iss": issuer, "cognito:username": "ann",
            "origin_jti": id["origin_jti"], "aud": test_pool.client_id, "event_id": id["event_id"],
            "token_use": "id", "auth_time": BEGINNING, "exp": BEGINNING + 1_800, "iat": BEGINNING,
            "jti": id["jti"], "email": email, "custom:tier": "7",
            "address": {"formatted": "1 Main Street"}, "updated_at": 1_700_000_000
        })
    );
    assert_eq!(
        access,
        json!({
            "sub": sub, "iss": issuer, "client_id": test_pool.client_id, "origin_jti": id["origin_jti"],
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
fn app_client_gets_only_attributes_that_it_may_read() {
    let test_pool = TestPool::with_settings(json!({}), json!({"ReadAttributes": ["name"]}));
    test_pool.create_confirmed_user("ann");
    let tokens = test_pool.sign_in_for_tokens("ann");
    let id = decode_claims(&tokens["IdToken"]);
    assert_eq!((id.get("email"), id.get("email_verified")), (None, None));
    let user = test_pool
        .call_action("GetUser", json!({"AccessToken": tokens["AccessToken"]}))
        .unwrap();
    assert_eq!(
        user,
        json!({"Username": "ann", "UserAttributes": [{"Name": "sub", "Value": id["sub"]}]})
    );
}

#[test]
fn tokens_have_no_origin_jti_if_token_revocation_is_disabled() {
    let test_pool = TestPool::with_settings(json!({}), json!({"EnableTokenRevocation": false}));
    test_pool.create_confirmed_user("ann");
    let tokens = test_pool.sign_in_for_tokens("ann");
    assert_eq!(
        decode_claims(&tokens["AccessToken"]).get("origin_jti"),
        None
    );
    let id = decode_claims(&tokens["IdToken"]);
    assert_eq!((id.get("origin_jti"), id.get("jti")), (None, None));
}

#[test]
fn tokens_contain_the_uuid_as_username_in_an_email_pool() {
    let test_pool = TestPool::workshop();
    let ann = test_pool.create_confirmed_user(&test_pool.email_address("ann"));
    let tokens = test_pool.sign_in_for_tokens(&ann);
    let (id, access) = (
        decode_claims(&tokens["IdToken"]),
        decode_claims(&tokens["AccessToken"]),
    );
    assert_eq!(id["cognito:username"], id["sub"]);
    assert_eq!(access["username"], id["sub"]);
    assert_eq!(id["email"], json!(ann));
}
