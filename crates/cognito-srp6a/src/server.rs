//! The server side of SRP, without storage: for the local pool and for tests of the client.

use core::fmt;

use zeroize::Zeroizing;

use super::group::{self, GroupElement};
use super::key::{ScramblingParameter, derive_signing_key, multiply_by_k};
use super::number::strip_leading_zeros;
use super::{SrpError, SrpIdentity, Verifier};

/// The server's ephemeral key pair of SRP, `b` and `B = k·v + g^b mod N`, for one challenge.
pub struct ServerEphemeral {
    exponent: Zeroizing<Vec<u8>>,
    b: GroupElement,
}

impl ServerEphemeral {
    /// Creates a key pair from random bytes: at least 32 (RFC 5054 §2.5.3) and at most 384.
    ///
    /// # Errors
    /// Returns [`SrpError::ZeroModN`] if `B` is zero; the caller should then try other random bytes. Returns
    /// [`SrpError::Malformed`] if `b` is zero, and [`SrpError::Oversized`] if it has more than 384 bytes.
    pub fn new(b: &[u8], verifier: &Verifier) -> Result<Self, SrpError> {
        if strip_leading_zeros(b).is_empty() {
            return Err(SrpError::Malformed("b"));
        }
        if b.len() > group::BYTES {
            return Err(SrpError::Oversized("b"));
        }
        let public = multiply_by_k(verifier.element()).add(&GroupElement::generator_pow(b));
        if public.is_zero() {
            return Err(SrpError::ZeroModN);
        }
        Ok(Self {
            exponent: Zeroizing::new(b.to_vec()),
            b: public,
        })
    }

    /// Returns the value for the parameter `SRP_B`: `B` in lowercase hexadecimal without leading zeros.
    pub fn srp_b(&self) -> String {
        self.b.to_hex()
    }

    /// Returns the secret exponent `b`, as the caller passed it. Encrypt it before you store it.
    pub fn exponent(&self) -> &[u8] {
        &self.exponent
    }
}

impl fmt::Debug for ServerEphemeral {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServerEphemeral(…)")
    }
}

/// Parses the parameter `SRP_A`: hexadecimal digits. Upper case, odd lengths and leading zeros are valid.
///
/// # Errors
/// Returns [`SrpError::Malformed`] or [`SrpError::Oversized`] with the name `SRP_A`. Returns [`SrpError::ZeroModN`]
/// for a multiple of `N`, with which a client could sign in without a password (RFC 5054 §2.5.4).
pub fn parse_srp_a(text: &str) -> Result<GroupElement, SrpError> {
    let a = GroupElement::from_hex(text, "SRP_A")?;
    if a.is_zero() {
        Err(SrpError::ZeroModN)
    } else {
        Ok(a)
    }
}

/// Computes the bytes of the `PASSWORD_CLAIM_SIGNATURE` that a client sends if it knows the password.
///
/// Compare it with the client's signature in constant time.
///
/// # Errors
/// Returns [`SrpError::ZeroScramblingParameter`] if the hash of `A` and `B` is zero. The caller must then reject the
/// proof.
pub fn expected_signature(
    identity: SrpIdentity<'_>,
    verifier: &Verifier,
    a: &GroupElement,
    b: &ServerEphemeral,
    secret_block: &[u8],
    timestamp: &str,
) -> Result<[u8; 32], SrpError> {
    let u = ScramblingParameter::from_public_values(a, &b.b)?;
    let s = a
        .multiply(&verifier.element().pow(u.as_bytes()))
        .pow(&b.exponent);
    Ok(identity.sign_claim(derive_signing_key(&s, &u), secret_block, timestamp))
}
