//! Tokens of a sign-in that passed the checks, and the record in which they are stored.

use core::time::Duration;

use serde::{Deserialize, Serialize};

use crate::action::AuthenticationResult;
use crate::ids::{ClientId, DeviceKey, Issuer};
use crate::jwt::{AccessClaims, ExpectedClaims, IdClaims, TokenValidationError, Validity};
use crate::oauth::Nonce;
use crate::secret::{AccessToken, IdToken, RefreshToken};
use crate::time::{ClockReading, UnixTime};
use crate::wire::{self, Member, Version, WholeNumber};

/// The version of the stored record. Records of other versions are not read.
const RECORD_VERSION: u64 = 2;

/// The minimum time for which new tokens must still be valid. The app would refresh tokens with a shorter lifetime
/// without a pause. Cognito's minimum lifetime is five minutes.
const MIN_LIFETIME: Duration = Duration::from_secs(10);

/// How a session began. Refresh and sign-out use the same sign-in method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SignInMethod {
    /// The user signed in on the app's own pages, with the user-pool API.
    #[serde(rename = "direct")]
    Direct,
    /// The user signed in on the pool's hosted pages, with the OAuth endpoints of its domain.
    #[serde(rename = "hosted")]
    HostedUi,
}

/// The tokens of a signed-in user that passed every check, and their claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tokens {
    id: IdToken,
    access: AccessToken,
    refresh: Option<RefreshToken>,
    method: SignInMethod,
    claims: IdClaims,
    /// The access token's scopes, separated by spaces.
    scope: String,
    /// The remembered device to which the tokens were issued.
    device_key: Option<DeviceKey>,
    /// The times between which both tokens are valid, by the issuer's clock.
    validity: Validity,
    /// When the first of the two tokens expires, by this device's clock.
    expires_at: UnixTime,
    /// The lifetime with which the tokens were issued. If the two tokens differ, it is the shorter one.
    lifetime: Duration,
}

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

impl Tokens {
    /// Checks the tokens of a direct sign-in. The app must not store them unless this succeeds.
    pub fn validate_direct(
        result: AuthenticationResult,
        expected: &ExpectedClaims,
        clock: ClockReading,
    ) -> Result<Self, TokenValidationError> {
        Self::validate(result, SignInMethod::Direct, expected, clock)
    }

    /// Returns these tokens if they are for `user_id`, the user that the sign-in's challenges named
    /// (`USER_ID_FOR_SRP`), or else an error. If no challenge named a user, every user is accepted.
    pub fn require_user(self, user_id: Option<&str>) -> Result<Self, TokenValidationError> {
        match user_id {
            Some(user_id) if user_id != self.claims.username => {
                Err(TokenValidationError::SubjectMismatch)
            }
            _ => Ok(self),
        }
    }

    /// Checks the tokens of a sign-in through the hosted pages. Their `nonce` must be the one of the authorization
    /// request (OpenID Connect Core §3.1.3.7, step 11).
    pub fn validate_hosted_ui(
        result: AuthenticationResult,
        nonce: &Nonce,
        expected: &ExpectedClaims,
        clock: ClockReading,
    ) -> Result<Self, TokenValidationError> {
        let tokens = Self::validate(result, SignInMethod::HostedUi, expected, clock)?;
        if tokens.claims.nonce.as_deref() == Some(nonce.expose_secret()) {
            Ok(tokens)
        } else {
            Err(TokenValidationError::NonceMismatch)
        }
    }

    fn validate(
        result: AuthenticationResult,
        method: SignInMethod,
        expected: &ExpectedClaims,
        clock: ClockReading,
    ) -> Result<Self, TokenValidationError> {
        let tokens = Self::validate_claims(result, method, expected)?;
        let now = tokens.validity.resolve_now(clock.server, &[clock.device])?;
        tokens.with_local_expiry(now, clock.device)
    }

    /// Checks the tokens of a refresh. If the response has no new refresh token, the old one is kept (RFC 6749 §6). The
    /// user must be the same (OpenID Connect Core §12.2).
    ///
    /// If no other source states the time, the time is derived from the old tokens: they show by how much this device's
    /// clock was wrong when they arrived. A wrong clock must not end a session that exists already.
    pub fn validate_refreshed(
        &self,
        result: AuthenticationResult,
        expected: &ExpectedClaims,
        clock: ClockReading,
    ) -> Result<Self, TokenValidationError> {
        let result = AuthenticationResult {
            refresh_token: result.refresh_token.or_else(|| self.refresh.clone()),
            ..result
        };
        let new = Self::validate_claims(result, self.method, expected)?;
        if new.claims.subject != self.claims.subject {
            return Err(TokenValidationError::SubjectMismatch);
        }
        let guesses = [self.issuer_time_at(clock.device), clock.device];
        let now = new.validity.resolve_now(clock.server, &guesses)?;
        new.with_local_expiry(now, clock.device)
    }

    /// Checks new tokens that were requested with the refresh token of a damaged record. There are no old tokens to
    /// compare them with.
    pub fn validate_recovered(
        grant: &RefreshGrant,
        result: AuthenticationResult,
        expected: &ExpectedClaims,
        clock: ClockReading,
    ) -> Result<Self, TokenValidationError> {
        let kept = Some(grant.refresh_token.clone());
        let result = AuthenticationResult {
            refresh_token: result.refresh_token.or(kept),
            ..result
        };
        Self::validate(result, grant.method, expected, clock)
    }

    /// Makes all checks of new tokens except those that depend on the current time.
    fn validate_claims(
        result: AuthenticationResult,
        method: SignInMethod,
        expected: &ExpectedClaims,
    ) -> Result<Self, TokenValidationError> {
        let AuthenticationResult {
            id_token: id,
            access_token: access,
            refresh_token: refresh,
            // The sign-in handles the new device. It is not part of a session.
            new_device: _,
        } = result;
        let claims = IdClaims::check(&id, expected)?;
        let of_access = AccessClaims::check(&access, expected)?;
        if claims.subject != of_access.subject {
            return Err(TokenValidationError::SubjectMismatch);
        }
        if claims.issuer != of_access.issuer {
            return Err(TokenValidationError::IssuerMismatch);
        }
        if !claims.matches_access_token(&access) {
            return Err(TokenValidationError::AccessTokenHashMismatch);
        }
        let validity = claims.validity.intersect(of_access.validity);
        let lifetime = validity.issued_at.until(validity.expires_at);
        if lifetime < MIN_LIFETIME {
            return Err(TokenValidationError::InvalidClaim("exp"));
        }
        Ok(Self {
            id,
            access,
            refresh,
            method,
            claims,
            scope: of_access.scope,
            device_key: of_access.device_key,
            validity,
            expires_at: validity.expires_at,
            lifetime,
        })
    }

    /// Sets the time at which the tokens expire by this device's clock (`expires_at`).
    ///
    /// The device's clock may be wrong by hours. The lifetime therefore starts at its current reading `device`, so
    /// that only its own readings are compared later and a refresh is never due at once. `now` is the time by the
    /// issuer's clock: tokens that were on their way for long stay valid only until their `exp`. Tokens that expire
    /// within [`MIN_LIFETIME`] count as expired.
    fn with_local_expiry(
        self,
        now: UnixTime,
        device: UnixTime,
    ) -> Result<Self, TokenValidationError> {
        let left = now.until(self.validity.expires_at);
        if left < MIN_LIFETIME {
            return Err(TokenValidationError::Expired);
        }
        Ok(Self {
            expires_at: device.plus(left.min(self.lifetime)),
            ..self
        })
    }

    /// Returns the time on the issuer's clock when this device's clock shows `device`. It assumes that the difference
    /// of the clocks is the same as when these tokens came.
    fn issuer_time_at(&self, device: UnixTime) -> UnixTime {
        ClockReading {
            device: self.expires_at,
            server: Some(self.validity.expires_at),
        }
        .projected_to(device)
        .now()
    }

    /// Returns the ID token.
    pub fn id_token(&self) -> &IdToken {
        &self.id
    }

    /// Returns the access token.
    pub fn access_token(&self) -> &AccessToken {
        &self.access
    }

    /// Returns the refresh token, if the sign-in returned one.
    pub fn refresh_token(&self) -> Option<&RefreshToken> {
        self.refresh.as_ref()
    }

    /// Returns the issuer of the tokens.
    pub fn issuer(&self) -> &Issuer {
        &self.claims.issuer
    }

    /// Returns the sign-in method with which the session began.
    pub fn sign_in_method(&self) -> SignInMethod {
        self.method
    }

    /// Returns true if the access token has this scope.
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scope.split(' ').any(|held| held == scope)
    }

    /// Returns true if the scopes of a hosted sign-in leave out the user's name: `email` and `phone` without `profile`
    /// give access to those attributes only. (`openid` alone gives access to every attribute that the app client may
    /// read.)
    ///
    /// <https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-define-resource-servers.html>
    pub fn scopes_exclude_name(&self) -> bool {
        let is_narrow = self.has_scope("email") || self.has_scope("phone");
        self.method == SignInMethod::HostedUi && is_narrow && !self.has_scope("profile")
    }

    /// Returns the key of the remembered device that was used at the sign-in. A refresh must name it.
    pub fn device_key(&self) -> Option<&DeviceKey> {
        self.device_key.as_ref()
    }

    /// Returns the claims of the ID token.
    pub fn claims(&self) -> &IdClaims {
        &self.claims
    }

    /// Returns when these tokens should be refreshed: a quarter of their lifetime before they expire, but at most two
    /// minutes. That leaves time for a slow network and a retry. Without a refresh token it is the time at which they
    /// expire.
    pub fn refresh_at(&self) -> UnixTime {
        if self.refresh.is_none() {
            return self.expires_at;
        }
        self.expires_at
            .minus((self.lifetime / 4).min(Duration::from_secs(120)))
    }

    /// Returns true if these tokens are still valid for a request that is sent at `now`.
    pub fn is_valid_at(&self, now: UnixTime) -> bool {
        now < self.expires_at
    }

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
            let tokens = Self::validate_claims(kept, method, expected).ok();
            let tokens = tokens.filter(|tokens| *tokens.issuer() == issuer)?;
            Some(Self {
                expires_at: expires_at.min(now.plus(tokens.lifetime)),
                ..tokens
            })
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

#[cfg(test)]
pub(crate) mod tests;
