//! Verifies the signatures of tokens. The issuer's keys are fetched once, and again when a token names an unknown key.

use core::time::Duration;

use cognito_proto::ids::Issuer;
use cognito_proto::jwks::{self, Jwks, RsaKey};
use cognito_proto::jwt::TokenValidationError;
use cognito_proto::session::{Event, Session};
use cognito_proto::signature::{SigningKeys, VerificationError};
use cognito_proto::time::UnixTime;
use cognito_proto::tokens::{StoredTokens, Tokens, UnverifiedTokens};
use leptos::prelude::*;

use crate::browser::crypto::{WebCrypto, WebCryptoError};
use crate::browser::fetch::{self, Method, Request};
use crate::browser::{LocalBoxFuture, clock};
use crate::{AuthContext, TokenRejectionError};

/// The minimum time between two requests for the issuer's keys. A token can name any key ID, and must not cause a
/// request each time.
const MIN_REFETCH_INTERVAL: Duration = Duration::from_secs(60);

/// A cache of the issuers' public keys. It is kept until the page is unloaded.
#[derive(Clone, Debug, Default)]
pub(crate) struct JwksCache {
    fetched: Vec<(Issuer, Jwks)>,
    /// The last time at which the keys were fetched again because of an unknown key ID.
    refetched_at: Option<UnixTime>,
}

impl JwksCache {
    fn get(&self, issuer: &Issuer) -> Option<&Jwks> {
        let mut fetched = self.fetched.iter();
        fetched.find_map(|(other, keys)| (other == issuer).then_some(keys))
    }
}

impl AuthContext {
    /// Returns an issuer's public keys, and fetches them unless they are in the cache. The error says for what reason
    /// there are no keys.
    pub(crate) fn fetch_keys(
        self,
        issuer: Issuer,
    ) -> LocalBoxFuture<Result<(), TokenRejectionError>> {
        Box::pin(async move {
            if self.jwks.with_value(|cache| cache.get(&issuer).is_some()) {
                return Ok(());
            }
            self.refetch_keys(issuer).await
        })
    }

    async fn refetch_keys(self, issuer: Issuer) -> Result<(), TokenRejectionError> {
        let config = self.config();
        let mut result = Err(TokenRejectionError::NoKeys);
        for base in config.issuers.base_urls(&issuer) {
            result = request_keys(jwks::jwks_url(base)).await;
            if result.is_ok() {
                break;
            }
        }
        let keys = result?;
        self.jwks.update_value(|cache| {
            cache.fetched.retain(|(other, _)| *other != issuer);
            cache.fetched.push((issuer, keys));
        });
        Ok(())
    }

    /// Verifies that both tokens are signed with keys that their issuer publishes (RFC 8725 §3.2).
    pub(crate) fn verify_tokens(
        self,
        tokens: UnverifiedTokens,
    ) -> LocalBoxFuture<Result<Tokens, TokenRejectionError>> {
        Box::pin(async move {
            let verified = tokens.verify(&FetchedKeys(self), &WebCrypto).await;
            verified.map_err(|error| match error {
                VerificationError::Invalid(error) => TokenRejectionError::Invalid(error),
                VerificationError::Keys(error) => error,
                VerificationError::Verifier(WebCryptoError) => TokenRejectionError::NoWebCrypto,
            })
        })
    }

    /// Checks the signatures of tokens from the browser's storage. If the keys cannot be fetched, the check runs again
    /// when the network is back or the page becomes visible.
    pub(crate) async fn verify_stored_tokens(self, tokens: StoredTokens) {
        self.unverified_tokens.set_value(None);
        let is_current = |session: &Session| {
            let current = session.tokens();
            current.is_some_and(|current| tokens.is_same(current))
        };
        match self.verify_tokens(tokens.to_unverified()).await {
            Ok(_) => {}
            // These tokens have been replaced, or the user has signed out.
            Err(_) if !self.session.with_untracked(is_current) => {}
            // The issuer has changed its keys, which does not make older tokens invalid. A refresh brings new tokens.
            Err(TokenRejectionError::Invalid(TokenValidationError::UnknownKey))
                if tokens.refresh_token().is_some() =>
            {
                // If the refresh cannot be sent or gets no response, the check runs again.
                let rejected = tokens.trust_storage();
                self.unverified_tokens.set_value(Some(tokens));
                self.dispatch_unless_throttled(Event::TokensRejected(rejected));
            }
            Err(TokenRejectionError::Invalid(_)) => self.dispatch(Event::SignaturesInvalid(tokens)),
            Err(_) => self.unverified_tokens.set_value(Some(tokens)),
        }
    }

    async fn signing_key(
        self,
        issuer: &Issuer,
        key_id: Option<&str>,
    ) -> Result<Option<RsaKey>, TokenRejectionError> {
        self.fetch_keys(issuer.clone()).await?;
        if let Some(key) = self.cached_key(issuer, key_id) {
            return Ok(Some(key));
        }
        // Issuers rotate their keys. The distance is absolute, because the device's clock may have been set back.
        let now = clock::now();
        let is_due = self.jwks.with_value(|cache| {
            cache.refetched_at.is_none_or(|moment| {
                moment.until(now).max(now.until(moment)) >= MIN_REFETCH_INTERVAL
            })
        });
        if is_due {
            self.refetch_keys(issuer.clone()).await?;
            // A response without keys does not start the waiting time.
            self.jwks
                .update_value(|cache| cache.refetched_at = Some(clock::now()));
        }
        Ok(self.cached_key(issuer, key_id))
    }

    fn cached_key(self, issuer: &Issuer, key_id: Option<&str>) -> Option<RsaKey> {
        self.jwks
            .with_value(|cache| cache.get(issuer)?.find(key_id).cloned())
    }
}

/// The issuers' keys from the cache. A key that is not in it is fetched.
struct FetchedKeys(AuthContext);

impl SigningKeys for FetchedKeys {
    type Error = TokenRejectionError;

    async fn find_key(
        &self,
        issuer: &Issuer,
        key_id: Option<&str>,
    ) -> Result<Option<RsaKey>, Self::Error> {
        self.0.signing_key(issuer, key_id).await
    }
}

/// Fetches a key set. A document without keys is an error and does not replace the key set in the cache.
fn request_keys(url: String) -> LocalBoxFuture<Result<Jwks, TokenRejectionError>> {
    Box::pin(async move {
        let response = fetch::send(Request {
            method: Method::GET,
            url: &url,
            headers: &[],
            body: None,
        })
        .await
        .map_err(TokenRejectionError::KeysUnreachable)?;
        let keys = Jwks::parse(&response.body).filter(|_| response.status == 200);
        keys.ok_or(TokenRejectionError::NoKeys)
    })
}
