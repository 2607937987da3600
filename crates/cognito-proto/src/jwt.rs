//! Tokens' claims and their checks. The time is handed in; signatures are the shell's to verify,
//! since browsers bring the means.
//!
//! OpenID Connect Core §3.1.3.7, RFC 8725 §3, and Amazon's "Verifying JSON web tokens".

use core::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::ids::{ClientId, Issuer};
use crate::json::Json;
use crate::secret::{AccessToken, IdToken};
use crate::time::UnixTime;

/// How far two clocks may be apart before a token is called expired or early.
pub const LEEWAY: Duration = Duration::from_secs(60);

/// What every token must say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// The pool's issuer, compared to the letter.
    pub issuer: Issuer,
    /// Our app client.
    pub client: ClientId,
}

/// Why a token is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimFault {
    /// Not three parts of base64url with JSON objects in front.
    NotAToken,
    /// Signed by something else than RS256, or with extensions that must be understood (RFC 7515 §4.1.11).
    Algorithm,
    /// A claim is missing or of the wrong type: this one.
    Claim(&'static str),
    /// Another issuer.
    Issuer,
    /// For another app client.
    Audience,
    /// An access token in an ID token's place, or the other way round.
    Use,
    /// Past its time.
    Expired,
    /// From the future: this device's clock is behind, or the token is forged.
    NotYetValid,
    /// ID token and access token speak of different people, or a renewal does.
    Subject,
}

/// What an ID token says of a person, checked.
///
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdClaims {
    /// `sub`: the person, for this issuer. Never an e-mail address.
    pub subject: String,
    /// `cognito:username`: the stored user name.
    pub username: String,
    /// `name`, where the pool has it and the client may read it.
    pub name: Option<String>,
    /// `email`, likewise.
    pub email: Option<String>,
    /// `iat`.
    pub issued_at: UnixTime,
    /// `exp`.
    pub expires_at: UnixTime,
}

impl IdClaims {
    /// Reads and checks an ID token; `fresh` says whether it must not have expired, which a stored one may.
    pub fn check(
        token: &IdToken,
        expected: &Expected,
        fresh: Option<UnixTime>,
    ) -> Result<Self, ClaimFault> {
        let claims = Claims::read(token.reveal())?;
        claims.common(expected, "id", fresh)?;
        // One audience and no other: Cognito's `aud` is a text.
        if claims.text("aud")? != expected.client.as_str() {
            return Err(ClaimFault::Audience);
        }
        // OpenID Connect Core §3.1.3.7, 5: where `azp` is there, it is us.
        if claims
            .optional_text("azp")?
            .is_some_and(|azp| azp != expected.client.as_str())
        {
            return Err(ClaimFault::Audience);
        }
        Ok(Self {
            subject: claims.text("sub")?.to_owned(),
            username: claims.text("cognito:username")?.to_owned(),
            name: claims.optional_text("name")?.map(str::to_owned),
            email: claims.optional_text("email")?.map(str::to_owned),
            issued_at: claims.moment("iat")?,
            expires_at: claims.moment("exp")?,
        })
    }
}

/// What an access token says, checked.
///
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessClaims {
    /// `sub`: must be the ID token's.
    pub subject: String,
    /// `iat`.
    pub issued_at: UnixTime,
    /// `exp`.
    pub expires_at: UnixTime,
}

impl AccessClaims {
    /// Reads and checks an access token; `fresh` as for [`IdClaims::check`].
    pub fn check(
        token: &AccessToken,
        expected: &Expected,
        fresh: Option<UnixTime>,
    ) -> Result<Self, ClaimFault> {
        let claims = Claims::read(token.reveal())?;
        claims.common(expected, "access", fresh)?;
        if claims.text("client_id")? != expected.client.as_str() {
            return Err(ClaimFault::Audience);
        }
        Ok(Self {
            subject: claims.text("sub")?.to_owned(),
            issued_at: claims.moment("iat")?,
            expires_at: claims.moment("exp")?,
        })
    }
}

/// The members of a token's payload.
struct Claims(Json);

impl Claims {
    fn read(token: &str) -> Result<Self, ClaimFault> {
        let mut parts = token.split('.');
        let (Some(header), Some(payload), Some(_signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(ClaimFault::NotAToken);
        };
        let header = object(header)?;
        // RFC 8725 §3.1: exactly the algorithm we expect; `kid` is the only other member we use.
        if header.get("alg").as_text() != Some("RS256") || *header.get("crit") != Json::Null {
            return Err(ClaimFault::Algorithm);
        }
        Ok(Self(object(payload)?))
    }

    /// The checks that both kinds share.
    fn common(
        &self,
        expected: &Expected,
        token_use: &str,
        fresh: Option<UnixTime>,
    ) -> Result<(), ClaimFault> {
        if self.text("iss")? != expected.issuer.as_str() {
            return Err(ClaimFault::Issuer);
        }
        if self.text("token_use")? != token_use {
            return Err(ClaimFault::Use);
        }
        let (issued_at, expires_at) = (self.moment("iat")?, self.moment("exp")?);
        let not_before = match self.0.get("nbf") {
            Json::Null => issued_at,
            _ => self.moment("nbf")?,
        };
        if let Some(now) = fresh {
            if expires_at.plus(LEEWAY) <= now {
                return Err(ClaimFault::Expired);
            }
            if issued_at.max(not_before) > now.plus(LEEWAY) {
                return Err(ClaimFault::NotYetValid);
            }
        }
        Ok(())
    }

    fn text(&self, name: &'static str) -> Result<&str, ClaimFault> {
        self.optional_text(name)?.ok_or(ClaimFault::Claim(name))
    }

    /// A claim of the wrong type is wrong, not missing.
    fn optional_text(&self, name: &'static str) -> Result<Option<&str>, ClaimFault> {
        match self.0.get(name) {
            Json::Null => Ok(None),
            Json::Text(text) => Ok(Some(text)),
            _ => Err(ClaimFault::Claim(name)),
        }
    }

    fn moment(&self, name: &'static str) -> Result<UnixTime, ClaimFault> {
        self.0
            .get(name)
            .as_whole()
            .map(UnixTime::from_secs)
            .ok_or(ClaimFault::Claim(name))
    }
}

/// A part of a token: base64url without padding around a JSON object.
fn object(part: &str) -> Result<Json, ClaimFault> {
    let bytes = URL_SAFE_NO_PAD
        .decode(part)
        .map_err(|_| ClaimFault::NotAToken)?;
    let text = core::str::from_utf8(&bytes).map_err(|_| ClaimFault::NotAToken)?;
    match Json::parse(text) {
        Ok(value @ Json::Object(_)) => Ok(value),
        _ => Err(ClaimFault::NotAToken),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) const NOW: UnixTime = UnixTime::from_secs(1_795_072_100);

    pub(crate) fn expected() -> Expected {
        let pool = crate::ids::UserPoolId::parse("us-east-1_AbCdEfGhI").expect("a pool id");
        let endpoint = crate::ids::HttpUrl::parse("https://cognito-idp.us-east-1.amazonaws.com")
            .expect("an address");
        Expected {
            issuer: Issuer::of(&endpoint, &pool),
            client: ClientId::parse("1example23456789012345678").expect("a client id"),
        }
    }

    /// The ID token of Amazon's form, with some members put otherwise (`null` takes one out).
    pub(crate) fn id_token(change: &[(&str, Json)]) -> IdToken {
        IdToken::new(token(
            r#"{"kid":"Kh8=","alg":"RS256"}"#,
            r#"{"sub":"6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11","email_verified":true,"iss":"https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI",
              "cognito:username":"6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11","origin_jti":"0c1d","aud":"1example23456789012345678","event_id":"64f5","token_use":"id",
              "auth_time":1795072089,"exp":1795075689,"iat":1795072089,"jti":"7c8e","email":"ann@example.com","name":"Ann"}"#,
            change,
        ))
    }

    /// The access token of Amazon's form, likewise.
    pub(crate) fn access_token(change: &[(&str, Json)]) -> AccessToken {
        AccessToken::new(token(
            r#"{"kid":"8vN=","alg":"RS256"}"#,
            r#"{"sub":"6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11","iss":"https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI","client_id":"1example23456789012345678",
              "origin_jti":"0c1d","event_id":"64f5","token_use":"access","scope":"aws.cognito.signin.user.admin","auth_time":1795072089,"exp":1795075689,"iat":1795072089,
              "jti":"a1b2","username":"6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11"}"#,
            change,
        ))
    }

    fn token(header: &str, payload: &str, change: &[(&str, Json)]) -> String {
        let Ok(Json::Object(mut members)) = Json::parse(payload) else {
            panic!("the test's own JSON");
        };
        for (name, value) in change {
            members.retain(|(key, _)| key != name);
            if *value != Json::Null {
                members.push(((*name).to_owned(), value.clone()));
            }
        }
        let payload = Json::Object(members).to_string();
        format!(
            "{}.{}.c2ln",
            URL_SAFE_NO_PAD.encode(header),
            URL_SAFE_NO_PAD.encode(payload)
        )
    }

    fn check_id(change: &[(&str, Json)]) -> Result<IdClaims, ClaimFault> {
        IdClaims::check(&id_token(change), &expected(), Some(NOW))
    }

    fn check_access(change: &[(&str, Json)]) -> Result<AccessClaims, ClaimFault> {
        AccessClaims::check(&access_token(change), &expected(), Some(NOW))
    }

    #[test]
    fn a_good_id_token_says_who_signed_in() {
        assert_eq!(
            check_id(&[]),
            Ok(IdClaims {
                subject: "6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11".to_owned(),
                username: "6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11".to_owned(),
                name: Some("Ann".to_owned()),
                email: Some("ann@example.com".to_owned()),
                issued_at: UnixTime::from_secs(1_795_072_089),
                expires_at: UnixTime::from_secs(1_795_075_689),
            })
        );
        assert_eq!(
            check_access(&[]),
            Ok(AccessClaims {
                subject: "6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11".to_owned(),
                issued_at: UnixTime::from_secs(1_795_072_089),
                expires_at: UnixTime::from_secs(1_795_075_689),
            })
        );
    }

    #[test]
    fn each_claim_is_checked() {
        let slash = Json::from("https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI/");
        for (change, fault) in [
            ([("iss", slash.clone())], ClaimFault::Issuer),
            ([("iss", Json::Null)], ClaimFault::Claim("iss")),
            ([("iss", Json::from(7))], ClaimFault::Claim("iss")),
            ([("aud", Json::from("another"))], ClaimFault::Audience),
            (
                [(
                    "aud",
                    Json::Array(vec![
                        Json::from("1example23456789012345678"),
                        Json::from("evil"),
                    ]),
                )],
                ClaimFault::Claim("aud"),
            ),
            ([("azp", Json::from("another"))], ClaimFault::Audience),
            ([("token_use", Json::from("access"))], ClaimFault::Use),
            ([("exp", Json::from(1_795_072_040))], ClaimFault::Expired),
            (
                [("exp", Json::from("1795075689"))],
                ClaimFault::Claim("exp"),
            ),
            ([("exp", Json::Null)], ClaimFault::Claim("exp")),
            (
                [("iat", Json::from(1_795_072_161))],
                ClaimFault::NotYetValid,
            ),
            (
                [("nbf", Json::from(1_795_072_161))],
                ClaimFault::NotYetValid,
            ),
            ([("nbf", Json::from(true))], ClaimFault::Claim("nbf")),
            ([("sub", Json::Null)], ClaimFault::Claim("sub")),
            (
                [("cognito:username", Json::Null)],
                ClaimFault::Claim("cognito:username"),
            ),
            ([("email", Json::from(true))], ClaimFault::Claim("email")),
        ] {
            assert_eq!(check_id(&change), Err(fault), "{change:?}");
        }
        for (change, fault) in [
            ([("iss", slash)], ClaimFault::Issuer),
            ([("client_id", Json::from("another"))], ClaimFault::Audience),
            ([("client_id", Json::Null)], ClaimFault::Claim("client_id")),
            ([("token_use", Json::from("id"))], ClaimFault::Use),
            ([("exp", Json::from(1_795_072_040))], ClaimFault::Expired),
            (
                [("iat", Json::from(1_795_072_161))],
                ClaimFault::NotYetValid,
            ),
            ([("sub", Json::Null)], ClaimFault::Claim("sub")),
        ] {
            assert_eq!(check_access(&change), Err(fault), "{change:?}");
        }
    }

    #[test]
    fn a_minute_of_difference_between_clocks_is_borne() {
        assert!(check_id(&[("exp", Json::from(1_795_072_041))]).is_ok());
        assert!(check_id(&[("iat", Json::from(1_795_072_160))]).is_ok());
    }

    #[test]
    fn a_stored_token_may_have_expired() {
        let late = id_token(&[("exp", Json::from(1))]);
        assert!(IdClaims::check(&late, &expected(), None).is_ok());
    }

    #[test]
    fn only_rs256_and_nothing_that_must_be_understood() {
        let payload = r#"{"sub":"a"}"#;
        for header in [
            r#"{"kid":"Kh8=","alg":"none"}"#,
            r#"{"kid":"Kh8=","alg":"HS256"}"#,
            r#"{"kid":"Kh8=","alg":"rs256"}"#,
            r#"{"kid":"Kh8="}"#,
            r#"{"alg":"RS256","crit":["exp"]}"#,
        ] {
            let token = IdToken::new(token(header, payload, &[]));
            assert_eq!(
                IdClaims::check(&token, &expected(), Some(NOW)),
                Err(ClaimFault::Algorithm),
                "{header}"
            );
        }
    }

    #[test]
    fn what_is_no_token_is_refused() {
        let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256"}"#);
        for text in [
            String::new(),
            "..".to_owned(),
            "a.b.c".to_owned(),
            format!("{header}.e30"),
            format!("{header}.e30.x.y"),
            format!("{header}.W10.x"),
            format!("{header}.e30=.x"),
            format!("{header}.gICA.x"),
        ] {
            assert_eq!(
                IdClaims::check(&IdToken::new(text.clone()), &expected(), Some(NOW)),
                Err(ClaimFault::NotAToken),
                "{text}"
            );
        }
    }
}
