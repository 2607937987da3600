//! One attempt to sign in at the hosted pages, as it is written down while the browser is away.

use core::time::Duration;

use super::{Nonce, State};
use crate::config::Hints;
use crate::ids::{ClientId, IdentityProvider, Issuer, RedirectUri};
use crate::json::Json;
use crate::pkce::CodeVerifier;
use crate::time::UnixTime;

/// The version of the record; another version is not read.
const RECORD_VERSION: u64 = 1;

/// How long an attempt may take.
const LIFE: Duration = Duration::from_secs(600);

/// How far back a clock may be put while an attempt is under way.
const LEEWAY: Duration = Duration::from_secs(60);

/// An attempt: what was asked, and what the response is measured by. It serves once and so cannot be cloned.
#[derive(Debug, PartialEq, Eq)]
pub struct Pending {
    /// Names the attempt.
    pub state: State,
    /// Must be in the ID token.
    pub nonce: Nonce,
    /// What was asked for.
    pub response_type: ResponseType,
    /// Who was asked.
    pub issuer: Issuer,
    /// Who asked.
    pub client: ClientId,
    /// Where the response was to go; the token request repeats it to the letter.
    pub redirect_uri: RedirectUri,
    /// Where the person was headed. Text from storage: to be read by [`ReturnPath::parse`](crate::return_path::ReturnPath::parse).
    pub return_path: String,
    /// The provider that was chosen, to try again with the same.
    pub identity_provider: Option<IdentityProvider>,
    /// What else was told, to try again with the same.
    pub hints: Hints,
    /// When it began, by this device's clock.
    pub started_at: UnixTime,
}

/// `response_type` of the authorization request.
#[derive(Debug, PartialEq, Eq)]
pub enum ResponseType {
    /// `code`, which this proves to be ours.
    Code(CodeVerifier),
    /// `token`, the implicit grant: by config alone.
    Token,
}

/// An attempt whose response is being redeemed: what it takes to begin again if the page is reloaded meanwhile, and
/// nothing that could redeem the response a second time.
#[derive(Debug, PartialEq, Eq)]
pub struct Redeeming {
    /// The provider that was chosen.
    pub identity_provider: Option<IdentityProvider>,
    /// What else was told.
    pub hints: Hints,
    /// Where the person was headed; see [`Pending::return_path`].
    pub return_path: String,
    /// When the attempt began, by this device's clock.
    pub started_at: UnixTime,
}

impl From<&Pending> for Redeeming {
    fn from(pending: &Pending) -> Self {
        Self {
            identity_provider: pending.identity_provider.clone(),
            hints: pending.hints.clone(),
            return_path: pending.return_path.clone(),
            started_at: pending.started_at,
        }
    }
}

impl Redeeming {
    /// Whether beginning again is still worth offering: for ten minutes from the attempt's start.
    pub fn is_live(&self, now: UnixTime) -> bool {
        is_live(self.started_at, now)
    }

    /// The record to keep, as JSON: for this tab's own storage.
    pub fn to_record(&self) -> String {
        let version = ("version", RECORD_VERSION.into());
        let [path, provider, login_hint, lang, prompt, started_at] = wish_members(
            &self.return_path,
            self.identity_provider.as_ref(),
            &self.hints,
            self.started_at,
        );
        Json::object([
            version, path, provider, login_hint, lang, prompt, started_at,
        ])
        .to_string()
    }

    /// Reads a record back. `None` means that it is none of ours, or damaged.
    pub fn from_record(text: &str) -> Option<Self> {
        let record = Json::parse(text).ok()?;
        if record.get("version").as_whole() != Some(RECORD_VERSION) {
            return None;
        }
        let (return_path, identity_provider, hints, started_at) = read_wish(&record)?;
        Some(Self {
            identity_provider,
            hints,
            return_path,
            started_at,
        })
    }
}

fn is_live(started_at: UnixTime, now: UnixTime) -> bool {
    started_at <= now.plus(LEEWAY) && now < started_at.plus(LIFE)
}

/// The members by which an attempt can be begun again.
fn wish_members(
    return_path: &str,
    provider: Option<&IdentityProvider>,
    hints: &Hints,
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

/// The same members of a record.
fn read_wish(record: &Json) -> Option<(String, Option<IdentityProvider>, Hints, UnixTime)> {
    let owned = |name| record.get(name).as_text().map(str::to_owned);
    let provider = record.get("identityProvider").as_text();
    let hints = Hints {
        login_hint: owned("loginHint"),
        lang: owned("lang"),
        prompt: owned("prompt"),
    };
    let started_at = UnixTime::from_secs(record.get("startedAt").as_whole()?);
    Some((
        owned("returnPath")?,
        provider.and_then(IdentityProvider::parse),
        hints,
        started_at,
    ))
}

impl Pending {
    /// Whether a response may still be believed: for ten minutes from its start.
    pub fn is_live(&self, now: UnixTime) -> bool {
        is_live(self.started_at, now)
    }

    /// The record to keep, as JSON: for this tab's own storage, under the state's name.
    pub fn to_record(&self) -> String {
        let optional = |text: Option<&str>| text.map_or(Json::Null, Json::from);
        let verifier = match &self.response_type {
            ResponseType::Code(verifier) => Some(verifier.reveal()),
            ResponseType::Token => None,
        };
        let [path, provider, login_hint, lang, prompt, started_at] = wish_members(
            &self.return_path,
            self.identity_provider.as_ref(),
            &self.hints,
            self.started_at,
        );
        Json::object([
            ("version", RECORD_VERSION.into()),
            ("state", self.state.reveal().into()),
            ("nonce", self.nonce.reveal().into()),
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

    /// Reads a record back. `None` means that it is none of ours, or damaged.
    pub fn from_record(text: &str) -> Option<Self> {
        let record = Json::parse(text).ok()?;
        if record.get("version").as_whole() != Some(RECORD_VERSION) {
            return None;
        }
        let member = |name| record.get(name).as_text();
        let (return_path, identity_provider, hints, started_at) = read_wish(&record)?;
        Some(Self {
            state: State::parse(member("state")?)?,
            nonce: Nonce::parse(member("nonce")?)?,
            response_type: match record.get("verifier") {
                Json::Null => ResponseType::Token,
                verifier => ResponseType::Code(CodeVerifier::parse(verifier.as_text()?)?),
            },
            issuer: Issuer::parse(member("issuer")?)?,
            client: ClientId::parse(member("clientId")?)?,
            redirect_uri: RedirectUri::parse(member("redirectUri")?)?,
            return_path,
            identity_provider,
            hints,
            started_at,
        })
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// When the attempts of the tests began.
    pub(crate) const STARTED_AT: UnixTime = UnixTime::from_secs(1_795_072_089);

    /// An attempt to get a code, with the verifier of RFC 7636, appendix B.
    pub(crate) fn pending() -> Pending {
        let verifier = CodeVerifier::parse("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        Pending {
            state: State::from_random(&[0; 16]),
            nonce: Nonce::from_random(&[1; 16]),
            response_type: ResponseType::Code(verifier.expect("a verifier")),
            issuer: Issuer::parse(
                "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI",
            )
            .expect("an issuer"),
            client: ClientId::parse("1example23456789012345678").expect("a client id"),
            redirect_uri: RedirectUri::parse("http://localhost:8000/login/").expect("an address"),
            return_path: "/todos?show=done".to_owned(),
            identity_provider: None,
            hints: Hints::default(),
            started_at: STARTED_AT,
        }
    }

    /// An attempt to get tokens at once.
    pub(crate) fn implicit() -> Pending {
        Pending {
            response_type: ResponseType::Token,
            ..pending()
        }
    }

    #[test]
    fn a_record_read_back_is_what_was_kept() {
        let full = || Pending {
            identity_provider: IdentityProvider::parse("Google"),
            hints: Hints {
                login_hint: Some("ann@example.com".to_owned()),
                lang: Some("de".to_owned()),
                prompt: Some("login".to_owned()),
            },
            ..pending()
        };
        for kept in [pending(), implicit(), full()] {
            assert_eq!(Pending::from_record(&kept.to_record()), Some(kept));
        }
    }

    #[test]
    fn what_is_kept_while_redeeming_holds_no_secret() {
        let attempt = Pending {
            identity_provider: IdentityProvider::parse("Google"),
            hints: Hints {
                login_hint: Some("ann@example.com".to_owned()),
                lang: Some("de".to_owned()),
                prompt: Some("login".to_owned()),
            },
            ..pending()
        };
        let kept = Redeeming::from(&attempt);
        let record = kept.to_record();
        let ResponseType::Code(verifier) = &attempt.response_type else {
            panic!("the attempt asks for a code")
        };
        for secret in [
            attempt.state.reveal(),
            attempt.nonce.reveal(),
            verifier.reveal(),
        ] {
            assert!(!record.contains(secret), "{record}");
        }
        assert_eq!(
            record,
            r#"{"version":1,"returnPath":"/todos?show=done","identityProvider":"Google","loginHint":"ann@example.com","lang":"de","prompt":"login","startedAt":1795072089}"#
        );
        assert_eq!(Redeeming::from_record(&record), Some(kept));
        // It is no attempt that a response could be measured by.
        assert_eq!(Pending::from_record(&record), None);
        for damaged in [
            record.replace(":1,", ":2,"),
            record.replace("returnPath", "path"),
            record.replace("startedAt\":", "startedAt\":-"),
            String::new(),
        ] {
            assert_eq!(Redeeming::from_record(&damaged), None, "{damaged}");
        }
    }

    #[test]
    fn beginning_again_is_offered_for_as_long_as_an_attempt_lives() {
        let kept = Redeeming::from(&pending());
        let at = |seconds| kept.is_live(STARTED_AT.plus(Duration::from_secs(seconds)));
        assert_eq!([at(0), at(599), at(600)], [true, true, false]);
    }

    #[test]
    fn a_damaged_record_is_not_read() {
        let record = pending().to_record();
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
            assert_eq!(Pending::from_record(&changed), None, "{damaged}");
        }
        assert_eq!(Pending::from_record(""), None);
    }

    #[test]
    fn an_attempt_lives_for_ten_minutes() {
        let at = |seconds: u64| UnixTime::from_secs(1_795_072_089 + seconds - 60);
        let live = |seconds| pending().is_live(at(seconds));
        assert_eq!(
            [live(0), live(60), live(60 + 599), live(60 + 600)],
            [true, true, true, false]
        );
        assert!(!pending().is_live(STARTED_AT.minus(Duration::from_secs(61))));
    }
}
