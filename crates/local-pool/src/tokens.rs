//! The pool's two signing keys, the JWS that they sign (RS256, RFC 7515), and the published key set.
//!
//! Keys can be rotated. Former keys verify their tokens for one more day, and only their public halves are
//! kept.
//!
//! Cognito signs ID tokens and access tokens with different 2048-bit RSA keys and publishes both. This module
//! knows signatures and token syntax; the content of the claims is decided by `pool::claims`.

mod invalid_signatures;
mod signing_key;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cognito_proto::time::UnixTime;
use serde_json::{Map, Value, json};
use zeroize::Zeroizing;

use signing_key::{PublicKey, SigningKey};

/// How long the key set contains a retired key. No token lives longer (Cognito's maximum is 24 hours).
const PUBLISHED_AFTER: Duration = Duration::from_secs(86_400);

/// The kind of a token: ID token or access token. Each kind has its own signing key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// The ID token (its claim `token_use` is `id`).
    Id,
    /// The access token (its claim `token_use` is `access`).
    Access,
}

/// The reason why a text is not a token that the pool's keys signed. The claims are not validated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenSignatureError {
    /// The text is not three base64url parts with JSON objects in the first two, or the header must be rejected
    /// (`alg`, `crit`).
    Malformed,
    /// No published key has the ID that the token names (`kid`).
    UnknownKey,
    /// The signature does not verify with the key that the token names.
    BadSignature,
}

impl fmt::Display for TokenSignatureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "the text is not a JSON Web Token signed with RS256",
            Self::UnknownKey => "the token is signed with an unknown key",
            Self::BadSignature => "the token's signature is invalid",
        })
    }
}

impl std::error::Error for TokenSignatureError {}

/// The error for stored bytes that are not an RSA key of 2048 bits in PKCS #8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidKeyError;

impl fmt::Display for InvalidKeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a stored signing key is not a 2048-bit RSA key in PKCS #8")
    }
}

impl std::error::Error for InvalidKeyError {}

/// The private keys that sign ID tokens and access tokens, in PKCS #8 (RFC 5958), for the database. `Debug` prints no
/// key.
pub struct Pkcs8Pair {
    /// The private key that signs ID tokens.
    pub id: Zeroizing<Vec<u8>>,
    /// The private key that signs access tokens.
    pub access: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for Pkcs8Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pkcs8Pair(…)")
    }
}

/// The public half of a retired signing key, for the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetiredKeyRecord {
    /// The kind of tokens that the key signed.
    pub kind: TokenKind,
    /// The modulus of the key, big-endian.
    pub modulus: Vec<u8>,
    /// The public exponent of the key, big-endian.
    pub exponent: Vec<u8>,
    /// The time at which the key was retired.
    pub retired_at: UnixTime,
}

/// The signing keys of a pool: the current keys for ID tokens and access tokens, and the retired keys that still verify
/// their tokens.
///
/// A clone shares the same keys. `Debug` prints no key.
#[derive(Clone)]
pub struct TokenSigningKeys {
    shared: Arc<Shared>,
}

impl fmt::Debug for TokenSigningKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(…)")
    }
}

/// The keys that all clones of [`TokenSigningKeys`] share. They may still be being generated.
struct Shared {
    key_set: Mutex<Option<Arc<KeySet>>>,
    key_set_changed: Condvar,
    /// A lock that lets only one thread at a time rotate the keys.
    rotation_lock: Mutex<()>,
}

/// The current and retired signing keys at one point in time.
struct KeySet {
    id: SigningKey,
    access: SigningKey,
    former: Vec<RetiredKey>,
}

/// A key that no longer signs tokens, but still verifies the tokens that it has signed.
struct RetiredKey {
    kind: TokenKind,
    public: PublicKey,
    at: UnixTime,
}

impl TokenSigningKeys {
    /// Generates new keys for ID tokens and access tokens on other threads. This function returns at once; the first
    /// signature waits for the keys.
    pub fn generate() -> Self {
        Self::generate_and_save(|_| {})
    }

    /// Generates new keys for ID tokens and access tokens on other threads, and passes them to `save` before a token
    /// can be signed, so that every issued token can be verified after a restart.
    ///
    /// This returns at once. `save` runs on another thread.
    pub fn generate_and_save(save: impl FnOnce(&Pkcs8Pair) + Send + 'static) -> Self {
        let keys = Self::from_key_set(None);
        let shared = Arc::clone(&keys.shared);
        std::thread::spawn(move || {
            let key_set = KeySet::generate(Vec::new());
            save(&key_set.to_pkcs8());
            shared.set_key_set(key_set);
        });
        keys
    }

    /// Creates the signing keys from those that [`TokenSigningKeys::to_pkcs8`] returned, and from the retired keys.
    ///
    /// # Errors
    /// Returns [`InvalidKeyError`] if a key is not a 2048-bit RSA key in PKCS #8.
    pub fn from_pkcs8(
        id_token_key: &[u8],
        access_token_key: &[u8],
        former: Vec<RetiredKeyRecord>,
    ) -> Result<Self, InvalidKeyError> {
        let former = former.into_iter().map(|key| RetiredKey {
            kind: key.kind,
            public: PublicKey::new(key.modulus, key.exponent),
            at: key.retired_at,
        });
        Ok(Self::from_key_set(Some(Arc::new(KeySet {
            id: SigningKey::from_pkcs8(id_token_key)?,
            access: SigningKey::from_pkcs8(access_token_key)?,
            former: former.collect(),
        }))))
    }

    /// Creates the [`TokenSigningKeys`] from existing keys, or from `None` if the keys are still being generated.
    fn from_key_set(key_set: Option<Arc<KeySet>>) -> Self {
        Self {
            shared: Arc::new(Shared {
                key_set: Mutex::new(key_set),
                key_set_changed: Condvar::new(),
                rotation_lock: Mutex::new(()),
            }),
        }
    }

    /// Replaces the signing keys of ID tokens and access tokens. The former keys verify their tokens until the last of
    /// these tokens has expired.
    ///
    /// `save` gets the new keys and the public halves of the former keys before a token is signed with the new
    /// keys. Generating two RSA keys takes about half a second.
    ///
    /// # Errors
    /// Returns the errors of `save`. The keys are then unchanged.
    pub fn rotate_keys<E>(
        &self,
        now: UnixTime,
        save: impl FnOnce(&Pkcs8Pair, &[RetiredKeyRecord]) -> Result<(), E>,
    ) -> Result<(), E> {
        let _one_at_a_time = self
            .shared
            .rotation_lock
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let key_set = self.key_set();
        let current = [TokenKind::Id, TokenKind::Access].map(|kind| RetiredKey {
            kind,
            public: key_set.key_for(kind).public.clone(),
            at: now,
        });
        let still_needed = key_set
            .former
            .iter()
            .filter(|key| now < key.at.plus(PUBLISHED_AFTER))
            .map(|key| RetiredKey {
                kind: key.kind,
                public: key.public.clone(),
                at: key.at,
            });
        let next = KeySet::generate(current.into_iter().chain(still_needed).collect());
        let former: Vec<RetiredKeyRecord> = next.former.iter().map(RetiredKey::to_record).collect();
        save(&next.to_pkcs8(), &former)?;
        self.shared.set_key_set(next);
        Ok(())
    }

    /// Returns the private keys that sign ID tokens and access tokens, for the database. Waits if the keys are still
    /// being generated.
    pub fn to_pkcs8(&self) -> Pkcs8Pair {
        self.key_set().to_pkcs8()
    }

    /// Signs `claims` as a compact JWS (RFC 7515 §7.1), and returns the token. The header has only `kid` and
    /// `alg`, as Cognito's has.
    ///
    /// This is an expensive RSA operation, so call it outside locks and transactions.
    pub fn sign_token(&self, kind: TokenKind, claims: &Map<String, Value>) -> String {
        self.key_set().key_for(kind).sign_token(claims)
    }

    /// Verifies the signature of a token, and returns its kind and claims.
    ///
    /// Only syntax and signature are checked. The caller checks expiry, issuer, audience and use.
    ///
    /// # Errors
    /// Returns [`TokenSignatureError`] if the text is not a token of these keys.
    pub fn verify_signature(
        &self,
        jwt: &str,
    ) -> Result<(TokenKind, Map<String, Value>), TokenSignatureError> {
        let mut parts = jwt.split('.');
        let (Some(header), Some(payload), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(TokenSignatureError::Malformed);
        };
        let header_members = decode_json_object(header)?;
        let claims = decode_json_object(payload)?;
        let signature = URL_SAFE_NO_PAD
            .decode(signature)
            .map_err(|_| TokenSignatureError::Malformed)?;
        // Other algorithms and unknown extensions must be rejected (RFC 8725 §3.1, RFC 7515 §4.1.11).
        if header_members.get("alg") != Some(&json!("RS256")) || header_members.contains_key("crit")
        {
            return Err(TokenSignatureError::Malformed);
        }
        let kid = header_members
            .get("kid")
            .and_then(Value::as_str)
            .ok_or(TokenSignatureError::UnknownKey)?;
        let key_set = self.key_set();
        let (kind, key) = key_set
            .public_keys()
            .find(|(_, key)| key.kid == kid)
            .ok_or(TokenSignatureError::UnknownKey)?;
        let signed_length = header.len() + 1 + payload.len();
        let signed = jwt
            .get(..signed_length)
            .ok_or(TokenSignatureError::Malformed)?;
        if key.is_valid_signature(signed.as_bytes(), &signature) {
            Ok((kind, claims))
        } else {
            Err(TokenSignatureError::BadSignature)
        }
    }

    /// Returns the public keys as a JWK Set (RFC 7517 §5) with the same members as in Cognito's `jwks.json`. The
    /// current keys come first.
    pub fn jwks(&self) -> Value {
        let keys: Vec<Value> = self
            .key_set()
            .public_keys()
            .map(|(_, key)| key.to_jwk())
            .collect();
        json!({ "keys": keys })
    }

    /// Returns the current keys. Waits while they are being generated.
    fn key_set(&self) -> Arc<KeySet> {
        let mut key_set = self.shared.lock_key_set();
        loop {
            if let Some(key_set) = &*key_set {
                return Arc::clone(key_set);
            }
            key_set = self
                .shared
                .key_set_changed
                .wait(key_set)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Shared {
    /// Locks the current keys, which are `None` while they are being generated.
    fn lock_key_set(&self) -> MutexGuard<'_, Option<Arc<KeySet>>> {
        self.key_set.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Replaces the current keys, and wakes the threads that wait for the first keys.
    fn set_key_set(&self, key_set: KeySet) {
        *self.lock_key_set() = Some(Arc::new(key_set));
        self.key_set_changed.notify_all();
    }
}

impl KeySet {
    /// Generates a new key for ID tokens and a new key for access tokens at the same time. `former` are the retired
    /// keys.
    fn generate(former: Vec<RetiredKey>) -> Self {
        let access = std::thread::spawn(SigningKey::generate);
        let id = SigningKey::generate();
        let access = access.join().unwrap_or_else(|_| SigningKey::generate());
        Self { id, access, former }
    }

    /// Returns the key that currently signs this kind of token.
    fn key_for(&self, kind: TokenKind) -> &SigningKey {
        match kind {
            TokenKind::Id => &self.id,
            TokenKind::Access => &self.access,
        }
    }

    /// Returns all public keys that verify tokens, each with its kind of token.
    fn public_keys(&self) -> impl Iterator<Item = (TokenKind, &PublicKey)> {
        let current =
            [TokenKind::Id, TokenKind::Access].map(|kind| (kind, &self.key_for(kind).public));
        let former = self.former.iter().map(|key| (key.kind, &key.public));
        current.into_iter().chain(former)
    }

    /// Returns the private keys that sign ID tokens and access tokens in PKCS #8.
    fn to_pkcs8(&self) -> Pkcs8Pair {
        Pkcs8Pair {
            id: self.id.to_pkcs8(),
            access: self.access.to_pkcs8(),
        }
    }
}

impl RetiredKey {
    /// Returns the public key in the form in which the database stores it.
    fn to_record(&self) -> RetiredKeyRecord {
        RetiredKeyRecord {
            kind: self.kind,
            modulus: self.public.modulus().to_vec(),
            exponent: self.public.exponent().to_vec(),
            retired_at: self.at,
        }
    }
}

/// Decodes one part of a token: a JSON object in base64url.
fn decode_json_object(part: &str) -> Result<Map<String, Value>, TokenSignatureError> {
    let bytes = URL_SAFE_NO_PAD
        .decode(part)
        .map_err(|_| TokenSignatureError::Malformed)?;
    serde_json::from_slice(&bytes).map_err(|_| TokenSignatureError::Malformed)
}
