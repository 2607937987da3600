//! The record of a session in the browser's storage, and the tokens that are read from it.

use serde::{Deserialize, Serialize};

use super::{SignInMethod, Tokens, UnverifiedTokens};
use crate::action::AuthenticationResult;
use crate::ids::{ClientId, Issuer};
use crate::jwt::ExpectedClaims;
use crate::secret::{AccessToken, IdToken, RefreshToken};
use crate::time::UnixTime;
use crate::wire::{self, Member, Version, WholeNumber};

/// The version of the stored record. Records of other versions are not read.
const RECORD_VERSION: u64 = 2;

/// The JSON format of a stored session, for writing.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Record<'a> {
    version: Version<RECORD_VERSION>,
    #[serde(rename = "door")]
    method: SignInMethod,
    expires_at: u64,
    issuer: &'a Issuer,
    client_id: &'a ClientId,
    id_token: &'a IdToken,
    access_token: &'a AccessToken,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'a RefreshToken>,
}

/// The JSON format of a stored session, for reading. The record may be damaged: its refresh token can be usable even if
/// the other tokens are not.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
struct UncheckedRecord<'a> {
    #[serde(rename = "version")]
    _version: Version<RECORD_VERSION>,
    #[serde(rename = "door")]
    method: SignInMethod,
    issuer: String,
    client_id: ClientId,
    #[serde(default)]
    expires_at: Member<'a, WholeNumber>,
    #[serde(default)]
    id_token: Member<'a, IdToken>,
    #[serde(default)]
    access_token: Member<'a, AccessToken>,
    #[serde(default)]
    refresh_token: Member<'a, RefreshToken>,
}

/// A refresh token from a damaged record, with everything that a request for new tokens needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefreshGrant {
    /// The refresh token.
    pub refresh_token: RefreshToken,
    /// The sign-in method with which the session began.
    pub method: SignInMethod,
    /// The issuer of the lost tokens. New tokens must come from the same issuer.
    pub issuer: Issuer,
}

/// Tokens that were read from a session's record in the browser's storage.
///
/// The app verified them before it wrote the record ([`UnverifiedTokens::verify`]). Their claims are checked again when
/// the record is read, but their signatures are not, because that would make the first page wait for the issuer's keys.
/// Another script of the same origin may have written the record, so the session uses the tokens at once and asks the
/// app to verify them in the background ([`Effect::Verify`](crate::session::Effect::Verify)).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredTokens(pub(super) UnverifiedTokens);

impl StoredTokens {
    /// Returns these tokens in the form in which their signatures can be verified again.
    pub fn to_unverified(&self) -> UnverifiedTokens {
        self.0.clone()
    }

    /// Returns the tokens without verifying their signatures again. The caller trusts everything that can write to the
    /// browser's storage, and verifies the tokens as soon as it can.
    pub fn trust_storage(&self) -> Tokens {
        self.0.0.clone()
    }

    /// Returns the refresh token, if the record has one.
    pub fn refresh_token(&self) -> Option<&RefreshToken> {
        self.0.0.refresh_token()
    }

    /// Returns true if `tokens` are the same tokens.
    pub fn is_same(&self, tokens: &Tokens) -> bool {
        self.0.0 == *tokens
    }

    /// Serializes the tokens as the session's stored record, like [`Tokens::to_json`].
    pub fn to_json(&self, expected: &ExpectedClaims) -> String {
        self.0.0.to_json(expected)
    }

    /// Parses a stored session and checks its format, issuer, app client and claims again. The error says whether its
    /// refresh token can still be used.
    ///
    /// Expired tokens are accepted, because they can be refreshed. Their remaining lifetime is limited to the
    /// lifetime with which they were issued, even if the record says more.
    pub fn from_json(
        text: &str,
        expected: &ExpectedClaims,
        now: UnixTime,
    ) -> Result<Self, RecordError> {
        let record: UncheckedRecord = wire::parse(text).ok_or(RecordError::Unusable)?;
        let issuer = expected.issuers.find(&record.issuer);
        let issuer = issuer.ok_or(RecordError::Unusable)?.clone();
        if record.client_id != expected.client {
            return Err(RecordError::Unusable);
        }
        let method = record.method;
        let refresh_token = record.refresh_token.optional();
        let refresh_token = refresh_token.filter(|token| !token.is_empty());
        let kept = record
            .id_token
            .optional()
            .zip(record.access_token.optional());
        let tokens = || {
            let (id_token, access_token) = kept?;
            let kept = AuthenticationResult {
                id_token,
                access_token,
                refresh_token: refresh_token.clone(),
                new_device: None,
            };
            let expires_at = record.expires_at.optional_time()?;
            let tokens = UnverifiedTokens::validate_claims(kept, method, expected).ok();
            let UnverifiedTokens(tokens) = tokens.filter(|tokens| *tokens.issuer() == issuer)?;
            Some(Self(UnverifiedTokens(Tokens {
                expires_at: expires_at.min(now.plus(tokens.lifetime)),
                ..tokens
            })))
        };
        if let Some(tokens) = tokens() {
            return Ok(tokens);
        }
        match refresh_token {
            Some(refresh_token) => Err(RecordError::Refreshable(RefreshGrant {
                refresh_token,
                method,
                issuer,
            })),
            None => Err(RecordError::Unusable),
        }
    }
}

/// The reason why the stored record of a session holds no usable tokens.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// The tokens are unusable, but new ones can be requested with the record's refresh token.
    #[error("the stored tokens are not usable, but they can be refreshed")]
    Refreshable(RefreshGrant),
    /// The record is useless and should be removed.
    #[error("the stored session is not usable")]
    Unusable,
}

impl Tokens {
    /// Serializes the tokens as the session's stored record. It is a single JSON text, so that one write replaces the
    /// whole record.
    pub fn to_json(&self, expected: &ExpectedClaims) -> String {
        wire::to_json(&Record {
            version: Version,
            method: self.method,
            expires_at: self.expires_at.as_secs(),
            issuer: self.issuer(),
            client_id: &expected.client,
            id_token: &self.id,
            access_token: &self.access,
            refresh_token: self.refresh.as_ref(),
        })
    }
}
