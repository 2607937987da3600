use hmac::{Hmac, Mac};
use sha2::Sha256;

/// Who proves: a user by a password, or a remembered device by the password that it made up for itself.
///
/// The two names go into the private key `x` and into the signed message, one straight after the other.
#[derive(Clone, Copy, Debug)]
pub struct SrpIdentity<'a> {
    realm: &'a str,
    name: &'a str,
}

impl<'a> SrpIdentity<'a> {
    /// A user: the part of the user pool id after its first `_`, and `USER_ID_FOR_SRP` exactly as it was returned
    /// (never the alias that was typed).
    pub fn user(pool_name: &'a str, user_id_for_srp: &'a str) -> Self {
        Self {
            realm: pool_name,
            name: user_id_for_srp,
        }
    }

    /// A remembered device: `DeviceGroupKey` and `DeviceKey` of the device's metadata.
    pub fn device(group_key: &'a str, device_key: &'a str) -> Self {
        Self {
            realm: group_key,
            name: device_key,
        }
    }

    /// The parts of what is hashed with the password to `x`; Cognito puts nothing between the two names.
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

    /// `PASSWORD_CLAIM_SIGNATURE` before Base64: HMAC-SHA256 over both names, the decoded secret block and the time.
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
