//! `quickstart`: a pool as a newcomer makes it. One required attribute; scopes `openid phone`, so that tokens of the
//! hosted pages have no e-mail address; the password flow is asked for and off; nobody is sent a code, an administrator
//! confirms who registers.

use serde_json::{Value, json};

use super::{Parts, Shape, demo_api};

pub(super) const PARTS: Parts = Parts {
    domain: "quickstart",
    pool,
    client,
    then: Vec::new,
    config,
};

fn pool() -> Value {
    json!({
        "PoolName": "quickstart",
        "UsernameConfiguration": { "CaseSensitive": false },
        "Schema": [
            { "Name": "email", "AttributeDataType": "String", "Required": true, "Mutable": true },
        ],
    })
}

fn client(app_url: &str) -> Value {
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

fn config(endpoint: &str, app_url: &str) -> Value {
    json!({
        "cognito": {
            "userPoolId": Shape::Quickstart.pool_id(),
            "userPoolClientId": Shape::Quickstart.client_id(),
            "region": "us-east-1",
            "endpoint": endpoint,
            "authFlow": "USER_PASSWORD_AUTH",
            "redirectSignIn": app_url,
            "redirectSignOut": app_url,
            "scopes": ["openid", "phone"],
            "signUpAttributes": ["email"],
        },
        "api": demo_api(endpoint),
    })
}
