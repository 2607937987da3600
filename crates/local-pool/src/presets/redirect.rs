//! `redirect`: users sign in with username or email address, in any case. `name` is required and mutable, `email` is
//! required and immutable. Passwords are reset by email only. The hosted sign-in uses the code grant with exactly one
//! callback URL.

use serde_json::{Value, json};

use super::{PoolPreset, PresetDefinition, demo_api_config};

/// The data of the reference pool `redirect`.
pub(super) const DEFINITION: PresetDefinition = PresetDefinition {
    domain_prefix: "redirect",
    create_pool_request,
    create_client_request,
    setup_calls: Vec::new,
    app_config,
};

/// Returns the members of the `CreateUserPool` request for the reference pool `redirect`.
fn create_pool_request() -> Value {
    json!({
        "PoolName": "redirect",
        "AliasAttributes": ["email"],
        "UsernameConfiguration": { "CaseSensitive": false },
        "Schema": [
            { "Name": "name", "AttributeDataType": "String", "Required": true, "Mutable": true },
            { "Name": "email", "AttributeDataType": "String", "Required": true, "Mutable": false },
        ],
        "AutoVerifiedAttributes": ["email"],
        "VerificationMessageTemplate": {
            "EmailSubject": "Verify your email for our awesome app!",
            "EmailMessage": "Thanks for signing up to our awesome app! Your verification code is {####}",
            "DefaultEmailOption": "CONFIRM_WITH_CODE",
        },
        "AccountRecoverySetting": {
            "RecoveryMechanisms": [{ "Priority": 1, "Name": "verified_email" }]
        },
    })
}

/// Returns the members of the `CreateUserPoolClient` request for the reference pool `redirect`.
fn create_client_request(app_url: &str) -> Value {
    json!({
        "ClientName": "redirect",
        "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        "PreventUserExistenceErrors": "ENABLED",
        "CallbackURLs": [format!("{app_url}/login/")],
        "LogoutURLs": [app_url],
        "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": ["openid", "email"],
        "AllowedOAuthFlowsUserPoolClient": true,
        "SupportedIdentityProviders": ["COGNITO"],
    })
}

/// Returns the content of `config.js` for the reference pool `redirect`.
fn app_config(endpoint: &str, app_url: &str) -> Value {
    json!({
        "cognito": {
            "userPoolId": PoolPreset::Redirect.pool_id(),
            "userPoolClientId": PoolPreset::Redirect.client_id(),
            "region": "us-east-1",
            "endpoint": endpoint,
            "domain": endpoint,
            "redirectSignIn": format!("{app_url}/login/"),
            "redirectSignOut": app_url,
            "scopes": ["openid", "email"],
            "signUpAttributes": ["email", "name"],
        },
        "api": demo_api_config(endpoint),
    })
}
