//! The pool's two signing keys, the JWS that they make (RS256, RFC 7515), and the key set that proves them.
//!
//! Keys may be changed for new ones; those of before prove their tokens for a day more, and only their public halves
//! are kept.
//!
//! Cognito signs identity and access tokens with different 2048-bit RSA keys and publishes both. What the
//! claims say is the pool's rule; here is only signature and form.

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

/// How long a key that signs no more is still published: no token lives longer (Cognito: 24 hours at most).
const PUBLISHED_AFTER: Duration = Duration::from_secs(86_400);

/// What a token is for; each kind has its own key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// The ID token (`token_use` `id`).
    Id,
    /// The access token (`token_use` `access`).
    Access,
}

/// Why a text is not a token of these keys. The claims are not looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenSignatureError {
    /// Not three base64url parts with JSON objects in the first two, or a header we must refuse (`alg`, `crit`).
    Malformed,
    /// The `kid` is none of ours.
    UnknownKey,
    /// The signature is not that of the key.
    BadSignature,
}

impl fmt::Display for TokenSignatureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "this is not a JSON Web Token signed with RS256",
            Self::UnknownKey => "the token was signed with a key that this pool does not have",
            Self::BadSignature => "the token's signature does not fit what it says",
        })
    }
}

impl std::error::Error for TokenSignatureError {}

/// The stored bytes are not an RSA key of 2048 bits in PKCS #8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidKeyError;

impl fmt::Display for InvalidKeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a stored signing key is not a 2048-bit RSA key in PKCS #8")
    }
}

impl std::error::Error for InvalidKeyError {}

/// Both private keys in PKCS #8 (RFC 5958), for the data file. `Debug` shows nothing of them.
pub struct Pkcs8Pair {
    /// The key of ID tokens.
    pub id: Zeroizing<Vec<u8>>,
    /// The key of access tokens.
    pub access: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for Pkcs8Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pkcs8Pair(…)")
    }
}

/// The public half of a key that signs no more, for the data file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetiredKeyRecord {
    /// What it signed.
    pub kind: TokenKind,
    /// Its modulus, big-endian.
    pub modulus: Vec<u8>,
    /// Its public exponent, big-endian.
    pub exponent: Vec<u8>,
    /// When it signed its last token.
    pub retired_at: UnixTime,
}

/// The signing keys of a pool: two that sign, and those of before, which still prove their tokens.
///
/// A clone is another handle on the same keys. `Debug` shows nothing of them.
#[derive(Clone)]
pub struct Keys {
    shared: Arc<Shared>,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(…)")
    }
}

/// Keys that may still be in the making.
struct Shared {
    key_set: Mutex<Option<Arc<KeySet>>>,
    made: Condvar,
    /// One change of keys at a time.
    rotating: Mutex<()>,
}

struct KeySet {
    id: SigningKey,
    access: SigningKey,
    former: Vec<RetiredKey>,
}

struct RetiredKey {
    kind: TokenKind,
    public: PublicKey,
    at: UnixTime,
}

impl Keys {
    /// Makes two new keys on threads of their own: the answer is there at once, the first signature waits.
    pub fn generate() -> Self {
        Self::generate_and_save(|_| {})
    }

    /// Like [`Keys::generate`], and hands the keys to `save` before anything can be signed with them, so
    /// that no token goes out which a restart would not know.
    ///
    /// `save` runs on another thread.
    pub fn generate_and_save(save: impl FnOnce(&Pkcs8Pair) + Send + 'static) -> Self {
        let keys = Self::from_key_set(None);
        let shared = Arc::clone(&keys.shared);
        std::thread::spawn(move || {
            let key_set = KeySet::generate(Vec::new());
            save(&key_set.to_pkcs8());
            shared.put(key_set);
        });
        keys
    }

    /// The keys that [`Keys::to_pkcs8`] gave, and those of before them.
    ///
    /// # Errors
    /// [`InvalidKeyError`] when either is not a 2048-bit RSA key in PKCS #8.
    pub fn from_pkcs8(
        id: &[u8],
        access: &[u8],
        former: Vec<RetiredKeyRecord>,
    ) -> Result<Self, InvalidKeyError> {
        let former = former.into_iter().map(|key| RetiredKey {
            kind: key.kind,
            public: PublicKey::new(key.modulus, key.exponent),
            at: key.retired_at,
        });
        Ok(Self::from_key_set(Some(Arc::new(KeySet {
            id: SigningKey::from_pkcs8(id)?,
            access: SigningKey::from_pkcs8(access)?,
            former: former.collect(),
        }))))
    }

    fn from_key_set(key_set: Option<Arc<KeySet>>) -> Self {
        Self {
            shared: Arc::new(Shared {
                key_set: Mutex::new(key_set),
                made: Condvar::new(),
                rotating: Mutex::new(()),
            }),
        }
    }

    /// Two new keys sign from here on; those of before prove their tokens for as long as tokens can live.
    ///
    /// `save` is given the new keys and the public halves of the former ones before anything is signed with the new.
    /// Takes as long as two RSA keys do (about half a second).
    ///
    /// # Errors
    /// Those of `save`; then the keys are as they were.
    pub fn rotate<E>(
        &self,
        now: UnixTime,
        save: impl FnOnce(&Pkcs8Pair, &[RetiredKeyRecord]) -> Result<(), E>,
    ) -> Result<(), E> {
        let _one_at_a_time = self
            .shared
            .rotating
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let key_set = self.key_set();
        let ours = [TokenKind::Id, TokenKind::Access].map(|kind| RetiredKey {
            kind,
            public: key_set.key(kind).public.clone(),
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
        let next = KeySet::generate(ours.into_iter().chain(still_needed).collect());
        let former: Vec<RetiredKeyRecord> = next.former.iter().map(RetiredKey::to_record).collect();
        save(&next.to_pkcs8(), &former)?;
        self.shared.put(next);
        Ok(())
    }

    /// Both private keys, for the data file; waits for keys still in the making.
    pub fn to_pkcs8(&self) -> Pkcs8Pair {
        self.key_set().to_pkcs8()
    }

    /// A compact JWS (RFC 7515 §7.1) over `claims`; its header has exactly `kid` and `alg`, as Cognito's has.
    ///
    /// Costs a private RSA operation: call it outside any lock or transaction.
    pub fn sign(&self, kind: TokenKind, claims: &Map<String, Value>) -> String {
        self.key_set().key(kind).sign(claims)
    }

    /// The claims of a token that one of these keys signed, and which of them.
    ///
    /// Looks at form and signature only; expiry, issuer, audience and use are the caller's rules.
    ///
    /// # Errors
    /// [`TokenSignatureError`] when the text is not such a token.
    pub fn verify(
        &self,
        jwt: &str,
    ) -> Result<(TokenKind, Map<String, Value>), TokenSignatureError> {
        let mut parts = jwt.split('.');
        let (Some(header), Some(payload), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(TokenSignatureError::Malformed);
        };
        let header_members = json_object(header)?;
        let claims = json_object(payload)?;
        let signature = URL_SAFE_NO_PAD
            .decode(signature)
            .map_err(|_| TokenSignatureError::Malformed)?;
        // A header that names another algorithm, or extensions we do not know, is refused (RFC 8725 §3.1, RFC 7515 §4.1.11).
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
        if key.verifies(signed.as_bytes(), &signature) {
            Ok((kind, claims))
        } else {
            Err(TokenSignatureError::BadSignature)
        }
    }

    /// The public keys as a JWK Set (RFC 7517 §5), its members those of Cognito's `jwks.json`; those that sign first.
    pub fn jwks(&self) -> Value {
        let keys: Vec<Value> = self
            .key_set()
            .public_keys()
            .map(|(_, key)| key.jwk())
            .collect();
        json!({ "keys": keys })
    }

    /// The keys; waits while they are being made.
    fn key_set(&self) -> Arc<KeySet> {
        let mut key_set = self.shared.lock();
        loop {
            if let Some(key_set) = &*key_set {
                return Arc::clone(key_set);
            }
            key_set = self
                .shared
                .made
                .wait(key_set)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Option<Arc<KeySet>>> {
        self.key_set.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(&self, key_set: KeySet) {
        *self.lock() = Some(Arc::new(key_set));
        self.made.notify_all();
    }
}

impl KeySet {
    /// Two new keys, made at once.
    fn generate(former: Vec<RetiredKey>) -> Self {
        let access = std::thread::spawn(SigningKey::generate);
        let id = SigningKey::generate();
        let access = access.join().unwrap_or_else(|_| SigningKey::generate());
        Self { id, access, former }
    }

    fn key(&self, kind: TokenKind) -> &SigningKey {
        match kind {
            TokenKind::Id => &self.id,
            TokenKind::Access => &self.access,
        }
    }

    /// All keys that prove tokens, and what they sign or signed.
    fn public_keys(&self) -> impl Iterator<Item = (TokenKind, &PublicKey)> {
        let current = [TokenKind::Id, TokenKind::Access].map(|kind| (kind, &self.key(kind).public));
        let former = self.former.iter().map(|key| (key.kind, &key.public));
        current.into_iter().chain(former)
    }

    fn to_pkcs8(&self) -> Pkcs8Pair {
        Pkcs8Pair {
            id: self.id.to_pkcs8(),
            access: self.access.to_pkcs8(),
        }
    }
}

impl RetiredKey {
    fn to_record(&self) -> RetiredKeyRecord {
        RetiredKeyRecord {
            kind: self.kind,
            modulus: self.public.modulus().to_vec(),
            exponent: self.public.exponent().to_vec(),
            retired_at: self.at,
        }
    }
}

/// A base64url part that holds a JSON object.
fn json_object(part: &str) -> Result<Map<String, Value>, TokenSignatureError> {
    let bytes = URL_SAFE_NO_PAD
        .decode(part)
        .map_err(|_| TokenSignatureError::Malformed)?;
    serde_json::from_slice(&bytes).map_err(|_| TokenSignatureError::Malformed)
}
