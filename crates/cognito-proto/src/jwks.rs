//! The keys that an issuer publishes (RFC 7517), of which a pool's tokens need one kind: RSA, to sign with.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::ids::Issuer;
use crate::json::Json;

/// Where an issuer publishes its keys. This is not read from anywhere: an address inside a token or a
/// document could be somebody else's.
pub fn url(issuer: &Issuer) -> String {
    format!("{issuer}/.well-known/jwks.json")
}

/// An issuer's signing keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jwks(Vec<RsaKey>);

/// A public RSA key for RS256 (RFC 7518 §6.3.1), as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RsaKey {
    /// Its name, which tokens give in their header.
    pub kid: String,
    /// The modulus, base64url; 2,048 bits at least (RFC 7518 §3.3).
    pub n: String,
    /// The exponent, base64url.
    pub e: String,
}

impl Jwks {
    /// Reads a key set; keys of other kinds, and those that are too weak or damaged, are passed over.
    pub fn parse(keys: &Json) -> Self {
        let keys = keys.get("keys").as_array().unwrap_or_default();
        Self(keys.iter().filter_map(RsaKey::read).collect())
    }

    /// The key of that name.
    pub fn find(&self, kid: &str) -> Option<&RsaKey> {
        self.0.iter().find(|key| key.kid == kid)
    }
}

impl RsaKey {
    fn read(key: &Json) -> Option<Self> {
        let is = |name, wanted| key.get(name).as_text() == Some(wanted);
        let unless_absent = |name, wanted| *key.get(name) == Json::Null || is(name, wanted);
        if !is("kty", "RSA") || !unless_absent("use", "sig") || !unless_absent("alg", "RS256") {
            return None;
        }
        let number = |name| {
            let text = key.get(name).as_text()?;
            let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
            let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
            let top = bytes.get(zeros)?;
            let bits = (bytes.len() - zeros) * 8 - top.leading_zeros() as usize;
            Some((text.to_owned(), bits))
        };
        let (n, bits) = number("n")?;
        let (e, _) = number("e")?;
        let kid = key.get("kid").as_text()?.to_owned();
        (bits >= 2_048).then_some(Self { kid, n, e })
    }
}
