//! The record of an authorization request, stored while the browser is on the hosted pages.

use core::time::Duration;

use super::{CsrfState, Nonce};
use crate::config::AuthorizationHints;
use crate::ids::{ClientId, IdentityProvider, Issuer, RedirectUri};
use crate::json::Json;
use crate::pkce::CodeVerifier;
use crate::time::UnixTime;

/// The version of the stored record. Records of other versions are not read.
const RECORD_VERSION: u64 = 1;

/// The time that the user may take on the hosted pages.
const TTL: Duration = Duration::from_secs(600);

/// By how much the device's clock may be set back before the response comes.
const LEEWAY: Duration = Duration::from_secs(60);

/// A pending authorization: what was requested, and what the response is checked against. It is used once, so it is
/// not `Clone`.
#[derive(Debug, PartialEq, Eq)]
pub struct PendingAuthorization {
    /// `state`: identifies the request.
    pub state: CsrfState,
    /// `nonce`: must appear in the ID token.
    pub nonce: Nonce,
    /// The requested kind of response.
    pub response_type: ResponseType,
    /// The issuer of the pool to which the request was sent.
    pub issuer: Issuer,
    /// The app client that made the request.
    pub client: ClientId,
    /// The redirect URI of the request. The token request must repeat it unchanged.
    pub redirect_uri: RedirectUri,
    /// The page to which the user returns after the sign-in. It comes from the browser's storage, so it must be
    /// parsed with [`ReturnTo::parse`](crate::return_to::ReturnTo::parse).
    pub return_to: String,
    /// The chosen identity provider, for another attempt.
    pub identity_provider: Option<IdentityProvider>,
    /// The optional parameters of the request, for another attempt.
    pub hints: AuthorizationHints,
    /// When the request was made, by this device's clock.
    pub started_at: UnixTime,
}

/// `response_type` of the authorization request.
#[derive(Debug, PartialEq, Eq)]
pub enum ResponseType {
    /// `code`, with the code verifier of the request.
    Code(CodeVerifier),
    /// `token`, the implicit grant. It is used only if the configuration asks for it.
    Token,
}

/// The record of a request whose response is being exchanged for tokens. With it the app can offer another attempt if
/// the page is reloaded, but it cannot exchange the response a second time.
#[derive(Debug, PartialEq, Eq)]
pub struct Redemption {
    /// The chosen identity provider.
    pub identity_provider: Option<IdentityProvider>,
    /// The optional parameters of the request.
    pub hints: AuthorizationHints,
    /// The page to which the user returns after the sign-in; see [`PendingAuthorization::return_to`].
    pub return_to: String,
    /// When the request was made, by this device's clock.
    pub started_at: UnixTime,
}

impl From<&PendingAuthorization> for Redemption {
    fn from(pending: &PendingAuthorization) -> Self {
        Self {
            identity_provider: pending.identity_provider.clone(),
            hints: pending.hints.clone(),
            return_to: pending.return_to.clone(),
            started_at: pending.started_at,
        }
    }
}

impl Redemption {
    /// Whether another attempt should still be offered: for ten minutes after the request.
    pub fn is_valid_at(&self, now: UnixTime) -> bool {
        is_recent(self.started_at, now)
    }

    /// Serializes the record as JSON, for the tab's sessionStorage.
    pub fn to_json(&self) -> String {
        let version = ("version", RECORD_VERSION.into());
        let [path, provider, login_hint, lang, prompt, started_at] = retry_members(
            &self.return_to,
            self.identity_provider.as_ref(),
            &self.hints,
            self.started_at,
        );
        Json::object([
            version, path, provider, login_hint, lang, prompt, started_at,
        ])
        .to_string()
    }

    /// Parses a stored record. Returns `None` if it is damaged or not such a record.
    pub fn from_json(text: &str) -> Option<Self> {
        let record = Json::parse(text).ok()?;
        if record.get("version").as_u64() != Some(RECORD_VERSION) {
            return None;
        }
        let (return_path, identity_provider, hints, started_at) = parse_retry_members(&record)?;
        Some(Self {
            identity_provider,
            hints,
            return_to: return_path,
            started_at,
        })
    }
}

fn is_recent(started_at: UnixTime, now: UnixTime) -> bool {
    started_at <= now.plus(LEEWAY) && now < started_at.plus(TTL)
}

/// Makes the members of a record with which another attempt can start.
fn retry_members(
    return_path: &str,
    provider: Option<&IdentityProvider>,
    hints: &AuthorizationHints,
    started_at: UnixTime,
) -> [(&'static str, Json); 6] {
    let optional = |text: Option<&str>| text.map_or(Json::Null, Json::from);
    [
        ("returnPath", return_path.into()),
        ("identityProvider", optional(provider.map(|p| p.as_str()))),
        ("loginHint", optional(hints.login_hint.as_deref())),
        ("lang", optional(hints.lang.as_deref())),
        ("prompt", optional(hints.prompt.as_deref())),
        ("startedAt", started_at.as_secs().into()),
    ]
}

/// Reads the members of a record with which another attempt can start.
fn parse_retry_members(
    record: &Json,
) -> Option<(
    String,
    Option<IdentityProvider>,
    AuthorizationHints,
    UnixTime,
)> {
    let owned = |name| record.get(name).as_str().map(str::to_owned);
    let provider = record.get("identityProvider").as_str();
    let hints = AuthorizationHints {
        login_hint: owned("loginHint"),
        lang: owned("lang"),
        prompt: owned("prompt"),
    };
    let started_at = UnixTime::from_secs(record.get("startedAt").as_u64()?);
    Some((
        owned("returnPath")?,
        provider.and_then(IdentityProvider::parse),
        hints,
        started_at,
    ))
}

impl PendingAuthorization {
    /// Whether a response is still accepted: for ten minutes after the request.
    pub fn is_valid_at(&self, now: UnixTime) -> bool {
        is_recent(self.started_at, now)
    }

    /// Serializes the record as JSON, for the tab's sessionStorage. Its key contains the state.
    pub fn to_json(&self) -> String {
        let optional = |text: Option<&str>| text.map_or(Json::Null, Json::from);
        let verifier = match &self.response_type {
            ResponseType::Code(verifier) => Some(verifier.expose_secret()),
            ResponseType::Token => None,
        };
        let [path, provider, login_hint, lang, prompt, started_at] = retry_members(
            &self.return_to,
            self.identity_provider.as_ref(),
            &self.hints,
            self.started_at,
        );
        Json::object([
            ("version", RECORD_VERSION.into()),
            ("state", self.state.expose_secret().into()),
            ("nonce", self.nonce.expose_secret().into()),
            ("verifier", optional(verifier)),
            ("issuer", self.issuer.as_str().into()),
            ("clientId", self.client.as_str().into()),
            ("redirectUri", self.redirect_uri.as_str().into()),
            path,
            provider,
            login_hint,
            lang,
            prompt,
            started_at,
        ])
        .to_string()
    }

    /// Parses a stored record. Returns `None` if it is damaged or not such a record.
    pub fn from_json(text: &str) -> Option<Self> {
        let record = Json::parse(text).ok()?;
        if record.get("version").as_u64() != Some(RECORD_VERSION) {
            return None;
        }
        let member = |name| record.get(name).as_str();
        let (return_path, identity_provider, hints, started_at) = parse_retry_members(&record)?;
        Some(Self {
            state: CsrfState::parse(member("state")?)?,
            nonce: Nonce::parse(member("nonce")?)?,
            response_type: match record.get("verifier") {
                Json::Null => ResponseType::Token,
                verifier => ResponseType::Code(CodeVerifier::parse(verifier.as_str()?)?),
            },
            issuer: Issuer::parse(member("issuer")?)?,
            client: ClientId::parse(member("clientId")?)?,
            redirect_uri: RedirectUri::parse(member("redirectUri")?)?,
            return_to: return_path,
            identity_provider,
            hints,
            started_at,
        })
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// When the requests of the tests were made.
    pub(crate) const STARTED_AT: UnixTime = UnixTime::from_secs(1_795_072_089);

    /// A request for a code, with the code verifier of RFC 7636, appendix B.
    pub(crate) fn pending() -> PendingAuthorization {
        let verifier = CodeVerifier::parse("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        PendingAuthorization {
            state: CsrfState::from_random(&[0; 16]),
            nonce: Nonce::from_random(&[1; 16]),
            response_type: ResponseType::Code(verifier.expect("a verifier")),
            issuer: Issuer::parse(
                "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI",
            )
            .expect("an issuer"),
            client: ClientId::parse("1example23456789012345678").expect("a client id"),
            redirect_uri: RedirectUri::parse("http://localhost:8000/login/").expect("an address"),
            return_to: "/todos?show=done".to_owned(),
            identity_provider: None,
            hints: AuthorizationHints::default(),
            started_at: STARTED_AT,
        }
    }

    /// A request for tokens by the implicit grant.
    pub(crate) fn implicit() -> PendingAuthorization {
        PendingAuthorization {
            response_type: ResponseType::Token,
            ..pending()
        }
    }

    #[test]
    fn a_record_read_back_is_what_was_kept() {
        let full = || PendingAuthorization {
            identity_provider: IdentityProvider::parse("Google"),
            hints: AuthorizationHints {
                login_hint: Some("ann@example.com".to_owned()),
                lang: Some("de".to_owned()),
                prompt: Some("login".to_owned()),
            },
            ..pending()
        };
        for kept in [pending(), implicit(), full()] {
            assert_eq!(PendingAuthorization::from_json(&kept.to_json()), Some(kept));
        }
    }

    #[test]
    fn what_is_kept_while_redeeming_holds_no_secret() {
        let attempt = PendingAuthorization {
            identity_provider: IdentityProvider::parse("Google"),
            hints: AuthorizationHints {
                login_hint: Some("ann@example.com".to_owned()),
                lang: Some("de".to_owned()),
                prompt: Some("login".to_owned()),
            },
            ..pending()
        };
        let kept = Redemption::from(&attempt);
        let record = kept.to_json();
        let ResponseType::Code(verifier) = &attempt.response_type else {
            panic!("the attempt asks for a code")
        };
        for secret in [
            attempt.state.expose_secret(),
            attempt.nonce.expose_secret(),
            verifier.expose_secret(),
        ] {
            assert!(!record.contains(secret), "{record}");
        }
        assert_eq!(
            record,
            r#"{"version":1,"returnPath":"/todos?show=done","identityProvider":"Google","loginHint":"ann@example.com","lang":"de","prompt":"login","startedAt":1795072089}"#
        );
        assert_eq!(Redemption::from_json(&record), Some(kept));
        // A response cannot be checked against this record.
        assert_eq!(PendingAuthorization::from_json(&record), None);
        for damaged in [
            record.replace(":1,", ":2,"),
            record.replace("returnPath", "path"),
            record.replace("startedAt\":", "startedAt\":-"),
            String::new(),
        ] {
            assert_eq!(Redemption::from_json(&damaged), None, "{damaged}");
        }
    }

    #[test]
    fn beginning_again_is_offered_for_as_long_as_an_attempt_lives() {
        let kept = Redemption::from(&pending());
        let at = |seconds| kept.is_valid_at(STARTED_AT.plus(Duration::from_secs(seconds)));
        assert_eq!([at(0), at(599), at(600)], [true, true, false]);
    }

    #[test]
    fn a_damaged_record_is_not_read() {
        let record = pending().to_json();
        for (whole, damaged) in [
            ("\"version\":1", "\"version\":2"),
            ("\"state\":\"A", "\"state\":\"A+"),
            ("\"nonce\":\"A", "\"nonce\":\"AA"),
            ("\"verifier\":\"d", "\"verifier\":\""),
            ("\"verifier\":\"", "\"verifier\":7,\"x\":\""),
            ("\"issuer\":\"https", "\"issuer\":\"ftp"),
            ("\"clientId\":\"1", "\"clientId\":\"1 "),
            ("\"redirectUri\":\"http", "\"redirectUri\":\"javascript"),
            ("returnPath", "return"),
            ("\"startedAt\":", "\"startedAt\":-"),
            ("}", ""),
        ] {
            let changed = record.replacen(whole, damaged, 1);
            assert_ne!(changed, record, "{whole} is not there");
            assert_eq!(PendingAuthorization::from_json(&changed), None, "{damaged}");
        }
        assert_eq!(PendingAuthorization::from_json(""), None);
    }

    #[test]
    fn an_attempt_lives_for_ten_minutes() {
        let at = |seconds: u64| UnixTime::from_secs(1_795_072_089 + seconds - 60);
        let live = |seconds| pending().is_valid_at(at(seconds));
        assert_eq!(
            [live(0), live(60), live(60 + 599), live(60 + 600)],
            [true, true, true, false]
        );
        assert!(!pending().is_valid_at(STARTED_AT.minus(Duration::from_secs(61))));
    }
}
