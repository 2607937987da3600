//! A remembered device: what it is known by, how it is made known to the pool, and the record of it that this browser
//! keeps. By its proof a later sign-in skips the second factor.
//!
//! [`NewDevice`] comes with the tokens → [`NewDevice::prepare`] makes its password → [`UnconfirmedDevice::request`] →
//! [`UnconfirmedDevice::confirmed`] → [`RememberedDevice`], to be kept.
//!
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-device-tracking.html>

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use zeroize::Zeroizing;

use crate::action::ConfirmDevice;
use crate::ids::{DeviceKey, UserPoolId, Username};
use crate::json::Json;
use crate::secret::{AccessToken, DevicePassword};
use crate::srp::{SrpIdentity, Verifier};

/// The version of the stored record; another version is not read.
const RECORD_VERSION: u64 = 1;

/// Bytes of a device's password, as many as Amazon's clients draw.
const PASSWORD_LENGTH: usize = 40;

/// Random bytes that a new device needs: 40 for its password and 16 for the salt.
pub const RANDOM_LENGTH: usize = PASSWORD_LENGTH + 16;

/// `NewDeviceMetadata`: the pool would know this device again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDevice {
    /// `DeviceKey`.
    pub key: DeviceKey,
    /// `DeviceGroupKey`, which stands in the proof where the pool's name stands for a person.
    pub group_key: String,
}

impl NewDevice {
    /// Makes the device's password and what the pool keeps of it. One power of 3,072 bits: some milliseconds.
    pub fn prepare(self, random: &[u8; RANDOM_LENGTH]) -> UnconfirmedDevice {
        let (password, salt) = random.split_at(PASSWORD_LENGTH);
        let password = Zeroizing::new(BASE64_STANDARD.encode(password));
        let identity = SrpIdentity::device(&self.group_key, self.key.as_str());
        let verifier = Verifier::new(identity, &password, salt);
        UnconfirmedDevice {
            device: RememberedDevice {
                key: self.key,
                group_key: self.group_key,
                password: DevicePassword::new(&**password),
            },
            verifier,
        }
    }
}

/// A device with a password that the pool has not been told of.
#[derive(Debug)]
pub struct UnconfirmedDevice {
    device: RememberedDevice,
    verifier: Verifier,
}

impl UnconfirmedDevice {
    /// What to send; `name` is what the person will know the device by.
    pub fn request<'a>(
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

    /// The pool has taken it: what to keep.
    pub fn confirmed(self) -> RememberedDevice {
        self.device
    }
}

/// A device that the pool knows.
#[derive(Debug, PartialEq, Eq)]
pub struct RememberedDevice {
    key: DeviceKey,
    group_key: String,
    password: DevicePassword,
}

impl RememberedDevice {
    /// Its `DEVICE_KEY`.
    pub fn key(&self) -> &DeviceKey {
        &self.key
    }

    /// Who proves, and by which password.
    pub(crate) fn srp_identity(&self) -> (SrpIdentity<'_>, &str) {
        let identity = SrpIdentity::device(&self.group_key, self.key.as_str());
        (identity, self.password.reveal())
    }

    /// The record to keep, as JSON, under [`record_name`].
    pub fn to_record(&self, pool: &UserPoolId, username: &Username) -> String {
        Json::object([
            ("version", RECORD_VERSION.into()),
            ("pool", pool.as_str().into()),
            ("username", folded(username).as_str().into()),
            ("deviceKey", self.key.as_str().into()),
            ("deviceGroupKey", self.group_key.as_str().into()),
            ("devicePassword", self.password.reveal().into()),
        ])
        .to_string()
    }

    /// Reads a record back, if it is of this pool and of who goes by this name. `None` means that it serves nobody
    /// and should go.
    pub fn from_record(text: &str, pool: &UserPoolId, username: &Username) -> Option<Self> {
        let record = Json::parse(text).ok()?;
        let member = |name| record.get(name).as_text();
        let ours = record.get("version").as_whole() == Some(RECORD_VERSION)
            && member("pool") == Some(pool.as_str())
            && member("username") == Some(folded(username).as_str());
        if !ours {
            return None;
        }
        let filled = |name| member(name).filter(|text| !text.is_empty());
        Some(Self {
            key: DeviceKey::parse(member("deviceKey")?)?,
            group_key: filled("deviceGroupKey")?.to_owned(),
            password: DevicePassword::new(filled("devicePassword")?),
        })
    }
}

/// What tells one record from another: the pool, and the name that was typed, in one case. Who signs in by another of
/// their names is another to this browser until they have confirmed it for that name too.
pub fn record_name(pool: &UserPoolId, username: &Username) -> String {
    format!("{pool}.{}", folded(username))
}

/// A pool may tell `Ann` from `ann`. Then one of them is offered the other's key, which the pool refuses and this
/// browser forgets: two people lose a convenience, and nobody gains an account. ASCII alone is folded: the tables for
/// all other letters would be downloaded by everybody, for those who type their own name in two ways.
fn folded(username: &Username) -> String {
    username.as_str().to_ascii_lowercase()
}
