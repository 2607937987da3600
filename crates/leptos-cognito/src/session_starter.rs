//! The start of a session with the tokens of a sign-in.

use cognito_proto::action::AuthenticationResult;
use cognito_proto::oauth::Nonce;
use cognito_proto::session::Event;
use cognito_proto::tokens::UnverifiedTokens;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::attempts::{Attempt, Superseded};
use crate::browser::LocalBoxFuture;
use crate::context::SharedConfig;
use crate::key_cache::KeyCache;
use crate::server_clock::ServerClock;
use crate::session_store::SessionStore;
use crate::sign_out::SignOutStatus;
use crate::{TokenRejectionError, pending_authorizations, user_pool};

/// Starts the session with the tokens of a sign-in, after it has checked them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SessionStarter {
    config: SharedConfig,
    store: SessionStore,
    clock: ServerClock,
    keys: KeyCache,
    sign_out_status: RwSignal<SignOutStatus>,
}

/// Where tokens come from, and the value that they must match.
pub(crate) enum TokenSource {
    /// The tokens come from the user-pool API. They must be for this user, whose ID the sign-in's challenges named
    /// (`USER_ID_FOR_SRP`), if they named one.
    UserPoolApi { user_id: Option<String> },
    /// The tokens come from the hosted pages. They must contain this nonce, which the app sent.
    HostedPages(Nonce),
}

impl SessionStarter {
    pub(crate) fn new(
        config: SharedConfig,
        store: SessionStore,
        clock: ServerClock,
        keys: KeyCache,
        sign_out_status: RwSignal<SignOutStatus>,
    ) -> Self {
        Self {
            config,
            store,
            clock,
            keys,
            sign_out_status,
        }
    }

    /// Starts the session with tokens that passed every check. If `attempt` is superseded, it revokes the tokens and does
    /// not use them.
    pub(crate) fn start_session(
        self,
        result: AuthenticationResult,
        source: TokenSource,
        attempt: Attempt,
    ) -> LocalBoxFuture<Result<(), TokenRejectionError>> {
        Box::pin(async move {
            let (expected, clock) = (self.store.expected_claims(), self.clock.reading());
            let tokens = match source {
                TokenSource::UserPoolApi { user_id } => {
                    UnverifiedTokens::validate_direct(result, &expected, clock)
                        .and_then(|tokens| tokens.require_user(user_id.as_deref()))
                }
                TokenSource::HostedPages(nonce) => {
                    UnverifiedTokens::validate_hosted_ui(result, &nonce, &expected, clock)
                }
            }
            .map_err(TokenRejectionError::Invalid)?;
            let tokens = match attempt.run(self.keys.verify(tokens)).await {
                Ok(verified) => verified?,
                Err(Superseded(verified)) => {
                    if let Some(token) = verified?.refresh_token() {
                        let revoked = user_pool::revoke(&self.config.get_value(), token);
                        // The tokens are used nowhere, so a failed revocation changes nothing for the user.
                        spawn_local(async move {
                            let _ = revoked.await;
                        });
                    }
                    return Err(TokenRejectionError::Superseded);
                }
            };
            self.sign_out_status.set(SignOutStatus::None);
            // The user chose this account, so its session may replace a record that another tab wrote.
            self.store.allow_replacing_record();
            // All other attempts of this tab are superseded now.
            pending_authorizations::remove_all();
            self.store.dispatch(Event::SignedIn(tokens));
            Ok(())
        })
    }
}
