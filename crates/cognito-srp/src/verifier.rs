use core::fmt;

use base64::prelude::{BASE64_STANDARD, Engine as _};

use super::group::GroupElement;
use super::key::derive_private_key;
use super::number::{strip_leading_zeros, to_hex, to_signed_bytes_be};
use super::{SrpError, SrpIdentity};

/// A salt and `v = g^x mod N`: what a server keeps instead of the password.
///
/// Whoever holds it can try passwords without asking, so it is a secret and does not print. Salt and `v` are
/// numbers: zero bytes in front of them mean nothing.
#[derive(Clone)]
pub struct Verifier {
    salt: Vec<u8>,
    v: GroupElement,
}

impl Verifier {
    /// The verifier of a password, under a salt of random bytes (16 are usual).
    ///
    /// Let the first byte of a salt that other clients shall read be 0x01 to 0xff: some of them hash a salt that
    /// begins with zeros as text, others as a number.
    pub fn new(identity: SrpIdentity<'_>, password: &str, salt: &[u8]) -> Self {
        let v = GroupElement::generator_pow(&*derive_private_key(identity, password, salt));
        Self {
            salt: strip_leading_zeros(salt).to_vec(),
            v,
        }
    }

    /// Takes up what was stored, or what `ConfirmDevice` handed in, sign bytes in front and all.
    ///
    /// # Errors
    /// [`SrpError::Malformed`] for no salt, [`SrpError::Oversized`] for a verifier above 384 bytes,
    /// [`SrpError::ZeroModN`] for one that is a multiple of `N`, which every password would fit.
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

    /// The salt's bytes without zeros in front.
    pub fn salt(&self) -> &[u8] {
        &self.salt
    }

    /// `SALT` of a challenge: lower-case hexadecimal without leading zeros.
    pub fn salt_hex(&self) -> String {
        to_hex(&self.salt)
    }

    /// `v`, big-endian, always 384 bytes.
    pub fn verifier_bytes(&self) -> Vec<u8> {
        self.v.to_be_bytes().to_vec()
    }

    /// `Salt` of ConfirmDevice's `DeviceSecretVerifierConfig`.
    pub fn confirm_device_salt(&self) -> String {
        BASE64_STANDARD.encode(to_signed_bytes_be(&self.salt))
    }

    /// `PasswordVerifier` of ConfirmDevice's `DeviceSecretVerifierConfig`.
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
