//! Verifies the signatures of tokens. The issuer's keys are fetched once, and again when a token names an unknown key.

use core::time::Duration;

use cognito_proto::ids::Issuer;
use cognito_proto::jwks::{self, Jwks, RsaKey};
use cognito_proto::jwt::{JwsParts, TokenValidationError};
use cognito_proto::session::Event;
use cognito_proto::time::UnixTime;
use cognito_proto::tokens::Tokens;
use leptos::prelude::*;

use crate::browser::fetch::{self, Method, Request};
use crate::browser::{LocalBoxFuture, clock, crypto};
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
    pub(crate) fn verify_signatures(
        self,
        tokens: &Tokens,
    ) -> LocalBoxFuture<Result<(), TokenRejectionError>> {
        let issuer = tokens.issuer().clone();
        let signed = [
            tokens.id_token().expose_secret(),
            tokens.access_token().expose_secret(),
        ]
        .map(str::to_owned);
        Box::pin(async move {
            for token in signed {
                let signed = JwsParts::parse(&token).map_err(TokenRejectionError::Invalid)?;
                let key = self.signing_key(&issuer, signed.key_id.as_deref()).await?;
                let verified = crypto::verify_rs256(&key, signed.input, &signed.signature).await;
                match verified {
                    Ok(true) => {}
                    Ok(false) => {
                        return Err(TokenRejectionError::Invalid(
                            TokenValidationError::InvalidSignature,
                        ));
                    }
                    Err(crypto::WebCryptoError) => return Err(TokenRejectionError::NoWebCrypto),
                }
            }
            Ok(())
        })
    }

    /// Checks the signatures of tokens from the browser's storage. If the keys cannot be fetched, the check runs again
    /// when the network is back or the page becomes visible.
    pub(crate) async fn verify_stored_tokens(self, tokens: Tokens) {
        self.unverified_tokens.set_value(None);
        match self.verify_signatures(&tokens).await {
            Ok(()) => {}
            // These tokens have been replaced, or the user has signed out.
            Err(_)
                if self
                    .session
                    .with_untracked(|session| session.tokens() != Some(&tokens)) => {}
            // The issuer has changed its keys, which does not make older tokens invalid. A refresh brings new tokens.
            Err(TokenRejectionError::Invalid(TokenValidationError::UnknownKey))
                if tokens.refresh_token().is_some() =>
            {
                // If the refresh cannot be sent or gets no response, the check runs again.
                self.unverified_tokens.set_value(Some(tokens.clone()));
                self.dispatch_unless_throttled(Event::TokensRejected(tokens));
            }
            Err(TokenRejectionError::Invalid(_)) => self.dispatch(Event::SignaturesInvalid(tokens)),
            Err(_) => self.unverified_tokens.set_value(Some(tokens)),
        }
    }

    async fn signing_key(
        self,
        issuer: &Issuer,
        key_id: Option<&str>,
    ) -> Result<RsaKey, TokenRejectionError> {
        self.fetch_keys(issuer.clone()).await?;
        if let Some(key) = self.cached_key(issuer, key_id) {
            return Ok(key);
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
        self.cached_key(issuer, key_id)
            .ok_or(TokenRejectionError::Invalid(
                TokenValidationError::UnknownKey,
            ))
    }

    fn cached_key(self, issuer: &Issuer, key_id: Option<&str>) -> Option<RsaKey> {
        self.jwks
            .with_value(|cache| cache.get(issuer)?.find(key_id).cloned())
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
