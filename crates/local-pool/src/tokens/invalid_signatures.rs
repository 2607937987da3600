//! Tokens with invalid signatures, for fault injection (`fault_injection::invalid_tokens`).

use std::sync::OnceLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use super::signing_key::{SigningKey, signing_input};
use super::{Keys, TokenKind};

/// A key that no key set contains, generated at its first use.
fn unpublished_key() -> &'static SigningKey {
    static UNPUBLISHED_KEY: OnceLock<SigningKey> = OnceLock::new();
    UNPUBLISHED_KEY.get_or_init(SigningKey::generate)
}

impl Keys {
    /// Signs with the unpublished key under the `kid` of a published key.
    pub(crate) fn sign_with_wrong_key(
        &self,
        kind: TokenKind,
        claims: &Map<String, Value>,
    ) -> String {
        unpublished_key().sign_with_header(&self.key_set().key(kind).header, claims)
    }

    /// Signs with the unpublished key under its own `kid`.
    pub(crate) fn sign_with_unpublished_key(&self, claims: &Map<String, Value>) -> String {
        unpublished_key().sign(claims)
    }

    /// Encodes a token with a published `kid`, `alg` `none` and an empty signature (RFC 7519 §6.1).
    pub(crate) fn encode_unsigned(&self, kind: TokenKind, claims: &Map<String, Value>) -> String {
        let header = json!({ "kid": self.key_set().key(kind).public.kid, "alg": "none" });
        let header = URL_SAFE_NO_PAD.encode(header.to_string());
        format!("{}.", signing_input(&header, claims))
    }
}
