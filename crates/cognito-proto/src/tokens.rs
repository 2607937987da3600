//! What a sign-in is granted: checked tokens, and the one record in which they are kept.

use core::time::Duration;

use crate::action::AuthenticationResult;
use crate::ids::DeviceKey;
use crate::json::Json;
use crate::jwt::{AccessClaims, Expected, IdClaims, TokenFault};
use crate::oauth::Nonce;
use crate::secret::{AccessToken, IdToken, RefreshToken};
use crate::time::{Clock, UnixTime};

/// The version of the stored record; another version is not read.
const RECORD_VERSION: u64 = 2;

/// Tokens that live shorter serve nobody, and would be renewed without a pause. Cognito's live five minutes at least.
const SHORTEST_LIFE: Duration = Duration::from_secs(10);

/// By which door a session came in; it is renewed and left by the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// Our own pages, and the user-pool API.
    Direct,
    /// The pool's hosted pages, and the OAuth endpoints of its domain.
    Hosted,
}

impl Door {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Hosted => "hosted",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Direct, Self::Hosted]
            .into_iter()
            .find(|door| door.as_str() == text)
    }
}

/// Tokens that passed every check, and what they say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tokens {
    id: IdToken,
    access: AccessToken,
    refresh: Option<RefreshToken>,
    door: Door,
    claims: IdClaims,
    /// What the access token opens, separated by spaces.
    scope: String,
    /// The remembered device that they were granted to.
    device_key: Option<DeviceKey>,
    /// When the first of the two expires, by this device's clock.
    expires_at: UnixTime,
    /// How long the shorter of the two lives.
    lifetime: Duration,
}

impl Tokens {
    /// Checks what our own sign-in answered. Nothing of it is to be kept unless this succeeds.
    pub fn direct(
        result: AuthenticationResult,
        expected: &Expected,
        clock: Clock,
    ) -> Result<Self, TokenFault> {
        Self::granted(result, Door::Direct, expected, clock)
    }

    /// Checks what a sign-in through the hosted pages answered: the `nonce` must be the one that was
    /// sent there (OpenID Connect Core §3.1.3.7, 11).
    pub fn hosted(
        result: AuthenticationResult,
        nonce: &Nonce,
        expected: &Expected,
        clock: Clock,
    ) -> Result<Self, TokenFault> {
        let tokens = Self::granted(result, Door::Hosted, expected, clock)?;
        if tokens.claims.nonce.as_deref() == Some(nonce.reveal()) {
            Ok(tokens)
        } else {
            Err(TokenFault::Nonce)
        }
    }

    fn granted(
        result: AuthenticationResult,
        door: Door,
        expected: &Expected,
        clock: Clock,
    ) -> Result<Self, TokenFault> {
        Self::checked(result, door, expected, Some(clock.best()))
            .map(|tokens| tokens.received(clock.device))
    }

    /// Checks what a renewal answered. A missing new refresh token keeps the old one (RFC 6749 §6);
    /// the person must be the same (OpenID Connect Core §12.2). The device's own clock has no say: the
    /// session is there already, and a clock that is wrong must not end it.
    pub fn renewed(
        &self,
        result: AuthenticationResult,
        expected: &Expected,
        clock: Clock,
    ) -> Result<Self, TokenFault> {
        let result = AuthenticationResult {
            refresh_token: result.refresh_token.or_else(|| self.refresh.clone()),
            ..result
        };
        let new = Self::checked(result, self.door, expected, clock.real)?.received(clock.device);
        if new.claims.subject == self.claims.subject {
            Ok(new)
        } else {
            Err(TokenFault::Subject)
        }
    }

    fn checked(
        result: AuthenticationResult,
        door: Door,
        expected: &Expected,
        fresh: Option<UnixTime>,
    ) -> Result<Self, TokenFault> {
        let AuthenticationResult {
            id_token: id,
            access_token: access,
            refresh_token: refresh,
            // The sign-in saw to it; it is no part of a session.
            new_device: _,
        } = result;
        let claims = IdClaims::check(&id, expected, fresh)?;
        let of_access = AccessClaims::check(&access, expected, fresh)?;
        if claims.subject != of_access.subject {
            return Err(TokenFault::Subject);
        }
        if !claims.is_for(&access) {
            return Err(TokenFault::AccessTokenHash);
        }
        let expires_at = claims.expires_at.min(of_access.expires_at);
        let lifetime = claims.issued_at.min(of_access.issued_at).until(expires_at);
        if lifetime < SHORTEST_LIFE {
            return Err(TokenFault::Claim("exp"));
        }
        Ok(Self {
            id,
            access,
            refresh,
            door,
            claims,
            scope: of_access.scope,
            device_key: of_access.device_key,
            expires_at,
            lifetime,
        })
    }

    /// Counts the tokens' life from now on this device's clock, which may be wrong by hours: what
    /// it says later is then compared with what it says today, and a renewal never comes due at once.
    fn received(self, now: UnixTime) -> Self {
        Self {
            expires_at: now.plus(self.lifetime),
            ..self
        }
    }

    /// The ID token.
    pub fn id(&self) -> &IdToken {
        &self.id
    }

    /// The access token.
    pub fn access(&self) -> &AccessToken {
        &self.access
    }

    /// The refresh token, if the sign-in gave one.
    pub fn refresh(&self) -> Option<&RefreshToken> {
        self.refresh.as_ref()
    }

    /// By which door they came.
    pub fn door(&self) -> Door {
        self.door
    }

    /// Whether the access token has this scope.
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scope.split(' ').any(|held| held == scope)
    }

    /// The remembered device that the sign-in was bound to. A renewal must name it.
    pub fn device_key(&self) -> Option<&DeviceKey> {
        self.device_key.as_ref()
    }

    /// What the ID token says of the person.
    pub fn claims(&self) -> &IdClaims {
        &self.claims
    }

    /// When these should be renewed: before they expire, by a quarter of a short life or two minutes
    /// of a long one. That leaves time for a slow network and a retry. What cannot be renewed serves to its end.
    pub fn renew_at(&self) -> UnixTime {
        if self.refresh.is_none() {
            return self.expires_at;
        }
        self.expires_at
            .minus((self.lifetime / 4).min(Duration::from_secs(120)))
    }

    /// Whether a request sent now would still be believed.
    pub fn are_usable(&self, now: UnixTime) -> bool {
        now < self.expires_at
    }

    /// The record to keep, as JSON: one text, so that one write changes all of it.
    pub fn to_record(&self, expected: &Expected) -> String {
        Json::object([
            ("version", RECORD_VERSION.into()),
            ("door", self.door.as_str().into()),
            ("expiresAt", self.expires_at.as_secs().into()),
            ("issuer", expected.issuer.as_str().into()),
            ("clientId", expected.client.as_str().into()),
            ("idToken", self.id.reveal().into()),
            ("accessToken", self.access.reveal().into()),
            (
                "refreshToken",
                self.refresh
                    .as_ref()
                    .map_or(Json::Null, |token| token.reveal().into()),
            ),
        ])
        .to_string()
    }

    /// Reads a record back and checks it again: shape, issuer, client, claims. Tokens may have
    /// expired, since they can be renewed. `None` means that the record serves nobody and should go.
    pub fn from_record(text: &str, expected: &Expected) -> Option<Self> {
        let record = Json::parse(text).ok()?;
        let member = |name| record.get(name).as_text();
        let ours = record.get("version").as_whole() == Some(RECORD_VERSION)
            && member("issuer") == Some(expected.issuer.as_str())
            && member("clientId") == Some(expected.client.as_str());
        if !ours {
            return None;
        }
        let kept = AuthenticationResult {
            id_token: IdToken::new(member("idToken")?),
            access_token: AccessToken::new(member("accessToken")?),
            refresh_token: member("refreshToken").map(RefreshToken::new),
            new_device: None,
        };
        let door = Door::parse(member("door")?)?;
        let expires_at = UnixTime::from_secs(record.get("expiresAt").as_whole()?);
        let tokens = Self::checked(kept, door, expected, None).ok()?;
        Some(Self {
            expires_at,
            ..tokens
        })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::ids::ClientId;
    use crate::jwt::tests::{NOW, access_token, expected, id_token};

    /// A clock that is right, and known to be.
    const CLOCK: Clock = Clock {
        device: NOW,
        real: Some(NOW),
    };

    /// Tokens that live from 1795072089 to `expires_at`, renewable by `refresh`.
    pub(crate) fn tokens(refresh: Option<&str>, expires_at: u64) -> Tokens {
        let result = AuthenticationResult {
            id_token: id_token(&[("exp", expires_at.into())]),
            access_token: access_token(&[("exp", expires_at.into())]),
            refresh_token: refresh.map(RefreshToken::new),
            new_device: None,
        };
        Tokens::direct(result, &expected(), CLOCK).expect("good tokens")
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
            Tokens::direct(result, &expected(), CLOCK),
            Err(TokenFault::Subject)
        );
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
        let held = |new: Tokens| new.refresh().expect("a refresh token").reveal().to_owned();
        assert_eq!(
            old.renewed(renewal(None), &expected(), CLOCK).map(held),
            Ok("old".to_owned())
        );
        assert_eq!(
            old.renewed(renewal(Some("new")), &expected(), CLOCK)
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
            Tokens::hosted(
                result(&[("nonce", claim)], None),
                &nonce,
                &expected(),
                CLOCK,
            )
            .map(|tokens| tokens.door())
        };
        assert_eq!(hosted(nonce.reveal().into()), Ok(Door::Hosted));
        assert_eq!(hosted("another".into()), Err(TokenFault::Nonce));
        assert_eq!(hosted(Json::Null), Err(TokenFault::Nonce));
    }

    #[test]
    fn an_id_token_made_for_another_access_token_is_refused() {
        let other = result(&[("at_hash", "77QmUPtjPfzWtF2AnpK9RQ".into())], None);
        assert_eq!(
            Tokens::direct(other, &expected(), CLOCK),
            Err(TokenFault::AccessTokenHash)
        );
    }

    #[test]
    fn a_stale_renewal_is_refused_where_the_time_is_known_and_borne_where_it_is_not() {
        let old = tokens(Some("old"), 1_795_075_689);
        let stale = || {
            result(
                &[("exp", 1_795_072_030.into()), ("iat", 1_795_072_000.into())],
                None,
            )
        };
        assert_eq!(
            old.renewed(stale(), &expected(), CLOCK),
            Err(TokenFault::Expired)
        );
        let unknown = Clock {
            real: None,
            ..CLOCK
        };
        assert!(old.renewed(stale(), &expected(), unknown).is_ok());
    }

    #[test]
    fn tokens_without_a_life_worth_the_name_are_refused() {
        let until = |exp: u64| {
            let change = [("exp", Json::from(exp))];
            Tokens::direct(result(&change, None), &expected(), CLOCK).map(drop)
        };
        assert_eq!(until(1_795_072_089), Err(TokenFault::Claim("exp")));
        assert_eq!(until(1_795_072_098), Err(TokenFault::Claim("exp")));
        assert_eq!(until(1_795_072_099), Ok(()));
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
            Tokens::direct(result, &expected(), CLOCK).expect("good tokens")
        };
        let on_device = granted(key.into());
        assert_eq!(on_device.device_key(), DeviceKey::parse(key).as_ref());
        let record = on_device.to_record(&expected());
        let reloaded = Tokens::from_record(&record, &expected()).expect("a record");
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
            old.renewed(renewal, &expected(), CLOCK),
            Err(TokenFault::Subject)
        );
    }

    #[test]
    fn renewal_is_due_before_expiry_however_short_the_life() {
        assert_eq!(
            tokens(Some("r"), 1_795_075_689).renew_at(),
            UnixTime::from_secs(1_795_075_580)
        );
        assert_eq!(
            tokens(Some("r"), 1_795_072_149).renew_at(),
            UnixTime::from_secs(1_795_072_145)
        );
        assert_eq!(
            tokens(None, 1_795_072_149).renew_at(),
            UnixTime::from_secs(1_795_072_160)
        );
    }

    #[test]
    fn life_is_counted_on_this_device_however_wrong_its_clock() {
        let two_hours_ahead = NOW.plus(Duration::from_secs(7_200));
        let renewal = AuthenticationResult {
            id_token: id_token(&[]),
            access_token: access_token(&[]),
            refresh_token: None,
            new_device: None,
        };
        let old = tokens(Some("old"), 1_795_075_689);
        let new = old
            .renewed(
                renewal,
                &expected(),
                Clock {
                    device: two_hours_ahead,
                    real: None,
                },
            )
            .expect("good tokens");
        assert_eq!(
            new.renew_at(),
            two_hours_ahead.plus(Duration::from_secs(3_600 - 120))
        );
        assert!(new.are_usable(two_hours_ahead));
    }

    #[test]
    fn a_record_read_back_is_what_was_kept() {
        for refresh in [None, Some("eyJjdHki")] {
            let kept = tokens(refresh, 1_795_075_689);
            assert_eq!(
                Tokens::from_record(&kept.to_record(&expected()), &expected()),
                Some(kept)
            );
        }
    }

    #[test]
    fn a_record_of_another_pool_client_version_or_shape_is_not_read() {
        let record = tokens(Some("eyJjdHki"), 1_795_075_689).to_record(&expected());
        let other_client = Expected {
            client: ClientId::parse("another").expect("a client id"),
            ..expected()
        };
        assert_eq!(Tokens::from_record(&record, &other_client), None);
        for damaged in [
            record.replace("\"version\":2", "\"version\":1"),
            record.replace("\"door\":\"direct\"", "\"door\":\"window\""),
            record.replace("us-east-1_AbCdEfGhI", "us-east-1_Another"),
            record.replace("accessToken", "accesToken"),
            record.replace("expiresAt", "expires"),
            record.replace("eyJ", "xyz"),
            record[..record.len() - 1].to_owned(),
            String::new(),
        ] {
            assert_eq!(
                Tokens::from_record(&damaged, &expected()),
                None,
                "{damaged}"
            );
        }
    }
}
