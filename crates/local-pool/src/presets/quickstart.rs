//! `quickstart`: a pool as a new Cognito user creates it. Users sign in with the email address, which is the only
//! required attribute. The scopes are `openid phone`, so tokens from the hosted pages contain no email address. The app
//! client does not allow the password flow, so the app's request for it is refused. The pool sends no codes, so an
//! administrator confirms each new user.

use serde_json::{Value, json};

use super::{PoolPreset, PresetDefinition, demo_api_config};

/// The data of the reference pool `quickstart`.
pub(super) const DEFINITION: PresetDefinition = PresetDefinition {
    domain_prefix: "quickstart",
    create_pool_request,
    create_client_request,
    setup_calls: Vec::new,
    app_config,
};

/// Returns the members of the `CreateUserPool` request for the reference pool `quickstart`.
fn create_pool_request() -> Value {
    json!({
        "PoolName": "quickstart",
        "UsernameAttributes": ["email"],
        "UsernameConfiguration": { "CaseSensitive": false },
        "Schema": [
            { "Name": "email", "AttributeDataType": "String", "Required": true, "Mutable": true },
        ],
    })
}

/// Returns the members of the `CreateUserPoolClient` request for the reference pool `quickstart`.
fn create_client_request(app_url: &str) -> Value {
    json!({
        "ClientName": "quickstart",
        "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        "PreventUserExistenceErrors": "ENABLED",
        "CallbackURLs": [app_url],
        "LogoutURLs": [app_url],
        "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": ["openid", "phone"],
        "AllowedOAuthFlowsUserPoolClient": true,
        "SupportedIdentityProviders": ["COGNITO"],
    })
}

/// Returns the content of `config.js` for the reference pool `quickstart`.
fn app_config(endpoint: &str, app_url: &str) -> Value {
    json!({
        "cognito": {
            "userPoolId": PoolPreset::Quickstart.pool_id(),
            "userPoolClientId": PoolPreset::Quickstart.client_id(),
            "region": "us-east-1",
            "endpoint": endpoint,
            "authFlow": "USER_PASSWORD_AUTH",
            "redirectSignIn": app_url,
            "redirectSignOut": app_url,
            "scopes": ["openid", "phone"],
        },
        "api": demo_api_config(endpoint),
    })
}
