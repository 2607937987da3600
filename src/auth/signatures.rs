//! Signature checks of tokens. The issuer's keys are fetched once, and again when a token names an unknown key.

use core::time::Duration;

use cognito_proto::ids::Issuer;
use cognito_proto::json::Json;
use cognito_proto::jwks::{self, Jwks, RsaKey};
use cognito_proto::jwt::{Signed, TokenFault};
use cognito_proto::session::Event;
use cognito_proto::time::UnixTime;
use cognito_proto::tokens::Tokens;
use leptos::prelude::*;

use super::{Auth, NotAccepted};
use crate::browser::fetch::{self, Method, Request};
use crate::browser::{LocalBoxFuture, clock, crypto};

/// The minimum time between two fetches of the keys. A token can name any key ID, and must not cause a request each
/// time.
const BETWEEN_FETCHES: Duration = Duration::from_secs(60);

/// The issuers' keys as last fetched. They are kept until the page is unloaded.
#[derive(Clone, Debug, Default)]
pub(super) struct Keys {
    fetched: Vec<(Issuer, Jwks)>,
    /// When the keys were last fetched again because of an unknown key ID.
    refetched: Option<UnixTime>,
}

impl Keys {
    fn of(&self, issuer: &Issuer) -> Option<&Jwks> {
        let mut fetched = self.fetched.iter();
        fetched.find_map(|(of, keys)| (of == issuer).then_some(keys))
    }
}

impl Auth {
    /// Fetches an issuer's keys unless they are already here.
    pub(super) fn fetch_keys(self, issuer: Issuer) -> LocalBoxFuture<Result<(), NotAccepted>> {
        Box::pin(async move {
            if self.keys.with_value(|keys| keys.of(&issuer).is_some()) {
                return Ok(());
            }
            self.refetch_keys(issuer).await
        })
    }

    async fn refetch_keys(self, issuer: Issuer) -> Result<(), NotAccepted> {
        let config = self.config();
        let mut outcome = Err(NotAccepted::NoKeys);
        for base in config.issuers.locations(&issuer) {
            outcome = ask_for_keys(jwks::url(base)).await;
            if outcome.is_ok() {
                break;
            }
        }
        let keys = outcome?;
        self.keys.update_value(|held| {
            held.fetched.retain(|(of, _)| *of != issuer);
            held.fetched.push((issuer, keys));
        });
        Ok(())
    }

    /// Verifies that both tokens are signed with keys that their issuer publishes (RFC 8725 §3.2).
    pub(super) fn verify_signatures(
        self,
        tokens: &Tokens,
    ) -> LocalBoxFuture<Result<(), NotAccepted>> {
        let issuer = tokens.issuer().clone();
        let signed = [tokens.id().reveal(), tokens.access().reveal()].map(str::to_owned);
        Box::pin(async move {
            for token in signed {
                let signed = Signed::read(&token).map_err(NotAccepted::Token)?;
                let key = self.key(&issuer, signed.key_id.as_deref()).await?;
                let fits = crypto::verify_rs256(&key, signed.input, &signed.signature).await;
                match fits {
                    Ok(true) => {}
                    Ok(false) => return Err(NotAccepted::Token(TokenFault::Signature)),
                    Err(crypto::WebCryptoError) => return Err(NotAccepted::NoWebCrypto),
                }
            }
            Ok(())
        })
    }

    /// Checks the signatures of tokens from the browser's storage. If the keys cannot be fetched, the check runs again
    /// when the network is back or the page becomes visible.
    pub(super) async fn verify_stored(self, tokens: Tokens) {
        self.unverified.set_value(None);
        match self.verify_signatures(&tokens).await {
            Ok(()) => {}
            // These tokens have been replaced, or the user has signed out.
            Err(_)
                if self
                    .session
                    .with_untracked(|session| session.tokens() != Some(&tokens)) => {}
            // The issuer has changed its keys, which does not make older tokens invalid. A refresh brings new tokens.
            Err(NotAccepted::Token(TokenFault::UnknownKey)) if tokens.refresh().is_some() => {
                // If the refresh cannot be sent or gets no response, the check runs again.
                self.unverified.set_value(Some(tokens.clone()));
                self.dispatch_unless_told_to_wait(Event::Doubted(tokens));
            }
            Err(NotAccepted::Token(_)) => self.dispatch(Event::Disproved(tokens)),
            Err(_) => self.unverified.set_value(Some(tokens)),
        }
    }

    async fn key(self, issuer: &Issuer, key_id: Option<&str>) -> Result<RsaKey, NotAccepted> {
        self.fetch_keys(issuer.clone()).await?;
        if let Some(key) = self.known_key(issuer, key_id) {
            return Ok(key);
        }
        // Issuers rotate their keys. The distance is absolute, because the device's clock may have been set back.
        let now = clock::now();
        let is_due = self.keys.with_value(|keys| {
            keys.refetched
                .is_none_or(|moment| moment.until(now).max(now.until(moment)) >= BETWEEN_FETCHES)
        });
        if is_due {
            self.refetch_keys(issuer.clone()).await?;
            // A response without keys does not start the waiting time.
            self.keys
                .update_value(|keys| keys.refetched = Some(clock::now()));
        }
        self.known_key(issuer, key_id)
            .ok_or(NotAccepted::Token(TokenFault::UnknownKey))
    }

    fn known_key(self, issuer: &Issuer, key_id: Option<&str>) -> Option<RsaKey> {
        self.keys
            .with_value(|keys| keys.of(issuer)?.find(key_id).cloned())
    }
}

/// Fetches a key set. A document without keys is an error and does not replace the stored key set.
fn ask_for_keys(url: String) -> LocalBoxFuture<Result<Jwks, NotAccepted>> {
    Box::pin(async move {
        let answer = fetch::send(Request {
            method: Method::GET,
            url: &url,
            headers: &[],
            body: None,
        })
        .await
        .map_err(NotAccepted::Keys)?;
        let document = Json::parse(&answer.body).ok();
        let document = document.filter(|_| answer.status == 200);
        let keys = document.as_ref().and_then(Jwks::parse);
        keys.ok_or(NotAccepted::NoKeys)
    })
}
