//! Verifies the signatures of tokens. The issuer's keys are fetched once, and again when a token names an unknown key.

use core::time::Duration;

use cognito_proto::ids::Issuer;
use cognito_proto::jwks::{self, Jwks, RsaKey};
use cognito_proto::signature::{SigningKeys, VerificationError};
use cognito_proto::time::UnixTime;
use cognito_proto::tokens::{Tokens, UnverifiedTokens};
use leptos::prelude::*;

use crate::TokenRejectionError;
use crate::browser::crypto::{WebCrypto, WebCryptoError};
use crate::browser::fetch::{self, Method, Request};
use crate::browser::{LocalBoxFuture, clock};
use crate::context::SharedConfig;

/// The minimum time between two requests for the issuer's keys. A token can name any key ID, and must not cause a
/// request each time.
const MIN_REFETCH_INTERVAL: Duration = Duration::from_secs(60);

/// A cache of the issuers' public keys, with which the signatures of tokens are verified. It is kept until the page is
/// unloaded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeyCache {
    config: SharedConfig,
    cached: StoredValue<CachedKeys>,
}

#[derive(Clone, Debug, Default)]
struct CachedKeys {
    fetched: Vec<(Issuer, Jwks)>,
    /// The last time at which the keys were fetched again because of an unknown key ID.
    refetched_at: Option<UnixTime>,
}

impl CachedKeys {
    fn get(&self, issuer: &Issuer) -> Option<&Jwks> {
        let mut fetched = self.fetched.iter();
        fetched.find_map(|(other, keys)| (other == issuer).then_some(keys))
    }
}

impl KeyCache {
    pub(crate) fn new(config: SharedConfig) -> Self {
        Self {
            config,
            cached: StoredValue::new(CachedKeys::default()),
        }
    }

    /// Fetches the keys of the issuer that the configuration names first, unless they are in the cache.
    pub(crate) fn prefetch(self) -> LocalBoxFuture<Result<(), TokenRejectionError>> {
        self.fetch(self.config.get_value().issuers.preferred().clone())
    }

    /// Returns an issuer's public keys, and fetches them unless they are in the cache. The error says for what reason
    /// there are no keys.
    pub(crate) fn fetch(self, issuer: Issuer) -> LocalBoxFuture<Result<(), TokenRejectionError>> {
        Box::pin(async move {
            if self
                .cached
                .with_value(|cached| cached.get(&issuer).is_some())
            {
                return Ok(());
            }
            self.refetch(issuer).await
        })
    }

    async fn refetch(self, issuer: Issuer) -> Result<(), TokenRejectionError> {
        let config = self.config.get_value();
        let mut result = Err(TokenRejectionError::NoKeys);
        for base in config.issuers.base_urls(&issuer) {
            result = request_keys(jwks::jwks_url(base)).await;
            if result.is_ok() {
                break;
            }
        }
        let keys = result?;
        self.cached.update_value(|cached| {
            cached.fetched.retain(|(other, _)| *other != issuer);
            cached.fetched.push((issuer, keys));
        });
        Ok(())
    }

    /// Verifies that both tokens are signed with keys that their issuer publishes (RFC 8725 §3.2).
    pub(crate) fn verify(
        self,
        tokens: UnverifiedTokens,
    ) -> LocalBoxFuture<Result<Tokens, TokenRejectionError>> {
        Box::pin(async move {
            let verified = tokens.verify(&self, &WebCrypto).await;
            verified.map_err(|error| match error {
                VerificationError::Invalid(error) => TokenRejectionError::Invalid(error),
                VerificationError::Keys(error) => error,
                VerificationError::Verifier(WebCryptoError) => TokenRejectionError::NoWebCrypto,
            })
        })
    }

    fn cached_key(self, issuer: &Issuer, key_id: Option<&str>) -> Option<RsaKey> {
        self.cached
            .with_value(|cached| cached.get(issuer)?.find(key_id).cloned())
    }
}

impl SigningKeys for KeyCache {
    type Error = TokenRejectionError;

    async fn find_key(
        &self,
        issuer: &Issuer,
        key_id: Option<&str>,
    ) -> Result<Option<RsaKey>, Self::Error> {
        self.fetch(issuer.clone()).await?;
        if let Some(key) = self.cached_key(issuer, key_id) {
            return Ok(Some(key));
        }
        // Issuers rotate their keys.
        let refetched_at = self.cached.with_value(|cached| cached.refetched_at);
        if is_refetch_due(refetched_at, clock::now()) {
            self.refetch(issuer.clone()).await?;
            // A response without keys does not start the waiting time.
            self.cached
                .update_value(|cached| cached.refetched_at = Some(clock::now()));
        }
        Ok(self.cached_key(issuer, key_id))
    }
}

/// Whether the keys may be fetched again at `now`. The distance is absolute, because the device's clock may have been
/// set back.
fn is_refetch_due(refetched_at: Option<UnixTime>, now: UnixTime) -> bool {
    refetched_at
        .is_none_or(|moment| moment.until(now).max(now.until(moment)) >= MIN_REFETCH_INTERVAL)
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The rule: at most one fetch per minute, whatever key IDs the tokens name. A clock that was set back by hours must
    /// not stop the fetches for hours.
    #[test]
    fn jwks_is_fetched_again_at_most_once_a_minute() {
        let last = 1_795_072_089;
        for (now, expected) in [
            (last, false),
            (last + 59, false),
            (last + 60, true),
            (last - 59, false),
            (last - 60, true),
            (last - 86_400, true),
        ] {
            let last = Some(UnixTime::from_secs(last));
            assert_eq!(
                is_refetch_due(last, UnixTime::from_secs(now)),
                expected,
                "{now}"
            );
        }
        assert!(is_refetch_due(None, UnixTime::from_secs(0)));
    }
}
