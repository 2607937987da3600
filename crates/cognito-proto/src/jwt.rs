//! Claims of tokens, and the checks of them: OpenID Connect Core §3.1.3.7, RFC 8725 §3, and Amazon's "Verifying JSON
//! web tokens".
//!
//! The current time is an argument. [`UnverifiedTokens::verify`](crate::tokens::UnverifiedTokens::verify) checks the
//! signatures; [`JwsParts`] holds what it needs for that.

mod unverified;

use core::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::ids::{ClientId, DeviceKey, Issuer};
use crate::issuers::Issuers;
use crate::secret::{AccessToken, IdToken};
use crate::time::UnixTime;
use crate::wire::{Member, WrongMember};
use unverified::{Header, UnverifiedJwt, decode_object};

/// The tolerated difference between two clocks when a token's times are checked.
pub const LEEWAY: Duration = Duration::from_secs(60);

/// The longest lifetime of Cognito's ID and access tokens (API reference: `IdTokenValidity`, `AccessTokenValidity`).
pub const MAX_TOKEN_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

/// The values that the claims of every token must have: the pool's issuers and the app client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpectedClaims {
    /// The pool's issuers. `iss` is compared with them character by character.
    pub issuers: Issuers,
    /// The app client to which the tokens must be issued.
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
    /// The `nonce` is not the one of this browser's authorization request, so the token belongs to another request.
    #[error("the token belongs to another authorization request")]
    NonceMismatch,
    /// The ID token does not belong to the access token (`at_hash` differs).
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
    /// The ID of the signing key, if the token names one. The caller looks for the key among the issuer's keys and
    /// nowhere else.
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
        let header = decode_object(header)?;
        let key_id = Header::parse(&header)?.kid.checked();
        Ok(Self {
            key_id: key_id.map_err(|WrongMember| TokenValidationError::UnknownKey)?,
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
    let jwt = UnverifiedJwt::decode(token.expose_secret()).ok();
    jwt.and_then(|jwt| jwt.claim_texts()).unwrap_or_default()
}

/// Returns the name of the identity provider of a federated user: the one that the claim `identities` marks as
/// `primary`. Returns `None` for a user of the pool itself.
///
/// Such a user has no password in the pool. A user of the pool who has linked an identity provider has no primary
/// one.
///
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-identity-federation-consolidate-users.html>
pub fn identity_provider(token: &IdToken) -> Option<String> {
    let jwt = UnverifiedJwt::decode(token.expose_secret()).ok()?;
    let identities = jwt.claims().ok()?.identities.optional()?.into_iter();
    let primary = identities
        .filter_map(Member::optional)
        .find(|identity| identity.primary == "true")?;
    Some(primary.provider_name)
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
    /// The times between which the token is valid (`iat`, `nbf` and `exp`).
    pub validity: Validity,
    /// `nonce`: ties the token to its authorization request. A direct sign-in has none.
    pub nonce: Option<String>,
    /// `at_hash`: ties the ID token to its access token, if the service sends it.
    pub access_token_hash: Option<String>,
}

impl IdClaims {
    /// Parses an ID token and checks everything except its [`Validity`], which depends on the time.
    pub fn check(token: &IdToken, expected: &ExpectedClaims) -> Result<Self, TokenValidationError> {
        let jwt = UnverifiedJwt::decode(token.expose_secret())?;
        // A token whose header says that it is an access token is no ID token (RFC 9068 §4).
        if jwt.header()?.is_access_token() {
            return Err(TokenValidationError::WrongTokenUse);
        }
        let claims = jwt.claims()?;
        let (issuer, validity) = claims.check_common(expected, "id")?;
        let audience = claims.aud.required_claim("aud")?;
        if !audience.is_only(expected.client.as_str()) {
            return Err(TokenValidationError::AudienceMismatch);
        }
        // If there is an `azp`, it must be this app client (OpenID Connect Core §3.1.3.7, step 5).
        if claims
            .azp
            .optional_claim("azp")?
            .is_some_and(|azp| azp != expected.client.as_str())
        {
            return Err(TokenValidationError::AudienceMismatch);
        }
        Ok(Self {
            subject: claims.sub.non_empty_claim("sub")?,
            username: claims.username.non_empty_claim("cognito:username")?,
            name: claims.name.optional_claim("name")?,
            email: claims.email.optional_claim("email")?,
            issuer,
            validity,
            nonce: claims.nonce.optional_claim("nonce")?,
            access_token_hash: claims.at_hash.optional_claim("at_hash")?,
        })
    }

    /// Returns true if the ID token belongs to this access token. An ID token without `at_hash` belongs to any access
    /// token (OpenID Connect Core §3.1.3.8).
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
    /// `sub`: identifies the user. It must equal the `sub` of the ID token.
    pub subject: String,
    /// `iss`: the issuer. It must equal the `iss` of the ID token.
    pub issuer: Issuer,
    /// The times between which the token is valid (`iat`, `nbf` and `exp`).
    pub validity: Validity,
    /// `scope`: the scopes, separated by spaces.
    pub scope: String,
    /// `device_key`: the remembered device to which the token was issued. A refresh must name it.
    pub device_key: Option<DeviceKey>,
}

impl AccessClaims {
    /// Parses an access token and checks everything except its [`Validity`], which depends on the time.
    pub fn check(
        token: &AccessToken,
        expected: &ExpectedClaims,
    ) -> Result<Self, TokenValidationError> {
        let jwt = UnverifiedJwt::decode(token.expose_secret())?;
        jwt.header()?;
        let claims = jwt.claims()?;
        let (issuer, validity) = claims.check_common(expected, "access")?;
        if claims.client_id.non_empty_claim("client_id")? != expected.client.as_str() {
            return Err(TokenValidationError::AudienceMismatch);
        }
        Ok(Self {
            subject: claims.sub.non_empty_claim("sub")?,
            issuer,
            validity,
            scope: claims.scope.optional_claim("scope")?.unwrap_or_default(),
            device_key: claims
                .device_key
                .optional_claim("device_key")?
                .and_then(|key| DeviceKey::parse(&key)),
        })
    }
}

/// The times between which a token is valid, by the clock of its issuer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    /// `iat`: when the token was issued.
    pub issued_at: UnixTime,
    /// The first moment at which the token is valid: the later of `iat` and `nbf`.
    pub not_before: UnixTime,
    /// `exp`: when the token expires.
    pub expires_at: UnixTime,
}

impl Validity {
    /// Checks that a newly received token is valid at `now`. A token that was issued longer ago than
    /// [`MAX_TOKEN_LIFETIME`] is rejected, even if its `exp` is later.
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

    /// Finds out the current time: returns a time at which the tokens are valid, or else the reason why they are not.
    ///
    /// The result is `server_time`, the time that the app's server states, if there is one. A cached response of the
    /// server may state an earlier time, at which the tokens are not valid yet. In this case, and without
    /// `server_time`, the result is the first of `guesses` at which the tokens are valid. If there is none, the error
    /// is that of the first guess.
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

#[cfg(test)]
pub(crate) mod tests;
