//! Fault injection in tokens: `sentinel-token-forged@example.com` signs in and gets tokens that a client must
//! reject. Each defect is the only one in the token, so that only the check for it can reject the token.
//!
//! With `-on-renewal` after the defect, only the tokens of a refresh have it.

use core::time::Duration;

use serde_json::{Map, Value, json};

use super::{PREFIX, lower_case_local_part, names_of_user};
use crate::pool::{Attributes, User};
use crate::random;
use crate::tokens::{TokenKind, TokenSigningKeys};

/// The lifetime of the tokens that a username with the defect [`TokenDefect::Short`] gets.
const SHORT_LIFETIME: Duration = Duration::from_secs(60);

/// How far the times in an expired token are in the past, or those in an early token in the future, in seconds.
const TIME_OFFSET: u64 = 2 * 3_600;

/// The event for which tokens are issued: a sign-in or a refresh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenIssueEvent {
    SignIn,
    Refresh,
}

/// A defect of tokens. A username can request it for the user's own tokens, so that a developer sees how an app rejects
/// them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenDefect {
    /// The token is signed with another key than the one that its `kid` names.
    Forged,
    /// The token is signed with a key that is in no key set.
    UnknownKey,
    /// The token has no signature: its `alg` is `none`.
    Unsigned,
    /// The token's issuer is that of another pool.
    Issuer,
    /// The token was issued for another app client.
    Audience,
    /// The ID token is replaced by an access token.
    Use,
    /// The token expired two hours ago.
    Expired,
    /// The token was issued two hours in the future.
    Future,
    /// The access token belongs to another user than the ID token.
    Subject,
    /// The ID token and the access token belong to the same user, but not to the user who signed in.
    User,
    /// The ID token of a hosted sign-in has the `nonce` of another authorization request.
    Nonce,
    /// The ID token of a hosted sign-in has the claim `at_hash` of another access token.
    AtHash,
    /// The tokens are valid for only one minute.
    Short,
}

/// The words in usernames that request a token defect.
const NAMES: [(&str, TokenDefect); 13] = [
    ("token-forged", TokenDefect::Forged),
    ("token-unknown-key", TokenDefect::UnknownKey),
    ("token-unsigned", TokenDefect::Unsigned),
    ("token-issuer", TokenDefect::Issuer),
    ("token-audience", TokenDefect::Audience),
    ("token-use", TokenDefect::Use),
    ("token-expired", TokenDefect::Expired),
    ("token-future", TokenDefect::Future),
    ("token-subject", TokenDefect::Subject),
    ("token-user", TokenDefect::User),
    ("token-nonce", TokenDefect::Nonce),
    ("token-at-hash", TokenDefect::AtHash),
    ("short-tokens", TokenDefect::Short),
];

impl TokenDefect {
    /// Returns the defect that a user's username or email address requests, or `None` if they request none.
    pub(crate) fn find_token_defect_in_user_names(
        user: &User,
        attributes: &Attributes,
        issued_for: TokenIssueEvent,
    ) -> Option<Self> {
        names_of_user(user, attributes)
            .find_map(|name| Self::find_token_defect_in_name(name, issued_for))
    }

    /// Returns the token defect that a username or email address requests, or `None` if it requests none.
    fn find_token_defect_in_name(name: &str, issued_for: TokenIssueEvent) -> Option<Self> {
        let name = lower_case_local_part(name);
        let requested = name.strip_prefix(PREFIX)?;
        // The name continues with the defect, optionally `-on-renewal`, and optionally `+` or `.` with any
        // text.
        let end = requested.find(['+', '.']).unwrap_or(requested.len());
        let requested = match requested[..end].strip_suffix("-on-renewal") {
            Some(_) if issued_for == TokenIssueEvent::SignIn => return None,
            Some(word) => word,
            None => &requested[..end],
        };
        NAMES
            .into_iter()
            .find_map(|(word, defect)| (word == requested).then_some(defect))
    }

    /// Returns the lifetime of tokens with this defect. `client_lifetime` is the lifetime in the app client's settings.
    pub(crate) const fn token_lifetime(self, client_lifetime: Duration) -> Duration {
        match self {
            Self::Short => SHORT_LIFETIME,
            _ => client_lifetime,
        }
    }

    /// If the defect is in a token's claims, replaces valid claims with invalid ones.
    pub(crate) fn alter_claims(self, kind: TokenKind, claims: &mut Map<String, Value>) {
        let number = |name| claims.get(name).and_then(Value::as_u64).unwrap_or(0);
        let (iat, exp, auth_time) = (number("iat"), number("exp"), number("auth_time"));
        let changed = match (self, kind) {
            (Self::Issuer, _) => {
                let issuer = claims.get("iss").and_then(Value::as_str);
                let base_url = issuer.and_then(|issuer| issuer.rsplit_once('/'));
                let base_url = base_url.map_or("", |(base_url, _)| base_url);
                vec![("iss", json!(format!("{base_url}/us-east-1_Another01")))]
            }
            (Self::Audience, TokenKind::Id) => vec![("aud", json!(ANOTHER_CLIENT))],
            (Self::Audience, TokenKind::Access) => vec![("client_id", json!(ANOTHER_CLIENT))],
            (Self::Use, TokenKind::Id) => vec![("token_use", json!("access"))],
            (Self::Expired, _) => {
                // The tokens expired two hours ago, whatever their lifetime is.
                let issued_at = iat.saturating_sub(TIME_OFFSET + exp.saturating_sub(iat));
                vec![
                    ("iat", json!(issued_at)),
                    ("exp", json!(iat.saturating_sub(TIME_OFFSET))),
                    ("auth_time", json!(auth_time.min(issued_at))),
                ]
            }
            (Self::Future, _) => vec![
                ("iat", json!(iat.saturating_add(TIME_OFFSET))),
                ("exp", json!(exp.saturating_add(TIME_OFFSET))),
            ],
            (Self::Subject, TokenKind::Access) => vec![("sub", json!(random::generate_uuid()))],
            (Self::User, TokenKind::Id) => vec![
                ("sub", json!(ANOTHER_USER)),
                ("cognito:username", json!(ANOTHER_USER)),
            ],
            (Self::User, TokenKind::Access) => vec![
                ("sub", json!(ANOTHER_USER)),
                ("username", json!(ANOTHER_USER)),
            ],
            // Tokens of a direct sign-in have neither claim, and those of a refresh have no nonce.
            (Self::Nonce, _) if claims.contains_key("nonce") => {
                vec![("nonce", json!(random::generate_uuid()))]
            }
            // A value of the right form: 22 characters.
            (Self::AtHash, _) if claims.contains_key("at_hash") => {
                vec![("at_hash", json!("A".repeat(22)))]
            }
            (Self::Short, _) => vec![("exp", json!(iat.saturating_add(SHORT_LIFETIME.as_secs())))],
            _ => Vec::new(),
        };
        for (name, value) in changed {
            claims.insert(name.to_owned(), value);
        }
    }

    /// Signs a token in the way that this defect requires, or encodes it unsigned, and returns the token.
    pub(crate) fn sign_defective_token(
        self,
        keys: &TokenSigningKeys,
        kind: TokenKind,
        claims: &Map<String, Value>,
    ) -> String {
        match self {
            Self::Forged => keys.sign_with_wrong_key(kind, claims),
            Self::UnknownKey => keys.sign_with_unpublished_key(claims),
            Self::Unsigned => keys.encode_unsigned(kind, claims),
            // The token is an access token, so the key of access tokens signs it.
            Self::Use => keys.sign_token(TokenKind::Access, claims),
            _ => keys.sign_token(kind, claims),
        }
    }
}

/// An ID in the form of an app client's ID. No app client has it.
const ANOTHER_CLIENT: &str = "1anotherclient234567890123";

/// The `sub` and username of a user that does not exist.
const ANOTHER_USER: &str = "2b9c7d40-1f3e-4a5b-8c6d-7e8f90a1b2c3";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn username_suffix_limits_invalid_tokens_to_refreshed_ones() {
        for (name, at_sign_in, at_renewal) in [
            ("sentinel-token-forged@example.com", true, true),
            ("Sentinel-Token-Forged+2@example.com", true, true),
            ("sentinel-token-forged.2", true, true),
            ("sentinel-token-forged-on-renewal@example.com", false, true),
            (
                "sentinel-token-forged-on-renewal+2@example.com",
                false,
                true,
            ),
            ("sentinel-token-forgedly@example.com", false, false),
            ("token-forged@example.com", false, false),
            ("ann@sentinel-token-forged.example.com", false, false),
        ] {
            let requested = |issued_for| {
                TokenDefect::find_token_defect_in_name(name, issued_for)
                    == Some(TokenDefect::Forged)
            };
            assert_eq!(
                (
                    requested(TokenIssueEvent::SignIn),
                    requested(TokenIssueEvent::Refresh)
                ),
                (at_sign_in, at_renewal),
                "{name}"
            );
        }
    }
}
