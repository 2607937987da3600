//! The wire format of passkeys and devices: documents, strings that contain JSON, and responses without a body.

use local_pool::LocalPool;
use serde_json::{Value, json};

use crate::http::{Answer, call_action};
use crate::users::{PASSWORD, pool};

/// A new pool with its client and a user.
struct SeparatePool<'a> {
    pool: &'a LocalPool,
    pool_id: Value,
    client_id: Value,
}

impl<'a> SeparatePool<'a> {
    /// Creates a pool with these settings, and a client that allows these flows.
    fn create_pool(pool: &'a LocalPool, settings: &Value, flows: &[&str]) -> Self {
        let ask =
            |operation: &str, body: &Value| call_action(pool.address(), operation, body).json();
        let pool_id = ask("CreateUserPool", settings)["UserPool"]["Id"].clone();
        let client = ask(
            "CreateUserPoolClient",
            &json!({"UserPoolId": pool_id, "ClientName": "app", "ExplicitAuthFlows": flows}),
        );
        ask(
            "AdminCreateUser",
            &json!({"UserPoolId": pool_id, "Username": "ann", "MessageAction": "SUPPRESS"}),
        );
        ask(
            "AdminSetUserPassword",
            &json!({"UserPoolId": pool_id, "Username": "ann", "Password": PASSWORD, "Permanent": true}),
        );
        Self {
            pool,
            pool_id,
            client_id: client["UserPoolClient"]["ClientId"].clone(),
        }
    }

    /// Calls an action of the user-pool API.
    fn call_action(&self, operation: &str, body: &Value) -> Answer {
        call_action(self.pool.address(), operation, body)
    }

    /// Calls `InitiateAuth` with this flow, and returns the response.
    fn initiate_auth(&self, flow: &str, parameters: Value) -> Value {
        self.call_action(
            "InitiateAuth",
            &json!({"ClientId": self.client_id, "AuthFlow": flow, "AuthParameters": parameters}),
        )
        .json()
    }
}

#[test]
fn forget_device_returns_no_body_or_an_unknown_device_error() {
    let pool = pool();
    let own = SeparatePool::create_pool(
        &pool,
        &json!({"PoolName": "devices", "DeviceConfiguration": {"ChallengeRequiredOnNewDevice": true}}),
        &["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    );
    // Amazon's client sends a null for a device key that it does not have.
    let signed_in = own.initiate_auth(
        "USER_PASSWORD_AUTH",
        json!({"USERNAME": "ann", "PASSWORD": PASSWORD, "DEVICE_KEY": null}),
    );
    let result = &signed_in["AuthenticationResult"];
    let key = &result["NewDeviceMetadata"]["DeviceKey"];
    let device = json!({"AccessToken": result["AccessToken"], "DeviceKey": key});
    let confirmed = own.call_action("ConfirmDevice", &device);
    assert_eq!(
        (confirmed.status, confirmed.body.as_str()),
        (200, r#"{"UserConfirmationNecessary":false}"#)
    );
    let updated = own.call_action("UpdateDeviceStatus", &device);
    assert_eq!((updated.status, updated.body.as_str()), (200, "{}"));
    let forgotten = own.call_action("ForgetDevice", &device);
    assert_eq!(
        (
            forgotten.status,
            forgotten.body.as_str(),
            forgotten.header("content-length")
        ),
        (200, "", Some("0"))
    );
    let unknown = own.call_action("GetDevice", &device);
    assert_eq!(
        (
            unknown.status,
            unknown.body.as_str(),
            unknown.header("x-amzn-errortype")
        ),
        (
            400,
            r#"{"__type":"ResourceNotFoundException","message":"Device does not exist."}"#,
            Some("ResourceNotFoundException:")
        )
    );
    let by_operator = own.call_action(
        "AdminForgetDevice",
        &json!({"UserPoolId": own.pool_id, "Username": "ann", "DeviceKey": key}),
    );
    assert_eq!(by_operator.status, 400);
}

#[test]
fn pool_refuses_a_passkey_credential_with_wrong_json_members() {
    let pool = pool();
    let own = SeparatePool::create_pool(
        &pool,
        &json!({"PoolName": "passkeys", "Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}}}),
        &["ALLOW_USER_AUTH"],
    );
    own.call_action(
        "SetUserPoolMfaConfig",
        &json!({"UserPoolId": own.pool_id, "WebAuthnConfiguration": {"RelyingPartyId": "localhost"}}),
    );
    let signed_in = own.initiate_auth(
        "USER_AUTH",
        json!({"USERNAME": "ann", "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": PASSWORD}),
    );
    let token = &signed_in["AuthenticationResult"]["AccessToken"];
    let started = own.call_action("StartWebAuthnRegistration", &json!({"AccessToken": token}));
    assert_eq!(started.status, 200);
    assert!(started.json()["CredentialCreationOptions"].is_object());
    // Neither a string that contains the JSON (as in a sign-in), nor JSON with other members.
    for credential in [json!("{}"), json!({"id": 1})] {
        let refused = own.call_action(
            "CompleteWebAuthnRegistration",
            &json!({"AccessToken": token, "Credential": credential}),
        );
        assert_eq!(
            (refused.status, refused.body.as_str()),
            (
                400,
                r#"{"__type":"InvalidParameterException","message":"Credential is not the JSON of a registration response."}"#
            )
        );
    }
    let listed = own.call_action("ListWebAuthnCredentials", &json!({"AccessToken": token}));
    assert_eq!(
        (listed.status, listed.body.as_str()),
        (200, r#"{"Credentials":[]}"#)
    );
}
