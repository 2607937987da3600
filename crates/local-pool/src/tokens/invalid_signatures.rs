//! Tokens that nobody must believe, for those who ask for them by name (see `fault_injection`).

use std::sync::OnceLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use super::signing_key::{SigningKey, unsigned};
use super::{Keys, TokenKind};

/// A key that is in nobody's key set; made when the first counterfeit is.
fn stranger() -> &'static SigningKey {
    static STRANGER: OnceLock<SigningKey> = OnceLock::new();
    STRANGER.get_or_init(SigningKey::generate)
}

impl Keys {
    /// The right `kid`, and another key's signature.
    pub(crate) fn forge(&self, kind: TokenKind, claims: &Map<String, Value>) -> String {
        stranger().sign_under(&self.ring().of(kind).header, claims)
    }

    /// A right signature by a key that no key set holds, under its own `kid`.
    pub(crate) fn sign_as_stranger(&self, claims: &Map<String, Value>) -> String {
        stranger().sign(claims)
    }

    /// The right `kid`, `alg` none, and an empty signature (RFC 7519 §6.1).
    pub(crate) fn leave_unsigned(&self, kind: TokenKind, claims: &Map<String, Value>) -> String {
        let header = json!({ "kid": self.ring().of(kind).public.kid, "alg": "none" });
        let header = URL_SAFE_NO_PAD.encode(header.to_string());
        format!("{}.", unsigned(&header, claims))
    }
}
