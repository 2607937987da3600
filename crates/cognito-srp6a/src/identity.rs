use hmac::{Hmac, Mac};
use sha2::Sha256;

/// The two names that identify a user or a remembered device in SRP.
///
/// Both names are part of the hash for `x` and of the signed message. Cognito writes no separator between them.
#[derive(Clone, Copy, Debug)]
pub struct SrpIdentity<'a> {
    /// For a user, the pool's name. For a device, the device group key.
    realm: &'a str,
    /// For a user, the username. For a device, the device key.
    name: &'a str,
}

impl<'a> SrpIdentity<'a> {
    /// Creates the identity of a user. `pool_name` is the part of the user pool ID after its first `_`, and
    /// `user_id_for_srp` is the unchanged `USER_ID_FOR_SRP` of the challenge.
    ///
    /// An alias such as an email address gives a wrong proof.
    pub fn user(pool_name: &'a str, user_id_for_srp: &'a str) -> Self {
        Self {
            realm: pool_name,
            name: user_id_for_srp,
        }
    }

    /// Creates the identity of a remembered device from `DeviceGroupKey` and `DeviceKey` of `NewDeviceMetadata`.
    pub fn device(group_key: &'a str, device_key: &'a str) -> Self {
        Self {
            realm: group_key,
            name: device_key,
        }
    }

    /// Returns the input of the inner hash of `x` as a list of parts: both names, a colon and the password.
    pub(super) fn password_hash_input<'b>(self, password: &'b str) -> [&'b [u8]; 4]
    where
        'a: 'b,
    {
        [
            self.realm.as_bytes(),
            self.name.as_bytes(),
            b":",
            password.as_bytes(),
        ]
    }

    /// Computes the bytes of `PASSWORD_CLAIM_SIGNATURE`: the HMAC-SHA256 over both names, the decoded secret block and
    /// the time.
    pub(super) fn sign_claim(
        self,
        mut mac: Hmac<Sha256>,
        secret_block: &[u8],
        timestamp: &str,
    ) -> [u8; 32] {
        for part in [
            self.realm.as_bytes(),
            self.name.as_bytes(),
            secret_block,
            timestamp.as_bytes(),
        ] {
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}
