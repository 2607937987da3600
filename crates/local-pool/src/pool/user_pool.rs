//! A user pool in the database.

use cognito_proto::time::UnixTime;
use rusqlite::{Connection, OptionalExtension as _, params};
use serde_json::{Value, json};

use super::settings::{FACTORS, PoolSettings};
use crate::error::ApiError;

/// A user pool, as the database stores it.
#[derive(Clone, Debug)]
pub(crate) struct UserPool {
    pub(crate) id: String,
    pub(crate) created_at: UnixTime,
    pub(crate) modified_at: UnixTime,
    pub(crate) settings: PoolSettings,
}

impl UserPool {
    /// Loads the pool with this ID. Returns an error if no pool has this ID.
    pub(crate) fn load_pool(connection: &Connection, pool_id: &str) -> Result<Self, ApiError> {
        Self::find_pool(connection, pool_id)?.ok_or_else(|| ApiError::no_such_pool(pool_id))
    }

    /// Returns the pool with this ID, or `None` if no pool has this ID.
    pub(crate) fn find_pool(
        connection: &Connection,
        pool_id: &str,
    ) -> Result<Option<Self>, ApiError> {
        let row: Option<(u64, u64, String)> = connection
            .prepare_cached(
                "SELECT created_at, modified_at, settings FROM user_pool WHERE id = ?1",
            )?
            .query_row([pool_id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .optional()?;
        let Some((created_at, modified_at, settings)) = row else {
            return Ok(None);
        };
        Ok(Some(Self {
            id: pool_id.to_owned(),
            created_at: UnixTime::from_secs(created_at),
            modified_at: UnixTime::from_secs(modified_at),
            settings: serde_json::from_str(&settings)?,
        }))
    }

    /// Stores a new pool, or the new settings of an existing pool.
    pub(crate) fn save_pool(&self, connection: &Connection) -> Result<(), ApiError> {
        connection
            .prepare_cached(
                "INSERT INTO user_pool (id, created_at, modified_at, settings) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (id) DO UPDATE SET modified_at = ?3, settings = ?4",
            )?
            .execute(params![
                self.id,
                self.created_at.as_secs(),
                self.modified_at.as_secs(),
                serde_json::to_string(&self.settings)?
            ])?;
        Ok(())
    }

    /// Returns the issuer of the pool's tokens. `issuer_base` is the address with which issuers begin.
    pub(crate) fn issuer(&self, issuer_base: &str) -> String {
        self.settings
            .issuer_type()
            .issuer_of_pool(issuer_base, &self.id)
    }

    /// Returns the pool's name in SRP: the part of its ID after the first `_`.
    pub(crate) fn srp_pool_name(&self) -> &str {
        self.id
            .split_once('_')
            .map_or(self.id.as_str(), |(_, name)| name)
    }

    /// Returns the pool as responses show it (`UserPool`).
    pub(crate) fn describe_pool(&self, user_count: u64) -> Result<Value, ApiError> {
        let mut described = serde_json::to_value(&self.settings)?;
        let region = self
            .id
            .split_once('_')
            .map_or("us-east-1", |(region, _)| region);
        if let Value::Object(members) = &mut described {
            members.remove(FACTORS);
            members.insert("Id".to_owned(), json!(self.id));
            members.insert(
                "Arn".to_owned(),
                json!(format!(
                    "arn:aws:cognito-idp:{region}:000000000000:userpool/{}",
                    self.id
                )),
            );
            members.insert("CreationDate".to_owned(), json!(self.created_at.as_secs()));
            members.insert(
                "LastModifiedDate".to_owned(),
                json!(self.modified_at.as_secs()),
            );
            members.insert("EstimatedNumberOfUsers".to_owned(), json!(user_count));
        }
        Ok(described)
    }
}
