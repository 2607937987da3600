use core::fmt;

use base64::prelude::{BASE64_STANDARD, Engine as _};

use super::group::GroupElement;
use super::key::derive_private_key;
use super::number::{strip_leading_zeros, to_hex, to_signed_bytes_be};
use super::{SrpError, SrpIdentity};

/// A salt and the password verifier `v = g^x mod N`, which a server stores instead of the password.
///
/// An attacker who has a verifier can try passwords offline, so `Debug` does not print it. Salt and `v` are numbers:
/// leading zero bytes have no meaning.
#[derive(Clone)]
pub struct Verifier {
    salt: Vec<u8>,
    v: GroupElement,
}

impl Verifier {
    /// Computes the verifier of a password. `salt` consists of random bytes, usually 16.
    ///
    /// If other clients will use the salt, choose one whose first byte is not zero. Some clients hash the leading
    /// zeros of a salt, and others do not.
    pub fn new(identity: SrpIdentity<'_>, password: &str, salt: &[u8]) -> Self {
        let v = GroupElement::generator_pow(&*derive_private_key(identity, password, salt));
        Self {
            salt: strip_leading_zeros(salt).to_vec(),
            v,
        }
    }

    /// Creates a verifier from stored bytes, or from the decoded values of a `ConfirmDevice` request.
    ///
    /// Leading zero bytes, such as a sign byte, are valid.
    ///
    /// # Errors
    /// Returns [`SrpError::Malformed`] if the salt or the verifier is empty, [`SrpError::Oversized`] if the verifier
    /// has more than 384 bytes, and [`SrpError::ZeroModN`] if it is a multiple of `N`, which would accept every
    /// password.
    pub fn from_parts(salt: &[u8], verifier: &[u8]) -> Result<Self, SrpError> {
        if salt.is_empty() {
            return Err(SrpError::Malformed("Salt"));
        }
        let v = GroupElement::from_bytes(verifier, "PasswordVerifier")?;
        if v.is_zero() {
            return Err(SrpError::ZeroModN);
        }
        Ok(Self {
            salt: strip_leading_zeros(salt).to_vec(),
            v,
        })
    }

    /// Returns the bytes of the salt without leading zeros.
    pub fn salt(&self) -> &[u8] {
        &self.salt
    }

    /// Returns the value for the challenge parameter `SALT`: the salt in lowercase hexadecimal without leading zeros.
    pub fn salt_hex(&self) -> String {
        to_hex(&self.salt)
    }

    /// Returns the verifier `v` as 384 big-endian bytes.
    pub fn verifier_bytes(&self) -> Vec<u8> {
        self.v.to_be_bytes().to_vec()
    }

    /// Returns the value for `Salt` in the `DeviceSecretVerifierConfig` of a `ConfirmDevice` request.
    pub fn confirm_device_salt(&self) -> String {
        BASE64_STANDARD.encode(to_signed_bytes_be(&self.salt))
    }

    /// Returns the value for `PasswordVerifier` in the `DeviceSecretVerifierConfig` of a `ConfirmDevice` request.
    pub fn confirm_device_password_verifier(&self) -> String {
        BASE64_STANDARD.encode(self.v.to_signed_bytes_be())
    }

    pub(super) fn element(&self) -> &GroupElement {
        &self.v
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Verifier(…)")
    }
}
