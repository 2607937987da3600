//! The RSA keys with which an issuer signs its tokens. They come from the issuer's key set (RFC 7517).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::ids::Issuer;
use crate::json::Json;

/// Returns the URL of an issuer's key set. The URL is derived and never read from a token or a document, because it
/// could be that of another issuer.
pub fn jwks_url(base: &Issuer) -> String {
    format!("{base}/.well-known/jwks.json")
}

/// An issuer's signing keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jwks(Vec<RsaKey>);

/// A public RSA key for RS256 (RFC 7518 §6.3.1), in the encoding of the key set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RsaKey {
    /// The key's ID, which tokens name in their header.
    pub kid: Option<String>,
    /// The modulus in base64url, of at least 2,048 bits (RFC 7518 §3.3).
    pub n: String,
    /// The exponent in base64url.
    pub e: String,
}

impl Jwks {
    /// Parses a key set. Keys of other kinds and keys that are too weak or damaged are ignored. Returns `None` if no
    /// key is left, because an issuer of tokens must have one.
    pub fn parse(keys: &Json) -> Option<Self> {
        let keys = keys.get("keys").as_array()?;
        let keys: Vec<RsaKey> = keys.iter().filter_map(RsaKey::parse).collect();
        (!keys.is_empty()).then_some(Self(keys))
    }

    /// Returns the key with the ID `kid`, which a token names, or `None` if the set has no such key. If the set has a
    /// single key, the token need not name it: `kid` is optional in RFC 7515 §4.1.4, and OpenID Connect Core §10.1
    /// requires it only if there are several keys.
    pub fn find(&self, kid: Option<&str>) -> Option<&RsaKey> {
        match (kid, self.0.as_slice()) {
            (Some(kid), keys) => keys.iter().find(|key| key.kid.as_deref() == Some(kid)),
            (None, [only]) => Some(only),
            (None, _) => None,
        }
    }
}

impl RsaKey {
    fn parse(key: &Json) -> Option<Self> {
        let has = |name, expected| key.get(name).as_str() == Some(expected);
        let is_absent_or = |name, expected| *key.get(name) == Json::Null || has(name, expected);
        if !has("kty", "RSA") || !is_absent_or("use", "sig") || !is_absent_or("alg", "RS256") {
            return None;
        }
        let number = |name| {
            let text = key.get(name).as_str()?;
            let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
            let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
            let top = bytes.get(zeros)?;
            let bits = (bytes.len() - zeros) * 8 - top.leading_zeros() as usize;
            Some((text.to_owned(), bits))
        };
        let (n, bits) = number("n")?;
        let (e, _) = number("e")?;
        let kid = key.get("kid").as_str().map(str::to_owned);
        (bits >= 2_048).then_some(Self { kid, n, e })
    }
}

#[cfg(test)]
mod tests;
