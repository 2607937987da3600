//! `playground`: the email address is the username, and a password only needs six characters. The flows are
//! CUSTOM, SRP and refresh. Both the code grant and the implicit grant are allowed, with callbacks on the app's
//! own paths.

use serde_json::{Value, json};

use super::{PoolPreset, PresetDefinition, demo_api_config};

/// The data of the reference pool `playground`.
pub(super) const DEFINITION: PresetDefinition = PresetDefinition {
    domain_prefix: "playground",
    create_pool_request,
    create_client_request,
    setup_calls: Vec::new,
    app_config,
};

/// Returns the members of the `CreateUserPool` request for the reference pool `playground`.
fn create_pool_request() -> Value {
    let function =
        |name: &str| format!("arn:aws:lambda:us-east-1:000000000000:function:local-pool-{name}");
    json!({
        "PoolName": "playground",
        "UsernameAttributes": ["email"],
        "UsernameConfiguration": { "CaseSensitive": false },
        "AutoVerifiedAttributes": ["email"],
        "Policies": {
            "PasswordPolicy": {
                "MinimumLength": 6,
                "RequireUppercase": false,
                "RequireLowercase": false,
                "RequireNumbers": false,
                "RequireSymbols": false,
            }
        },
        "AccountRecoverySetting": {
            "RecoveryMechanisms": [{ "Priority": 1, "Name": "verified_email" }]
        },
        // The custom flow has one challenge, so that it can be completed.
        "LambdaConfig": {
            "DefineAuthChallenge": function("define-challenge"),
            "CreateAuthChallenge": function("create-challenge:hint=sky"),
            "VerifyAuthChallengeResponse": function("verify-challenge:blue"),
        },
    })
}

/// Returns the members of the `CreateUserPoolClient` request for the reference pool `playground`.
fn create_client_request(app_url: &str) -> Value {
    json!({
        "ClientName": "playground",
        "ExplicitAuthFlows": ["ALLOW_CUSTOM_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        "PreventUserExistenceErrors": "ENABLED",
        "RefreshTokenValidity": 30,
        "AccessTokenValidity": 60,
        "IdTokenValidity": 60,
        "TokenValidityUnits": { "RefreshToken": "days", "AccessToken": "minutes", "IdToken": "minutes" },
        "CallbackURLs": [format!("{app_url}/oauth/cognito")],
        "LogoutURLs": [format!("{app_url}/oauth/cognito/logout")],
        "AllowedOAuthFlows": ["code", "implicit"],
        "AllowedOAuthScopes": ["email", "openid"],
        "AllowedOAuthFlowsUserPoolClient": true,
        "SupportedIdentityProviders": ["COGNITO"],
    })
}

/// Returns the content of `config.js` for the reference pool `playground`, with the code grant.
///
/// `responseType: 'token'` would select the implicit grant, `authFlow: 'CUSTOM_AUTH'` the custom flow.
fn app_config(endpoint: &str, app_url: &str) -> Value {
    json!({
        "cognito": {
            "userPoolId": PoolPreset::Playground.pool_id(),
            "userPoolClientId": PoolPreset::Playground.client_id(),
            "region": "us-east-1",
            "endpoint": endpoint,
            "redirectSignIn": format!("{app_url}/oauth/cognito"),
            "redirectSignOut": format!("{app_url}/oauth/cognito/logout"),
            "scopes": ["email", "openid"],
            "passwordPolicy": { "minimumLength": 6 },
        },
        "api": demo_api_config(endpoint),
    })
}
