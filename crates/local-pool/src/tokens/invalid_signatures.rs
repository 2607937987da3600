//! Tokens with invalid signatures, for fault injection (`fault_injection::invalid_tokens`).

use std::sync::OnceLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use super::signing_key::{SigningKey, encode_signing_input};
use super::{TokenKind, TokenSigningKeys};

/// Returns a signing key that no key set contains. It is generated at the first call.
fn unpublished_key() -> &'static SigningKey {
    static UNPUBLISHED_KEY: OnceLock<SigningKey> = OnceLock::new();
    UNPUBLISHED_KEY.get_or_init(SigningKey::generate)
}

impl TokenSigningKeys {
    /// Signs a token with a key that is not published, but names the ID of a published key (`kid`). Returns the token.
    pub(crate) fn sign_with_wrong_key(
        &self,
        kind: TokenKind,
        claims: &Map<String, Value>,
    ) -> String {
        unpublished_key().sign_token_with_header(&self.key_set().key_for(kind).header, claims)
    }

    /// Signs a token with a key that is not published, and names that key's own ID (`kid`). Returns the token.
    pub(crate) fn sign_with_unpublished_key(&self, claims: &Map<String, Value>) -> String {
        unpublished_key().sign_token(claims)
    }

    /// Returns a token without a signature: `alg` is `none`, and `kid` names a published key (RFC 7519 §6.1).
    pub(crate) fn encode_unsigned(&self, kind: TokenKind, claims: &Map<String, Value>) -> String {
        let header = json!({ "kid": self.key_set().key_for(kind).public.kid, "alg": "none" });
        let header = URL_SAFE_NO_PAD.encode(header.to_string());
        format!("{}.", encode_signing_input(&header, claims))
    }
}
