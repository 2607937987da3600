//! What a sign-in is granted: checked tokens, and the one record in which they are kept.

use core::time::Duration;

use crate::action::AuthenticationResult;
use crate::json::Json;
use crate::jwt::{AccessClaims, ClaimFault, Expected, IdClaims};
use crate::secret::{AccessToken, IdToken, RefreshToken};
use crate::time::UnixTime;

/// The version of the stored record; another version is not read.
const RECORD_VERSION: u64 = 1;

/// Tokens that passed every check, and what they say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tokens {
    id: IdToken,
    access: AccessToken,
    refresh: Option<RefreshToken>,
    claims: IdClaims,
    /// When the first of the two expires, by this device's clock.
    expires_at: UnixTime,
    /// How long the shorter of the two lives.
    lifetime: Duration,
}

impl Tokens {
    /// Checks what a sign-in answered. Nothing of it is to be kept unless this succeeds.
    pub fn grant(
        result: AuthenticationResult,
        expected: &Expected,
        now: UnixTime,
    ) -> Result<Self, ClaimFault> {
        let AuthenticationResult {
            id_token,
            access_token,
            refresh_token,
        } = result;
        Self::checked(id_token, access_token, refresh_token, expected, Some(now))
            .map(|tokens| tokens.received(now))
    }

    /// Checks what a renewal answered. A missing new refresh token keeps the old one (RFC 6749 §6);
    /// the person must be the same (OpenID Connect Core §12.2). The device's clock has no say: the
    /// session is there already, and a clock that is wrong must not end it.
    pub fn renewed(
        &self,
        result: AuthenticationResult,
        expected: &Expected,
        now: UnixTime,
    ) -> Result<Self, ClaimFault> {
        let AuthenticationResult {
            id_token,
            access_token,
            refresh_token,
        } = result;
        let refresh = refresh_token.or_else(|| self.refresh.clone());
        let new = Self::checked(id_token, access_token, refresh, expected, None)?.received(now);
        if new.claims.subject == self.claims.subject {
            Ok(new)
        } else {
            Err(ClaimFault::Subject)
        }
    }

    fn checked(
        id: IdToken,
        access: AccessToken,
        refresh: Option<RefreshToken>,
        expected: &Expected,
        fresh: Option<UnixTime>,
    ) -> Result<Self, ClaimFault> {
        let claims = IdClaims::check(&id, expected, fresh)?;
        let of_access = AccessClaims::check(&access, expected, fresh)?;
        if claims.subject != of_access.subject {
            return Err(ClaimFault::Subject);
        }
        let expires_at = claims.expires_at.min(of_access.expires_at);
        let lifetime = claims.issued_at.min(of_access.issued_at).until(expires_at);
        Ok(Self {
            id,
            access,
            refresh,
            claims,
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

    /// What the ID token says of the person.
    pub fn claims(&self) -> &IdClaims {
        &self.claims
    }

    /// When these should be renewed: before they expire, by a quarter of a short life or two minutes
    /// of a long one. That leaves time for a slow network and a retry.
    pub fn renew_at(&self) -> UnixTime {
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
        let id = IdToken::new(member("idToken")?);
        let access = AccessToken::new(member("accessToken")?);
        let refresh = member("refreshToken").map(RefreshToken::new);
        let expires_at = UnixTime::from_secs(record.get("expiresAt").as_whole()?);
        let tokens = Self::checked(id, access, refresh, expected, None).ok()?;
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

    /// Tokens that live from 1795072089 to `expires_at`, renewable by `refresh`.
    pub(crate) fn tokens(refresh: Option<&str>, expires_at: u64) -> Tokens {
        let result = AuthenticationResult {
            id_token: id_token(&[("exp", expires_at.into())]),
            access_token: access_token(&[("exp", expires_at.into())]),
            refresh_token: refresh.map(RefreshToken::new),
        };
        Tokens::grant(result, &expected(), NOW).expect("good tokens")
    }

    #[test]
    fn tokens_of_two_people_are_not_granted() {
        let result = AuthenticationResult {
            id_token: id_token(&[]),
            access_token: access_token(&[("sub", "somebody-else".into())]),
            refresh_token: None,
        };
        assert_eq!(
            Tokens::grant(result, &expected(), NOW),
            Err(ClaimFault::Subject)
        );
    }

    #[test]
    fn a_missing_new_refresh_token_keeps_the_old() {
        let old = tokens(Some("old"), 1_795_075_689);
        let renewal = |refresh: Option<&str>| AuthenticationResult {
            id_token: id_token(&[]),
            access_token: access_token(&[]),
            refresh_token: refresh.map(RefreshToken::new),
        };
        let held = |new: Tokens| new.refresh().expect("a refresh token").reveal().to_owned();
        assert_eq!(
            old.renewed(renewal(None), &expected(), NOW).map(held),
            Ok("old".to_owned())
        );
        assert_eq!(
            old.renewed(renewal(Some("new")), &expected(), NOW)
                .map(held),
            Ok("new".to_owned())
        );
    }

    #[test]
    fn a_renewal_for_another_person_is_refused() {
        let other = [("sub", Json::from("somebody-else"))];
        let renewal = AuthenticationResult {
            id_token: id_token(&other),
            access_token: access_token(&other),
            refresh_token: None,
        };
        let old = tokens(Some("old"), 1_795_075_689);
        assert_eq!(
            old.renewed(renewal, &expected(), NOW),
            Err(ClaimFault::Subject)
        );
    }

    #[test]
    fn renewal_is_due_before_expiry_however_short_the_life() {
        assert_eq!(
            tokens(None, 1_795_075_689).renew_at(),
            UnixTime::from_secs(1_795_075_580)
        );
        assert_eq!(
            tokens(None, 1_795_072_149).renew_at(),
            UnixTime::from_secs(1_795_072_145)
        );
    }

    #[test]
    fn life_is_counted_on_this_device_however_wrong_its_clock() {
        let two_hours_ahead = NOW.plus(Duration::from_secs(7_200));
        let renewal = AuthenticationResult {
            id_token: id_token(&[]),
            access_token: access_token(&[]),
            refresh_token: None,
        };
        let old = tokens(Some("old"), 1_795_075_689);
        let new = old
            .renewed(renewal, &expected(), two_hours_ahead)
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
            record.replace("\"version\":1", "\"version\":2"),
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
