//! Issues the tokens of a sign-in or refresh. The user-pool API and the hosted pages differ only in the ID token.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use crate::fault_injection::invalid_tokens::{TokenDefect, TokenIssueEvent};
use crate::pool::Attributes;
use crate::pool::claims::TokenClaimsSource;
use crate::tokens::{TokenKind, TokenSigningKeys};

/// The interface through which the tokens are issued.
#[derive(Clone, Copy, Debug)]
pub(crate) enum TokenIssuingInterface<'a> {
    /// The user-pool API, which always issues an ID token.
    Api,
    /// The hosted pages and OAuth endpoints, which issue an ID token only with the scope `openid` (OpenID
    /// Connect Core §3.1.2.1).
    HostedUi {
        /// The `nonce` of the authorization request.
        nonce: Option<&'a str>,
    },
}

/// The signed tokens of a sign-in or a refresh.
pub(crate) struct IssuedTokens {
    pub(crate) access_token: String,
    pub(crate) id_token: Option<String>,
    /// The lifetime of the access token in seconds.
    pub(crate) expires_in: u64,
}

/// Computes the value of the claim `at_hash`: the left half of the access token's SHA-256 hash (OpenID Connect Core
/// §3.1.3.6).
fn compute_at_hash(access_token: &str) -> String {
    let digest = digest::digest(&digest::SHA256, access_token.as_bytes());
    URL_SAFE_NO_PAD.encode(digest.as_ref().split_at(16).0)
}

/// Signs the access token and the ID token, and returns them. This takes two slow RSA operations, so call it outside a
/// transaction.
pub(crate) fn issue_tokens(
    keys: &TokenSigningKeys,
    bearer: &TokenClaimsSource<'_>,
    attributes: &Attributes,
    context: TokenIssuingInterface<'_>,
    issued_for: TokenIssueEvent,
) -> IssuedTokens {
    let defect = TokenDefect::find_token_defect_in_user_names(bearer.user, attributes, issued_for);
    let sign = |kind, mut claims: Map<String, Value>| match defect {
        None => keys.sign_token(kind, &claims),
        Some(defect) => {
            defect.alter_claims(kind, &mut claims);
            defect.sign_defective_token(keys, kind, &claims)
        }
    };
    let access_token = sign(TokenKind::Access, bearer.access_claims());
    let has_id_token = match context {
        TokenIssuingInterface::Api => true,
        // A session of the user-pool API always has an ID token, even if it is refreshed at the token endpoint.
        TokenIssuingInterface::HostedUi { .. } => bearer
            .family
            .scope
            .as_ref()
            .is_none_or(|scope| scope.contains_scope("openid")),
    };
    let id_token = has_id_token.then(|| {
        let mut claims = bearer.id_claims(attributes);
        if let TokenIssuingInterface::HostedUi { nonce } = context {
            claims.insert("at_hash".to_owned(), json!(compute_at_hash(&access_token)));
            if let Some(nonce) = nonce {
                claims.insert("nonce".to_owned(), json!(nonce));
            }
        }
        sign(TokenKind::Id, claims)
    });
    let lifetime = bearer.client.settings.access_token_lifetime();
    IssuedTokens {
        access_token,
        id_token,
        expires_in: defect
            .map_or(lifetime, |defect| defect.token_lifetime(lifetime))
            .as_secs(),
    }
}
