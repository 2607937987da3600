//! Tokens with checked claims, and the check of their signatures.

use core::time::Duration;

use super::{RefreshGrant, SignInMethod, Tokens};
use crate::action::AuthenticationResult;
use crate::ids::Issuer;
use crate::jwt::{AccessClaims, ExpectedClaims, IdClaims, JwsParts, TokenValidationError};
use crate::oauth::Nonce;
use crate::signature::{SignatureVerifier, SigningKeys, VerificationError};
use crate::time::{ClockReading, UnixTime};

/// The minimum time for which new tokens must still be valid. The app would refresh tokens with a shorter lifetime
/// without a pause. Cognito's minimum lifetime is five minutes.
const MIN_LIFETIME: Duration = Duration::from_secs(10);

/// New tokens whose claims passed every check and whose signatures were not verified yet. Anyone can write such tokens.
/// [`UnverifiedTokens::verify`] makes [`Tokens`] of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnverifiedTokens(pub(super) Tokens);

impl UnverifiedTokens {
    /// Checks the claims of the tokens of a direct sign-in.
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
            Some(user_id) if user_id != self.0.claims.username => {
                Err(TokenValidationError::SubjectMismatch)
            }
            _ => Ok(self),
        }
    }

    /// Checks the claims of the tokens of a sign-in through the hosted pages. Their `nonce` must be the one of the
    /// authorization request (OpenID Connect Core §3.1.3.7, step 11).
    pub fn validate_hosted_ui(
        result: AuthenticationResult,
        nonce: &Nonce,
        expected: &ExpectedClaims,
        clock: ClockReading,
    ) -> Result<Self, TokenValidationError> {
        let tokens = Self::validate(result, SignInMethod::HostedUi, expected, clock)?;
        if tokens.0.claims.nonce.as_deref() == Some(nonce.expose_secret()) {
            Ok(tokens)
        } else {
            Err(TokenValidationError::NonceMismatch)
        }
    }

    pub(super) fn validate(
        result: AuthenticationResult,
        method: SignInMethod,
        expected: &ExpectedClaims,
        clock: ClockReading,
    ) -> Result<Self, TokenValidationError> {
        let tokens = Self::validate_claims(result, method, expected)?;
        let now = tokens
            .0
            .validity
            .resolve_now(clock.server, &[clock.device])?;
        tokens.with_local_expiry(now, clock.device)
    }

    /// Checks the claims of new tokens that were requested with the refresh token of a damaged record. There are no old
    /// tokens to compare them with.
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
    pub(super) fn validate_claims(
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
        Ok(Self(Tokens {
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
        }))
    }

    /// Sets the time at which the tokens expire by this device's clock (`expires_at`).
    ///
    /// The device's clock may be wrong by hours. The lifetime therefore starts at its current reading `device`, so
    /// that only its own readings are compared later and a refresh is never due at once. `now` is the time by the
    /// issuer's clock: tokens that were on their way for long stay valid only until their `exp`. Tokens that expire
    /// within [`MIN_LIFETIME`] count as expired.
    pub(super) fn with_local_expiry(
        self,
        now: UnixTime,
        device: UnixTime,
    ) -> Result<Self, TokenValidationError> {
        let left = now.until(self.0.validity.expires_at);
        if left < MIN_LIFETIME {
            return Err(TokenValidationError::Expired);
        }
        Ok(Self(Tokens {
            expires_at: device.plus(left.min(self.0.lifetime)),
            ..self.0
        }))
    }

    /// Returns the issuer that the tokens name: one of the expected issuers.
    pub fn issuer(&self) -> &Issuer {
        self.0.issuer()
    }

    /// Verifies that both tokens are signed with keys of their issuer (RFC 8725 §3.2), first the ID token and then the
    /// access token. Returns the first error.
    pub async fn verify<K: SigningKeys, V: SignatureVerifier>(
        self,
        keys: &K,
        verifier: &V,
    ) -> Result<Tokens, VerificationError<K::Error, V::Error>> {
        let Self(tokens) = self;
        for token in [tokens.id.expose_secret(), tokens.access.expose_secret()] {
            let parts = JwsParts::parse(token).map_err(VerificationError::Invalid)?;
            let key = keys
                .find_key(tokens.issuer(), parts.key_id.as_deref())
                .await
                .map_err(VerificationError::Keys)?
                .ok_or(VerificationError::Invalid(TokenValidationError::UnknownKey))?;
            let is_valid = verifier
                .verify_rs256(&key, parts.input.as_bytes(), &parts.signature)
                .await
                .map_err(VerificationError::Verifier)?;
            if !is_valid {
                return Err(VerificationError::Invalid(
                    TokenValidationError::InvalidSignature,
                ));
            }
        }
        Ok(tokens)
    }
}

#[cfg(test)]
mod tests;
