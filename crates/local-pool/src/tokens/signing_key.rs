//! An RSA key: the private half that signs, and the public half that is published.

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize, PublicKeyComponents};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::InvalidKeyError;

/// The public half of an RSA key.
#[derive(Clone)]
pub(super) struct PublicKey {
    /// The key ID (`kid`): 44 characters of Base64, as in Cognito. Here it is the key's thumbprint (RFC 7638 §3).
    pub(super) kid: String,
    /// The modulus, as unpadded base64url of its 256 bytes (RFC 7518 §6.3.1.1).
    n: String,
    /// The public exponent in unpadded base64url (RFC 7518 §6.3.1.2).
    e: String,
    components: PublicKeyComponents<Vec<u8>>,
}

impl PublicKey {
    /// Makes a key from modulus and exponent, both big-endian without leading zeros.
    pub(super) fn new(modulus: Vec<u8>, exponent: Vec<u8>) -> Self {
        let n = URL_SAFE_NO_PAD.encode(&modulus);
        let e = URL_SAFE_NO_PAD.encode(&exponent);
        // RFC 7638 §3.2: the required members in lexicographic order, without white space.
        let thumbprint = Sha256::digest(format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#));
        Self {
            kid: STANDARD.encode(thumbprint),
            n,
            e,
            components: PublicKeyComponents {
                n: modulus,
                e: exponent,
            },
        }
    }

    /// Returns the modulus as big-endian bytes.
    pub(super) fn modulus(&self) -> &[u8] {
        &self.components.n
    }

    /// Returns the public exponent as big-endian bytes.
    pub(super) fn exponent(&self) -> &[u8] {
        &self.components.e
    }

    /// Returns the key as a member of a JWK Set (RFC 7517 §4), with the members of Cognito's `jwks.json`.
    pub(super) fn to_jwk(&self) -> Value {
        json!({ "alg": "RS256", "e": self.e, "kid": self.kid, "kty": "RSA", "n": self.n, "use": "sig" })
    }

    /// Returns true if `signature` is this key's valid signature of the bytes `signed`.
    pub(super) fn is_valid_signature(&self, signed: &[u8], signature: &[u8]) -> bool {
        self.components
            .verify(&RSA_PKCS1_2048_8192_SHA256, signed, signature)
            .is_ok()
    }
}

/// The private half of an RSA key.
pub(super) struct SigningKey {
    rsa: RsaKeyPair,
    /// The encoded header `{"kid":…,"alg":"RS256"}`, which is the same in all tokens of the key.
    pub(super) header: String,
    pub(super) public: PublicKey,
}

impl SigningKey {
    /// Generates a random RSA key of 2048 bits.
    pub(super) fn generate() -> Self {
        // The generator fails only if memory or the system's random source fails. The program cannot continue
        // without either.
        let rsa = RsaKeyPair::generate(KeySize::Rsa2048).expect("the system makes an RSA key");
        Self::new(rsa)
    }

    /// Loads a key from PKCS #8, or returns an error if the bytes are not a 2048-bit RSA key.
    pub(super) fn from_pkcs8(bytes: &[u8]) -> Result<Self, InvalidKeyError> {
        let rsa = RsaKeyPair::from_pkcs8(bytes).map_err(|_| InvalidKeyError)?;
        if rsa.public_modulus_len() != 256 {
            return Err(InvalidKeyError);
        }
        Ok(Self::new(rsa))
    }

    /// Makes a signing key from an RSA key pair.
    fn new(rsa: RsaKeyPair) -> Self {
        let components = PublicKeyComponents::<Vec<u8>>::from(rsa.public_key());
        let public = PublicKey::new(components.n, components.e);
        let header = URL_SAFE_NO_PAD.encode(format!(r#"{{"kid":"{}","alg":"RS256"}}"#, public.kid));
        Self {
            rsa,
            header,
            public,
        }
    }

    /// Returns the private key in PKCS #8.
    pub(super) fn to_pkcs8(&self) -> Zeroizing<Vec<u8>> {
        let der = self
            .rsa
            .as_der()
            .expect("a key that was made can be written down");
        Zeroizing::new(der.as_ref().to_vec())
    }

    /// Signs `claims` as a compact JWS (RFC 7515 §7.1), and returns the token.
    pub(super) fn sign_token(&self, claims: &Map<String, Value>) -> String {
        self.sign_token_with_header(&self.header, claims)
    }

    /// Signs `claims` with another header than the key's own, and returns the token.
    pub(super) fn sign_token_with_header(
        &self,
        header: &str,
        claims: &Map<String, Value>,
    ) -> String {
        let mut token = encode_signing_input(header, claims);
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
}

/// Returns the encoded header and payload of a token with a dot between them: the bytes that are signed (RFC
/// 7515 §5.1).
pub(super) fn encode_signing_input(header: &str, claims: &Map<String, Value>) -> String {
    let payload = URL_SAFE_NO_PAD.encode(Value::Object(claims.clone()).to_string());
    format!("{header}.{payload}")
}
