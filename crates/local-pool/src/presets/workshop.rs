//! `workshop`: the email address is the username, in any case. Users register themselves and verify the address
//! with a code. The password policy is the default. The public client allows SRP, password and refresh, and
//! hides whether users exist. There are hosted pages, with a stand-in for Google.

use serde_json::{Value, json};

use super::{PoolPreset, PresetDefinition, demo_api_config};

/// The data of the reference pool `workshop`.
pub(super) const DEFINITION: PresetDefinition = PresetDefinition {
    domain_prefix: "poolgate",
    create_pool_request,
    create_client_request,
    setup_calls: Vec::new,
    app_config,
};

/// Returns the members of the `CreateUserPool` request for the reference pool `workshop`.
fn create_pool_request() -> Value {
    json!({
        "PoolName": "poolgate",
        "UsernameAttributes": ["email"],
        "UsernameConfiguration": { "CaseSensitive": false },
        "AutoVerifiedAttributes": ["email"],
        "AccountRecoverySetting": {
            "RecoveryMechanisms": [{ "Priority": 1, "Name": "verified_email" }]
        },
    })
}

/// Returns the members of the `CreateUserPoolClient` request for the reference pool `workshop`.
fn create_client_request(app_url: &str) -> Value {
    json!({
        "ClientName": "app",
        "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        "PreventUserExistenceErrors": "ENABLED",
        "CallbackURLs": [format!("{app_url}/login/"), format!("{app_url}/login")],
        "LogoutURLs": [app_url, format!("{app_url}/")],
        "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": ["openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"],
        "AllowedOAuthFlowsUserPoolClient": true,
        "SupportedIdentityProviders": ["COGNITO", "Google"],
    })
}

/// Returns the content of `config.js` for the reference pool `workshop`: the four keys that a workshop needs, and the
/// endpoint of the local pool.
fn app_config(endpoint: &str, _app_url: &str) -> Value {
    json!({
        "cognito": {
            "userPoolId": PoolPreset::Workshop.pool_id(),
            "userPoolClientId": PoolPreset::Workshop.client_id(),
            "region": "us-east-1",
            "endpoint": endpoint,
        },
        "api": demo_api_config(endpoint),
    })
}
