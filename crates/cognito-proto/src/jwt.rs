//! Tokens' claims and their checks. The time is handed in; whether a signature fits its key is the
//! shell's to find out, since browsers bring the means: [`Signed`] has all it needs.
//!
//! OpenID Connect Core §3.1.3.7, RFC 8725 §3, and Amazon's "Verifying JSON web tokens".

use core::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use sha2::{Digest, Sha256};

use crate::ids::{ClientId, DeviceKey, Issuer};
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
pub enum TokenFault {
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
    /// Made for another sign-in than the one that was begun here.
    Nonce,
    /// The ID token was not made for this access token.
    AccessTokenHash,
    /// The issuer publishes no key by the name that the token gives.
    UnknownKey,
    /// The signature is not that key's.
    Signature,
}

/// A token as its issuer signed it (RFC 7515 §5.2): what was signed, by which key, and the signature.
#[derive(Debug, PartialEq, Eq)]
pub struct Signed<'a> {
    /// The key's name, to be found among the issuer's keys and nowhere else.
    pub key_id: String,
    /// What the signature covers.
    pub input: &'a str,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    pub signature: Vec<u8>,
}

impl<'a> Signed<'a> {
    /// Takes a token apart. Keys and addresses inside it are not looked at (RFC 8725 §3.1).
    pub fn read(token: &'a str) -> Result<Self, TokenFault> {
        let (input, signature) = token.rsplit_once('.').ok_or(TokenFault::NotAToken)?;
        let (header, _) = input.split_once('.').ok_or(TokenFault::NotAToken)?;
        let header = header_of(header)?;
        Ok(Self {
            key_id: header
                .get("kid")
                .as_text()
                .ok_or(TokenFault::UnknownKey)?
                .to_owned(),
            input,
            signature: URL_SAFE_NO_PAD
                .decode(signature)
                .map_err(|_| TokenFault::NotAToken)?,
        })
    }
}

/// What an ID token says, member by member, to be shown to the person it speaks of.
pub fn members(token: &IdToken) -> Vec<(String, String)> {
    let Ok(Claims(Json::Object(members))) = Claims::read(token.reveal()) else {
        return Vec::new();
    };
    let shown = |value: Json| match value {
        Json::Text(text) => text,
        other => other.to_string(),
    };
    members
        .into_iter()
        .map(|(name, value)| (name, shown(value)))
        .collect()
}

/// The identity provider by which somebody signs in who has no user of their own in the pool: `identities` names it as
/// `primary`. Such a person has no password here. Who has a user here, and a provider linked to it, is not meant.
///
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-identity-federation-consolidate-users.html>
pub fn identity_provider(token: &IdToken) -> Option<String> {
    let claims = Claims::read(token.reveal()).ok()?;
    let identities = claims.0.get("identities").items();
    let primary = identities
        .iter()
        .find(|identity| identity.get("primary").as_text() == Some("true"))?;
    Some(primary.get("providerName").as_text()?.to_owned())
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
    /// `nonce`: names the sign-in it was made for, where that went through the hosted pages.
    pub nonce: Option<String>,
    /// `at_hash`: binds the ID token to its access token, where the service gives it.
    pub access_token_hash: Option<String>,
}

impl IdClaims {
    /// Reads and checks an ID token; `fresh` says whether it must not have expired, which a stored one may.
    pub fn check(
        token: &IdToken,
        expected: &Expected,
        fresh: Option<UnixTime>,
    ) -> Result<Self, TokenFault> {
        let claims = Claims::read(token.reveal())?;
        claims.common(expected, "id", fresh)?;
        // One audience and no other: Cognito's `aud` is a text.
        if claims.text("aud")? != expected.client.as_str() {
            return Err(TokenFault::Audience);
        }
        // OpenID Connect Core §3.1.3.7, 5: where `azp` is there, it is us.
        if claims
            .optional_text("azp")?
            .is_some_and(|azp| azp != expected.client.as_str())
        {
            return Err(TokenFault::Audience);
        }
        Ok(Self {
            subject: claims.text("sub")?.to_owned(),
            username: claims.text("cognito:username")?.to_owned(),
            name: claims.optional_text("name")?.map(str::to_owned),
            email: claims.optional_text("email")?.map(str::to_owned),
            issued_at: claims.moment("iat")?,
            expires_at: claims.moment("exp")?,
            nonce: claims.optional_text("nonce")?.map(str::to_owned),
            access_token_hash: claims.optional_text("at_hash")?.map(str::to_owned),
        })
    }

    /// Whether the ID token may stand beside this access token: where it says for which one it was made,
    /// it is this one (OpenID Connect Core §3.1.3.8).
    pub fn is_for(&self, access: &AccessToken) -> bool {
        self.access_token_hash.as_ref().is_none_or(|hash| {
            let digest = Sha256::digest(access.reveal());
            *hash == URL_SAFE_NO_PAD.encode(&digest[..digest.len() / 2])
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
    /// `scope`: what it opens, separated by spaces.
    pub scope: String,
    /// `device_key`: the remembered device that it was granted to, without which it is not renewed.
    pub device_key: Option<DeviceKey>,
}

impl AccessClaims {
    /// Reads and checks an access token; `fresh` as for [`IdClaims::check`].
    pub fn check(
        token: &AccessToken,
        expected: &Expected,
        fresh: Option<UnixTime>,
    ) -> Result<Self, TokenFault> {
        let claims = Claims::read(token.reveal())?;
        claims.common(expected, "access", fresh)?;
        if claims.text("client_id")? != expected.client.as_str() {
            return Err(TokenFault::Audience);
        }
        Ok(Self {
            subject: claims.text("sub")?.to_owned(),
            issued_at: claims.moment("iat")?,
            expires_at: claims.moment("exp")?,
            scope: claims
                .optional_text("scope")?
                .unwrap_or_default()
                .to_owned(),
            device_key: claims
                .optional_text("device_key")?
                .and_then(DeviceKey::parse),
        })
    }
}

/// The members of a token's payload.
struct Claims(Json);

impl Claims {
    fn read(token: &str) -> Result<Self, TokenFault> {
        let mut parts = token.split('.');
        let (Some(header), Some(payload), Some(_signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(TokenFault::NotAToken);
        };
        header_of(header)?;
        Ok(Self(object(payload)?))
    }

    /// The checks that both kinds share.
    fn common(
        &self,
        expected: &Expected,
        token_use: &str,
        fresh: Option<UnixTime>,
    ) -> Result<(), TokenFault> {
        if self.text("iss")? != expected.issuer.as_str() {
            return Err(TokenFault::Issuer);
        }
        if self.text("token_use")? != token_use {
            return Err(TokenFault::Use);
        }
        let (issued_at, expires_at) = (self.moment("iat")?, self.moment("exp")?);
        let not_before = match self.0.get("nbf") {
            Json::Null => issued_at,
            _ => self.moment("nbf")?,
        };
        if let Some(now) = fresh {
            if expires_at.plus(LEEWAY) <= now {
                return Err(TokenFault::Expired);
            }
            if issued_at.max(not_before) > now.plus(LEEWAY) {
                return Err(TokenFault::NotYetValid);
            }
        }
        Ok(())
    }

    /// A claim that must say something: an empty `sub` is nobody.
    fn text(&self, name: &'static str) -> Result<&str, TokenFault> {
        let text = self.optional_text(name)?;
        text.filter(|text| !text.is_empty())
            .ok_or(TokenFault::Claim(name))
    }

    /// A claim of the wrong type is wrong, not missing.
    fn optional_text(&self, name: &'static str) -> Result<Option<&str>, TokenFault> {
        match self.0.get(name) {
            Json::Null => Ok(None),
            Json::Text(text) => Ok(Some(text)),
            _ => Err(TokenFault::Claim(name)),
        }
    }

    fn moment(&self, name: &'static str) -> Result<UnixTime, TokenFault> {
        self.0
            .get(name)
            .as_whole()
            .map(UnixTime::from_secs)
            .ok_or(TokenFault::Claim(name))
    }
}

/// A token's header. RFC 8725 §3.1: exactly the algorithm we expect; `kid` is the only other member we use.
fn header_of(part: &str) -> Result<Json, TokenFault> {
    let header = object(part)?;
    if header.get("alg").as_text() != Some("RS256") || *header.get("crit") != Json::Null {
        return Err(TokenFault::Algorithm);
    }
    Ok(header)
}

/// A part of a token: base64url without padding around a JSON object.
fn object(part: &str) -> Result<Json, TokenFault> {
    let bytes = URL_SAFE_NO_PAD
        .decode(part)
        .map_err(|_| TokenFault::NotAToken)?;
    let text = core::str::from_utf8(&bytes).map_err(|_| TokenFault::NotAToken)?;
    match Json::parse(text) {
        Ok(value @ Json::Object(_)) => Ok(value),
        _ => Err(TokenFault::NotAToken),
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

    /// As a token of Amazon's has it, texts and all.
    fn identities(primary: &str) -> Json {
        let text = r#"[{"userId":"1029384756","providerName":"Google","providerType":"Google","issuer":null,"primary":"PRIMARY","dateCreated":"1700000000000"}]"#;
        Json::parse(&text.replace("PRIMARY", primary)).expect("JSON")
    }

    #[test]
    fn who_comes_by_an_identity_provider_is_told_from_who_has_linked_one() {
        let provider = |change: &[(&str, Json)]| identity_provider(&id_token(change));
        assert_eq!(provider(&[]), None);
        let by_google = provider(&[("identities", identities("true"))]);
        assert_eq!(by_google.as_deref(), Some("Google"));
        assert_eq!(provider(&[("identities", identities("false"))]), None);
        assert_eq!(provider(&[("identities", "Google".into())]), None);
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

    fn check_id(change: &[(&str, Json)]) -> Result<IdClaims, TokenFault> {
        IdClaims::check(&id_token(change), &expected(), Some(NOW))
    }

    fn check_access(change: &[(&str, Json)]) -> Result<AccessClaims, TokenFault> {
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
                nonce: None,
                access_token_hash: None,
            })
        );
        assert_eq!(
            check_access(&[]),
            Ok(AccessClaims {
                subject: "6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11".to_owned(),
                issued_at: UnixTime::from_secs(1_795_072_089),
                expires_at: UnixTime::from_secs(1_795_075_689),
                scope: "aws.cognito.signin.user.admin".to_owned(),
                device_key: None,
            })
        );
    }

    #[test]
    fn each_claim_is_checked() {
        let slash = Json::from("https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI/");
        for (change, fault) in [
            ([("iss", slash.clone())], TokenFault::Issuer),
            ([("iss", Json::Null)], TokenFault::Claim("iss")),
            ([("iss", Json::from(7))], TokenFault::Claim("iss")),
            ([("aud", Json::from("another"))], TokenFault::Audience),
            (
                [(
                    "aud",
                    Json::Array(vec![
                        Json::from("1example23456789012345678"),
                        Json::from("evil"),
                    ]),
                )],
                TokenFault::Claim("aud"),
            ),
            ([("azp", Json::from("another"))], TokenFault::Audience),
            ([("token_use", Json::from("access"))], TokenFault::Use),
            ([("exp", Json::from(1_795_072_040))], TokenFault::Expired),
            (
                [("exp", Json::from("1795075689"))],
                TokenFault::Claim("exp"),
            ),
            ([("exp", Json::Null)], TokenFault::Claim("exp")),
            (
                [("iat", Json::from(1_795_072_161))],
                TokenFault::NotYetValid,
            ),
            (
                [("nbf", Json::from(1_795_072_161))],
                TokenFault::NotYetValid,
            ),
            ([("nbf", Json::from(true))], TokenFault::Claim("nbf")),
            ([("sub", Json::Null)], TokenFault::Claim("sub")),
            ([("sub", Json::from(""))], TokenFault::Claim("sub")),
            (
                [("cognito:username", Json::from(""))],
                TokenFault::Claim("cognito:username"),
            ),
            (
                [("cognito:username", Json::Null)],
                TokenFault::Claim("cognito:username"),
            ),
            ([("email", Json::from(true))], TokenFault::Claim("email")),
            ([("nonce", Json::from(7))], TokenFault::Claim("nonce")),
            ([("at_hash", Json::from(7))], TokenFault::Claim("at_hash")),
        ] {
            assert_eq!(check_id(&change), Err(fault), "{change:?}");
        }
        for (change, fault) in [
            ([("iss", slash)], TokenFault::Issuer),
            ([("client_id", Json::from("another"))], TokenFault::Audience),
            ([("client_id", Json::Null)], TokenFault::Claim("client_id")),
            ([("token_use", Json::from("id"))], TokenFault::Use),
            ([("exp", Json::from(1_795_072_040))], TokenFault::Expired),
            (
                [("iat", Json::from(1_795_072_161))],
                TokenFault::NotYetValid,
            ),
            ([("sub", Json::Null)], TokenFault::Claim("sub")),
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
                Err(TokenFault::Algorithm),
                "{header}"
            );
        }
    }

    /// OpenID Connect Core, appendix A.3: the ID token of a code flow and the access token that came with it.
    #[test]
    fn an_id_token_names_the_access_token_it_was_made_for() {
        let access = AccessToken::new("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y");
        let claims = |hash: &str| check_id(&[("at_hash", hash.into())]).expect("good claims");
        assert!(claims("77QmUPtjPfzWtF2AnpK9RQ").is_for(&access));
        assert!(!claims("77QmUPtjPfzWtF2AnpK9RA").is_for(&access));
        assert!(!claims("").is_for(&access));
        assert!(check_id(&[]).expect("good claims").is_for(&access));
    }

    #[test]
    fn what_was_signed_and_by_which_key_is_read_from_the_token_alone() {
        let token = id_token(&[]);
        let (input, _) = token.reveal().rsplit_once('.').expect("three parts");
        assert_eq!(
            Signed::read(token.reveal()),
            Ok(Signed {
                key_id: "Kh8=".to_owned(),
                input,
                signature: b"sig".to_vec(),
            })
        );
        let header = |text: &str| URL_SAFE_NO_PAD.encode(text);
        for (token, fault) in [
            ("nothing".to_owned(), TokenFault::NotAToken),
            (
                format!("{}.e30.c2l", header(r#"{"alg":"none","kid":"k"}"#)),
                TokenFault::Algorithm,
            ),
            (
                format!("{}.e30.c2ln", header(r#"{"alg":"RS256"}"#)),
                TokenFault::UnknownKey,
            ),
            (
                format!("{}.e30.*", header(r#"{"alg":"RS256","kid":"k"}"#)),
                TokenFault::NotAToken,
            ),
        ] {
            assert_eq!(Signed::read(&token), Err(fault), "{token}");
        }
    }

    #[test]
    fn a_persons_claims_are_listed_as_they_came() {
        let members = members(&id_token(&[(
            "cognito:groups",
            Json::Array(vec!["admins".into()]),
        )]));
        let value = |name: &str| {
            members
                .iter()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.as_str())
        };
        assert_eq!(
            [
                value("email"),
                value("email_verified"),
                value("exp"),
                value("cognito:groups")
            ],
            [
                Some("ann@example.com"),
                Some("true"),
                Some("1795075689"),
                Some(r#"["admins"]"#)
            ]
        );
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
                Err(TokenFault::NotAToken),
                "{text}"
            );
        }
    }
}
