//! The RSA keys with which an issuer signs its tokens. They come from the issuer's key set (RFC 7517).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use crate::ids::Issuer;
use crate::wire::{self, Member};

/// Returns the URL of an issuer's key set. The URL is made from the issuer. It never comes from a token or a document,
/// because it could be the URL of another issuer.
pub fn jwks_url(base: &Issuer) -> String {
    format!("{base}/.well-known/jwks.json")
}

/// An issuer's signing keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jwks(Vec<RsaKey>);

/// A public RSA key for the algorithm RS256 (RFC 7518 §6.3.1), encoded as in the key set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RsaKey {
    /// The key's ID, which tokens name in their header.
    pub kid: Option<String>,
    /// The key's modulus in base64url. It has at least 2,048 bits (RFC 7518 §3.3).
    pub n: String,
    /// The key's exponent in base64url.
    pub e: String,
}

/// The wire format of a key set (RFC 7517 §5).
#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
struct JwkSet<'a> {
    keys: Vec<Member<'a, Jwk>>,
}

/// The wire format of one key of any kind (RFC 7517 §4), with the members of an RSA key (RFC 7518 §6.3.1).
#[derive(Deserialize)]
struct Jwk {
    kty: String,
    #[serde(rename = "use")]
    key_use: Option<String>,
    alg: Option<String>,
    kid: Option<String>,
    n: String,
    e: String,
}

impl Jwks {
    /// Parses a key set. Keys of other kinds and keys that are too weak or damaged are ignored. Returns `None` if no
    /// key is left, because an issuer of tokens must have one.
    pub fn parse(json: &str) -> Option<Self> {
        let JwkSet { keys } = wire::parse(json)?;
        let keys = keys.into_iter().filter_map(Member::optional);
        let keys: Vec<RsaKey> = keys.filter_map(RsaKey::new).collect();
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
    fn new(key: Jwk) -> Option<Self> {
        let Jwk { kid, n, e, .. } = key;
        let is_signing_key = key.kty == "RSA"
            && key.key_use.is_none_or(|key_use| key_use == "sig")
            && key.alg.is_none_or(|alg| alg == "RS256");
        let is_strong = significant_bits(&n)? >= 2_048 && significant_bits(&e).is_some();
        (is_signing_key && is_strong).then_some(Self { kid, n, e })
    }
}

/// Returns the number of bits of a number in base64url, without leading zeros. Returns `None` if the number is zero or
/// the text is not base64url.
fn significant_bits(number: &str) -> Option<usize> {
    let bytes = URL_SAFE_NO_PAD.decode(number).ok()?;
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    let top = bytes.get(zeros)?;
    Some((bytes.len() - zeros) * 8 - top.leading_zeros() as usize)
}

#[cfg(test)]
mod tests;
