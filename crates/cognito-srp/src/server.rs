//! The server's side of the same mathematics, without storage: for a local pool, and to test the client against.

use core::fmt;

use zeroize::Zeroizing;

use super::group::{self, GroupElement};
use super::key::{ScramblingParameter, derive_signing_key, multiply_by_k};
use super::number::strip_leading_zeros;
use super::{SrpError, SrpIdentity, Verifier};

/// The server's pair `b`, `B = k·v + g^b mod N`, drawn for one challenge.
pub struct ServerEphemeral {
    exponent: Zeroizing<Vec<u8>>,
    b: GroupElement,
}

impl ServerEphemeral {
    /// Makes `B` from random bytes: 32 or more (RFC 5054 §2.5.3), at most 384.
    ///
    /// # Errors
    /// [`SrpError::ZeroModN`] when `B` came out as zero: draw again. [`SrpError::Malformed`] for an exponent of zero
    /// and [`SrpError::Oversized`] above 384 bytes.
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

    /// `SRP_B`: `B` in lower-case hexadecimal without leading zeros.
    pub fn srp_b(&self) -> String {
        self.b.to_hex()
    }

    /// `b` as it was handed in. A secret: it belongs in memory or under a key.
    pub fn exponent(&self) -> &[u8] {
        &self.exponent
    }
}

impl fmt::Debug for ServerEphemeral {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServerEphemeral(…)")
    }
}

/// Reads `SRP_A`: hexadecimal in any case, of odd length too, with leading zeros too, as clients write it.
///
/// # Errors
/// [`SrpError::Malformed`] or [`SrpError::Oversized`] with `SRP_A`, [`SrpError::ZeroModN`] for a multiple of `N`,
/// with which anyone could sign in (RFC 5054 §2.5.4).
pub fn parse_srp_a(text: &str) -> Result<GroupElement, SrpError> {
    let a = GroupElement::from_hex(text, "SRP_A")?;
    if a.is_zero() {
        Err(SrpError::ZeroModN)
    } else {
        Ok(a)
    }
}

/// `PASSWORD_CLAIM_SIGNATURE`, before Base64, of a client that knows the password. To be compared in constant time.
///
/// # Errors
/// [`SrpError::ZeroScramblingParameter`]; the proof is to be refused.
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
