//! `workshop`: the e-mail address is the user name, case does not matter, people sign themselves up and verify by a code;
//! default password policy; one public client for SRP, password and refresh that does not tell who exists; hosted
//! pages, with a stand-in for Google.

use serde_json::{Value, json};

use super::{PoolPreset, PresetDefinition, demo_api};

pub(super) const DEFINITION: PresetDefinition = PresetDefinition {
    domain: "poolgate",
    pool,
    client,
    setup_calls: Vec::new,
    config,
};

fn pool() -> Value {
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

fn client(app_url: &str) -> Value {
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

/// The four keys of the workshops, and where this pool is.
fn config(endpoint: &str, _app_url: &str) -> Value {
    json!({
        "cognito": {
            "userPoolId": PoolPreset::Workshop.pool_id(),
            "userPoolClientId": PoolPreset::Workshop.client_id(),
            "region": "us-east-1",
            "endpoint": endpoint,
        },
        "api": demo_api(endpoint),
    })
}
