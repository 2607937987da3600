//! The tokens of one grant: the same at both doors, but for what the hosted pages add to the ID token.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use crate::fault_injection::invalid_tokens::{Occasion, OddTokens};
use crate::pool::Attributes;
use crate::pool::claims::Bearer;
use crate::tokens::{Keys, TokenKind};

/// Where tokens are handed out.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Door<'a> {
    /// The user-pool API: always with an ID token.
    Api,
    /// The hosted pages and OAuth endpoints: an ID token with the scope `openid` alone (OpenID Connect Core §3.1.2.1).
    Hosted {
        /// The `nonce` of the authorization request.
        nonce: Option<&'a str>,
    },
}

/// Signed tokens.
pub(crate) struct Tokens {
    pub(crate) access_token: String,
    pub(crate) id_token: Option<String>,
    /// How long the access token lives, in seconds.
    pub(crate) expires_in: u64,
}

/// `at_hash`: the left half of the access token's SHA-256 (OpenID Connect Core §3.1.3.6).
fn at_hash(access_token: &str) -> String {
    let digest = digest::digest(&digest::SHA256, access_token.as_bytes());
    URL_SAFE_NO_PAD.encode(digest.as_ref().split_at(16).0)
}

/// Mints tokens. Two private RSA operations: not inside a transaction.
pub(crate) fn mint(
    keys: &Keys,
    bearer: &Bearer<'_>,
    attributes: &Attributes,
    door: Door<'_>,
    occasion: Occasion,
) -> Tokens {
    let odd = OddTokens::of(bearer.user, attributes, occasion);
    let sign = |kind, mut claims: Map<String, Value>| match odd {
        None => keys.sign(kind, &claims),
        Some(odd) => {
            odd.change(kind, &mut claims);
            odd.sign(keys, kind, &claims)
        }
    };
    let access_token = sign(TokenKind::Access, bearer.access_claims());
    let has_id_token = match door {
        Door::Api => true,
        // A sign-in by the API always has an ID token, wherever it is renewed.
        Door::Hosted { .. } => bearer
            .family
            .scope
            .as_ref()
            .is_none_or(|scope| scope.has("openid")),
    };
    let id_token = has_id_token.then(|| {
        let mut claims = bearer.id_claims(attributes);
        if let Door::Hosted { nonce } = door {
            claims.insert("at_hash".to_owned(), json!(at_hash(&access_token)));
            if let Some(nonce) = nonce {
                claims.insert("nonce".to_owned(), json!(nonce));
            }
        }
        sign(TokenKind::Id, claims)
    });
    let life = bearer.client.settings.access_token_life();
    Tokens {
        access_token,
        id_token,
        expires_in: odd.map_or(life, |odd| odd.life(life)).as_secs(),
    }
}
