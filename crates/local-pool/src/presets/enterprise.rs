//! `enterprise`: nobody registers, verifies or recovers anything; people are invited with a temporary password and sign in
//! by user name or preferred user name, in any case, with a second factor if they like. Its app knows it by the issuer's
//! address.
//!
//! Cognito refuses a `preferred_username` that is both required and a name to sign in by. So it is the latter, each
//! invitation gives it, and the schema requires `email` and `name`.

use serde_json::{Value, json};

use super::{PoolPreset, PresetDefinition, demo_api};

pub(super) const DEFINITION: PresetDefinition = PresetDefinition {
    domain: "enterprise",
    pool,
    client,
    setup_calls,
    config,
};

fn pool() -> Value {
    json!({
        "PoolName": "enterprise",
        "AliasAttributes": ["preferred_username"],
        "UsernameConfiguration": { "CaseSensitive": false },
        "Schema": [
            { "Name": "email", "AttributeDataType": "String", "Required": true, "Mutable": true },
            { "Name": "name", "AttributeDataType": "String", "Required": true, "Mutable": true },
        ],
        "AdminCreateUserConfig": { "AllowAdminCreateUserOnly": true },
        "AccountRecoverySetting": {
            "RecoveryMechanisms": [{ "Priority": 1, "Name": "admin_only" }]
        },
    })
}

fn client(app_url: &str) -> Value {
    json!({
        "ClientName": "enterprise",
        "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        "PreventUserExistenceErrors": "ENABLED",
        "CallbackURLs": [format!("{app_url}/login/")],
        "LogoutURLs": [app_url],
        "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": ["openid", "profile"],
        "AllowedOAuthFlowsUserPoolClient": true,
        "SupportedIdentityProviders": ["COGNITO"],
    })
}

/// An authenticator app for who likes, and one person who has been invited and told nobody her name.
fn setup_calls() -> Vec<(&'static str, Value)> {
    vec![
        (
            "SetUserPoolMfaConfig",
            json!({
                "MfaConfiguration": "OPTIONAL",
                "SoftwareTokenMfaConfiguration": { "Enabled": true },
            }),
        ),
        (
            "AdminCreateUser",
            json!({
                "Username": "e1001",
                "UserAttributes": [
                    { "Name": "email", "Value": "ann@example.com" },
                    { "Name": "preferred_username", "Value": "ann.lee" },
                ],
            }),
        ),
    ]
}

/// `OIDC_CLIENT_NAME` is the app client's id: no service of Cognito's tells the id of a client by its name.
fn config(endpoint: &str, _app_url: &str) -> Value {
    json!({
        "oidc": {
            "OIDC_URL": format!("{endpoint}/{}", PoolPreset::Enterprise.pool_id()),
            "OIDC_CLIENT_NAME": PoolPreset::Enterprise.client_id(),
        },
        "cognito": { "scopes": ["profile"] },
        "api": demo_api(endpoint),
    })
}
