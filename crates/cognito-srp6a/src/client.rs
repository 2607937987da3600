use core::fmt;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use zeroize::Zeroizing;

use super::group::{self, GroupElement};
use super::key::{ScramblingParameter, derive_private_key, derive_signing_key, multiply_by_k};
use super::number::{multiply_add, strip_leading_zeros};
use super::{SrpChallenge, SrpError, SrpIdentity};

/// The client's ephemeral key pair of SRP, `a` and `A`. It is used for one proof.
///
/// The pair does not depend on the user, so a client can make it before the user submits the form.
pub struct ClientEphemeral {
    exponent: Zeroizing<Vec<u8>>,
    /// The secret exponent `a`. It is boxed, because callers store the pair inside small enums until the user submits
    /// the form.
    a: Box<GroupElement>,
}

impl ClientEphemeral {
    /// Creates a key pair from 32 random bytes. RFC 5054 §2.5.4 requires at least 256 bits. The server cannot see how
    /// many bits `a` has.
    ///
    /// # Errors
    /// Returns [`SrpError::Malformed`] for 32 zero bytes, which mean that the caller's random source is broken.
    pub fn from_bytes(a: [u8; 32]) -> Result<Self, SrpError> {
        Self::from_exponent(&a)
    }

    /// Creates a key pair from an exponent of at most 384 bytes. Amazon's clients use 128 bytes.
    ///
    /// The running time depends on the number of bytes only.
    ///
    /// # Errors
    /// Returns [`SrpError::Malformed`] if the exponent is zero, and [`SrpError::Oversized`] if it has more than 384
    /// bytes.
    pub fn from_exponent(a: &[u8]) -> Result<Self, SrpError> {
        if strip_leading_zeros(a).is_empty() {
            return Err(SrpError::Malformed("a"));
        }
        if a.len() > group::BYTES {
            return Err(SrpError::Oversized("a"));
        }
        Ok(Self {
            exponent: Zeroizing::new(a.to_vec()),
            a: Box::new(GroupElement::generator_pow(a)),
        })
    }

    /// Returns the value for the parameter `SRP_A`: `A` in lowercase hexadecimal without leading zeros.
    pub fn srp_a(&self) -> String {
        self.a.to_hex()
    }

    /// Computes the proof of the password that answers `challenge`.
    ///
    /// The signature covers `timestamp`, which must have the form `Thu Nov 19 07:08:09 UTC 2026`.
    ///
    /// # Errors
    /// Returns [`SrpError::ZeroScramblingParameter`] if the hash of `A` and `B` is zero.
    pub fn prove_password(
        self,
        identity: SrpIdentity<'_>,
        password: &str,
        challenge: &SrpChallenge,
        timestamp: &str,
    ) -> Result<PasswordClaim, SrpError> {
        let u = ScramblingParameter::from_public_values(&self.a, &challenge.b)?;
        let x = derive_private_key(identity, password, &challenge.salt);
        let base = challenge
            .b
            .subtract(&multiply_by_k(&GroupElement::generator_pow(&*x)));
        let exponent = Zeroizing::new(multiply_add(&self.exponent, u.as_bytes(), &x));
        let s = base.pow(&exponent);
        let signature = identity.sign_claim(
            derive_signing_key(&s, &u),
            &challenge.secret_block,
            timestamp,
        );
        Ok(PasswordClaim {
            secret_block: challenge.secret_block_base64.clone(),
            signature: BASE64_STANDARD.encode(signature),
            timestamp: timestamp.to_owned(),
        })
    }
}

impl fmt::Debug for ClientEphemeral {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientEphemeral(…)")
    }
}

/// The proof that the client knows the password, as the texts to send in `ChallengeResponses`.
pub struct PasswordClaim {
    /// The value for `PASSWORD_CLAIM_SECRET_BLOCK`: the unchanged text of the challenge's `SECRET_BLOCK`.
    pub secret_block: String,
    /// The value for `PASSWORD_CLAIM_SIGNATURE`: the signature in Base64.
    pub signature: String,
    /// The value for `TIMESTAMP`: the time that the signature covers.
    pub timestamp: String,
}

impl fmt::Debug for PasswordClaim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordClaim(…)")
    }
}
