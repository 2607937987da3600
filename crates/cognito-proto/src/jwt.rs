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
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenValidationError {
    /// The token is not three parts of base64url. Header and payload must be JSON objects without duplicate members.
    #[error("the token is not a well-formed JWT")]
    MalformedJwt,
    /// The algorithm is not RS256, or the header has extensions that must be understood (RFC 7515 §4.1.11, RFC 7797
    /// §6).
    #[error("the algorithm or an extension in the header of the token is not supported")]
    UnsupportedAlgorithm,
    /// The claim with this name is missing or has the wrong type.
    #[error("the claim {0} is missing or has a wrong value")]
    InvalidClaim(&'static str),
    /// The issuer is not one of the pool's issuers.
    #[error("the token has another issuer")]
    IssuerMismatch,
    /// The token was issued to another app client.
    #[error("the token was issued to another app client")]
    AudienceMismatch,
    /// The token is an access token in place of an ID token, or the other way round.
    #[error("the token has another use")]
    WrongTokenUse,
    /// The token has expired.
    #[error("the token has expired")]
    Expired,
    /// The token is not valid yet: this device's clock is slow, or the token is forged.
    #[error("the token is not valid yet")]
    NotYetValid,
    /// The ID token and the access token, or the old and the new tokens, name different users.
    #[error("the tokens name different users")]
    SubjectMismatch,
    /// The token belongs to another authorization request than this browser's.
    #[error("the token belongs to another authorization request")]
    NonceMismatch,
    /// The ID token belongs to another access token.
    #[error("the ID token belongs to another access token")]
    AccessTokenHashMismatch,
    /// The issuer publishes no key with the ID in the token's header.
    #[error("the issuer publishes no key with the token's key ID")]
    UnknownKey,
    /// The signature is not valid for the key.
    #[error("the signature of the token is not valid")]
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

/// Returns the names and values of an ID token's claims, as texts to show to the user. The list is empty if the token
/// is malformed.
pub fn id_token_claims(token: &IdToken) -> Vec<(String, String)> {
    let Ok(UnverifiedJwt {
        claims: Json::Object(members),
        ..
    }) = UnverifiedJwt::parse(token.expose_secret())
    else {
        return Vec::new();
    };
    let to_text = |value: Json| match value {
        Json::String(text) => text,
        other => other.to_string(),
    };
    members
        .into_iter()
        .map(|(name, value)| (name, to_text(value)))
        .collect()
}

/// Returns the name of the identity provider of a federated user: the one that the claim `identities` marks as
/// `primary`. Returns `None` for a user of the pool itself.
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
    /// Returns the times between which two tokens of one response are both valid.
    pub(crate) fn intersect(self, other: Self) -> Self {
        Self {
            issued_at: self.issued_at.min(other.issued_at),
            not_before: self.not_before.max(other.not_before),
            expires_at: self.expires_at.min(other.expires_at),
        }
    }

    /// Returns the current time if the tokens are valid at that time, or else the reason why they are not.
    ///
    /// `server_time`, the time that the app's server states, has priority over `guesses`. But a cached response of the
    /// server may state an earlier time, at which the tokens are not valid yet. In this case, and without
    /// `server_time`, the result is the first guess at which they are valid. The error is the one of the first guess.
    pub(crate) fn resolve_now(
        &self,
        server_time: Option<UnixTime>,
        guesses: &[UnixTime],
    ) -> Result<UnixTime, TokenValidationError> {
        let check = |now| self.check(now).map(|()| now);
        match server_time.map(check) {
            None | Some(Err(TokenValidationError::NotYetValid)) => {}
            Some(result) => return result,
        }
        let first = guesses
            .first()
            .copied()
            .map_or(Err(TokenValidationError::NotYetValid), check);
        first.or_else(|error| {
            let valid = guesses.iter().find_map(|guess| check(*guess).ok());
            valid.ok_or(error)
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

    /// Makes the checks that ID tokens and access tokens share. Returns the issuer, and the times between which the
    /// token is valid.
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

    /// Returns the text of a required claim. It is an error if the claim is missing or empty, because an empty `sub`
    /// identifies no user.
    fn required_str(&self, name: &'static str) -> Result<&str, TokenValidationError> {
        let text = self.optional_str(name)?;
        text.filter(|text| !text.is_empty())
            .ok_or(TokenValidationError::InvalidClaim(name))
    }

    /// Returns the text of an optional claim, or `None` if it is missing. A claim of the wrong type is an error, not a
    /// missing claim.
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

/// Parses the header of a token. The algorithm must be the expected one (RFC 8725 §3.1), and the signature must cover
/// the encoded payload (`b64`, RFC 7797 §3).
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
pub(crate) mod tests;
