//! The SRP group: numbers modulo the 3,072-bit safe prime `N` of RFC 3526 §4, with the generator `g = 2`.
//!
//! RFC 5054 appendix A has the same `N` with `g = 5`. A [`GroupElement`] holds its number in reduced form; `pow` and
//! `multiply` convert it to Montgomery form and back. The operations and memory addresses depend on the length of an
//! exponent, never on its value.

mod montgomery;

use core::fmt;

use self::montgomery::{BITS, LIMBS, Limb, Limbs};
use super::SrpError;
use super::number;

/// The number of bytes of the prime `N`.
pub const BYTES: usize = 384;

/// A number modulo the prime `N`, always reduced.
///
/// `==` does not run in constant time: its duration depends on the position of the first difference.
#[derive(Clone, PartialEq, Eq)]
pub struct GroupElement(Limbs);

impl GroupElement {
    /// Converts big-endian bytes to a number modulo `N`. `parameter` is the name that an error states.
    ///
    /// # Errors
    /// Returns [`SrpError::Malformed`] if there are no bytes, and [`SrpError::Oversized`] if more than 384 bytes follow
    /// the leading zeros.
    pub fn from_bytes(bytes: &[u8], parameter: &'static str) -> Result<Self, SrpError> {
        if bytes.is_empty() {
            return Err(SrpError::Malformed(parameter));
        }
        let bytes = number::strip_leading_zeros(bytes);
        if bytes.len() > BYTES {
            return Err(SrpError::Oversized(parameter));
        }
        Ok(Self(montgomery::subtract_n_once(
            &Self::from_unreduced_bytes(bytes).0,
        )))
    }

    /// Parses hexadecimal digits, in any case, to a number modulo `N`. `parameter` is the name that an error states.
    ///
    /// # Errors
    /// Returns [`SrpError::Malformed`] if there are no digits or other characters, and [`SrpError::Oversized`] if more
    /// than 768 digits follow the leading zeros.
    pub fn from_hex(text: &str, parameter: &'static str) -> Result<Self, SrpError> {
        let bytes = number::from_hex(text, 2 * BYTES, parameter)?;
        Ok(Self(montgomery::subtract_n_once(
            &Self::from_unreduced_bytes(&bytes).0,
        )))
    }

    /// Converts at most 384 big-endian bytes to a number without reducing it. The number must be below `N`, or the
    /// caller must reduce it.
    pub(super) fn from_unreduced_bytes(bytes: &[u8]) -> Self {
        let mut limbs = [0; LIMBS];
        for (i, &byte) in bytes.iter().rev().enumerate() {
            // A byte can span two limbs of 28 bits. It never spans two limbs of 56 bits.
            let (limb, shift) = (8 * i / BITS, 8 * i % BITS);
            limbs[limb] |= (Limb::from(byte) << shift) & montgomery::MASK;
            if shift + 8 > BITS {
                limbs[limb + 1] |= Limb::from(byte) >> (BITS - shift);
            }
        }
        Self(limbs)
    }

    /// Returns the number as 384 big-endian bytes.
    pub fn to_be_bytes(&self) -> [u8; BYTES] {
        let mut bytes = [0; BYTES];
        for (i, byte) in bytes.iter_mut().rev().enumerate() {
            let (limb, shift) = (8 * i / BITS, 8 * i % BITS);
            *byte = (self.0[limb] >> shift) as u8;
            if shift + 8 > BITS {
                *byte |= (self.0[limb + 1] << (BITS - shift)) as u8;
            }
        }
        bytes
    }

    /// Formats the number in lowercase hexadecimal without leading zeros. Zero is `0`.
    pub fn to_hex(&self) -> String {
        number::to_hex(&self.to_be_bytes())
    }

    /// Returns the number in the form that Cognito hashes: the shortest big-endian bytes, with a `00` byte in front if
    /// the highest bit is set.
    pub fn to_signed_bytes_be(&self) -> Vec<u8> {
        number::to_signed_bytes_be(&self.to_be_bytes())
    }

    /// Returns true if the number is zero, which is not valid for public values and verifiers.
    pub fn is_zero(&self) -> bool {
        self.0.iter().fold(0, |any, limb| any | limb) == 0
    }

    /// Computes `self + other mod N`.
    #[must_use]
    pub fn add(&self, other: &Self) -> Self {
        Self(montgomery::add_mod_n(&self.0, &other.0))
    }

    /// Computes `self − other mod N`.
    #[must_use]
    pub fn subtract(&self, other: &Self) -> Self {
        Self(montgomery::subtract_mod_n(&self.0, &other.0))
    }

    /// Computes `self · other mod N`.
    #[must_use]
    pub fn multiply(&self, other: &Self) -> Self {
        Self(montgomery::multiply_mod_n(&self.0, &other.0))
    }

    /// Computes `self ^ exponent mod N`. The exponent is big-endian. Its leading zero bytes take as much time as other
    /// bytes.
    #[must_use]
    pub fn pow(&self, exponent: &[u8]) -> Self {
        Self(montgomery::pow_mod_n(&self.0, exponent))
    }

    /// Computes `2 ^ exponent mod N`, in little more than half the time of [`Self::pow`]. The exponent is big-endian.
    #[must_use]
    pub fn generator_pow(exponent: &[u8]) -> Self {
        Self(montgomery::generator_pow_mod_n(exponent))
    }

    #[cfg(test)]
    pub(super) fn modulus_signed_bytes_be() -> Vec<u8> {
        // N itself would be reduced to zero, so this adds one to the bytes of N − 1.
        let mut bytes = Self::from_unreduced_bytes(&[])
            .subtract(&Self::from_unreduced_bytes(&[1]))
            .to_signed_bytes_be();
        *bytes.last_mut().expect("N − 1 has bytes") += 1;
        bytes
    }
}

impl fmt::Debug for GroupElement {
    /// Writes a placeholder without digits, because the secrets `S` and `v` are also of this type.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GroupElement(…)")
    }
}
