//! An app client, and the check that a caller knows the client's secret.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cognito_proto::time::UnixTime;
use rusqlite::{Connection, OptionalExtension as _, params};
use serde_json::{Value, json};

use super::client_settings::ClientSettings;
use crate::error::ApiError;

/// The kind of action whose request contains a `SECRET_HASH`. It decides the error text for a missing hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SecretHashLocation {
    /// The sign-in actions, which contain the hash in `AuthParameters` or `ChallengeResponses`.
    SignIn,
    /// The actions that have a `SecretHash` member, such as `SignUp`.
    SignUp,
}

/// An app client of a user pool.
#[derive(Clone, Debug)]
pub(crate) struct AppClient {
    pub(crate) id: String,
    pub(crate) pool_id: String,
    pub(crate) created_at: UnixTime,
    pub(crate) modified_at: UnixTime,
    pub(crate) settings: ClientSettings,
}

impl AppClient {
    /// Loads the client with this ID, from any pool. Returns an error if no client has this ID.
    pub(crate) fn load_client(connection: &Connection, client_id: &str) -> Result<Self, ApiError> {
        Self::find_client(connection, client_id)?.ok_or_else(|| ApiError::no_such_client(client_id))
    }

    /// Loads the client with this ID. Returns an error if the pool has no such client.
    pub(crate) fn load_client_of_pool(
        connection: &Connection,
        pool_id: &str,
        client_id: &str,
    ) -> Result<Self, ApiError> {
        Self::find_client(connection, client_id)?
            .filter(|client| client.pool_id == pool_id)
            .ok_or_else(|| ApiError::no_such_client(client_id))
    }

    /// Loads the callback URLs (`CallbackURLs`) of all app clients of all pools.
    pub(crate) fn load_all_callback_urls(connection: &Connection) -> Result<Vec<String>, ApiError> {
        let settings: Vec<String> = connection
            .prepare_cached("SELECT settings FROM app_client")?
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        let mut callbacks = Vec::new();
        for settings in settings {
            let settings: ClientSettings = serde_json::from_str(&settings)?;
            callbacks.extend_from_slice(settings.oauth.callback_urls());
        }
        Ok(callbacks)
    }

    /// Returns the client with this ID, from any pool, or `None` if no client has this ID.
    pub(crate) fn find_client(
        connection: &Connection,
        client_id: &str,
    ) -> Result<Option<Self>, ApiError> {
        let row: Option<(String, u64, u64, String)> = connection
            .prepare_cached(
                "SELECT pool_id, created_at, modified_at, settings FROM app_client WHERE id = ?1",
            )?
            .query_row([client_id], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
            })
            .optional()?;
        let Some((pool_id, created_at, modified_at, settings)) = row else {
            return Ok(None);
        };
        Ok(Some(Self {
            id: client_id.to_owned(),
            pool_id,
            created_at: UnixTime::from_secs(created_at),
            modified_at: UnixTime::from_secs(modified_at),
            settings: serde_json::from_str(&settings)?,
        }))
    }

    /// Stores a new client, or the new settings of an existing client.
    pub(crate) fn save_client(&self, connection: &Connection) -> Result<(), ApiError> {
        connection
            .prepare_cached(
                "INSERT INTO app_client (id, pool_id, created_at, modified_at, settings)
                 VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (id) DO UPDATE SET modified_at = ?4, settings = ?5",
            )?
            .execute(params![
                self.id,
                self.pool_id,
                self.created_at.as_secs(),
                self.modified_at.as_secs(),
                serde_json::to_string(&self.settings)?
            ])?;
        Ok(())
    }

    /// Returns the app client as responses show it (`UserPoolClient`).
    pub(crate) fn describe_client(&self) -> Result<Value, ApiError> {
        let mut described = serde_json::to_value(&self.settings)?;
        if let Value::Object(members) = &mut described {
            members.insert("ClientId".to_owned(), json!(self.id));
            members.insert("UserPoolId".to_owned(), json!(self.pool_id));
            members.insert("CreationDate".to_owned(), json!(self.created_at.as_secs()));
            members.insert(
                "LastModifiedDate".to_owned(),
                json!(self.modified_at.as_secs()),
            );
        }
        Ok(described)
    }

    /// Returns an error if the caller's `SECRET_HASH` is not `Base64(HMAC-SHA256(client secret, username ‖
    /// client ID))`.
    ///
    /// If a public client sends a hash, the error is the same as for a wrong hash.
    pub(crate) fn check_secret_hash(
        &self,
        username: &str,
        given_hash: Option<&str>,
        place: SecretHashLocation,
    ) -> Result<(), ApiError> {
        let wrong = || {
            ApiError::not_authorized(format!(
                "Unable to verify secret hash for client {}",
                self.id
            ))
        };
        match (self.settings.client_secret.as_ref(), given_hash) {
            (None, None) => Ok(()),
            (None, Some(_)) => Err(wrong()),
            (Some(_), None) => Err(ApiError::not_authorized(match place {
                SecretHashLocation::SignIn => format!(
                    "Client {} is configured with secret but SECRET_HASH was not received",
                    self.id
                ),
                SecretHashLocation::SignUp => {
                    format!(
                        "Client {} is configured for secret but secret was not received",
                        self.id
                    )
                }
            })),
            (Some(secret), Some(given_hash)) => {
                let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
                let given_hash = STANDARD.decode(given_hash).map_err(|_| wrong())?;
                hmac::verify(
                    &key,
                    format!("{username}{}", self.id).as_bytes(),
                    &given_hash,
                )
                .map_err(|_| wrong())
            }
        }
    }

    /// Returns the `SECRET_HASH` that this client sends for a username, or `None` for a public client.
    pub(crate) fn compute_secret_hash(&self, username: &str) -> Option<String> {
        let secret = self.settings.client_secret.as_ref()?;
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        let tag = hmac::sign(&key, format!("{username}{}", self.id).as_bytes());
        Some(STANDARD.encode(tag))
    }

    /// Returns true if the given secret equals the client's secret. A public client has no secret, so it matches only
    /// `None`.
    pub(crate) fn secret_matches(&self, given_secret: Option<&str>) -> bool {
        match (self.settings.client_secret.as_ref(), given_secret) {
            (None, None) => true,
            (Some(secret), Some(given_secret)) => {
                verify_slices_are_equal(secret.as_bytes(), given_secret.as_bytes()).is_ok()
            }
            _ => false,
        }
    }
}
