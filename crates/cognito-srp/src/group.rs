//! The group: numbers modulo the 3,072-bit safe prime `N` of RFC 3526 §4 (RFC 5054 appendix A), with `g = 2`.
//!
//! Numbers rest here in their reduced form; powers and products go through Montgomery's form and back. Which
//! operations run and which addresses they touch depends on how many bytes an exponent has, never on what they are.

mod montgomery;

use core::fmt;

use self::montgomery::{BITS, LIMBS, Limb, Limbs};
use super::SrpError;
use super::number;

/// Bytes of a number below `N`.
pub const BYTES: usize = 384;

/// A number modulo `N`, always below it. Comparing two of them takes a time that depends on where they differ.
#[derive(Clone, PartialEq, Eq)]
pub struct GroupElement(Limbs);

impl GroupElement {
    /// Reads big-endian bytes and takes them modulo `N`; `parameter` names them in the error.
    ///
    /// # Errors
    /// [`SrpError::Malformed`] for no byte at all, [`SrpError::Oversized`] for more than 384 after leading zeros.
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

    /// Reads hexadecimal digits of any case and takes them modulo `N`; `parameter` names them in the error.
    ///
    /// # Errors
    /// [`SrpError::Malformed`] for no digit or another character, [`SrpError::Oversized`] for more than 768 digits
    /// after leading zeros.
    pub fn from_hex(text: &str, parameter: &'static str) -> Result<Self, SrpError> {
        let bytes = number::from_hex(text, 2 * BYTES, parameter)?;
        Ok(Self(montgomery::subtract_n_once(
            &Self::from_unreduced_bytes(&bytes).0,
        )))
    }

    /// At most 384 bytes, which must be known to be below `N`, or be reduced afterwards.
    pub(super) fn from_unreduced_bytes(bytes: &[u8]) -> Self {
        let mut limbs = [0; LIMBS];
        for (i, &byte) in bytes.iter().rev().enumerate() {
            // A byte may lie across two limbs of 28 bits, and never does in limbs of 56.
            let (limb, shift) = (8 * i / BITS, 8 * i % BITS);
            limbs[limb] |= (Limb::from(byte) << shift) & montgomery::MASK;
            if shift + 8 > BITS {
                limbs[limb + 1] |= Limb::from(byte) >> (BITS - shift);
            }
        }
        Self(limbs)
    }

    /// Big-endian, always 384 bytes.
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

    /// Lower-case hexadecimal without leading zeros; zero is `0`.
    pub fn to_hex(&self) -> String {
        number::to_hex(&self.to_be_bytes())
    }

    /// The form that Cognito hashes: as short as can be, and a `00` byte in front when the highest bit is set.
    pub fn to_signed_bytes_be(&self) -> Vec<u8> {
        number::to_signed_bytes_be(&self.to_be_bytes())
    }

    /// Whether this is the zero of the field, which no honest public value is.
    pub fn is_zero(&self) -> bool {
        self.0.iter().fold(0, |any, limb| any | limb) == 0
    }

    /// `self + other mod N`.
    #[must_use]
    pub fn add(&self, other: &Self) -> Self {
        Self(montgomery::add_mod_n(&self.0, &other.0))
    }

    /// `self − other mod N`.
    #[must_use]
    pub fn subtract(&self, other: &Self) -> Self {
        Self(montgomery::subtract_mod_n(&self.0, &other.0))
    }

    /// `self · other mod N`.
    #[must_use]
    pub fn multiply(&self, other: &Self) -> Self {
        Self(montgomery::multiply_mod_n(&self.0, &other.0))
    }

    /// `self` to the big-endian exponent, modulo `N`. Zero bytes in front of it cost as much time as others.
    #[must_use]
    pub fn pow(&self, exponent: &[u8]) -> Self {
        Self(montgomery::pow_mod_n(&self.0, exponent))
    }

    /// `2` to the big-endian exponent, modulo `N`, in little more than half the time of [`Self::pow`].
    #[must_use]
    pub fn generator_pow(exponent: &[u8]) -> Self {
        Self(montgomery::generator_pow_mod_n(exponent))
    }

    #[cfg(test)]
    pub(super) fn modulus_signed_bytes_be() -> Vec<u8> {
        // N is N − 1 and one more, without the reduction that would make it zero.
        let mut bytes = Self::from_unreduced_bytes(&[])
            .subtract(&Self::from_unreduced_bytes(&[1]))
            .to_signed_bytes_be();
        *bytes.last_mut().expect("N − 1 has bytes") += 1;
        bytes
    }
}

impl fmt::Debug for GroupElement {
    /// Nothing of the number: `S` and `v` are of this type, and nobody can see which one is being printed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GroupElement(…)")
    }
}
