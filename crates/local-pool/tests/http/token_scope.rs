//! Access tokens of the hosted pages at the user-pool API.

use local_pool::settings::{DEV_CLIENT_ID, DEV_POOL_ID};
use serde_json::{Value, json};

use crate::browser::{Browser, authorization_query};
use crate::http::call_action;
use crate::users::{pool, register};

const ANN: &str = "ann@example.com";

/// Returns every action that takes an access token, with its other required members. Amazon's API reference
/// requires the scope `aws.cognito.signin.user.admin` for each action.
fn actions_with_access_token() -> Vec<(&'static str, Value)> {
    let device = json!({"DeviceKey": "us-east-1_3f1c8d0e-0000-4000-8000-000000000000"});
    vec![
        ("AssociateSoftwareToken", json!({})),
        (
            "ChangePassword",
            json!({"PreviousPassword": "Passw0rd!", "ProposedPassword": "N3wPassw0rd!"}),
        ),
        (
            "CompleteWebAuthnRegistration",
            json!({"Credential": {
                "id": "AAAA", "rawId": "AAAA", "type": "public-key", "clientExtensionResults": {},
                "response": {"clientDataJSON": "AAAA", "attestationObject": "AAAA"}
            }}),
        ),
        ("ConfirmDevice", device.clone()),
        ("DeleteUser", json!({})),
        (
            "DeleteUserAttributes",
            json!({"UserAttributeNames": ["nickname"]}),
        ),
        (
            "DeleteWebAuthnCredential",
            json!({"CredentialId": "8LApgk4-lNUFHbhm2w6Und7"}),
        ),
        ("ForgetDevice", device.clone()),
        ("GetDevice", device.clone()),
        ("GetUser", json!({})),
        (
            "GetUserAttributeVerificationCode",
            json!({"AttributeName": "email"}),
        ),
        ("GetUserAuthFactors", json!({})),
        ("GlobalSignOut", json!({})),
        ("ListDevices", json!({})),
        ("ListWebAuthnCredentials", json!({})),
        (
            "SetUserMFAPreference",
            json!({"SMSMfaSettings": {"Enabled": false}}),
        ),
        ("SetUserSettings", json!({"MFAOptions": []})),
        ("StartWebAuthnRegistration", json!({})),
        ("UpdateDeviceStatus", device),
        (
            "UpdateUserAttributes",
            json!({"UserAttributes": [{"Name": "nickname", "Value": "Annie"}]}),
        ),
        ("VerifySoftwareToken", json!({"UserCode": "123456"})),
        (
            "VerifyUserAttribute",
            json!({"AttributeName": "email", "Code": "123456"}),
        ),
    ]
}

#[test]
fn pool_api_refuses_tokens_without_the_user_admin_scope() {
    let pool = pool();
    register(&pool, ANN);
    let tokens = Browser::new(&pool).sign_in_for_tokens(
        &authorization_query(&[("scope", "openid email profile")]),
        ANN,
    );
    for (operation, request) in actions_with_access_token() {
        let mut request = request;
        request["AccessToken"] = tokens["access_token"].clone();
        let answer = call_action(pool.address(), operation, &request);
        assert_eq!(
            (answer.status, answer.body.as_str()),
            (
                400,
                r#"{"__type":"NotAuthorizedException","message":"Access Token does not have required scopes"}"#
            ),
            "{operation}"
        );
    }
    let user = pool
        .call(
            "AdminGetUser",
            &json!({"UserPoolId": DEV_POOL_ID, "Username": ANN}),
        )
        .expect("still there");
    assert_eq!(user["UserStatus"], "CONFIRMED");
}

#[test]
fn pool_api_accepts_a_token_with_the_user_admin_scope() {
    let pool = pool();
    register(&pool, ANN);
    let scope = "openid aws.cognito.signin.user.admin";
    let tokens =
        Browser::new(&pool).sign_in_for_tokens(&authorization_query(&[("scope", scope)]), ANN);
    let answer = call_action(
        pool.address(),
        "GetUser",
        &json!({"AccessToken": tokens["access_token"]}),
    );
    assert_eq!(answer.status, 200, "{answer:?}");
    let revoked = call_action(
        pool.address(),
        "RevokeToken",
        &json!({"ClientId": DEV_CLIENT_ID, "Token": tokens["refresh_token"]}),
    );
    assert_eq!((revoked.status, revoked.body.as_str()), (200, "{}"));
}
