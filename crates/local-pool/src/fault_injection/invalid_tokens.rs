//! Names whose tokens are odd: `sentinel-token-forged@example.com` signs in, and is given tokens that no client may
//! believe. Each is wrong in one way alone, so that nothing but the check for that way can refuse it.
//!
//! With `-on-renewal` behind the word, tokens of a sign-in are as they should be and those of a renewal are not.

use core::time::Duration;

use serde_json::{Map, Value, json};

use super::{PREFIX, local_part, names};
use crate::pool::{Attributes, User};
use crate::random;
use crate::tokens::{Keys, TokenKind};

/// How long short-lived tokens live.
const SHORT_LIFETIME: Duration = Duration::from_secs(60);

/// How far off the times of an expired or early token are, in seconds.
const TIME_OFFSET: u64 = 2 * 3_600;

/// What tokens are made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IssuedFor {
    SignIn,
    Refresh,
}

/// In what way somebody's tokens are odd.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenDefect {
    /// Another key's signature under the right `kid`.
    Forged,
    /// Signed by a key that is in no key set.
    UnknownKey,
    /// `alg` none.
    Unsigned,
    /// Another pool's.
    Issuer,
    /// For another app client.
    Audience,
    /// An access token in the ID token's place.
    Use,
    /// Past their time for two hours.
    Expired,
    /// Made two hours from now.
    Future,
    /// The access token is somebody else's.
    Subject,
    /// Both tokens are another user's, and fit each other.
    User,
    /// Hosted sign-in: the nonce of another authorization request.
    Nonce,
    /// Hosted sign-in: the ID token of another access token.
    AtHash,
    /// Good, for a minute.
    Short,
}

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
    /// The oddity that somebody's user name or e-mail address asks for.
    pub(crate) fn requested_by(
        user: &User,
        attributes: &Attributes,
        issued_for: IssuedFor,
    ) -> Option<Self> {
        names(user, attributes).find_map(|name| Self::in_username(name, issued_for))
    }

    fn in_username(name: &str, issued_for: IssuedFor) -> Option<Self> {
        let name = local_part(name);
        let asked = name.strip_prefix(PREFIX)?;
        // A word, perhaps `-on-renewal`, perhaps `+` or `.` and anything.
        let end = asked.find(['+', '.']).unwrap_or(asked.len());
        let asked = match asked[..end].strip_suffix("-on-renewal") {
            Some(_) if issued_for == IssuedFor::SignIn => return None,
            Some(word) => word,
            None => &asked[..end],
        };
        NAMES
            .into_iter()
            .find_map(|(word, defect)| (word == asked).then_some(defect))
    }

    /// How long such tokens live, where the client says `life`.
    pub(crate) const fn lifetime(self, lifetime: Duration) -> Duration {
        match self {
            Self::Short => SHORT_LIFETIME,
            _ => lifetime,
        }
    }

    /// Puts wrong claims in the place of right ones.
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
                // They have expired two hours ago, however long they live.
                let begun = iat.saturating_sub(TIME_OFFSET + exp.saturating_sub(iat));
                vec![
                    ("iat", json!(begun)),
                    ("exp", json!(iat.saturating_sub(TIME_OFFSET))),
                    ("auth_time", json!(auth_time.min(begun))),
                ]
            }
            (Self::Future, _) => vec![
                ("iat", json!(iat.saturating_add(TIME_OFFSET))),
                ("exp", json!(exp.saturating_add(TIME_OFFSET))),
            ],
            (Self::Subject, TokenKind::Access) => vec![("sub", json!(random::uuid()))],
            (Self::User, TokenKind::Id) => vec![
                ("sub", json!(ANOTHER_USER)),
                ("cognito:username", json!(ANOTHER_USER)),
            ],
            (Self::User, TokenKind::Access) => vec![
                ("sub", json!(ANOTHER_USER)),
                ("username", json!(ANOTHER_USER)),
            ],
            // Direct sign-in has neither, and a renewal no nonce.
            (Self::Nonce, _) if claims.contains_key("nonce") => {
                vec![("nonce", json!(random::uuid()))]
            }
            // Of the form of one: 22 letters.
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

    /// Signs such a token, or does not.
    pub(crate) fn sign(self, keys: &Keys, kind: TokenKind, claims: &Map<String, Value>) -> String {
        match self {
            Self::Forged => keys.sign_with_wrong_key(kind, claims),
            Self::UnknownKey => keys.sign_with_unpublished_key(claims),
            Self::Unsigned => keys.encode_unsigned(kind, claims),
            // Really an access token: by the key of those.
            Self::Use => keys.sign(TokenKind::Access, claims),
            _ => keys.sign(kind, claims),
        }
    }
}

/// An app client's id, by its form.
const ANOTHER_CLIENT: &str = "1anotherclient234567890123";

/// A user's `sub` and name, by their form.
const ANOTHER_USER: &str = "2b9c7d40-1f3e-4a5b-8c6d-7e8f90a1b2c3";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_asks_for_its_oddity_always_or_at_renewals_alone() {
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
            let asked = |issued_for| {
                TokenDefect::in_username(name, issued_for) == Some(TokenDefect::Forged)
            };
            assert_eq!(
                (asked(IssuedFor::SignIn), asked(IssuedFor::Refresh)),
                (at_sign_in, at_renewal),
                "{name}"
            );
        }
    }
}
