//! Users' devices. The pool issues a device's key; the client chooses the secret that proves the device.

use cognito_proto::time::UnixTime;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::password::StoredVerifier;
use super::{User, UserPool};
use crate::error::{ApiError, ErrorKind};
use crate::random;
use crate::sealed::TextSealer;

/// Whether and how a pool remembers devices (`DeviceConfigurationType`). A pool in which neither member is set does not
/// track devices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct DeviceConfiguration {
    /// True if the proof of a remembered device replaces the second factor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) challenge_required_on_new_device: Option<bool>,
    /// True if a device is remembered only after the user agrees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) device_only_remembered_on_user_prompt: Option<bool>,
}

impl UserPool {
    /// Returns the pool's device configuration, or `None` if the pool does not track devices.
    pub(crate) fn device_configuration(&self) -> Option<DeviceConfiguration> {
        self.settings
            .device_configuration
            .filter(|configuration| *configuration != DeviceConfiguration::default())
    }

    /// Returns the pool's device configuration, for the actions that read or change devices, or an error if the pool
    /// has none.
    ///
    /// # Errors
    /// `InvalidUserPoolConfigurationException` if the pool does not track devices.
    pub(crate) fn require_device_tracking(&self) -> Result<DeviceConfiguration, ApiError> {
        self.device_configuration().ok_or_else(|| {
            ApiError::new(
                ErrorKind::InvalidUserPoolConfiguration,
                "User pool does not have device tracking enabled.",
            )
        })
    }
}

impl DeviceConfiguration {
    /// Returns true if the proof of a remembered device replaces the second factor.
    pub(crate) fn replaces_second_factor(self) -> bool {
        self.challenge_required_on_new_device == Some(true)
    }

    /// Returns true if a device is remembered only after the user agrees.
    pub(crate) fn asks_user_to_remember(self) -> bool {
        self.device_only_remembered_on_user_prompt == Some(true)
    }
}

/// A device on which a user signs in for the first time. The app may confirm it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NewDevice {
    pub(crate) key: String,
    pub(crate) group_key: String,
}

impl NewDevice {
    /// Creates a new device with a random key for the pool's region.
    pub(crate) fn new(sealer: &TextSealer, pool: &UserPool) -> Self {
        let region = pool
            .id
            .split_once('_')
            .map_or("us-east-1", |(region, _)| region);
        Self {
            key: format!("{region}_{}", random::generate_uuid()),
            group_key: device_group_key(sealer, pool),
        }
    }

    /// Returns the response member `NewDeviceMetadata`, which tells the app about a new device.
    pub(crate) fn new_device_metadata(&self) -> Value {
        json!({"DeviceKey": self.key, "DeviceGroupKey": self.group_key})
    }
}

/// Returns the group key of the pool's devices (`DeviceGroupKey`), e.g. `-Abc1DeFg`. It is the same for all devices of
/// the pool.
pub(crate) fn device_group_key(sealer: &TextSealer, pool: &UserPool) -> String {
    const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let drawn = sealer.derive_bytes("device group", &[&pool.id]);
    let letters = drawn
        .iter()
        .take(8)
        .filter_map(|byte| LETTERS.get(usize::from(*byte) % LETTERS.len()))
        .map(|letter| char::from(*letter));
    std::iter::once('-').chain(letters).collect()
}

/// A device of a user that the app has confirmed (`ConfirmDevice`).
#[derive(Clone, Debug)]
pub(crate) struct Device {
    pub(crate) key: String,
    pub(crate) name: Option<String>,
    /// The SRP verifier of the secret that the client chose. A device without one cannot replace a second factor.
    pub(crate) verifier: Option<StoredVerifier>,
    pub(crate) remembered: bool,
    /// The IP address of the last sign-in on this device.
    pub(crate) last_ip: String,
    pub(crate) created_at: UnixTime,
    pub(crate) modified_at: UnixTime,
    pub(crate) authenticated_at: UnixTime,
}

const COLUMNS: &str =
    "key, name, salt, verifier, remembered, last_ip, created_at, modified_at, authenticated_at";

impl Device {
    /// Makes a device from a database row with the columns `COLUMNS`.
    fn from_row(row: &Row<'_>) -> Result<Self, rusqlite::Error> {
        let salt: Option<Vec<u8>> = row.get(2)?;
        let verifier: Option<Vec<u8>> = row.get(3)?;
        Ok(Self {
            key: row.get(0)?,
            name: row.get(1)?,
            verifier: salt
                .zip(verifier)
                .map(|(salt, verifier)| StoredVerifier { salt, verifier }),
            remembered: row.get(4)?,
            last_ip: row.get(5)?,
            created_at: UnixTime::from_secs(row.get(6)?),
            modified_at: UnixTime::from_secs(row.get(7)?),
            authenticated_at: UnixTime::from_secs(row.get(8)?),
        })
    }

    /// Returns the user's device with this key, or `None` if the user has no such device.
    pub(crate) fn find_device(
        connection: &Connection,
        user: &User,
        device_key: &str,
    ) -> Result<Option<Self>, ApiError> {
        Ok(connection
            .prepare_cached(&format!(
                "SELECT {COLUMNS} FROM device WHERE key = ?1 AND user_id = ?2"
            ))?
            .query_row(params![device_key, user.id], Self::from_row)
            .optional()?)
    }

    /// Loads the user's device with this key.
    ///
    /// # Errors
    /// `ResourceNotFoundException` if the user has no such device. Clients look for its exact text before they
    /// delete the key and sign in without it.
    pub(crate) fn load_device(
        connection: &Connection,
        user: &User,
        device_key: &str,
    ) -> Result<Self, ApiError> {
        Self::find_device(connection, user, device_key)?.ok_or_else(unknown_device_error)
    }

    /// Loads at most `limit` devices of a user, oldest first, starting after the device with the key
    /// `after_key`.
    pub(crate) fn load_device_page(
        connection: &Connection,
        user: &User,
        after_key: Option<&str>,
        limit: u64,
    ) -> Result<Vec<Self>, ApiError> {
        Ok(connection
            .prepare_cached(&format!(
                "SELECT {COLUMNS} FROM device
                 WHERE user_id = ?1
                   AND (?2 IS NULL OR (created_at, key) > (SELECT created_at, key FROM device WHERE key = ?2))
                 ORDER BY created_at, key LIMIT ?3"
            ))?
            .query_map(params![user.id, after_key, limit], Self::from_row)?
            .collect::<Result<_, _>>()?)
    }

    /// Stores a new device of the user.
    ///
    /// # Errors
    /// `DeviceKeyExistsException` if the device is stored already.
    pub(crate) fn insert_device(
        &self,
        connection: &Connection,
        user: &User,
    ) -> Result<(), ApiError> {
        let added = connection
            .prepare_cached(
                "INSERT OR IGNORE INTO device (key, user_id, name, salt, verifier, remembered, last_ip, created_at,
                                               modified_at, authenticated_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            )?
            .execute(params![
                self.key,
                user.id,
                self.name,
                self.verifier.as_ref().map(|stored| &stored.salt),
                self.verifier.as_ref().map(|stored| &stored.verifier),
                self.remembered,
                self.last_ip,
                self.created_at.as_secs(),
                self.modified_at.as_secs(),
                self.authenticated_at.as_secs(),
            ])?;
        if added == 1 {
            Ok(())
        } else {
            Err(ApiError::new(
                ErrorKind::DeviceKeyExists,
                "Device key already exists.",
            ))
        }
    }

    /// Stores the changed state of the device: whether it is remembered, and its last sign-in.
    pub(crate) fn update_device(&self, connection: &Connection) -> Result<(), ApiError> {
        connection
            .prepare_cached(
                "UPDATE device SET remembered = ?2, last_ip = ?3, modified_at = ?4, authenticated_at = ?5 WHERE key = ?1",
            )?
            .execute(params![
                self.key,
                self.remembered,
                self.last_ip,
                self.modified_at.as_secs(),
                self.authenticated_at.as_secs(),
            ])?;
        Ok(())
    }

    /// Deletes the device.
    pub(crate) fn delete_device(&self, connection: &Connection) -> Result<(), ApiError> {
        connection
            .prepare_cached("DELETE FROM device WHERE key = ?1")?
            .execute([&self.key])?;
        Ok(())
    }

    /// Returns the device as responses show it (`DeviceType`).
    pub(crate) fn describe_device(&self) -> Value {
        let mut attributes = vec![json!({"Name": "device_status", "Value": "valid"})];
        if let Some(name) = &self.name {
            attributes.push(json!({"Name": "device_name", "Value": name}));
        }
        attributes.push(json!({
            "Name": "dev:device_remembered_status",
            "Value": if self.remembered { "remembered" } else { "not_remembered" },
        }));
        attributes.push(json!({"Name": "last_ip_used", "Value": self.last_ip}));
        json!({
            "DeviceKey": self.key,
            "DeviceAttributes": attributes,
            "DeviceCreateDate": self.created_at.as_secs(),
            "DeviceLastModifiedDate": self.modified_at.as_secs(),
            "DeviceLastAuthenticatedDate": self.authenticated_at.as_secs(),
        })
    }
}

/// Returns the error for a key that belongs to no device of the user. Clients look for this exact text.
pub(crate) fn unknown_device_error() -> ApiError {
    ApiError::new(ErrorKind::ResourceNotFound, "Device does not exist.")
}

/// Stores the session of a sign-in that waits for the SRP proof of this device. Some clients do not return the session
/// with their response.
pub(crate) fn save_pending_device_session(
    connection: &Connection,
    device_key: &str,
    client_id: &str,
    session: &str,
    (now, expires_at): (UnixTime, UnixTime),
) -> Result<(), ApiError> {
    connection
        .prepare_cached("DELETE FROM device_round WHERE expires_at <= ?1")?
        .execute([now.as_secs()])?;
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO device_round (device_key, client_id, session, expires_at) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![device_key, client_id, session, expires_at.as_secs()])?;
    Ok(())
}

/// Loads the session that [`save_pending_device_session`] stored, or returns `None` if there is none.
pub(crate) fn load_pending_device_session(
    connection: &Connection,
    device_key: &str,
    client_id: &str,
) -> Result<Option<String>, ApiError> {
    Ok(connection
        .prepare_cached(
            "SELECT session FROM device_round WHERE device_key = ?1 AND client_id = ?2",
        )?
        .query_row([device_key, client_id], |row| row.get(0))
        .optional()?)
}
