//! Whether tokens were signed by the issuer: its keys are fetched once, and once more for a key they do not hold.

use core::time::Duration;

use cognito_proto::action::AuthenticationResult;
use cognito_proto::json::Json;
use cognito_proto::jwks::{self, Jwks, RsaKey};
use cognito_proto::jwt::{Signed, TokenFault};
use cognito_proto::time::UnixTime;
use leptos::prelude::*;

use super::{Auth, NotAccepted};
use crate::browser::fetch::{self, Method, Request};
use crate::browser::{Task, clock, crypto};

/// A token can name any key it likes; the issuer is not asked again for each.
const BETWEEN_FETCHES: Duration = Duration::from_secs(60);

/// The issuer's keys as last fetched, and when. They live as long as the page.
#[derive(Clone, Debug, Default)]
pub(super) struct Keys {
    fetched: Option<(Jwks, UnixTime)>,
}

impl Auth {
    /// Fetches the keys unless they are there.
    pub(super) fn fetch_keys(self) -> Task<Result<(), NotAccepted>> {
        Box::pin(async move {
            if self.keys.with_value(|keys| keys.fetched.is_some()) {
                return Ok(());
            }
            self.refetch_keys().await
        })
    }

    async fn refetch_keys(self) -> Result<(), NotAccepted> {
        let answer = fetch::send(Request {
            method: Method::GET,
            url: &jwks::url(&self.config().issuer()),
            headers: &[],
            body: None,
        })
        .await
        .map_err(NotAccepted::Keys)?;
        let document = Json::parse(&answer.body).ok();
        let document = document.filter(|_| answer.status == 200);
        // What holds no key is no key set, and takes no good one's place.
        let keys = document.as_ref().and_then(Jwks::parse);
        let keys = keys.ok_or(NotAccepted::NoKeys)?;
        self.keys.set_value(Keys {
            fetched: Some((keys, clock::now())),
        });
        Ok(())
    }

    /// Both tokens must be signed by keys that the issuer publishes (RFC 8725 §3.2).
    pub(super) async fn verify_signatures(
        self,
        result: &AuthenticationResult,
    ) -> Result<(), NotAccepted> {
        for token in [result.id_token.reveal(), result.access_token.reveal()] {
            let signed = Signed::read(token).map_err(NotAccepted::Token)?;
            let key = self.key(&signed.key_id).await?;
            let fits = crypto::verify_rs256(&key, signed.input, &signed.signature).await;
            match fits {
                Ok(true) => {}
                Ok(false) => return Err(NotAccepted::Token(TokenFault::Signature)),
                Err(crypto::NoWebCrypto) => return Err(NotAccepted::NoWebCrypto),
            }
        }
        Ok(())
    }

    async fn key(self, key_id: &str) -> Result<RsaKey, NotAccepted> {
        self.fetch_keys().await?;
        if let Some(key) = self.known_key(key_id) {
            return Ok(key);
        }
        // Keys rotate. How long ago does not depend on which way the device's clock was put meanwhile.
        let now = clock::now();
        let is_due = self.keys.with_value(|keys| {
            let moment = keys.fetched.as_ref().map(|(_, moment)| *moment);
            moment.is_none_or(|moment| moment.until(now).max(now.until(moment)) >= BETWEEN_FETCHES)
        });
        if is_due {
            self.refetch_keys().await?;
        }
        self.known_key(key_id)
            .ok_or(NotAccepted::Token(TokenFault::UnknownKey))
    }

    fn known_key(self, key_id: &str) -> Option<RsaKey> {
        self.keys.with_value(|keys| {
            let (keys, _) = keys.fetched.as_ref()?;
            keys.find(key_id).cloned()
        })
    }
}
