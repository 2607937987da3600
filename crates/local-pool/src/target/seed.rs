//! The pool that the app in this repository is configured for.

use cognito_proto::time::UnixTime;
use serde_json::{Value, json};

use super::Service;
use crate::error::ApiError;
use crate::pool::client_settings::ClientSettings;
use crate::pool::domain::Domain;
use crate::pool::settings::PoolSettings;
use crate::pool::{AppClient, UserPool};

/// The id of the pool in `config.js`.
pub const DEV_POOL_ID: &str = "us-east-1_Poolgate1";
/// The id of the app client in `config.js`.
pub const DEV_CLIENT_ID: &str = "1poolgate23456789012345678";

fn members(value: Value) -> serde_json::Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => serde_json::Map::new(),
    }
}

impl Service {
    /// Makes the development pool if it is not there: e-mail is the user name, case does not matter, people
    /// sign themselves up and verify by a code; one public client for SRP, password and refresh that does not
    /// tell who exists; hosted pages for the app on port 8000, with a stand-in for Google.
    ///
    /// # Errors
    /// The data file cannot be written.
    pub fn seed_dev_pool(&self, now: UnixTime) -> Result<(), ApiError> {
        let pool = UserPool {
            id: DEV_POOL_ID.to_owned(),
            created_at: now,
            modified_at: now,
            settings: PoolSettings::from_request(members(json!({
                "PoolName": "poolgate",
                "UsernameAttributes": ["email"],
                "UsernameConfiguration": {"CaseSensitive": false},
                "AutoVerifiedAttributes": ["email"],
                "AccountRecoverySetting": {
                    "RecoveryMechanisms": [{"Priority": 1, "Name": "verified_email"}]
                },
            })))?,
        };
        let client = AppClient {
            id: DEV_CLIENT_ID.to_owned(),
            pool_id: DEV_POOL_ID.to_owned(),
            created_at: now,
            modified_at: now,
            settings: ClientSettings::from_request(members(json!({
                "ClientName": "app",
                "ExplicitAuthFlows":
                    ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
                "PreventUserExistenceErrors": "ENABLED",
                "CallbackURLs": ["http://localhost:8000/login/", "http://localhost:8000/login"],
                "LogoutURLs": ["http://localhost:8000", "http://localhost:8000/"],
                "AllowedOAuthFlows": ["code"],
                "AllowedOAuthScopes":
                    ["openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"],
                "AllowedOAuthFlowsUserPoolClient": true,
                "SupportedIdentityProviders": ["COGNITO", "Google"],
            })))?,
        };
        let domain = Domain {
            name: "poolgate".to_owned(),
            pool_id: DEV_POOL_ID.to_owned(),
            settings: serde_json::Map::new(),
        };
        self.store().write(|tx| {
            if UserPool::find(tx, DEV_POOL_ID)?.is_none() {
                pool.save(tx)?;
                if Domain::find(tx, &domain.name)?.is_none() {
                    domain.save(tx)?;
                }
            }
            if AppClient::find(tx, DEV_CLIENT_ID)?.is_none() {
                client.save(tx)?;
            }
            Ok(())
        })
    }
}
