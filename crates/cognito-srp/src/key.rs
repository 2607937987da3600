//! What is hashed from the public values and the password: `k`, `u`, `x`, and the key of the proof.

use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::group::GroupElement;
use super::number::pad;
use super::{Prover, SrpError};

/// `k = H(pad(N) ‖ pad(g))`: a constant, since the group is one.
const MULTIPLIER: [u8; 32] = [
    0x53, 0x82, 0x82, 0xc4, 0x35, 0x47, 0x42, 0xd7, 0xcb, 0xbd, 0xe2, 0x35, 0x9f, 0xcf, 0x67, 0xf9,
    0xf5, 0xb3, 0xa6, 0xb0, 0x87, 0x91, 0xe5, 0x01, 0x1b, 0x43, 0xb8, 0xa5, 0xb6, 0x6d, 0x9e, 0xe6,
];

/// `k·v mod N`, which hides the verifier in `B` and is taken out again by the client.
pub(super) fn multiplied(v: &GroupElement) -> GroupElement {
    GroupElement::from_short(&MULTIPLIER).multiply(v)
}

/// `u`, which binds the key to both public values of this one exchange. Never zero.
pub(super) struct Scrambler([u8; 32]);

impl Scrambler {
    /// `u = H(pad(A) ‖ pad(B))`.
    pub(super) fn of(a: &GroupElement, b: &GroupElement) -> Result<Self, SrpError> {
        let hash = Sha256::new()
            .chain_update(a.pad())
            .chain_update(b.pad())
            .finalize();
        Self::checked(hash.into())
    }

    fn checked(u: [u8; 32]) -> Result<Self, SrpError> {
        if u == [0; 32] {
            Err(SrpError::ZeroScrambler)
        } else {
            Ok(Self(u))
        }
    }

    pub(super) fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// `x = H(pad(salt) ‖ H(realm ‖ name ‖ ":" ‖ password))`, the password's exponent.
pub(super) fn private_key(prover: Prover<'_>, password: &str, salt: &[u8]) -> Zeroizing<[u8; 32]> {
    let mut identity = Sha256::new();
    for part in prover.identity(password) {
        identity.update(part);
    }
    let x = Sha256::new()
        .chain_update(pad(salt))
        .chain_update(identity.finalize())
        .finalize();
    Zeroizing::new(x.into())
}

/// The key of the proof, ready to sign: HKDF-SHA256 of `S` with `u` as its salt, one block of it, cut to 16 bytes.
///
/// `u` and `S` go in as [`pad`] writes them: about one sign-in in 256 fails where they are given a fixed length.
pub(super) fn signing_key(s: &GroupElement, u: &Scrambler) -> Hmac<Sha256> {
    let shared = Zeroizing::new(s.pad());
    let prk = Zeroizing::new(<[u8; 32]>::from(
        mac(&pad(u.as_bytes()))
            .chain_update(&*shared)
            .finalize()
            .into_bytes(),
    ));
    let okm = Zeroizing::new(<[u8; 32]>::from(
        mac(&*prk)
            .chain_update(b"Caldera Derived Key\x01")
            .finalize()
            .into_bytes(),
    ));
    mac(&okm[..16])
}

fn mac(key: &[u8]) -> Hmac<Sha256> {
    <Hmac<Sha256> as Mac>::new_from_slice(key).expect("HMAC takes keys of every length")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_multiplier_is_the_hash_of_the_group() {
        let k = Sha256::new()
            .chain_update(GroupElement::modulus_padded())
            .chain_update([2])
            .finalize();
        assert_eq!(MULTIPLIER, <[u8; 32]>::from(k));
    }

    #[test]
    fn a_scrambler_of_zero_is_refused() {
        assert_eq!(
            Scrambler::checked([0; 32]).err(),
            Some(SrpError::ZeroScrambler)
        );
        let mut one = [0; 32];
        one[31] = 1;
        assert_eq!(Scrambler::checked(one).map(|u| *u.as_bytes()), Ok(one));
    }
}
