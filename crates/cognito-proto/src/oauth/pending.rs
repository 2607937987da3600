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
    /// The kind of response that was requested, with the code verifier if it is a code.
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
    /// `code`: the authorization code grant. The response type holds the code verifier of the request.
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
        is_within_ttl(self.started_at, now)
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
        let (return_to, identity_provider, hints, started_at) = parse_retry_members(&record)?;
        Some(Self {
            identity_provider,
            hints,
            return_to,
            started_at,
        })
    }
}

fn is_within_ttl(started_at: UnixTime, now: UnixTime) -> bool {
    started_at <= now.plus(LEEWAY) && now < started_at.plus(TTL)
}

/// Returns the members of a stored record that another attempt needs.
fn retry_members(
    return_to: &str,
    provider: Option<&IdentityProvider>,
    hints: &AuthorizationHints,
    started_at: UnixTime,
) -> [(&'static str, Json); 6] {
    let optional = |text: Option<&str>| text.map_or(Json::Null, Json::from);
    [
        ("returnPath", return_to.into()),
        ("identityProvider", optional(provider.map(|p| p.as_str()))),
        ("loginHint", optional(hints.login_hint.as_deref())),
        ("lang", optional(hints.lang.as_deref())),
        ("prompt", optional(hints.prompt.as_deref())),
        ("startedAt", started_at.as_secs().into()),
    ]
}

/// Parses the members of a stored record that another attempt needs: the page to return to, the identity provider, the
/// optional parameters, and the time of the request. Returns `None` if the record is damaged.
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
        is_within_ttl(self.started_at, now)
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
        let (return_to, identity_provider, hints, started_at) = parse_retry_members(&record)?;
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
            return_to,
            identity_provider,
            hints,
            started_at,
        })
    }
}

#[cfg(test)]
pub(super) mod tests;
