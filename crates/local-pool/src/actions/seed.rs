//! Creates a reference pool at the first start.

use std::net::{IpAddr, Ipv4Addr};

use cognito_proto::time::UnixTime;
use serde_json::{Value, json};

use super::{ActionCaller, UserPoolService};
use crate::error::ApiError;
use crate::pool::client_settings::ClientSettings;
use crate::pool::domain::UserPoolDomain;
use crate::pool::settings::PoolSettings;
use crate::pool::{AppClient, UserPool};
use crate::presets::PoolPreset;

/// The ID of the pool that `config.js` in the repository names.
pub const DEV_POOL_ID: &str = PoolPreset::Workshop.pool_id();
/// The ID of the app client that `config.js` in the repository names.
pub const DEV_CLIENT_ID: &str = PoolPreset::Workshop.client_id();

/// Returns the members of a JSON object. Panics for other JSON values.
fn object_members(value: Value) -> serde_json::Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => serde_json::Map::new(),
    }
}

impl UserPoolService {
    /// Creates a reference pool with its app client, if they do not exist. An existing pool stays unchanged. `app_url`
    /// is the origin of the app, if it is not the preset's origin. The callback URLs with this origin are then
    /// registered with the app client too.
    ///
    /// # Errors
    /// The data file cannot be written.
    pub fn seed_preset_pool(
        &self,
        preset: PoolPreset,
        app_url: Option<&str>,
        base_url: &str,
        now: UnixTime,
    ) -> Result<(), ApiError> {
        let pool = UserPool {
            id: preset.pool_id().to_owned(),
            created_at: now,
            modified_at: now,
            settings: PoolSettings::from_request(object_members(preset.create_pool_request()))?,
        };
        let client_of = |app_url: &str| {
            ClientSettings::from_request(object_members(preset.create_client_request(app_url)))
        };
        let mut settings = client_of(&preset.app_url())?;
        let added = app_url.map(client_of).transpose()?;
        if let Some(added) = &added {
            settings = add_client_urls(&settings, added)?;
        }
        let client = AppClient {
            id: preset.client_id().to_owned(),
            pool_id: pool.id.clone(),
            created_at: now,
            modified_at: now,
            settings,
        };
        let domain = UserPoolDomain {
            name: preset.domain_prefix().to_owned(),
            pool_id: pool.id.clone(),
            settings: serde_json::Map::new(),
        };
        let is_new = self.store().run_transaction(|tx| {
            let is_new = UserPool::find_pool(tx, &pool.id)?.is_none();
            if is_new {
                pool.save_pool(tx)?;
                if UserPoolDomain::find_domain(tx, &domain.name)?.is_none() {
                    domain.save_domain(tx)?;
                }
            }
            match AppClient::find_client(tx, &client.id)? {
                None => client.save_client(tx)?,
                // An operator may have removed other URLs of this client. They are not added again.
                Some(known) => {
                    if let Some(added) = &added {
                        let settings = add_client_urls(&known.settings, added)?;
                        AppClient { settings, ..known }.save_client(tx)?;
                    }
                }
            }
            Ok::<_, ApiError>(is_new)
        })?;
        if is_new {
            self.run_preset_setup_calls(preset, base_url, now)?;
        }
        Ok(())
    }

    /// Executes the actions that complete a new reference pool. Returns the error of the first action that fails.
    fn run_preset_setup_calls(
        &self,
        preset: PoolPreset,
        base_url: &str,
        now: UnixTime,
    ) -> Result<(), ApiError> {
        let operator = ActionCaller {
            base_url,
            issuer_base: base_url,
            now,
            ip: IpAddr::V4(Ipv4Addr::LOCALHOST),
        };
        for (operation, mut request) in preset.setup_calls() {
            request["UserPoolId"] = json!(preset.pool_id());
            self.call_action(operation, request.to_string().as_bytes(), &operator)?;
        }
        Ok(())
    }
}

/// Returns the settings of an app client, to which the callback and sign-out URLs of another app client are added.
fn add_client_urls(
    settings: &ClientSettings,
    other_settings: &ClientSettings,
) -> Result<ClientSettings, ApiError> {
    let mut all = serde_json::to_value(settings)?;
    let other_settings = serde_json::to_value(other_settings)?;
    for list in ["CallbackURLs", "LogoutURLs"] {
        let mut addresses = all[list].as_array().cloned().unwrap_or_default();
        for address in other_settings[list].as_array().into_iter().flatten() {
            if !addresses.contains(address) {
                addresses.push(address.clone());
            }
        }
        all[list] = json!(addresses);
    }
    Ok(serde_json::from_value(all)?)
}
