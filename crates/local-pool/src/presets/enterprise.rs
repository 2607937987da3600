//! `enterprise`: users cannot register, verify or recover an account themselves. An administrator invites them
//! with a temporary password. They sign in with username or preferred username, in any case, and can turn on a
//! second factor. The app is configured with the issuer's URL.
//!
//! Cognito rejects a `preferred_username` that is both required and an alias. It is an alias here, each
//! invitation sets it, and the schema requires `email` and `name`.

use serde_json::{Value, json};

use super::{PoolPreset, PresetDefinition, demo_api_config};

/// The data of the reference pool `enterprise`.
pub(super) const DEFINITION: PresetDefinition = PresetDefinition {
    domain_prefix: "enterprise",
    create_pool_request,
    create_client_request,
    setup_calls,
    app_config,
};

/// Returns the members of the `CreateUserPool` request for the reference pool `enterprise`.
fn create_pool_request() -> Value {
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

/// Returns the members of the `CreateUserPoolClient` request for the reference pool `enterprise`.
fn create_client_request(app_url: &str) -> Value {
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

/// Returns the admin actions that complete the reference pool `enterprise`: they enable authenticator apps, and invite
/// a user who has no `name` yet.
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

/// Returns the content of `config.js` for the reference pool `enterprise`.
///
/// `OIDC_CLIENT_NAME` is the app client's ID, because Cognito has no service that finds a client's ID by its
/// name.
fn app_config(endpoint: &str, _app_url: &str) -> Value {
    json!({
        "oidc": {
            "OIDC_URL": format!("{endpoint}/{}", PoolPreset::Enterprise.pool_id()),
            "OIDC_CLIENT_NAME": PoolPreset::Enterprise.client_id(),
        },
        "cognito": { "scopes": ["profile"] },
        "api": demo_api_config(endpoint),
    })
}
