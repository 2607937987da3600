//! Tokens of a sign-in that passed the checks, and the record in which they are stored.

use core::time::Duration;

use crate::action::AuthenticationResult;
use crate::ids::{DeviceKey, Issuer};
use crate::json::Json;
use crate::jwt::{AccessClaims, ExpectedClaims, IdClaims, TokenValidationError, Validity};
use crate::oauth::Nonce;
use crate::secret::{AccessToken, IdToken, RefreshToken};
use crate::time::{ClockReading, UnixTime};

/// The version of the stored record. Records of other versions are not read.
const RECORD_VERSION: u64 = 2;

/// The shortest accepted lifetime, and the shortest time that received tokens must still be valid. Tokens with a shorter
/// one would be refreshed without a pause. Cognito's minimum lifetime is five minutes.
const MIN_LIFETIME: Duration = Duration::from_secs(10);

/// The sign-in method with which a session began. Refresh and sign-out use the same method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInMethod {
    /// The app's own pages and the user-pool API.
    Direct,
    /// The pool's hosted pages and the OAuth endpoints of its domain.
    HostedUi,
}

impl SignInMethod {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::HostedUi => "hosted",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Direct, Self::HostedUi]
            .into_iter()
            .find(|method| method.as_str() == text)
    }
}

/// Tokens that passed every check, and their claims.
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
    /// The time in which both tokens are valid, by the issuer's clock.
    validity: Validity,
    /// When the first of the two tokens expires, by this device's clock.
    expires_at: UnixTime,
    /// The lifetime of the token with the shorter one.
    lifetime: Duration,
}

/// The usable rest of a damaged record: enough to request tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefreshGrant {
    /// The refresh token.
    pub refresh_token: RefreshToken,
    /// The sign-in method with which the session began.
    pub method: SignInMethod,
    /// The issuer of the tokens.
    pub issuer: Issuer,
}

impl Tokens {
    /// Checks the tokens of a direct sign-in. They must not be stored unless this succeeds.
    pub fn validate_direct(
        result: AuthenticationResult,
        expected: &ExpectedClaims,
        clock: ClockReading,
    ) -> Result<Self, TokenValidationError> {
        Self::validate(result, SignInMethod::Direct, expected, clock)
    }

    /// Rejects tokens of a user other than `user_id`, the user that the sign-in's challenges named
    /// (`USER_ID_FOR_SRP`).
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

    /// Checks the tokens of a refresh. If there is no new refresh token, the old one is kept (RFC 6749 §6). The user
    /// must be the same (OpenID Connect Core §12.2).
    ///
    /// If no other source states the time, it is derived from the old tokens: they tell by how much this device's
    /// clock was wrong when they came. A wrong clock must not end a session that exists already.
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

    /// Checks the tokens that were requested with a damaged record. There are no old tokens to compare them with.
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

    /// Makes all checks except those that depend on the time.
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

    /// Sets `expires_at` by this device's clock.
    ///
    /// The device's clock may be wrong by hours. The lifetime therefore starts at its current reading `device`, so
    /// that only its own readings are compared later and a refresh is never due at once. `now` is the time by the
    /// issuer's clock: tokens that were on their way for long stay valid only until their `exp`. Tokens that expire
    /// within [`SHORTEST_LIFE`] count as expired.
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

    /// Returns the issuer's time for this device's reading `device`, by the difference of both clocks when these
    /// tokens came.
    fn issuer_time_at(&self, device: UnixTime) -> UnixTime {
        ClockReading {
            device: self.expires_at,
            server: Some(self.validity.expires_at),
        }
        .projected_to(device)
        .now()
    }

    /// The ID token.
    pub fn id_token(&self) -> &IdToken {
        &self.id
    }

    /// The access token.
    pub fn access_token(&self) -> &AccessToken {
        &self.access
    }

    /// The refresh token, if the sign-in returned one.
    pub fn refresh_token(&self) -> Option<&RefreshToken> {
        self.refresh.as_ref()
    }

    /// The issuer of the tokens.
    pub fn issuer(&self) -> &Issuer {
        &self.claims.issuer
    }

    /// The sign-in method with which the session began.
    pub fn sign_in_method(&self) -> SignInMethod {
        self.method
    }

    /// Whether the access token has this scope.
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scope.split(' ').any(|held| held == scope)
    }

    /// Whether the scopes of a hosted sign-in leave out the user's name: `email` and `phone` without `profile` give
    /// access to those attributes only. (`openid` alone gives access to every attribute that the app client may
    /// read.)
    ///
    /// <https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-define-resource-servers.html>
    pub fn scopes_exclude_name(&self) -> bool {
        let is_narrow = self.has_scope("email") || self.has_scope("phone");
        self.method == SignInMethod::HostedUi && is_narrow && !self.has_scope("profile")
    }

    /// The remembered device of the sign-in. A refresh must name it.
    pub fn device_key(&self) -> Option<&DeviceKey> {
        self.device_key.as_ref()
    }

    /// The claims of the ID token.
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

    /// Whether these tokens are still valid for a request that is sent now.
    pub fn is_valid_at(&self, now: UnixTime) -> bool {
        now < self.expires_at
    }

    /// Serializes the tokens to the stored record. It is a single JSON text, so that one write replaces all of it.
    pub fn to_json(&self, expected: &ExpectedClaims) -> String {
        Json::object([
            ("version", RECORD_VERSION.into()),
            ("door", self.method.as_str().into()),
            ("expiresAt", self.expires_at.as_secs().into()),
            ("issuer", self.issuer().as_str().into()),
            ("clientId", expected.client.as_str().into()),
            ("idToken", self.id.expose_secret().into()),
            ("accessToken", self.access.expose_secret().into()),
            (
                "refreshToken",
                self.refresh
                    .as_ref()
                    .map_or(Json::Null, |token| token.expose_secret().into()),
            ),
        ])
        .to_string()
    }

    /// Parses a stored record and checks it again: its shape, issuer, app client and claims.
    ///
    /// Expired tokens are accepted, because they can be refreshed. Their remaining lifetime is limited to the
    /// lifetime with which they were issued, even if the record says more.
    pub fn from_json(
        text: &str,
        expected: &ExpectedClaims,
        now: UnixTime,
    ) -> Result<Self, RecordError> {
        let record = Json::parse(text).map_err(|_| RecordError::Unusable)?;
        let member = |name| record.get(name).as_str();
        let read = || {
            let is_ours = record.get("version").as_u64() == Some(RECORD_VERSION)
                && member("clientId") == Some(expected.client.as_str());
            let issuer = expected.issuers.find(member("issuer")?)?.clone();
            let method = SignInMethod::parse(member("door")?)?;
            is_ours.then_some((issuer, method))
        };
        let (issuer, method) = read().ok_or(RecordError::Unusable)?;
        let refresh = member("refreshToken").filter(|token| !token.is_empty());
        let tokens = || {
            let kept = AuthenticationResult {
                id_token: IdToken::new(member("idToken")?),
                access_token: AccessToken::new(member("accessToken")?),
                refresh_token: refresh.map(RefreshToken::new),
                new_device: None,
            };
            let expires_at = UnixTime::from_secs(record.get("expiresAt").as_u64()?);
            let tokens = Self::validate_claims(kept, method, expected).ok();
            let tokens = tokens.filter(|tokens| *tokens.issuer() == issuer)?;
            Some(Self {
                expires_at: expires_at.min(now.plus(tokens.lifetime)),
                ..tokens
            })
        };
        match (tokens(), refresh) {
            (Some(tokens), _) => Ok(tokens),
            (None, Some(refresh)) => Err(RecordError::Refreshable(RefreshGrant {
                refresh_token: RefreshToken::new(refresh),
                method,
                issuer,
            })),
            (None, None) => Err(RecordError::Unusable),
        }
    }
}

/// The reason why a stored record holds no usable tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecordError {
    /// Its refresh token can be used to request tokens.
    Refreshable(RefreshGrant),
    /// The record is useless and should be removed.
    Unusable,
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::ids::ClientId;
    use crate::jwt::tests::{NOW, access_token, expected, id_token};

    /// A clock that is right, with a server that confirms it.
    const CLOCK: ClockReading = ClockReading {
        device: NOW,
        server: Some(NOW),
    };

    /// Tokens that are valid from 1795072089 to `expires_at`, with this refresh token.
    pub(crate) fn tokens(refresh: Option<&str>, expires_at: u64) -> Tokens {
        let result = AuthenticationResult {
            id_token: id_token(&[("exp", expires_at.into())]),
            access_token: access_token(&[("exp", expires_at.into())]),
            refresh_token: refresh.map(RefreshToken::new),
            new_device: None,
        };
        Tokens::validate_direct(result, &expected(), CLOCK).expect("good tokens")
    }

    #[test]
    fn tokens_of_two_people_are_not_granted() {
        let result = AuthenticationResult {
            id_token: id_token(&[]),
            access_token: access_token(&[("sub", "somebody-else".into())]),
            refresh_token: None,
            new_device: None,
        };
        assert_eq!(
            Tokens::validate_direct(result, &expected(), CLOCK),
            Err(TokenValidationError::SubjectMismatch)
        );
    }

    /// The ID token of these tests names the user `6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11`.
    #[test]
    fn tokens_name_the_user_whom_the_challenges_named() {
        let granted = || tokens(None, 1_795_075_689);
        let ours = "6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11";
        for user_id in [None, Some(ours)] {
            assert_eq!(granted().require_user(user_id), Ok(granted()));
        }
        for user_id in [
            "ann@example.com",
            "6A1F3C52-70A1-70B2-9B0E-5B1D5C1D1C11",
            "",
        ] {
            assert_eq!(
                granted().require_user(Some(user_id)),
                Err(TokenValidationError::SubjectMismatch),
                "{user_id}"
            );
        }
    }

    #[test]
    fn a_missing_new_refresh_token_keeps_the_old() {
        let old = tokens(Some("old"), 1_795_075_689);
        let renewal = |refresh: Option<&str>| AuthenticationResult {
            id_token: id_token(&[]),
            access_token: access_token(&[]),
            refresh_token: refresh.map(RefreshToken::new),
            new_device: None,
        };
        let held = |new: Tokens| {
            new.refresh_token()
                .expect("a refresh token")
                .expose_secret()
                .to_owned()
        };
        assert_eq!(
            old.validate_refreshed(renewal(None), &expected(), CLOCK)
                .map(held),
            Ok("old".to_owned())
        );
        assert_eq!(
            old.validate_refreshed(renewal(Some("new")), &expected(), CLOCK)
                .map(held),
            Ok("new".to_owned())
        );
    }

    fn result(change: &[(&str, Json)], refresh: Option<&str>) -> AuthenticationResult {
        AuthenticationResult {
            id_token: id_token(change),
            access_token: access_token(&[]),
            refresh_token: refresh.map(RefreshToken::new),
            new_device: None,
        }
    }

    #[test]
    fn the_hosted_pages_answer_for_the_sign_in_that_was_begun_and_no_other() {
        let nonce = Nonce::from_random(&[7; 16]);
        let hosted = |claim: Json| {
            Tokens::validate_hosted_ui(
                result(&[("nonce", claim)], None),
                &nonce,
                &expected(),
                CLOCK,
            )
            .map(|tokens| tokens.sign_in_method())
        };
        assert_eq!(
            hosted(nonce.expose_secret().into()),
            Ok(SignInMethod::HostedUi)
        );
        assert_eq!(
            hosted("another".into()),
            Err(TokenValidationError::NonceMismatch)
        );
        assert_eq!(hosted(Json::Null), Err(TokenValidationError::NonceMismatch));
    }

    #[test]
    fn an_id_token_made_for_another_access_token_is_refused() {
        let other = result(&[("at_hash", "77QmUPtjPfzWtF2AnpK9RQ".into())], None);
        assert_eq!(
            Tokens::validate_direct(other, &expected(), CLOCK),
            Err(TokenValidationError::AccessTokenHashMismatch)
        );
    }

    /// Both tokens with the same changes of their claims.
    fn both(change: &[(&str, Json)]) -> AuthenticationResult {
        AuthenticationResult {
            id_token: id_token(change),
            access_token: access_token(change),
            refresh_token: None,
            new_device: None,
        }
    }

    const HOUR: Duration = Duration::from_secs(3_600);

    /// The reading of a clock that is ahead by this number of hours, or behind if the number is negative.
    fn off(now: UnixTime, hours: i32) -> UnixTime {
        let length = HOUR * hours.unsigned_abs();
        if hours < 0 {
            now.minus(length)
        } else {
            now.plus(length)
        }
    }

    #[test]
    fn a_stale_renewal_is_refused_whether_the_time_is_known_or_not() {
        let stale = || both(&[("exp", 1_795_072_030.into()), ("iat", 1_795_071_730.into())]);
        for (device, server) in [(0, Some(NOW)), (0, None), (2, None), (-2, None)] {
            let clock = ClockReading {
                device: off(NOW, device),
                server,
            };
            // The device's clock was wrong by the same amount when the session began.
            let begun = ClockReading {
                server: Some(NOW),
                ..clock
            };
            let old = Tokens::validate_direct(both(&[]), &expected(), begun).expect("good tokens");
            let renewed = old.validate_refreshed(stale(), &expected(), clock);
            assert_eq!(
                renewed,
                Err(TokenValidationError::Expired),
                "{device} {server:?}"
            );
        }
    }

    /// The difference of the clocks when the old tokens came counts no more.
    #[test]
    fn a_renewal_is_accepted_after_the_clock_was_corrected() {
        for hours in [2, -2] {
            let begun = ClockReading {
                device: off(NOW, hours),
                server: Some(NOW),
            };
            let old = Tokens::validate_direct(both(&[]), &expected(), begun).expect("good tokens");
            let corrected = ClockReading {
                device: NOW,
                server: None,
            };
            let renewed = old.validate_refreshed(both(&[]), &expected(), corrected);
            let renewed = renewed.map(|tokens| tokens.expires_at);
            assert_eq!(renewed, Ok(NOW.plus(Duration::from_secs(3_589))), "{hours}");
        }
    }

    /// A cached answer without `Age` has an earlier date than now, never a later one (RFC 9111 §5.1).
    #[test]
    fn a_host_that_says_an_earlier_time_than_the_tokens_is_not_believed() {
        let granted = |change: &[(&str, Json)], device, host: Option<i32>| {
            let clock = ClockReading {
                device: off(NOW, device),
                server: host.map(|hours| off(NOW, hours)),
            };
            Tokens::validate_direct(both(change), &expected(), clock)
                .map(|tokens| tokens.expires_at)
        };
        let left = Duration::from_secs(3_589);
        // The device's clock is right and the server's answer is stale.
        for host in [-1, -3, -24 * 365] {
            assert_eq!(granted(&[], 0, Some(host)), Ok(NOW.plus(left)), "{host}");
        }
        // The device's clock is wrong and the server's answer is right.
        for device in [-2, 2] {
            let by_device = off(NOW, device).plus(left);
            assert_eq!(granted(&[], device, Some(0)), Ok(by_device), "{device}");
        }
        // If the server is right and the device's clock is slow, the server decides that a token has expired.
        let expired = [("iat", 1_795_061_289.into()), ("exp", 1_795_064_889.into())];
        assert_eq!(
            granted(&expired, -2, Some(0)),
            Err(TokenValidationError::Expired)
        );
        assert_eq!(
            granted(&expired, 0, Some(-24)),
            Err(TokenValidationError::Expired)
        );
        // Both clocks say that the tokens are not valid yet.
        let future = [("iat", 1_795_079_289.into()), ("exp", 1_795_082_889.into())];
        assert_eq!(
            granted(&future, 0, Some(0)),
            Err(TokenValidationError::NotYetValid)
        );
        assert_eq!(
            granted(&future, 0, Some(-3)),
            Err(TokenValidationError::NotYetValid)
        );
        // The server states no time, or a stale one, and the device's clock is wrong.
        assert_eq!(granted(&[], 2, None), Err(TokenValidationError::Expired));
        assert_eq!(
            granted(&[], -2, None),
            Err(TokenValidationError::NotYetValid)
        );
        assert_eq!(
            granted(&[], 2, Some(-3)),
            Err(TokenValidationError::Expired)
        );
    }

    #[test]
    fn life_is_never_counted_past_the_expiry() {
        let until = |issued: u64, expires: u64| {
            let change = [("iat", issued.into()), ("exp", expires.into())];
            Tokens::validate_direct(both(&change), &expected(), CLOCK)
                .map(|tokens| tokens.expires_at)
        };
        let at = |seconds| Ok(UnixTime::from_secs(seconds));
        // Issued an hour ago: ten minutes are left.
        assert_eq!(until(1_795_068_500, 1_795_072_700), at(1_795_072_700));
        // Just issued, by a clock that is half a minute ahead.
        assert_eq!(until(1_795_072_130, 1_795_072_430), at(1_795_072_400));
        // Ten seconds are left, then nine.
        assert_eq!(until(1_795_068_510, 1_795_072_110), at(1_795_072_110));
        assert_eq!(
            until(1_795_068_509, 1_795_072_109),
            Err(TokenValidationError::Expired)
        );
        // Just expired, by a clock that is half a minute behind.
        assert_eq!(
            until(1_795_068_470, 1_795_072_070),
            Err(TokenValidationError::Expired)
        );
    }

    #[test]
    fn both_tokens_are_of_one_issuer() {
        let updated = "https://issuer-cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI";
        let of_updated = [("iss", Json::from(updated))];
        let tokens =
            Tokens::validate_direct(both(&of_updated), &expected(), CLOCK).expect("good tokens");
        assert_eq!(tokens.issuer().as_str(), updated);
        let mixed = result(&of_updated, None);
        let refused = Tokens::validate_direct(mixed, &expected(), CLOCK);
        assert_eq!(refused, Err(TokenValidationError::IssuerMismatch));
    }

    /// As "Scopes, M2M, and resource servers" in Amazon's developer guide describes.
    #[test]
    fn scopes_without_profile_leave_the_name_out() {
        let leave_out = |scope: &str, method| {
            let result = AuthenticationResult {
                id_token: id_token(&[]),
                access_token: access_token(&[("scope", scope.into())]),
                refresh_token: None,
                new_device: None,
            };
            let tokens = Tokens::validate(result, method, &expected(), CLOCK);
            tokens.expect("good tokens").scopes_exclude_name()
        };
        for (scope, left_out) in [
            ("openid", false),
            ("openid email", true),
            ("openid phone aws.cognito.signin.user.admin", true),
            ("openid email profile", false),
        ] {
            assert_eq!(
                leave_out(scope, SignInMethod::HostedUi),
                left_out,
                "{scope}"
            );
            assert!(!leave_out(scope, SignInMethod::Direct), "{scope}");
        }
    }

    #[test]
    fn tokens_without_a_life_worth_the_name_are_refused() {
        let for_seconds = |lifetime: u64| {
            let issued = NOW.as_secs();
            let change = [("iat", issued.into()), ("exp", (issued + lifetime).into())];
            Tokens::validate_direct(both(&change), &expected(), CLOCK).map(drop)
        };
        assert_eq!(
            for_seconds(0),
            Err(TokenValidationError::InvalidClaim("exp"))
        );
        assert_eq!(
            for_seconds(9),
            Err(TokenValidationError::InvalidClaim("exp"))
        );
        assert_eq!(for_seconds(10), Ok(()));
    }

    #[test]
    fn what_an_access_token_opens_is_known_word_by_word() {
        let held = tokens(None, 1_795_075_689);
        assert!(held.has_scope("aws.cognito.signin.user.admin"));
        assert!(!held.has_scope("admin"));
    }

    #[test]
    fn the_device_that_tokens_were_granted_to_is_known_to_who_renews_them_after_a_reload_too() {
        let key = "us-east-1_0f1e2d3c-4b5a-4678-9abc-def012345678";
        let granted = |claim: Json| {
            let result = AuthenticationResult {
                id_token: id_token(&[]),
                access_token: access_token(&[("device_key", claim)]),
                refresh_token: Some(RefreshToken::new("r")),
                new_device: None,
            };
            Tokens::validate_direct(result, &expected(), CLOCK).expect("good tokens")
        };
        let on_device = granted(key.into());
        assert_eq!(on_device.device_key(), DeviceKey::parse(key).as_ref());
        let record = on_device.to_json(&expected());
        let reloaded = Tokens::from_json(&record, &expected(), NOW).expect("a record");
        assert_eq!(reloaded.device_key(), DeviceKey::parse(key).as_ref());
        assert_eq!(granted(Json::Null).device_key(), None);
    }

    #[test]
    fn a_renewal_for_another_person_is_refused() {
        let other = [("sub", Json::from("somebody-else"))];
        let renewal = AuthenticationResult {
            id_token: id_token(&other),
            access_token: access_token(&other),
            refresh_token: None,
            new_device: None,
        };
        let old = tokens(Some("old"), 1_795_075_689);
        assert_eq!(
            old.validate_refreshed(renewal, &expected(), CLOCK),
            Err(TokenValidationError::SubjectMismatch)
        );
    }

    #[test]
    fn renewal_is_due_before_expiry_however_short_the_life() {
        assert_eq!(
            tokens(Some("r"), 1_795_075_689).refresh_at(),
            UnixTime::from_secs(1_795_075_569)
        );
        assert_eq!(
            tokens(Some("r"), 1_795_072_149).refresh_at(),
            UnixTime::from_secs(1_795_072_134)
        );
        assert_eq!(
            tokens(None, 1_795_072_149).refresh_at(),
            UnixTime::from_secs(1_795_072_149)
        );
    }

    #[test]
    fn life_is_counted_on_this_device_however_wrong_its_clock() {
        let two_hours_ahead = ClockReading {
            device: off(NOW, 2),
            server: Some(NOW),
        };
        let begun = result(&[], Some("r"));
        let old =
            Tokens::validate_direct(begun, &expected(), two_hours_ahead).expect("good tokens");
        // The server does not state the time any more.
        let unknown = ClockReading {
            server: None,
            ..two_hours_ahead
        };
        let new = old
            .validate_refreshed(both(&[]), &expected(), unknown)
            .expect("good tokens");
        // Eleven seconds of the hour have passed.
        let expires_at = unknown.device.plus(Duration::from_secs(3_589));
        assert_eq!(new.refresh_at(), expires_at.minus(Duration::from_secs(120)));
        assert!(new.is_valid_at(unknown.device));
        // The user may have corrected the clock since the session began.
        assert!(
            old.validate_refreshed(both(&[]), &expected(), CLOCK)
                .is_ok()
        );
    }

    #[test]
    fn a_record_read_back_is_what_was_kept() {
        let updated = "https://issuer-cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI";
        let of_updated = both(&[("iss", updated.into())]);
        let of_updated =
            Tokens::validate_direct(of_updated, &expected(), CLOCK).expect("good tokens");
        for kept in [
            tokens(None, 1_795_075_689),
            tokens(Some("eyJjdHki"), 1_795_075_689),
            of_updated,
        ] {
            assert_eq!(
                Tokens::from_json(&kept.to_json(&expected()), &expected(), NOW),
                Ok(kept)
            );
        }
    }

    #[test]
    fn a_record_lengthens_no_life() {
        let kept = tokens(Some("r"), 1_795_075_689);
        let record = kept.to_json(&expected());
        let written = format!("\"expiresAt\":{}", kept.expires_at.as_secs());
        let read = |expires_at: u64, now| {
            let record = record.replace(&written, &format!("\"expiresAt\":{expires_at}"));
            let tokens = Tokens::from_json(&record, &expected(), now).expect("a record");
            tokens.expires_at.as_secs()
        };
        let in_time = kept.expires_at.as_secs();
        assert_eq!(read(in_time, NOW), in_time);
        assert_eq!(read(in_time - 60, NOW), in_time - 60);
        // This is in the year 3000.
        assert_eq!(read(32_503_680_000, NOW), NOW.plus(HOUR).as_secs());
        assert_eq!(read(u64::MAX, off(NOW, 5)), off(NOW, 6).as_secs());
    }

    /// Parses a record in which these parts are replaced.
    fn damaged(changes: &[(&str, &str)]) -> Result<Tokens, RecordError> {
        let mut record = tokens(Some("eyJjdHki"), 1_795_075_689).to_json(&expected());
        for (whole, other) in changes {
            assert!(record.contains(whole), "{whole} is not there");
            record = record.replace(whole, other);
        }
        Tokens::from_json(&record, &expected(), NOW)
    }

    #[test]
    fn a_refresh_token_alone_is_enough_to_ask_for_tokens() {
        let grant = RefreshGrant {
            refresh_token: RefreshToken::new("eyJjdHki"),
            method: SignInMethod::Direct,
            issuer: tokens(None, 1_795_075_689).issuer().clone(),
        };
        for changes in [
            &[("accessToken", "accesToken")][..],
            &[("idToken", "id")],
            &[("idToken", "id"), ("accessToken", "access")],
            &[("\"idToken\":\"eyJ", "\"idToken\":\"xyz")],
            &[("\"idToken\":\"eyJ", "\"idToken\":7,\"x\":\"eyJ")],
            &[("expiresAt", "expires")],
        ] {
            let read = damaged(changes);
            assert_eq!(
                read,
                Err(RecordError::Refreshable(grant.clone())),
                "{changes:?}"
            );
        }
        let recovered = |refresh: Option<&str>| {
            let result = result(&[], refresh);
            let tokens = Tokens::validate_recovered(&grant, result, &expected(), CLOCK);
            tokens.map(|tokens| {
                tokens
                    .refresh_token()
                    .map(|token| token.expose_secret().to_owned())
            })
        };
        assert_eq!(recovered(None), Ok(Some("eyJjdHki".to_owned())));
        assert_eq!(recovered(Some("new")), Ok(Some("new".to_owned())));
    }

    /// Both of Amazon's issuers are accepted, and a record names the one of its tokens.
    #[test]
    fn a_record_of_the_other_issuer_holds_a_refresh_token_alone() {
        let read = damaged(&[(
            "\"issuer\":\"https://cognito-idp.",
            "\"issuer\":\"https://issuer-cognito-idp.",
        )]);
        let is_renewable = matches!(read, Err(RecordError::Refreshable(_)));
        assert!(is_renewable, "{read:?}");
    }

    #[test]
    fn a_record_of_another_pool_client_version_or_shape_is_not_read() {
        let record = tokens(Some("eyJjdHki"), 1_795_075_689).to_json(&expected());
        let other_client = ExpectedClaims {
            client: ClientId::parse("another").expect("a client id"),
            ..expected()
        };
        assert_eq!(
            Tokens::from_json(&record, &other_client, NOW),
            Err(RecordError::Unusable)
        );
        for changes in [
            &[("\"version\":2", "\"version\":1")][..],
            &[("\"door\":\"direct\"", "\"door\":\"window\"")],
            &[("us-east-1_AbCdEfGhI", "us-east-1_Another")],
            &[("\"issuer\"", "\"isuer\"")],
            &[("accessToken", "access"), ("refreshToken", "refresh")],
            &[("accessToken", "access"), ("\"eyJjdHki\"", "7")],
            &[("accessToken", "access"), ("\"eyJjdHki\"", "\"\"")],
        ] {
            assert_eq!(damaged(changes), Err(RecordError::Unusable), "{changes:?}");
        }
        for cut in [&record[..record.len() - 1], ""] {
            let read = Tokens::from_json(cut, &expected(), NOW);
            assert_eq!(read, Err(RecordError::Unusable), "{cut}");
        }
    }
}
