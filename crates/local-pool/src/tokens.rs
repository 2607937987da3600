//! The pool's two signing keys, the JWS that they make (RS256, RFC 7515), and the key set that proves them.
//!
//! Cognito signs identity and access tokens with different 2048-bit RSA keys and publishes both. What the
//! claims say is the pool's rule; here is only signature and form.

use std::fmt;
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize, PublicKeyComponents};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

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
pub enum TokenFault {
    /// Not three base64url parts with JSON objects in the first two, or a header we must refuse (`alg`, `crit`).
    Malformed,
    /// The `kid` is none of ours.
    UnknownKey,
    /// The signature is not that of the key.
    BadSignature,
}

impl fmt::Display for TokenFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "this is not a JSON Web Token signed with RS256",
            Self::UnknownKey => "the token was signed with a key that this pool does not have",
            Self::BadSignature => "the token's signature does not fit what it says",
        })
    }
}

impl std::error::Error for TokenFault {}

/// The stored bytes are not an RSA key of 2048 bits in PKCS #8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyFault;

impl fmt::Display for KeyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a stored signing key is not a 2048-bit RSA key in PKCS #8")
    }
}

impl std::error::Error for KeyFault {}

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

/// The two signing keys of a pool.
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
    pair: Mutex<Option<Arc<Pair>>>,
    made: Condvar,
}

struct Pair {
    id: SigningKey,
    access: SigningKey,
}

struct SigningKey {
    rsa: RsaKeyPair,
    /// Base64 text of 44 characters, as Cognito's are: here the key's thumbprint (RFC 7638 §3).
    kid: String,
    /// The encoded header `{"kid":…,"alg":"RS256"}`, the same for every token.
    header: String,
    /// The modulus, unpadded base64url of its 256 bytes (RFC 7518 §6.3.1.1).
    n: String,
    /// The public exponent, likewise.
    e: String,
    components: PublicKeyComponents<Vec<u8>>,
}

impl Keys {
    /// Makes two new keys on threads of their own: the answer is there at once, the first signature waits.
    pub fn generate() -> Self {
        Self::generate_and_keep(|_| {})
    }

    /// Like [`Keys::generate`], and hands the keys to `keep` before anything can be signed with them, so
    /// that no token goes out which a restart would not know.
    ///
    /// `keep` runs on another thread.
    pub fn generate_and_keep(keep: impl FnOnce(&Pkcs8Pair) + Send + 'static) -> Self {
        let keys = Self {
            shared: Arc::new(Shared {
                pair: Mutex::new(None),
                made: Condvar::new(),
            }),
        };
        let shared = Arc::clone(&keys.shared);
        std::thread::spawn(move || {
            let access = std::thread::spawn(SigningKey::generate);
            let id = SigningKey::generate();
            let access = access.join().unwrap_or_else(|_| SigningKey::generate());
            let pair = Pair { id, access };
            keep(&pair.to_pkcs8());
            *shared.pair.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(pair));
            shared.made.notify_all();
        });
        keys
    }

    /// The keys that [`Keys::to_pkcs8`] gave.
    ///
    /// # Errors
    /// [`KeyFault`] when either is not a 2048-bit RSA key in PKCS #8.
    pub fn from_pkcs8(id: &[u8], access: &[u8]) -> Result<Self, KeyFault> {
        let pair = Pair {
            id: SigningKey::from_pkcs8(id)?,
            access: SigningKey::from_pkcs8(access)?,
        };
        Ok(Self {
            shared: Arc::new(Shared {
                pair: Mutex::new(Some(Arc::new(pair))),
                made: Condvar::new(),
            }),
        })
    }

    /// Both private keys, for the data file; waits for keys still in the making.
    pub fn to_pkcs8(&self) -> Pkcs8Pair {
        self.pair().to_pkcs8()
    }

    /// A compact JWS (RFC 7515 §7.1) over `claims`; its header has exactly `kid` and `alg`, as Cognito's has.
    ///
    /// Costs a private RSA operation: call it outside any lock or transaction.
    pub fn sign(&self, kind: TokenKind, claims: &Map<String, Value>) -> String {
        self.pair().of(kind).sign(claims)
    }

    /// The claims of a token that one of these keys signed, and which of them.
    ///
    /// Looks at form and signature only; expiry, issuer, audience and use are the caller's rules.
    ///
    /// # Errors
    /// [`TokenFault`] when the text is not such a token.
    pub fn verify(&self, jwt: &str) -> Result<(TokenKind, Map<String, Value>), TokenFault> {
        let mut parts = jwt.split('.');
        let (Some(header), Some(payload), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(TokenFault::Malformed);
        };
        let header_members = json_object(header)?;
        let claims = json_object(payload)?;
        let signature = URL_SAFE_NO_PAD
            .decode(signature)
            .map_err(|_| TokenFault::Malformed)?;
        // A header that names another algorithm, or extensions we do not know, is refused (RFC 8725 §3.1, RFC 7515 §4.1.11).
        if header_members.get("alg") != Some(&json!("RS256")) || header_members.contains_key("crit")
        {
            return Err(TokenFault::Malformed);
        }
        let kid = header_members
            .get("kid")
            .and_then(Value::as_str)
            .ok_or(TokenFault::UnknownKey)?;
        let pair = self.pair();
        let kind = [TokenKind::Id, TokenKind::Access]
            .into_iter()
            .find(|kind| pair.of(*kind).kid == kid)
            .ok_or(TokenFault::UnknownKey)?;
        let signed_length = header.len() + 1 + payload.len();
        let signed = jwt.get(..signed_length).ok_or(TokenFault::Malformed)?;
        pair.of(kind)
            .components
            .verify(&RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &signature)
            .map_err(|_| TokenFault::BadSignature)?;
        Ok((kind, claims))
    }

    /// The public keys as a JWK Set (RFC 7517 §5), its members those of Cognito's `jwks.json`.
    pub fn jwks(&self) -> Value {
        let pair = self.pair();
        json!({ "keys": [pair.id.jwk(), pair.access.jwk()] })
    }

    /// The keys; waits while they are being made.
    fn pair(&self) -> Arc<Pair> {
        let mut pair = self
            .shared
            .pair
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(pair) = &*pair {
                return Arc::clone(pair);
            }
            pair = self
                .shared
                .made
                .wait(pair)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Pair {
    fn of(&self, kind: TokenKind) -> &SigningKey {
        match kind {
            TokenKind::Id => &self.id,
            TokenKind::Access => &self.access,
        }
    }

    fn to_pkcs8(&self) -> Pkcs8Pair {
        Pkcs8Pair {
            id: self.id.to_pkcs8(),
            access: self.access.to_pkcs8(),
        }
    }
}

impl SigningKey {
    fn generate() -> Self {
        // The generator fails only when memory or the system's randomness does; nothing could go on without either.
        let rsa = RsaKeyPair::generate(KeySize::Rsa2048).expect("the system makes an RSA key");
        Self::new(rsa)
    }

    fn from_pkcs8(bytes: &[u8]) -> Result<Self, KeyFault> {
        let rsa = RsaKeyPair::from_pkcs8(bytes).map_err(|_| KeyFault)?;
        if rsa.public_modulus_len() != 256 {
            return Err(KeyFault);
        }
        Ok(Self::new(rsa))
    }

    fn new(rsa: RsaKeyPair) -> Self {
        let components = PublicKeyComponents::<Vec<u8>>::from(rsa.public_key());
        let n = URL_SAFE_NO_PAD.encode(&components.n);
        let e = URL_SAFE_NO_PAD.encode(&components.e);
        // RFC 7638 §3.2: the required members in the order of their names, without white space.
        let thumbprint = Sha256::digest(format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#));
        let kid = STANDARD.encode(thumbprint);
        let header = URL_SAFE_NO_PAD.encode(format!(r#"{{"kid":"{kid}","alg":"RS256"}}"#));
        Self {
            rsa,
            kid,
            header,
            n,
            e,
            components,
        }
    }

    fn to_pkcs8(&self) -> Zeroizing<Vec<u8>> {
        let der = self
            .rsa
            .as_der()
            .expect("a key that was made can be written down");
        Zeroizing::new(der.as_ref().to_vec())
    }

    fn sign(&self, claims: &Map<String, Value>) -> String {
        let payload = URL_SAFE_NO_PAD.encode(Value::Object(claims.clone()).to_string());
        let mut token = format!("{}.{payload}", self.header);
        let mut signature = vec![0; self.rsa.public_modulus_len()];
        self.rsa
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                token.as_bytes(),
                &mut signature,
            )
            .expect("a 2048-bit key signs SHA-256");
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(&signature, &mut token);
        token
    }

    fn jwk(&self) -> Value {
        json!({ "alg": "RS256", "e": self.e, "kid": self.kid, "kty": "RSA", "n": self.n, "use": "sig" })
    }
}

/// A base64url part that holds a JSON object.
fn json_object(part: &str) -> Result<Map<String, Value>, TokenFault> {
    let bytes = URL_SAFE_NO_PAD
        .decode(part)
        .map_err(|_| TokenFault::Malformed)?;
    serde_json::from_slice(&bytes).map_err(|_| TokenFault::Malformed)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    fn claims() -> Map<String, Value> {
        let Value::Object(claims) =
            json!({ "sub": "6a1f3c52", "exp": 1_795_075_689_u64, "email_verified": true })
        else {
            unreachable!()
        };
        claims
    }

    #[test]
    fn each_kind_of_token_is_proved_by_its_own_key() {
        let keys = Keys::generate();
        for kind in [TokenKind::Id, TokenKind::Access] {
            assert_eq!(
                keys.verify(&keys.sign(kind, &claims())),
                Ok((kind, claims()))
            );
        }
        let jwks = keys.jwks();
        assert_ne!(jwks["keys"][0]["kid"], jwks["keys"][1]["kid"]);
    }

    #[test]
    fn a_header_has_exactly_the_key_id_and_the_algorithm() {
        let keys = Keys::generate();
        let token = keys.sign(TokenKind::Access, &claims());
        let header = token
            .split('.')
            .next()
            .and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
        let kid = keys.jwks()["keys"][1]["kid"]
            .as_str()
            .map(str::to_owned)
            .unwrap_or_default();
        assert_eq!(
            header.and_then(|bytes| String::from_utf8(bytes).ok()),
            Some(format!(r#"{{"kid":"{kid}","alg":"RS256"}}"#))
        );
        assert_eq!(kid.len(), 44);
        assert!(kid.ends_with('='));
    }

    #[test]
    fn the_published_keys_are_2048_bit_rsa_in_the_spelling_of_cognito() {
        let jwks = Keys::generate().jwks();
        for key in jwks["keys"].as_array().expect("a key set") {
            let names: Vec<&str> = key
                .as_object()
                .expect("a key")
                .keys()
                .map(String::as_str)
                .collect();
            assert_eq!(names, ["alg", "e", "kid", "kty", "n", "use"]);
            assert_eq!(key["e"], "AQAB");
            assert_eq!(
                URL_SAFE_NO_PAD
                    .decode(key["n"].as_str().expect("text"))
                    .map(|n| n.len()),
                Ok(256)
            );
        }
    }

    #[test]
    fn keys_that_were_kept_still_prove_their_tokens() {
        let (sender, receiver) = mpsc::channel();
        let keys = Keys::generate_and_keep(move |pair| {
            sender
                .send((pair.id.to_vec(), pair.access.to_vec()))
                .expect("the test waits");
        });
        let token = keys.sign(TokenKind::Id, &claims());
        // Kept before the first signature: the message is there without waiting.
        let (id, access) = receiver
            .try_recv()
            .expect("kept before anything was signed");
        let restored = Keys::from_pkcs8(&id, &access).expect("well-formed keys");
        assert_eq!(restored.verify(&token), Ok((TokenKind::Id, claims())));
        assert_eq!(restored.jwks(), keys.jwks());
        let again = restored.to_pkcs8();
        assert_eq!((again.id.to_vec(), again.access.to_vec()), (id, access));
    }

    #[test]
    fn a_token_that_was_changed_anywhere_does_not_pass() {
        let keys = Keys::generate();
        let token = keys.sign(TokenKind::Id, &claims());
        let parts: Vec<&str> = token.split('.').collect();
        let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let kid = keys.jwks()["keys"][0]["kid"].clone();
        let other = part(json!({ "sub": "another" }));
        let cases = [
            (
                format!("{}.{other}.{}", parts[0], parts[2]),
                TokenFault::BadSignature,
            ),
            (
                format!("{}.{}.", parts[0], parts[1]),
                TokenFault::BadSignature,
            ),
            (
                format!("{}.{}.AAAA", parts[0], parts[1]),
                TokenFault::BadSignature,
            ),
            (format!("{}.{}", parts[0], parts[1]), TokenFault::Malformed),
            (format!("{token}."), TokenFault::Malformed),
            (format!("{token}="), TokenFault::Malformed),
            (String::new(), TokenFault::Malformed),
            ("..".to_owned(), TokenFault::Malformed),
            ("ä.ö.ü".to_owned(), TokenFault::Malformed),
            (
                format!(
                    "{}.{}.",
                    part(json!({ "kid": kid, "alg": "none" })),
                    parts[1]
                ),
                TokenFault::Malformed,
            ),
            (
                format!(
                    "{}.{}.{}",
                    part(json!({ "kid": kid, "alg": "HS256" })),
                    parts[1],
                    parts[2]
                ),
                TokenFault::Malformed,
            ),
            (
                format!(
                    "{}.{}.{}",
                    part(json!({ "kid": kid, "alg": "RS256", "crit": ["exp"] })),
                    parts[1],
                    parts[2]
                ),
                TokenFault::Malformed,
            ),
            (
                format!(
                    "{}.{}.{}",
                    part(json!({ "kid": "other", "alg": "RS256" })),
                    parts[1],
                    parts[2]
                ),
                TokenFault::UnknownKey,
            ),
        ];
        for (text, fault) in cases {
            assert_eq!(keys.verify(&text), Err(fault), "{text}");
        }
        assert_eq!(Keys::generate().verify(&token), Err(TokenFault::UnknownKey));
    }

    #[test]
    fn stored_bytes_that_are_no_key_are_refused() {
        let keys = Keys::generate().to_pkcs8();
        assert_eq!(Keys::from_pkcs8(&keys.id, b"no key").err(), Some(KeyFault));
        assert_eq!(Keys::from_pkcs8(&[], &keys.access).err(), Some(KeyFault));
    }

    #[test]
    fn a_debug_print_shows_no_key() {
        let keys = Keys::generate();
        assert_eq!(
            format!("{keys:?} {:?}", keys.to_pkcs8()),
            "Keys(…) Pkcs8Pair(…)"
        );
    }
}
