//! Tokens that nobody must believe, for those who ask for them by name (see `fault_injection`).

use std::sync::OnceLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use super::signing_key::{SigningKey, signing_input};
use super::{Keys, TokenKind};

/// A key that is in nobody's key set; made when the first counterfeit is.
fn unpublished_key() -> &'static SigningKey {
    static UNPUBLISHED_KEY: OnceLock<SigningKey> = OnceLock::new();
    UNPUBLISHED_KEY.get_or_init(SigningKey::generate)
}

impl Keys {
    /// The right `kid`, and another key's signature.
    pub(crate) fn sign_with_wrong_key(
        &self,
        kind: TokenKind,
        claims: &Map<String, Value>,
    ) -> String {
        unpublished_key().sign_with_header(&self.key_set().key(kind).header, claims)
    }

    /// A right signature by a key that no key set holds, under its own `kid`.
    pub(crate) fn sign_with_unpublished_key(&self, claims: &Map<String, Value>) -> String {
        unpublished_key().sign(claims)
    }

    /// The right `kid`, `alg` none, and an empty signature (RFC 7519 §6.1).
    pub(crate) fn encode_unsigned(&self, kind: TokenKind, claims: &Map<String, Value>) -> String {
        let header = json!({ "kid": self.key_set().key(kind).public.kid, "alg": "none" });
        let header = URL_SAFE_NO_PAD.encode(header.to_string());
        format!("{}.", signing_input(&header, claims))
    }
}
