//! The values of SRP that are computed with a hash: `k`, `u`, `x` and the signing key.

use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::group::GroupElement;
use super::number::to_signed_bytes_be;
use super::{SrpError, SrpIdentity};

/// The multiplier `k` of SRP: `k = H(bytes(N) ‖ bytes(g))`, where `bytes` is [`to_signed_bytes_be`]. It is a constant,
/// because the group is fixed.
const MULTIPLIER: [u8; 32] = [
    0x53, 0x82, 0x82, 0xc4, 0x35, 0x47, 0x42, 0xd7, 0xcb, 0xbd, 0xe2, 0x35, 0x9f, 0xcf, 0x67, 0xf9,
    0xf5, 0xb3, 0xa6, 0xb0, 0x87, 0x91, 0xe5, 0x01, 0x1b, 0x43, 0xb8, 0xa5, 0xb6, 0x6d, 0x9e, 0xe6,
];

/// Computes `k·v mod N`, the number that hides `g^b` in the server's public value `B`.
pub(super) fn multiply_by_k(v: &GroupElement) -> GroupElement {
    GroupElement::from_unreduced_bytes(&MULTIPLIER).multiply(v)
}

/// The scrambling parameter `u` of SRP (RFC 5054 §2.6): a hash of the public values `A` and `B`. It is never zero.
pub(super) struct ScramblingParameter([u8; 32]);

impl ScramblingParameter {
    /// Computes the scrambling parameter `u = H(bytes(A) ‖ bytes(B))`, where `bytes` is [`to_signed_bytes_be`].
    pub(super) fn from_public_values(a: &GroupElement, b: &GroupElement) -> Result<Self, SrpError> {
        let hash = Sha256::new()
            .chain_update(a.to_signed_bytes_be())
            .chain_update(b.to_signed_bytes_be())
            .finalize();
        Self::from_hash(hash.into())
    }

    fn from_hash(u: [u8; 32]) -> Result<Self, SrpError> {
        if u == [0; 32] {
            Err(SrpError::ZeroScramblingParameter)
        } else {
            Ok(Self(u))
        }
    }

    pub(super) fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// Computes the private key `x = H(bytes(salt) ‖ H(realm ‖ name ‖ ":" ‖ password))` of SRP, where `bytes` is
/// [`to_signed_bytes_be`].
pub(super) fn derive_private_key(
    identity: SrpIdentity<'_>,
    password: &str,
    salt: &[u8],
) -> Zeroizing<[u8; 32]> {
    let mut inner = Sha256::new();
    for part in identity.password_hash_input(password) {
        inner.update(part);
    }
    let x = Sha256::new()
        .chain_update(to_signed_bytes_be(salt))
        .chain_update(inner.finalize())
        .finalize();
    Zeroizing::new(x.into())
}

/// Derives the HMAC key of the signature: the first 16 bytes of HKDF-SHA256 (RFC 5869), with `S` as the input and `u`
/// as the salt.
///
/// `u` and `S` are in the form of [`to_signed_bytes_be`]. With a fixed length instead, about one sign-in in 256 fails.
pub(super) fn derive_signing_key(s: &GroupElement, u: &ScramblingParameter) -> Hmac<Sha256> {
    let shared = Zeroizing::new(s.to_signed_bytes_be());
    let prk = Zeroizing::new(<[u8; 32]>::from(
        hmac_sha256(&to_signed_bytes_be(u.as_bytes()))
            .chain_update(&*shared)
            .finalize()
            .into_bytes(),
    ));
    let okm = Zeroizing::new(<[u8; 32]>::from(
        hmac_sha256(&*prk)
            .chain_update(b"Caldera Derived Key\x01")
            .finalize()
            .into_bytes(),
    ));
    hmac_sha256(&okm[..16])
}

fn hmac_sha256(key: &[u8]) -> Hmac<Sha256> {
    <Hmac<Sha256> as Mac>::new_from_slice(key).expect("HMAC accepts keys of every length")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn srp_multiplier_k_is_the_hash_of_n_and_g() {
        let k = Sha256::new()
            .chain_update(GroupElement::modulus_signed_bytes_be())
            .chain_update([2])
            .finalize();
        assert_eq!(MULTIPLIER, <[u8; 32]>::from(k));
    }

    #[test]
    fn srp_scrambling_parameter_u_of_zero_is_rejected() {
        assert_eq!(
            ScramblingParameter::from_hash([0; 32]).err(),
            Some(SrpError::ZeroScramblingParameter)
        );
        let mut one = [0; 32];
        one[31] = 1;
        assert_eq!(
            ScramblingParameter::from_hash(one).map(|u| *u.as_bytes()),
            Ok(one)
        );
    }
}
