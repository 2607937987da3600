//! The record of an authorization request, stored while the browser is on the hosted pages.

use core::time::Duration;

use serde::{Deserialize, Serialize};

use super::{CsrfState, Nonce};
use crate::config::AuthorizationHints;
use crate::ids::{ClientId, IdentityProvider, Issuer, RedirectUri};
use crate::pkce::CodeVerifier;
use crate::time::UnixTime;
use crate::wire::{self, Member, Version, WholeNumber};

/// The version of the stored record. Records of other versions are not read.
const RECORD_VERSION: u64 = 1;

/// The time that the user may take to sign in on the hosted pages.
const TTL: Duration = Duration::from_secs(600);

/// By how much the device's clock may be set back between request and response.
const LEEWAY: Duration = Duration::from_secs(60);

/// A pending authorization: the record of an authorization request that has no response yet. The response is checked
/// against it. It is used once, so it is not `Clone`.
#[derive(Debug, PartialEq, Eq)]
pub struct PendingAuthorization {
    /// `state`: identifies the request.
    pub state: CsrfState,
    /// `nonce`: must appear in the ID token.
    pub nonce: Nonce,
    /// The kind of response that was requested. For a code it contains the code verifier.
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
    /// The identity provider that the user chose. A repeated request needs it.
    pub identity_provider: Option<IdentityProvider>,
    /// The optional parameters of the authorization request. A repeated request needs them.
    pub hints: AuthorizationHints,
    /// When the request was made, by this device's clock.
    pub started_at: UnixTime,
}

/// `response_type` of the authorization request.
#[derive(Debug, PartialEq, Eq)]
pub enum ResponseType {
    /// `code`: the authorization code grant. The response type holds the code verifier of the request.
    Code(CodeVerifier),
    /// `token`: the implicit grant. It is used only if the configuration asks for it.
    Token,
}

/// The record of a hosted sign-in whose authorization response is being exchanged for tokens. With it the app can offer
/// another attempt if the page is reloaded, but it cannot exchange the response a second time.
#[derive(Debug, PartialEq, Eq)]
pub struct Redemption {
    /// The identity provider that the user chose.
    pub identity_provider: Option<IdentityProvider>,
    /// The optional parameters of the authorization request.
    pub hints: AuthorizationHints,
    /// The page to which the user returns after the sign-in; see [`PendingAuthorization::return_to`].
    pub return_to: String,
    /// When the authorization request was made, by this device's clock.
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
    /// Returns true if another sign-in attempt should still be offered at `now`: for ten minutes after the request.
    pub fn is_valid_at(&self, now: UnixTime) -> bool {
        is_within_ttl(self.started_at, now)
    }

    /// Serializes the record as JSON, for the tab's sessionStorage.
    pub fn to_json(&self) -> String {
        wire::to_json(&self.record())
    }

    /// Parses a stored [`Redemption`]. Returns `None` if the text is damaged or another kind of record.
    pub fn from_json(text: &str) -> Option<Self> {
        wire::parse::<StoredRecord<'_>>(text)?.redemption()
    }

    /// Returns the record to store, without the members that only a pending authorization has.
    fn record(&self) -> Record<'_> {
        Record {
            version: Version,
            state: None,
            nonce: None,
            verifier: None,
            issuer: None,
            client_id: None,
            redirect_uri: None,
            return_path: &self.return_to,
            identity_provider: self.identity_provider.as_ref(),
            login_hint: self.hints.login_hint.as_deref(),
            lang: self.hints.lang.as_deref(),
            prompt: self.hints.prompt.as_deref(),
            started_at: self.started_at.as_secs(),
        }
    }
}

/// The JSON format of a stored [`PendingAuthorization`] or [`Redemption`], for writing. A redemption has no `state` and
/// nothing that the check of a response needs.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Record<'a> {
    version: Version<RECORD_VERSION>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'a CsrfState>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a Nonce>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verifier: Option<&'a CodeVerifier>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issuer: Option<&'a Issuer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<&'a ClientId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    redirect_uri: Option<&'a RedirectUri>,
    return_path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    identity_provider: Option<&'a IdentityProvider>,
    #[serde(skip_serializing_if = "Option::is_none")]
    login_hint: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lang: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    prompt: Option<&'a str>,
    started_at: u64,
}

/// The JSON format of a stored [`PendingAuthorization`] or [`Redemption`], for reading.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
struct StoredRecord<'a> {
    #[serde(rename = "version")]
    _version: Version<RECORD_VERSION>,
    #[serde(default)]
    state: Member<'a, CsrfState>,
    #[serde(default)]
    nonce: Member<'a, Nonce>,
    #[serde(default)]
    verifier: Member<'a, CodeVerifier>,
    #[serde(default)]
    issuer: Member<'a, Issuer>,
    #[serde(default)]
    client_id: Member<'a, ClientId>,
    #[serde(default)]
    redirect_uri: Member<'a, RedirectUri>,
    return_path: Member<'a, String>,
    #[serde(default)]
    identity_provider: Member<'a, IdentityProvider>,
    #[serde(default)]
    login_hint: Member<'a, String>,
    #[serde(default)]
    lang: Member<'a, String>,
    #[serde(default)]
    prompt: Member<'a, String>,
    started_at: Member<'a, WholeNumber>,
}

impl StoredRecord<'_> {
    /// Returns the members that both kinds of records have.
    fn redemption(&self) -> Option<Redemption> {
        Some(Redemption {
            identity_provider: self.identity_provider.optional(),
            hints: AuthorizationHints {
                login_hint: self.login_hint.optional(),
                lang: self.lang.optional(),
                prompt: self.prompt.optional(),
            },
            return_to: self.return_path.optional()?,
            started_at: self.started_at.optional_time()?,
        })
    }
}

fn is_within_ttl(started_at: UnixTime, now: UnixTime) -> bool {
    started_at <= now.plus(LEEWAY) && now < started_at.plus(TTL)
}

impl PendingAuthorization {
    /// Returns true if a response is still accepted at `now`: for ten minutes after the request.
    pub fn is_valid_at(&self, now: UnixTime) -> bool {
        is_within_ttl(self.started_at, now)
    }

    /// Serializes the record as JSON, for the tab's sessionStorage. The storage key contains the `state`.
    pub fn to_json(&self) -> String {
        wire::to_json(&Record {
            state: Some(&self.state),
            nonce: Some(&self.nonce),
            verifier: match &self.response_type {
                ResponseType::Code(verifier) => Some(verifier),
                ResponseType::Token => None,
            },
            issuer: Some(&self.issuer),
            client_id: Some(&self.client),
            redirect_uri: Some(&self.redirect_uri),
            ..Redemption::from(self).record()
        })
    }

    /// Parses a stored [`PendingAuthorization`]. Returns `None` if the text is damaged or another kind of record.
    pub fn from_json(text: &str) -> Option<Self> {
        let record: StoredRecord<'_> = wire::parse(text)?;
        let Redemption {
            identity_provider,
            hints,
            return_to,
            started_at,
        } = record.redemption()?;
        let verifier = record.verifier.checked().ok()?;
        Some(Self {
            state: record.state.optional()?,
            nonce: record.nonce.optional()?,
            response_type: verifier.map_or(ResponseType::Token, ResponseType::Code),
            issuer: record.issuer.optional()?,
            client: record.client_id.optional()?,
            redirect_uri: record.redirect_uri.optional()?,
            return_to,
            identity_provider,
            hints,
            started_at,
        })
    }
}

#[cfg(test)]
pub(super) mod tests;
