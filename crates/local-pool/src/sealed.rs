//! Encrypted texts that only this pool can make and read, such as `Session` and `SECRET_BLOCK`.
//!
//! They carry the state of a sign-in, so the pool stores nothing for a sign-in that the user abandons.

use aws_lc_rs::aead::{AES_256_GCM, Aad, RandomizedNonceKey};
use aws_lc_rs::aead::{NONCE_LEN, Nonce};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use crate::error::ApiError;

/// The kind of an encrypted text. A text of one kind cannot be decrypted as another kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SealedTextKind {
    /// The `Session` text that links two requests of a sign-in.
    Session,
    /// The `SECRET_BLOCK` of a password challenge.
    SecretBlock,
    /// The `SECRET_BLOCK` of a device challenge.
    DeviceSecretBlock,
    /// The `Session` text that links a sign-up, its confirmation and the first sign-in.
    SignUpSession,
    /// The cookie of a user who is signed in on the hosted pages.
    HostedSession,
}

impl SealedTextKind {
    /// Returns the associated data of the encryption, which binds an encrypted text to its kind.
    const fn associated_data(self) -> &'static [u8] {
        match self {
            Self::Session => b"Session",
            Self::SecretBlock => b"SECRET_BLOCK",
            Self::DeviceSecretBlock => b"SECRET_BLOCK of a device",
            Self::SignUpSession => b"Session of a sign-up",
            Self::HostedSession => b"hosted session",
        }
    }

    /// Returns the bytes with which an encrypted text begins. Cognito's sessions begin with `AYAB`, the Base64 form of
    /// these three bytes.
    const fn prefix(self) -> &'static [u8] {
        match self {
            Self::Session | Self::SignUpSession => &[0x01, 0x80, 0x01],
            Self::SecretBlock | Self::DeviceSecretBlock | Self::HostedSession => &[],
        }
    }

    /// Returns the minimum length of an encrypted text in bytes. The texts have about the size of Cognito's, so that
    /// clients with a smaller limit fail here too.
    const fn min_length(self) -> usize {
        match self {
            Self::Session | Self::SignUpSession => 700,
            Self::SecretBlock | Self::DeviceSecretBlock => 1_100,
            Self::HostedSession => 0,
        }
    }
}

/// Encrypts texts and derives keys with the secret of the local pool's data. `Debug` prints no secrets.
pub(crate) struct TextSealer {
    master: Zeroizing<Vec<u8>>,
    aead: RandomizedNonceKey,
}

impl core::fmt::Debug for TextSealer {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Sealer(…)")
    }
}

/// Computes HMAC-SHA256 over several parts.
///
/// Each part follows its length, so that `ab`, `c` and `a`, `bc` have different results.
fn compute_hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, key));
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    let mut tag = [0; 32];
    tag.copy_from_slice(mac.sign().as_ref());
    tag
}

impl TextSealer {
    /// Creates a [`TextSealer`] from a secret of 32 bytes, which the database keeps.
    pub(crate) fn new(master: Vec<u8>) -> Result<Self, ApiError> {
        let key = Zeroizing::new(compute_hmac(&master, &[b"sealing"]));
        let aead = RandomizedNonceKey::new(&AES_256_GCM, key.as_ref())
            .map_err(|_| ApiError::internal("The sealing key is invalid."))?;
        Ok(Self {
            master: Zeroizing::new(master),
            aead,
        })
    }

    /// Derives 32 bytes from the secret, `label` and `parts`. The result reveals neither the secret nor the parts.
    pub(crate) fn derive_bytes(&self, label: &str, parts: &[&str]) -> [u8; 32] {
        let mut all = vec![label.as_bytes()];
        all.extend(parts.iter().map(|part| part.as_bytes()));
        compute_hmac(&self.master, &all)
    }

    /// Serializes a value as JSON, encrypts it, and returns the encrypted text as Base64.
    pub(crate) fn seal_state(
        &self,
        kind: SealedTextKind,
        state: &impl Serialize,
    ) -> Result<String, ApiError> {
        let mut text = serde_json::to_vec(state)?;
        let missing = kind.min_length().saturating_sub(text.len());
        text.resize(text.len() + missing, b' ');
        let nonce = self
            .aead
            .seal_in_place_append_tag(Aad::from(kind.associated_data()), &mut text)
            .map_err(|_| ApiError::internal("Could not seal a text."))?;
        let bytes = [kind.prefix(), nonce.as_ref(), &text].concat();
        Ok(match kind {
            SealedTextKind::Session
            | SealedTextKind::SignUpSession
            | SealedTextKind::HostedSession => URL_SAFE_NO_PAD.encode(bytes),
            SealedTextKind::SecretBlock | SealedTextKind::DeviceSecretBlock => {
                STANDARD.encode(bytes)
            }
        })
    }

    /// Decrypts a text that [`TextSealer::seal_state`] returned. Returns `None` if the text was encrypted with another
    /// secret, or has another kind.
    pub(crate) fn open_sealed_text<T: DeserializeOwned>(
        &self,
        kind: SealedTextKind,
        sealed: &str,
    ) -> Option<T> {
        let bytes = match kind {
            SealedTextKind::Session
            | SealedTextKind::SignUpSession
            | SealedTextKind::HostedSession => URL_SAFE_NO_PAD.decode(sealed),
            SealedTextKind::SecretBlock | SealedTextKind::DeviceSecretBlock => {
                STANDARD.decode(sealed)
            }
        }
        .ok()?;
        let bytes = bytes.strip_prefix(kind.prefix())?;
        let (nonce, text) = bytes.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut text = text.to_vec();
        let open = self
            .aead
            .open_in_place(nonce, Aad::from(kind.associated_data()), &mut text)
            .ok()?;
        serde_json::from_slice(open).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encrypted_text_opens_only_with_its_key_and_for_its_purpose() {
        let sealer = TextSealer::new(vec![7; 32]).unwrap();
        let session = sealer
            .seal_state(SealedTextKind::Session, &"state")
            .unwrap();
        assert_eq!(session.get(..4), Some("AYAB"));
        assert_eq!(
            sealer.open_sealed_text::<String>(SealedTextKind::Session, &session),
            Some("state".to_owned())
        );
        assert_eq!(
            sealer.open_sealed_text::<String>(SealedTextKind::SecretBlock, &session),
            None
        );
        let other = TextSealer::new(vec![8; 32]).unwrap();
        assert_eq!(
            other.open_sealed_text::<String>(SealedTextKind::Session, &session),
            None
        );
    }

    #[test]
    fn encrypted_session_text_with_a_changed_character_is_invalid() {
        let sealer = TextSealer::new(vec![7; 32]).unwrap();
        let session = sealer
            .seal_state(SealedTextKind::Session, &"state")
            .unwrap();
        for place in (0..session.len()).step_by(97) {
            let mut changed = session.clone().into_bytes();
            changed[place] = if changed[place] == b'x' { b'y' } else { b'x' };
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(
                sealer.open_sealed_text::<String>(SealedTextKind::Session, &changed),
                None,
                "position {place}"
            );
        }
    }
}
