//! Claims of tokens, and the checks of them: OpenID Connect Core §3.1.3.7, RFC 8725 §3, and Amazon's "Verifying JSON
//! web tokens".
//!
//! The current time is an argument. The app verifies signatures with the browser's Web Crypto API; [`JwsParts`] holds
//! what it needs for that.

use core::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use sha2::{Digest, Sha256};

use crate::ids::{ClientId, DeviceKey, Issuer};
use crate::issuers::Issuers;
use crate::json::Json;
use crate::secret::{AccessToken, IdToken};
use crate::time::UnixTime;

/// The tolerated difference between two clocks when a token's times are checked.
pub const LEEWAY: Duration = Duration::from_secs(60);

/// The longest lifetime of Cognito's ID and access tokens (API reference: `IdTokenValidity`, `AccessTokenValidity`).
pub const MAX_TOKEN_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

/// The values that the claims of every token must have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpectedClaims {
    /// The pool's issuers. `iss` is compared with them character by character.
    pub issuers: Issuers,
    /// The app client.
    pub client: ClientId,
}

/// The reason why a token is rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenValidationError {
    /// The token is not three parts of base64url. Header and payload must be JSON objects without duplicate members.
    MalformedJwt,
    /// The algorithm is not RS256, or the header has extensions that must be understood (RFC 7515 §4.1.11, RFC 7797
    /// §6).
    UnsupportedAlgorithm,
    /// This claim is missing or has the wrong type.
    InvalidClaim(&'static str),
    /// The issuer is another one.
    IssuerMismatch,
    /// The token was issued to another app client.
    AudienceMismatch,
    /// The token is an access token in place of an ID token, or the other way round.
    WrongTokenUse,
    /// The token has expired.
    Expired,
    /// The token is not valid yet: this device's clock is slow, or the token is forged.
    NotYetValid,
    /// The ID token and the access token, or the old and the new tokens, name different users.
    SubjectMismatch,
    /// The token belongs to another authorization request than this browser's.
    NonceMismatch,
    /// The ID token belongs to another access token.
    AccessTokenHashMismatch,
    /// The issuer publishes no key with the ID in the token's header.
    UnknownKey,
    /// The signature is not valid for the key.
    InvalidSignature,
}

/// The parts of a token that are needed to verify its signature (RFC 7515 §5.2).
#[derive(Debug, PartialEq, Eq)]
pub struct JwsParts<'a> {
    /// The ID of the key, if the token has one. The key is looked up among the issuer's keys and nowhere else.
    pub key_id: Option<String>,
    /// The text that was signed.
    pub input: &'a str,
    /// The signature: RSASSA-PKCS1-v1_5 with SHA-256.
    pub signature: Vec<u8>,
}

impl<'a> JwsParts<'a> {
    /// Splits a token into its parts. Keys and URLs in its header are ignored (RFC 8725 §3.1).
    pub fn parse(token: &'a str) -> Result<Self, TokenValidationError> {
        let (input, signature) = token
            .rsplit_once('.')
            .ok_or(TokenValidationError::MalformedJwt)?;
        let (header, _) = input
            .split_once('.')
            .ok_or(TokenValidationError::MalformedJwt)?;
        let header = parse_header(header)?;
        Ok(Self {
            key_id: match header.get("kid") {
                Json::Null => None,
                Json::String(key_id) => Some(key_id.clone()),
                _ => return Err(TokenValidationError::UnknownKey),
            },
            input,
            signature: URL_SAFE_NO_PAD
                .decode(signature)
                .map_err(|_| TokenValidationError::MalformedJwt)?,
        })
    }
}

/// Lists the claims of an ID token as texts, to show them to the user.
pub fn id_token_claims(token: &IdToken) -> Vec<(String, String)> {
    let Ok(UnverifiedJwt {
        claims: Json::Object(members),
        ..
    }) = UnverifiedJwt::parse(token.expose_secret())
    else {
        return Vec::new();
    };
    let shown = |value: Json| match value {
        Json::String(text) => text,
        other => other.to_string(),
    };
    members
        .into_iter()
        .map(|(name, value)| (name, shown(value)))
        .collect()
}

/// Returns the identity provider of a federated user, the one that `identities` marks as `primary`.
///
/// Such a user has no password in the pool. A user of the pool who has linked an identity provider has no primary
/// one.
///
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-identity-federation-consolidate-users.html>
pub fn identity_provider(token: &IdToken) -> Option<String> {
    let claims = UnverifiedJwt::parse(token.expose_secret()).ok()?;
    let identities = claims.claims.get("identities").items();
    let primary = identities
        .iter()
        .find(|identity| identity.get("primary").as_str() == Some("true"))?;
    Some(primary.get("providerName").as_str()?.to_owned())
}

/// The checked claims of an ID token.
///
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdClaims {
    /// `sub`: identifies the user for this issuer. It is never an email address.
    pub subject: String,
    /// `cognito:username`: the stored username.
    pub username: String,
    /// `name`, if the user has one and the app client may read it.
    pub name: Option<String>,
    /// `email`, if the user has one and the app client may read it.
    pub email: Option<String>,
    /// `iss`: one of the expected issuers.
    pub issuer: Issuer,
    /// `iat`, `nbf` and `exp`.
    pub validity: Validity,
    /// `nonce`: ties the token to its authorization request. A direct sign-in has none.
    pub nonce: Option<String>,
    /// `at_hash`: ties the ID token to its access token, if the service sends it.
    pub access_token_hash: Option<String>,
}

impl IdClaims {
    /// Parses an ID token and checks everything except its [`Validity`], which depends on the time.
    pub fn check(token: &IdToken, expected: &ExpectedClaims) -> Result<Self, TokenValidationError> {
        let claims = UnverifiedJwt::parse(token.expose_secret())?;
        // A token whose header says that it is an access token is no ID token (RFC 9068 §4).
        if claims.is_typed_access_token() {
            return Err(TokenValidationError::WrongTokenUse);
        }
        let (issuer, validity) = claims.check_common(expected, "id")?;
        // Exactly one audience is accepted. Cognito's `aud` is a text, but RFC 7519 §4.1.3 also allows an array.
        let audience = match claims.claims.get("aud") {
            Json::Array(audience) => match audience.as_slice() {
                [Json::String(only)] => only,
                _ => return Err(TokenValidationError::AudienceMismatch),
            },
            _ => claims.required_str("aud")?,
        };
        if audience != expected.client.as_str() {
            return Err(TokenValidationError::AudienceMismatch);
        }
        // If there is an `azp`, it must be this app client (OpenID Connect Core §3.1.3.7, step 5).
        if claims
            .optional_str("azp")?
            .is_some_and(|azp| azp != expected.client.as_str())
        {
            return Err(TokenValidationError::AudienceMismatch);
        }
        Ok(Self {
            subject: claims.required_str("sub")?.to_owned(),
            username: claims.required_str("cognito:username")?.to_owned(),
            name: claims.optional_str("name")?.map(str::to_owned),
            email: claims.optional_str("email")?.map(str::to_owned),
            issuer,
            validity,
            nonce: claims.optional_str("nonce")?.map(str::to_owned),
            access_token_hash: claims.optional_str("at_hash")?.map(str::to_owned),
        })
    }

    /// Whether the ID token belongs to this access token. A token without `at_hash` belongs to any (OpenID Connect
    /// Core §3.1.3.8).
    pub fn matches_access_token(&self, access: &AccessToken) -> bool {
        self.access_token_hash.as_ref().is_none_or(|hash| {
            let digest = Sha256::digest(access.expose_secret());
            *hash == URL_SAFE_NO_PAD.encode(&digest[..digest.len() / 2])
        })
    }
}

/// The checked claims of an access token.
///
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessClaims {
    /// `sub`: must equal the one of the ID token.
    pub subject: String,
    /// `iss`: must equal the one of the ID token.
    pub issuer: Issuer,
    /// `iat`, `nbf` and `exp`.
    pub validity: Validity,
    /// `scope`: the scopes, separated by spaces.
    pub scope: String,
    /// `device_key`: the remembered device to which the token was issued. A refresh must name it.
    pub device_key: Option<DeviceKey>,
}

impl AccessClaims {
    /// Parses an access token and checks everything except its [`Validity`].
    pub fn check(
        token: &AccessToken,
        expected: &ExpectedClaims,
    ) -> Result<Self, TokenValidationError> {
        let claims = UnverifiedJwt::parse(token.expose_secret())?;
        let (issuer, validity) = claims.check_common(expected, "access")?;
        if claims.required_str("client_id")? != expected.client.as_str() {
            return Err(TokenValidationError::AudienceMismatch);
        }
        Ok(Self {
            subject: claims.required_str("sub")?.to_owned(),
            issuer,
            validity,
            scope: claims.optional_str("scope")?.unwrap_or_default().to_owned(),
            device_key: claims
                .optional_str("device_key")?
                .and_then(DeviceKey::parse),
        })
    }
}

/// The times between which a token is valid, by the clock of its issuer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    /// `iat`.
    pub issued_at: UnixTime,
    /// The later of `iat` and `nbf`.
    pub not_before: UnixTime,
    /// `exp`.
    pub expires_at: UnixTime,
}

impl Validity {
    /// Checks that a newly received token is valid at `now`. A token that was issued longer ago than [`MAX_TOKEN_LIFETIME`]
    /// is rejected, even if its `exp` is later.
    pub fn check(&self, now: UnixTime) -> Result<(), TokenValidationError> {
        if self.expires_at.plus(LEEWAY) <= now {
            return Err(TokenValidationError::Expired);
        }
        if self.not_before > now.plus(LEEWAY) {
            return Err(TokenValidationError::NotYetValid);
        }
        if self.issued_at.plus(MAX_TOKEN_LIFETIME).plus(LEEWAY) <= now {
            return Err(TokenValidationError::InvalidClaim("iat"));
        }
        Ok(())
    }
}

impl Validity {
    /// Returns when two tokens of one answer are both valid.
    pub(crate) fn intersect(self, other: Self) -> Self {
        Self {
            issued_at: self.issued_at.min(other.issued_at),
            not_before: self.not_before.max(other.not_before),
            expires_at: self.expires_at.min(other.expires_at),
        }
    }

    /// Returns the current time, if the tokens are valid at that time.
    ///
    /// `real`, the time that the app's server states, has priority over `guesses`. But a cached answer of the server
    /// may state an earlier time, at which the tokens would not be valid yet. In this case, and without `real`, the
    /// first guess counts at which they are valid. The error is the one of the first guess.
    pub(crate) fn resolve_now(
        &self,
        real: Option<UnixTime>,
        guesses: &[UnixTime],
    ) -> Result<UnixTime, TokenValidationError> {
        let check = |now| self.check(now).map(|()| now);
        match real.map(check) {
            None | Some(Err(TokenValidationError::NotYetValid)) => {}
            Some(judged) => return judged,
        }
        let first = guesses
            .first()
            .copied()
            .map_or(Err(TokenValidationError::NotYetValid), check);
        first.or_else(|fault| {
            let fitting = guesses.iter().find_map(|guess| check(*guess).ok());
            fitting.ok_or(fault)
        })
    }
}

/// The header and the payload of a token.
struct UnverifiedJwt {
    header: Json,
    claims: Json,
}

impl UnverifiedJwt {
    fn parse(token: &str) -> Result<Self, TokenValidationError> {
        let mut parts = token.split('.');
        let (Some(header), Some(payload), Some(_signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(TokenValidationError::MalformedJwt);
        };
        Ok(Self {
            header: parse_header(header)?,
            claims: parse_object(payload)?,
        })
    }

    /// Whether `typ` says that the token is an access token (RFC 9068 §2.1). Media types are compared without regard
    /// to case, and `application/` may be left out (RFC 7515 §4.1.9).
    fn is_typed_access_token(&self) -> bool {
        let typ = self.header.get("typ").as_str().unwrap_or_default();
        ["at+jwt", "application/at+jwt"]
            .iter()
            .any(|access| typ.eq_ignore_ascii_case(access))
    }

    /// Makes the checks that ID tokens and access tokens share.
    fn check_common(
        &self,
        expected: &ExpectedClaims,
        token_use: &str,
    ) -> Result<(Issuer, Validity), TokenValidationError> {
        let issuer = expected.issuers.find(self.required_str("iss")?);
        let issuer = issuer.ok_or(TokenValidationError::IssuerMismatch)?.clone();
        if self.required_str("token_use")? != token_use {
            return Err(TokenValidationError::WrongTokenUse);
        }
        let (issued_at, expires_at) = (self.required_time("iat")?, self.required_time("exp")?);
        let not_before = match self.claims.get("nbf") {
            Json::Null => issued_at,
            _ => self.required_time("nbf")?.max(issued_at),
        };
        let validity = Validity {
            issued_at,
            not_before,
            expires_at,
        };
        Ok((issuer, validity))
    }

    /// Returns a required claim. It must not be empty, because an empty `sub` identifies no user.
    fn required_str(&self, name: &'static str) -> Result<&str, TokenValidationError> {
        let text = self.optional_str(name)?;
        text.filter(|text| !text.is_empty())
            .ok_or(TokenValidationError::InvalidClaim(name))
    }

    /// Returns an optional claim. A claim of the wrong type is an error, not a missing claim.
    fn optional_str(&self, name: &'static str) -> Result<Option<&str>, TokenValidationError> {
        match self.claims.get(name) {
            Json::Null => Ok(None),
            Json::String(text) => Ok(Some(text)),
            _ => Err(TokenValidationError::InvalidClaim(name)),
        }
    }

    fn required_time(&self, name: &'static str) -> Result<UnixTime, TokenValidationError> {
        self.claims
            .get(name)
            .as_u64()
            .map(UnixTime::from_secs)
            .ok_or(TokenValidationError::InvalidClaim(name))
    }
}

/// Parses a header. The algorithm must be the expected one (RFC 8725 §3.1), and the signature must cover the encoded
/// payload (`b64`, RFC 7797 §3).
fn parse_header(part: &str) -> Result<Json, TokenValidationError> {
    let header = parse_object(part)?;
    let is_encoded = matches!(header.get("b64"), Json::Null | Json::Bool(true));
    if header.get("alg").as_str() != Some("RS256")
        || *header.get("crit") != Json::Null
        || !is_encoded
    {
        return Err(TokenValidationError::UnsupportedAlgorithm);
    }
    Ok(header)
}

/// Parses a part of a token: a JSON object in base64url without padding. Its member names must be unique, because two
/// parsers could read different values from duplicates (RFC 7515 §4, RFC 7519 §4).
fn parse_object(part: &str) -> Result<Json, TokenValidationError> {
    let bytes = URL_SAFE_NO_PAD
        .decode(part)
        .map_err(|_| TokenValidationError::MalformedJwt)?;
    let text = core::str::from_utf8(&bytes).map_err(|_| TokenValidationError::MalformedJwt)?;
    match Json::parse(text) {
        Ok(Json::Object(members)) if names_are_unique(&members) => Ok(Json::Object(members)),
        _ => Err(TokenValidationError::MalformedJwt),
    }
}

fn names_are_unique(members: &[(String, Json)]) -> bool {
    members
        .iter()
        .enumerate()
        .all(|(index, (name, _))| members[..index].iter().all(|(other, _)| other != name))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) const NOW: UnixTime = UnixTime::from_secs(1_795_072_100);

    pub(crate) fn expected() -> ExpectedClaims {
        let pool = crate::ids::UserPoolId::parse("us-east-1_AbCdEfGhI").expect("a pool id");
        let endpoint = crate::ids::SecureUrl::parse("https://cognito-idp.us-east-1.amazonaws.com")
            .expect("an address");
        ExpectedClaims {
            issuers: Issuers::for_pool(&pool, &endpoint, None),
            client: ClientId::parse("1example23456789012345678").expect("a client id"),
        }
    }

    /// The claim `identities` as Amazon's tokens have it, with strings for numbers and Booleans.
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

    /// An ID token like Amazon's, with these members changed (`null` removes one).
    pub(crate) fn id_token(change: &[(&str, Json)]) -> IdToken {
        IdToken::new(token(
            r#"{"kid":"Kh8=","alg":"RS256"}"#,
            r#"{"sub":"6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11","email_verified":true,"iss":"https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI",
              "cognito:username":"6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11","origin_jti":"0c1d","aud":"1example23456789012345678","event_id":"64f5","token_use":"id",
              "auth_time":1795072089,"exp":1795075689,"iat":1795072089,"jti":"7c8e","email":"ann@example.com","name":"Ann"}"#,
            change,
        ))
    }

    /// An access token like Amazon's, with these members changed (`null` removes one).
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

    fn check_id(change: &[(&str, Json)]) -> Result<IdClaims, TokenValidationError> {
        valid_id(&id_token(change))
    }

    fn valid_id(token: &IdToken) -> Result<IdClaims, TokenValidationError> {
        let claims = IdClaims::check(token, &expected())?;
        claims.validity.check(NOW).map(|()| claims)
    }

    fn check_access(change: &[(&str, Json)]) -> Result<AccessClaims, TokenValidationError> {
        let claims = AccessClaims::check(&access_token(change), &expected())?;
        claims.validity.check(NOW).map(|()| claims)
    }

    fn issuer() -> Issuer {
        let issuer = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI";
        Issuer::parse(issuer).expect("an issuer")
    }

    const VALIDITY: Validity = Validity {
        issued_at: UnixTime::from_secs(1_795_072_089),
        not_before: UnixTime::from_secs(1_795_072_089),
        expires_at: UnixTime::from_secs(1_795_075_689),
    };

    #[test]
    fn a_good_id_token_says_who_signed_in() {
        assert_eq!(
            check_id(&[]),
            Ok(IdClaims {
                subject: "6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11".to_owned(),
                username: "6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11".to_owned(),
                name: Some("Ann".to_owned()),
                email: Some("ann@example.com".to_owned()),
                issuer: issuer(),
                validity: VALIDITY,
                nonce: None,
                access_token_hash: None,
            })
        );
        assert_eq!(
            check_access(&[]),
            Ok(AccessClaims {
                subject: "6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11".to_owned(),
                issuer: issuer(),
                validity: VALIDITY,
                scope: "aws.cognito.signin.user.admin".to_owned(),
                device_key: None,
            })
        );
    }

    const CLIENT: &str = "1example23456789012345678";

    fn audience(clients: &[&str]) -> Json {
        Json::Array(clients.iter().map(|client| Json::from(*client)).collect())
    }

    /// `aud` may be an array (RFC 7519 §4.1.3).
    #[test]
    fn an_audience_may_be_a_list_of_our_client_alone() {
        let listed = check_id(&[("aud", audience(&[CLIENT]))]);
        assert_eq!(listed, check_id(&[]));
        assert!(listed.is_ok());
    }

    /// The API reference names both forms in `IssuerConfigurationType`.
    #[test]
    fn both_of_amazons_issuers_are_accepted() {
        let updated = "https://issuer-cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI";
        let claims = check_id(&[("iss", updated.into())]).expect("good claims");
        assert_eq!(claims.issuer.as_str(), updated);
        let claims = check_access(&[("iss", updated.into())]).expect("good claims");
        assert_eq!(claims.issuer.as_str(), updated);
    }

    #[test]
    fn each_claim_is_checked() {
        let slash = Json::from("https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI/");
        for (change, fault) in [
            (
                [("iss", slash.clone())],
                TokenValidationError::IssuerMismatch,
            ),
            (
                [("iss", Json::Null)],
                TokenValidationError::InvalidClaim("iss"),
            ),
            (
                [("iss", Json::from(7))],
                TokenValidationError::InvalidClaim("iss"),
            ),
            (
                [("aud", Json::from("another"))],
                TokenValidationError::AudienceMismatch,
            ),
            (
                [("aud", audience(&[CLIENT, "evil"]))],
                TokenValidationError::AudienceMismatch,
            ),
            (
                [("aud", audience(&[CLIENT, CLIENT]))],
                TokenValidationError::AudienceMismatch,
            ),
            (
                [("aud", audience(&["evil"]))],
                TokenValidationError::AudienceMismatch,
            ),
            (
                [("aud", audience(&[]))],
                TokenValidationError::AudienceMismatch,
            ),
            (
                [("aud", Json::Array(vec![Json::from(7)]))],
                TokenValidationError::AudienceMismatch,
            ),
            // The token was issued longer ago than the longest lifetime of Cognito's tokens.
            (
                [("iat", Json::from(1_795_072_100 - 86_400 - 60))],
                TokenValidationError::InvalidClaim("iat"),
            ),
            (
                [("iat", Json::from(0))],
                TokenValidationError::InvalidClaim("iat"),
            ),
            (
                [("azp", Json::from("another"))],
                TokenValidationError::AudienceMismatch,
            ),
            (
                [("token_use", Json::from("access"))],
                TokenValidationError::WrongTokenUse,
            ),
            (
                [("exp", Json::from(1_795_072_040))],
                TokenValidationError::Expired,
            ),
            (
                [("exp", Json::from("1795075689"))],
                TokenValidationError::InvalidClaim("exp"),
            ),
            (
                [("exp", Json::Null)],
                TokenValidationError::InvalidClaim("exp"),
            ),
            (
                [("iat", Json::from(1_795_072_161))],
                TokenValidationError::NotYetValid,
            ),
            (
                [("nbf", Json::from(1_795_072_161))],
                TokenValidationError::NotYetValid,
            ),
            (
                [("nbf", Json::from(true))],
                TokenValidationError::InvalidClaim("nbf"),
            ),
            (
                [("sub", Json::Null)],
                TokenValidationError::InvalidClaim("sub"),
            ),
            (
                [("sub", Json::from(""))],
                TokenValidationError::InvalidClaim("sub"),
            ),
            (
                [("cognito:username", Json::from(""))],
                TokenValidationError::InvalidClaim("cognito:username"),
            ),
            (
                [("cognito:username", Json::Null)],
                TokenValidationError::InvalidClaim("cognito:username"),
            ),
            (
                [("email", Json::from(true))],
                TokenValidationError::InvalidClaim("email"),
            ),
            (
                [("nonce", Json::from(7))],
                TokenValidationError::InvalidClaim("nonce"),
            ),
            (
                [("at_hash", Json::from(7))],
                TokenValidationError::InvalidClaim("at_hash"),
            ),
        ] {
            assert_eq!(check_id(&change), Err(fault), "{change:?}");
        }
        for (change, fault) in [
            ([("iss", slash)], TokenValidationError::IssuerMismatch),
            (
                [("client_id", Json::from("another"))],
                TokenValidationError::AudienceMismatch,
            ),
            (
                [("client_id", Json::Null)],
                TokenValidationError::InvalidClaim("client_id"),
            ),
            (
                [("token_use", Json::from("id"))],
                TokenValidationError::WrongTokenUse,
            ),
            (
                [("exp", Json::from(1_795_072_040))],
                TokenValidationError::Expired,
            ),
            (
                [("iat", Json::from(1_795_072_161))],
                TokenValidationError::NotYetValid,
            ),
            (
                [("sub", Json::Null)],
                TokenValidationError::InvalidClaim("sub"),
            ),
        ] {
            assert_eq!(check_access(&change), Err(fault), "{change:?}");
        }
    }

    #[test]
    fn a_minute_of_difference_between_clocks_is_borne() {
        assert!(check_id(&[("exp", Json::from(1_795_072_041))]).is_ok());
        assert!(check_id(&[("iat", Json::from(1_795_072_160))]).is_ok());
        let oldest = Json::from(1_795_072_100 - 86_400 - 59);
        assert!(check_id(&[("iat", oldest)]).is_ok());
    }

    #[test]
    fn a_stored_token_may_have_expired() {
        let late = id_token(&[("exp", Json::from(1))]);
        assert!(IdClaims::check(&late, &expected()).is_ok());
    }

    /// An ID token with this header. `claims` is text that is inserted in front of its claims.
    fn written(header: &str, claims: &str) -> IdToken {
        let whole = id_token(&[]);
        let payload = whole
            .expose_secret()
            .split('.')
            .nth(1)
            .expect("three parts");
        let payload = URL_SAFE_NO_PAD.decode(payload).expect("base64url");
        let payload = String::from_utf8(payload).expect("JSON");
        let payload = payload.replacen('{', &format!("{{{claims}"), 1);
        IdToken::new(format!(
            "{}.{}.c2ln",
            URL_SAFE_NO_PAD.encode(header),
            URL_SAFE_NO_PAD.encode(payload)
        ))
    }

    /// `at+jwt` is the type of access tokens (RFC 9068 §2.1), and `JWT` the type of any token (RFC 7519 §5.1).
    #[test]
    fn what_is_typed_as_an_access_token_is_no_id_token() {
        let typed = |typ: &str| {
            let header = format!(r#"{{"kid":"Kh8=","alg":"RS256","typ":"{typ}"}}"#);
            valid_id(&written(&header, "")).map(drop)
        };
        for access in [
            "at+jwt",
            "AT+JWT",
            "application/at+jwt",
            "Application/AT+jwt",
        ] {
            assert_eq!(
                typed(access),
                Err(TokenValidationError::WrongTokenUse),
                "{access}"
            );
        }
        for other in ["JWT", "jwt", ""] {
            assert_eq!(typed(other), Ok(()), "{other}");
        }
    }

    /// Two parsers could read different users from duplicate claims (RFC 7519 §4).
    #[test]
    fn a_claim_that_is_there_twice_is_refused() {
        const HEADER: &str = r#"{"kid":"Kh8=","alg":"RS256"}"#;
        assert!(valid_id(&written(HEADER, r#""x":1,"#)).is_ok());
        for twice in [
            r#""sub":"another","#,
            r#""s\u0075b":"another","#,
            r#""exp":1795075689,"#,
            r#""x":1,"x":1,"#,
        ] {
            let refused = valid_id(&written(HEADER, twice));
            assert_eq!(refused, Err(TokenValidationError::MalformedJwt), "{twice}");
        }
        let header = r#"{"alg":"none","kid":"Kh8=","alg":"RS256"}"#;
        let refused = valid_id(&written(header, ""));
        assert_eq!(refused, Err(TokenValidationError::MalformedJwt));
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
            r#"{"alg":"RS256","b64":false}"#,
            r#"{"alg":"RS256","b64":"false"}"#,
            r#"{"alg":"RS256","b64":false,"crit":["b64"]}"#,
        ] {
            let token = IdToken::new(token(header, payload, &[]));
            assert_eq!(
                IdClaims::check(&token, &expected()),
                Err(TokenValidationError::UnsupportedAlgorithm),
                "{header}"
            );
        }
    }

    /// The ID token and access token of the code flow in OpenID Connect Core, appendix A.3.
    #[test]
    fn an_id_token_names_the_access_token_it_was_made_for() {
        let access = AccessToken::new("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y");
        let claims = |hash: &str| check_id(&[("at_hash", hash.into())]).expect("good claims");
        assert!(claims("77QmUPtjPfzWtF2AnpK9RQ").matches_access_token(&access));
        assert!(!claims("77QmUPtjPfzWtF2AnpK9RA").matches_access_token(&access));
        assert!(!claims("").matches_access_token(&access));
        assert!(
            check_id(&[])
                .expect("good claims")
                .matches_access_token(&access)
        );
    }

    #[test]
    fn what_was_signed_and_by_which_key_is_read_from_the_token_alone() {
        let token = id_token(&[]);
        let (input, _) = token.expose_secret().rsplit_once('.').expect("three parts");
        assert_eq!(
            JwsParts::parse(token.expose_secret()),
            Ok(JwsParts {
                key_id: Some("Kh8=".to_owned()),
                input,
                signature: b"sig".to_vec(),
            })
        );
        let nameless = written(r#"{"alg":"RS256"}"#, "");
        let signed = JwsParts::parse(nameless.expose_secret()).expect("a token");
        assert_eq!(signed.key_id, None);
        let header = |text: &str| URL_SAFE_NO_PAD.encode(text);
        for (token, fault) in [
            ("nothing".to_owned(), TokenValidationError::MalformedJwt),
            (
                format!("{}.e30.c2l", header(r#"{"alg":"none","kid":"k"}"#)),
                TokenValidationError::UnsupportedAlgorithm,
            ),
            (
                format!("{}.e30.c2ln", header(r#"{"alg":"RS256","kid":7}"#)),
                TokenValidationError::UnknownKey,
            ),
            (
                format!("{}.e30.*", header(r#"{"alg":"RS256","kid":"k"}"#)),
                TokenValidationError::MalformedJwt,
            ),
        ] {
            assert_eq!(JwsParts::parse(&token), Err(fault), "{token}");
        }
    }

    #[test]
    fn a_persons_claims_are_listed_as_they_came() {
        let members = id_token_claims(&id_token(&[(
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
                IdClaims::check(&IdToken::new(text.clone()), &expected()),
                Err(TokenValidationError::MalformedJwt),
                "{text}"
            );
        }
    }
}
