//! The check in the background whether tokens from the browser's storage have valid signatures.

use cognito_proto::jwt::TokenValidationError;
use cognito_proto::session::{Event, Session};
use cognito_proto::tokens::StoredTokens;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::TokenRejectionError;
use crate::browser::lifecycle;
use crate::key_cache::KeyCache;
use crate::refresh::Refresher;

/// Verifies the signatures of tokens from the browser's storage, which are in use already.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StoredTokenCheck {
    keys: KeyCache,
    refresher: Refresher,
    /// Tokens whose signatures could not be checked yet.
    postponed: StoredValue<Option<StoredTokens>>,
}

impl StoredTokenCheck {
    pub(crate) fn new(
        keys: KeyCache,
        refresher: Refresher,
        postponed: StoredValue<Option<StoredTokens>>,
    ) -> Self {
        Self {
            keys,
            refresher,
            postponed,
        }
    }

    /// Starts the check of `tokens`. If the keys cannot be fetched, it is postponed until the network is back or the
    /// page becomes visible.
    pub(crate) fn start(self, tokens: StoredTokens) {
        if lifecycle::is_online() {
            spawn_local(self.verify(tokens));
        } else {
            // Without a network the check cannot succeed.
            self.postponed.set_value(Some(tokens));
        }
    }

    /// Starts the check that was postponed, if there is one.
    pub(crate) fn start_postponed(self) {
        if let Some(tokens) = self.postponed.try_update_value(Option::take).flatten() {
            self.start(tokens);
        }
    }

    async fn verify(self, tokens: StoredTokens) {
        self.postponed.set_value(None);
        let store = self.refresher.store();
        let is_current = |session: &Session| {
            let current = session.tokens();
            current.is_some_and(|current| tokens.is_same(current))
        };
        match self.keys.verify(tokens.to_unverified()).await {
            Ok(_) => {}
            // These tokens have been replaced, or the user has signed out.
            Err(_) if !store.with(is_current) => {}
            // The issuer has changed its keys, which does not make older tokens invalid. A refresh brings new tokens.
            Err(TokenRejectionError::Invalid(TokenValidationError::UnknownKey))
                if tokens.refresh_token().is_some() =>
            {
                // If the refresh cannot be sent or gets no response, the check runs again.
                let rejected = tokens.trust_storage();
                self.postponed.set_value(Some(tokens));
                self.refresher
                    .dispatch_unless_throttled(Event::TokensRejected(rejected));
            }
            Err(TokenRejectionError::Invalid(_)) => {
                store.dispatch(Event::SignaturesInvalid(tokens));
            }
            Err(_) => self.postponed.set_value(Some(tokens)),
        }
    }

    /// Drops the tokens whose check was postponed, because they are no longer in use.
    pub(crate) fn cancel(self) {
        self.postponed.set_value(None);
    }
}
