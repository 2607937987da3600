//! The domain under which a pool has hosted pages. In this program it is only a name: the hosted pages of all
//! pools are at this program's address, and the client ID in a request identifies the pool.

use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde_json::{Map, Value, json};

use crate::error::ApiError;

/// Words that must not appear in a pool's domain, because they are reserved for Amazon.
const RESERVED: [&str; 3] = ["aws", "amazon", "cognito"];

/// The domain under which a pool has hosted pages.
#[derive(Clone, Debug)]
pub(crate) struct UserPoolDomain {
    pub(crate) name: String,
    pub(crate) pool_id: String,
    /// The request members `ManagedLoginVersion`, `CustomDomainConfig` and `Routing`, which are stored unchanged.
    pub(crate) settings: Map<String, Value>,
}

/// The columns of a domain's database row: name, pool ID and settings as JSON.
type Columns = (String, String, String);

/// Reads the columns of a domain's database row.
fn read_domain_columns(row: &Row<'_>) -> Result<Columns, rusqlite::Error> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?))
}

/// Makes a domain from its database columns, or returns an error if the settings are not JSON.
fn domain_from_columns((name, pool_id, settings): Columns) -> Result<UserPoolDomain, ApiError> {
    Ok(UserPoolDomain {
        name,
        pool_id,
        settings: serde_json::from_str(&settings)?,
    })
}

impl UserPoolDomain {
    /// Returns the domain with this name, or `None` if no pool has it.
    pub(crate) fn find_domain(
        connection: &Connection,
        name: &str,
    ) -> Result<Option<Self>, ApiError> {
        connection
            .prepare_cached("SELECT name, pool_id, settings FROM domain WHERE name = ?1")?
            .query_row([name], read_domain_columns)
            .optional()?
            .map(domain_from_columns)
            .transpose()
    }

    /// Returns the domain of this pool, or `None` if the pool has none.
    pub(crate) fn find_domain_of_pool(
        connection: &Connection,
        pool_id: &str,
    ) -> Result<Option<Self>, ApiError> {
        connection
            .prepare_cached("SELECT name, pool_id, settings FROM domain WHERE pool_id = ?1")?
            .query_row([pool_id], read_domain_columns)
            .optional()?
            .map(domain_from_columns)
            .transpose()
    }

    /// Stores a new domain, or the new settings of an existing domain.
    pub(crate) fn save_domain(&self, connection: &Connection) -> Result<(), ApiError> {
        connection
            .prepare_cached(
                "INSERT INTO domain (name, pool_id, settings) VALUES (?1, ?2, ?3)
                 ON CONFLICT (name) DO UPDATE SET settings = ?3",
            )?
            .execute(params![
                self.name,
                self.pool_id,
                serde_json::to_string(&self.settings)?
            ])?;
        Ok(())
    }

    /// Deletes the domain, so that the pool has no hosted pages any more.
    pub(crate) fn delete_domain(&self, connection: &Connection) -> Result<(), ApiError> {
        connection
            .prepare_cached("DELETE FROM domain WHERE name = ?1")?
            .execute([&self.name])?;
        Ok(())
    }

    /// Returns true if this is a custom domain, and false if it is a prefix of Amazon's domain.
    pub(crate) fn is_custom_domain(&self) -> bool {
        self.settings.contains_key("CustomDomainConfig")
    }

    /// Returns an error if the name of the domain is invalid.
    pub(crate) fn check_domain_name(&self) -> Result<(), ApiError> {
        if self.is_custom_domain() {
            return Ok(());
        }
        if self.name.contains('.') {
            return Err(ApiError::invalid_parameter(
                "Invalid domain format: a domain with dots needs a CustomDomainConfig.",
            ));
        }
        match RESERVED.iter().find(|word| self.name.contains(**word)) {
            Some(word) => Err(ApiError::invalid_parameter(format!(
                "Domain cannot contain reserved word: {word}"
            ))),
            None => Ok(()),
        }
    }

    /// Returns `ManagedLoginVersion`: 1 for the classic hosted UI, 2 for managed login. This program serves the
    /// same pages for both versions.
    pub(crate) fn managed_login_version(&self) -> Value {
        self.settings
            .get("ManagedLoginVersion")
            .cloned()
            .unwrap_or_else(|| json!(1))
    }
}
