//! A remembered device: its keys, its registration with the pool, and its record in this browser. A later sign-in
//! that proves the device skips the second factor.
//!
//! [`NewDevice`] comes with the tokens → [`UnconfirmedDevice::prepare`] makes its password →
//! [`UnconfirmedDevice::confirm_request`] registers it → [`UnconfirmedDevice::into_confirmed`] → [`RememberedDevice`]
//! is stored.
//!
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-device-tracking.html>

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::action::{ConfirmDevice, NewDevice};
use crate::ids::{DeviceKey, UserPoolId, Username};
use crate::secret::{AccessToken, DevicePassword};
use crate::srp::{SrpIdentity, Verifier};
use crate::wire::{self, Version};

/// The version of the stored record. Records of other versions are not read.
const RECORD_VERSION: u64 = 1;

/// The length of a device's password in bytes. Amazon's clients use the same length.
const PASSWORD_LENGTH: usize = 40;

/// The number of random bytes that a new device needs: 40 for its password and 16 for the salt of the SRP verifier.
pub const RANDOM_LENGTH: usize = PASSWORD_LENGTH + 16;

/// A device that has a password and that the pool has not registered yet.
#[derive(Debug)]
pub struct UnconfirmedDevice {
    device: RememberedDevice,
    verifier: Verifier,
}

impl UnconfirmedDevice {
    /// Makes the device's password and its SRP verifier from random bytes. This computes one power of 3,072 bits, which
    /// takes some milliseconds.
    pub fn prepare(device: NewDevice, random: &[u8; RANDOM_LENGTH]) -> Self {
        let NewDevice { key, group_key } = device;
        let (password, salt) = random.split_at(PASSWORD_LENGTH);
        let password = Zeroizing::new(BASE64_STANDARD.encode(password));
        let identity = SrpIdentity::device(&group_key, key.as_str());
        let verifier = Verifier::new(identity, &password, salt);
        Self {
            device: RememberedDevice {
                key,
                group_key,
                password: DevicePassword::new(&**password),
            },
            verifier,
        }
    }

    /// Returns the request that registers the device with the pool. `name` is the name under which the user sees the
    /// device.
    pub fn confirm_request<'a>(
        &'a self,
        access_token: &'a AccessToken,
        name: &'a str,
    ) -> ConfirmDevice<'a> {
        ConfirmDevice {
            access_token,
            device_key: &self.device.key,
            name,
            verifier: &self.verifier,
        }
    }

    /// Returns the device to store in the browser. The caller calls this after the pool has accepted the registration.
    pub fn into_confirmed(self) -> RememberedDevice {
        self.device
    }
}

/// The record of a remembered device in the browser's storage.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    version: Version<RECORD_VERSION>,
    pool: String,
    username: String,
    device_key: DeviceKey,
    device_group_key: String,
    device_password: DevicePassword,
}

/// A device that the pool remembers, with the password by which this browser proves to be that device.
#[derive(Debug, PartialEq, Eq)]
pub struct RememberedDevice {
    key: DeviceKey,
    group_key: String,
    password: DevicePassword,
}

impl RememberedDevice {
    /// Returns the key that identifies the device in the pool.
    pub fn key(&self) -> &DeviceKey {
        &self.key
    }

    /// Returns the identity that the device's SRP proof uses, and the device's password.
    pub(crate) fn srp_identity(&self) -> (SrpIdentity<'_>, &str) {
        let identity = SrpIdentity::device(&self.group_key, self.key.as_str());
        (identity, self.password.expose_secret())
    }

    /// Serializes the device as JSON. The caller stores the text under [`storage_key`].
    pub fn to_json(&self, pool: &UserPoolId, username: &Username) -> String {
        wire::to_json(&Record {
            version: Version,
            pool: pool.as_str().to_owned(),
            username: lowercased(username),
            device_key: self.key.clone(),
            device_group_key: self.group_key.clone(),
            device_password: DevicePassword::new(self.password.expose_secret()),
        })
    }

    /// Parses the stored record of a device. Returns `None` if it is damaged or belongs to another pool or username.
    /// Such a record is useless and should be removed.
    pub fn from_json(text: &str, pool: &UserPoolId, username: &Username) -> Option<Self> {
        let record: Record = wire::parse(text)?;
        let is_ours = record.pool == pool.as_str() && record.username == lowercased(username);
        let is_complete = !record.device_group_key.is_empty() && !record.device_password.is_empty();
        (is_ours && is_complete).then_some(Self {
            key: record.device_key,
            group_key: record.device_group_key,
            password: record.device_password,
        })
    }
}

/// The owner of a stored device record: the device's key and the username with which the record was made.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeviceRecordOwner {
    /// The entered username, with its ASCII letters in lower case.
    pub username: String,
    /// The key of the device.
    pub device_key: DeviceKey,
}

impl DeviceRecordOwner {
    /// Parses the owner of a stored device record, whatever its pool and username are. Returns `None` if the record is
    /// damaged.
    pub fn from_json(text: &str) -> Option<Self> {
        wire::parse(text)
    }
}

/// Returns the storage key of a device record, which contains the pool and the entered username in lower case. A user
/// with several names (aliases) has a separate record for each.
pub fn storage_key(pool: &UserPoolId, username: &Username) -> String {
    format!("{pool}.{}", lowercased(username))
}

/// Returns the username with its ASCII letters in lower case.
///
/// In a pool with case-sensitive usernames, `Ann` and `ann` share one record. The pool rejects the wrong key and the
/// app deletes it, so the only effect is an extra request for the second factor. Other letters keep their case,
/// because the tables for them would make the download larger.
fn lowercased(username: &Username) -> String {
    username.as_str().to_ascii_lowercase()
}
