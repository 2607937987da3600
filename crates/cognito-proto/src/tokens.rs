//! The tokens of a sign-in, with one type for each degree of trust, and the record in which they are stored.
//!
//! | type | claims | signatures |
//! |---|---|---|
//! | [`AuthenticationResult`] | not checked | not verified |
//! | [`UnverifiedTokens`] | checked | not verified |
//! | [`StoredTokens`] | checked again | verified before they were stored, to be verified again |
//! | [`Tokens`] | checked | verified, or trusted because of the storage they came from |

mod record;
mod unverified;

pub use record::{RecordError, RefreshGrant, StoredTokens};
pub use unverified::UnverifiedTokens;

use core::time::Duration;

use serde::{Deserialize, Serialize};

use crate::action::AuthenticationResult;
use crate::ids::{DeviceKey, Issuer};
use crate::jwt::{ExpectedClaims, IdClaims, TokenValidationError, Validity};
use crate::secret::{AccessToken, IdToken, RefreshToken};
use crate::time::{ClockReading, UnixTime};

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
///
/// There are two sources of this type: [`UnverifiedTokens::verify`], and [`StoredTokens::trust_storage`] for tokens
/// that an earlier page verified and stored.
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

impl Tokens {
    /// Checks the claims of the tokens of a refresh. If the response has no new refresh token, the old one is kept (RFC
    /// 6749 §6). The user must be the same (OpenID Connect Core §12.2).
    ///
    /// If no other source states the time, the time is derived from the old tokens: they show by how much this device's
    /// clock was wrong when they arrived. A wrong clock must not end a session that exists already.
    pub fn validate_refreshed(
        &self,
        result: AuthenticationResult,
        expected: &ExpectedClaims,
        clock: ClockReading,
    ) -> Result<UnverifiedTokens, TokenValidationError> {
        let result = AuthenticationResult {
            refresh_token: result.refresh_token.or_else(|| self.refresh.clone()),
            ..result
        };
        let new = UnverifiedTokens::validate_claims(result, self.method, expected)?;
        if new.0.claims.subject != self.claims.subject {
            return Err(TokenValidationError::SubjectMismatch);
        }
        let guesses = [self.issuer_time_at(clock.device), clock.device];
        let now = new.0.validity.resolve_now(clock.server, &guesses)?;
        new.with_local_expiry(now, clock.device)
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
}

#[cfg(test)]
pub(crate) mod tests;
