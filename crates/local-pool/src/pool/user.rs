//! Users and their attributes in the database.

use std::collections::BTreeMap;

use cognito_proto::time::UnixTime;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde_json::{Value, json};

use super::UserPool;
use super::password::StoredVerifier;
use crate::error::ApiError;

/// The values of a user's attributes, by the name of the attribute.
pub(crate) type Attributes = BTreeMap<String, String>;

/// The state of a user's account (`UserStatus`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UserStatus {
    Unconfirmed,
    Confirmed,
    ForceChangePassword,
    ResetRequired,
    /// The user signs in through an external identity provider, and has no password in the pool.
    ExternalProvider,
}

impl UserStatus {
    /// Returns the name of the state in responses and in the database.
    pub(crate) const fn wire_name(self) -> &'static str {
        match self {
            Self::Unconfirmed => "UNCONFIRMED",
            Self::Confirmed => "CONFIRMED",
            Self::ForceChangePassword => "FORCE_CHANGE_PASSWORD",
            Self::ResetRequired => "RESET_REQUIRED",
            Self::ExternalProvider => "EXTERNAL_PROVIDER",
        }
    }

    /// Returns the user state with this name.
    fn from_wire_name(name: &str) -> Self {
        match name {
            "CONFIRMED" => Self::Confirmed,
            "FORCE_CHANGE_PASSWORD" => Self::ForceChangePassword,
            "RESET_REQUIRED" => Self::ResetRequired,
            "EXTERNAL_PROVIDER" => Self::ExternalProvider,
            _ => Self::Unconfirmed,
        }
    }
}

/// A user of a pool, without the user's attributes.
#[derive(Clone, Debug)]
pub(crate) struct User {
    pub(crate) id: i64,
    pub(crate) pool_id: String,
    /// The stored username, which never changes. It is a UUID if the user signs in with an email address or phone
    /// number in place of a username.
    pub(crate) username: String,
    pub(crate) sub: String,
    pub(crate) status: UserStatus,
    pub(crate) enabled: bool,
    pub(crate) created_at: UnixTime,
    pub(crate) modified_at: UnixTime,
    /// The SRP verifier of the user's password, or `None` while the user has no password.
    pub(crate) verifier: Option<StoredVerifier>,
    /// The time at which a temporary password was set, while the password is temporary.
    pub(crate) temporary_since: Option<UnixTime>,
}

/// The database columns that [`User::from_row`] reads, in this order.
pub(crate) const COLUMNS: &str = "user.id, user.pool_id, user.username, user.sub, user.status, user.enabled, \
     user.created_at, user.modified_at, user.salt, user.verifier, user.temporary_since";

impl User {
    /// Makes a user from a database row with the columns [`COLUMNS`].
    pub(crate) fn from_row(row: &Row<'_>) -> Result<Self, rusqlite::Error> {
        let status: String = row.get(4)?;
        let salt: Option<Vec<u8>> = row.get(8)?;
        let verifier: Option<Vec<u8>> = row.get(9)?;
        Ok(Self {
            id: row.get(0)?,
            pool_id: row.get(1)?,
            username: row.get(2)?,
            sub: row.get(3)?,
            status: UserStatus::from_wire_name(&status),
            enabled: row.get(5)?,
            created_at: UnixTime::from_secs(row.get(6)?),
            modified_at: UnixTime::from_secs(row.get(7)?),
            verifier: salt
                .zip(verifier)
                .map(|(salt, verifier)| StoredVerifier { salt, verifier }),
            temporary_since: row.get::<_, Option<u64>>(10)?.map(UnixTime::from_secs),
        })
    }

    /// Returns the user with this row ID, or `None` if there is none.
    pub(crate) fn find_user_by_id(
        connection: &Connection,
        user_id: i64,
    ) -> Result<Option<Self>, ApiError> {
        Ok(connection
            .prepare_cached(&format!("SELECT {COLUMNS} FROM user WHERE id = ?1"))?
            .query_row([user_id], Self::from_row)
            .optional()?)
    }

    /// Returns the user of the pool with the username `username_key`, which is in the form for comparisons. Returns
    /// `None` if there is none.
    pub(crate) fn find_user_by_username_key(
        connection: &Connection,
        pool_id: &str,
        username_key: &str,
    ) -> Result<Option<Self>, ApiError> {
        Ok(connection
            .prepare_cached(&format!(
                "SELECT {COLUMNS} FROM user WHERE pool_id = ?1 AND username_key = ?2"
            ))?
            .query_row([pool_id, username_key], Self::from_row)
            .optional()?)
    }

    /// Returns the user with this `sub`, from any pool, or `None` if there is none.
    pub(crate) fn find_user_by_sub(
        connection: &Connection,
        sub: &str,
    ) -> Result<Option<Self>, ApiError> {
        Ok(connection
            .prepare_cached(&format!("SELECT {COLUMNS} FROM user WHERE sub = ?1"))?
            .query_row([sub], Self::from_row)
            .optional()?)
    }

    /// Stores a new user and sets the ID of the database row.
    pub(crate) fn insert_user(
        &mut self,
        connection: &Connection,
        pool: &UserPool,
    ) -> Result<(), ApiError> {
        connection
            .prepare_cached(
                "INSERT INTO user (pool_id, username, username_key, sub, status, enabled, created_at,
                                   modified_at, salt, verifier, temporary_since)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            )?
            .execute(params![
                self.pool_id,
                self.username,
                pool.normalize_username(&self.username),
                self.sub,
                self.status.wire_name(),
                self.enabled,
                self.created_at.as_secs(),
                self.modified_at.as_secs(),
                self.verifier.as_ref().map(|stored| &stored.salt),
                self.verifier.as_ref().map(|stored| &stored.verifier),
                self.temporary_since.map(UnixTime::as_secs),
            ])?;
        self.id = connection.last_insert_rowid();
        Ok(())
    }

    /// Stores the changed state of the user: status, whether enabled, and password.
    pub(crate) fn update_user(
        &mut self,
        connection: &Connection,
        now: UnixTime,
    ) -> Result<(), ApiError> {
        self.modified_at = now;
        connection
            .prepare_cached(
                "UPDATE user SET status = ?2, enabled = ?3, modified_at = ?4, salt = ?5, verifier = ?6,
                                 temporary_since = ?7
                 WHERE id = ?1",
            )?
            .execute(params![
                self.id,
                self.status.wire_name(),
                self.enabled,
                self.modified_at.as_secs(),
                self.verifier.as_ref().map(|stored| &stored.salt),
                self.verifier.as_ref().map(|stored| &stored.verifier),
                self.temporary_since.map(UnixTime::as_secs),
            ])?;
        Ok(())
    }

    /// Deletes the user and all data that belongs to the user.
    pub(crate) fn delete_user_and_data(&self, connection: &Connection) -> Result<(), ApiError> {
        let subject = self.codes_and_attempts_key();
        for table in ["code", "attempt", "lockout"] {
            connection
                .prepare_cached(&format!("DELETE FROM {table} WHERE subject = ?1"))?
                .execute([&subject])?;
        }
        connection
            .prepare_cached("DELETE FROM user WHERE id = ?1")?
            .execute([self.id])?;
        Ok(())
    }

    /// Returns the key under which the verification codes and the attempts of this user are stored.
    pub(crate) fn codes_and_attempts_key(&self) -> String {
        format!("{}/{}", self.pool_id, self.sub)
    }

    /// Loads the user's attributes. `sub` is not among them.
    pub(crate) fn load_attributes(&self, connection: &Connection) -> Result<Attributes, ApiError> {
        let attributes = connection
            .prepare_cached("SELECT name, value FROM user_attribute WHERE user_id = ?1")?
            .query_map([self.id], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<_, _>>()?;
        Ok(attributes)
    }

    /// Stores these attributes of the user. An empty value deletes the attribute.
    pub(crate) fn set_attributes(
        &self,
        connection: &Connection,
        changed_attributes: &Attributes,
    ) -> Result<(), ApiError> {
        for (name, value) in changed_attributes {
            if value.is_empty() {
                connection
                    .prepare_cached("DELETE FROM user_attribute WHERE user_id = ?1 AND name = ?2")?
                    .execute(params![self.id, name])?;
            } else {
                connection
                    .prepare_cached(
                        "INSERT INTO user_attribute (user_id, name, value) VALUES (?1, ?2, ?3)
                         ON CONFLICT (user_id, name) DO UPDATE SET value = ?3",
                    )?
                    .execute(params![self.id, name, value])?;
            }
        }
        Ok(())
    }

    /// Returns the user as `ListUsers` and `AdminCreateUser` show it (`UserType`), with the attributes for
    /// which `is_shown` is true.
    pub(crate) fn describe_user(
        &self,
        attributes: &Attributes,
        is_shown: impl Fn(&str) -> bool,
    ) -> Value {
        json!({
            "Username": self.username,
            "Attributes": self.describe_attributes(attributes, is_shown),
            "UserCreateDate": self.created_at.as_secs(),
            "UserLastModifiedDate": self.modified_at.as_secs(),
            "Enabled": self.enabled,
            "UserStatus": self.status.wire_name(),
        })
    }

    /// Returns the user's attributes in the form `AttributeListType`: `sub`, and the attributes for which `is_shown`
    /// is true.
    pub(crate) fn describe_attributes(
        &self,
        attributes: &Attributes,
        is_shown: impl Fn(&str) -> bool,
    ) -> Value {
        let mut list = Vec::with_capacity(attributes.len() + 1);
        for (name, value) in attributes.iter().filter(|(name, _)| is_shown(name)) {
            list.push(json!({"Name": name, "Value": value}));
        }
        if is_shown("sub") {
            list.push(json!({"Name": "sub", "Value": self.sub}));
        }
        Value::Array(list)
    }
}
