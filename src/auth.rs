//! The session signal: runs [`Session::step`], performs its effects, and holds the conversations
//! with the pool. `use_auth()` gives it to any page.

mod conversations;
mod errors;
mod user_pool;

pub use conversations::{Newcomer, Registered};
pub use errors::{
    CallError, ForgotError, NewPasswordError, RegisterError, ResendError, SignInError, Trouble,
    VerifyError,
};

use core::future::poll_fn;
use core::task::{Poll, Waker};
use std::sync::Arc;

use cognito_proto::action::{GetTokensFromRefreshToken, RevokeToken};
use cognito_proto::config::Config;
use cognito_proto::error::ErrorKind;
use cognito_proto::jwt::Expected;
use cognito_proto::session::{Effect, Event, Renewal, Session};
use cognito_proto::srp::Ephemeral;
use cognito_proto::tokens::Tokens;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::browser::timer::{self, Timeout};
use crate::browser::{clock, random, storage};

/// Who is here, and the way to become somebody. Copied freely: it holds handles.
#[derive(Clone, Copy, Debug)]
pub struct Auth {
    config: StoredValue<Arc<Config>>,
    session: RwSignal<Session>,
    signed_in: Memo<bool>,
    /// Set when the browser would not keep the session.
    unkept: RwSignal<bool>,
    /// The pair for the next sign-in, made while the form is being filled in.
    ephemeral: StoredValue<Option<Ephemeral>>,
    newcomer: StoredValue<Option<Newcomer>>,
    /// Counts sign-ins and sign-outs: the last one that was begun is the one that counts.
    turn: StoredValue<u64>,
    wake: StoredValue<Option<Timeout>, LocalStorage>,
    /// Ends the memory of a newcomer who does not come back.
    newcomer_limit: StoredValue<Option<Timeout>, LocalStorage>,
    waiting: StoredValue<Vec<Waker>>,
}

/// Why there are no tokens to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoTokens {
    /// Nobody is signed in any more.
    SignedOut,
    /// They have expired, and the pool could not be asked for new ones.
    NotRenewed,
}

/// The [`Auth`] that the app provides.
///
/// # Panics
/// Outside the app's configuration gate, where there is nobody to be.
pub fn use_auth() -> Auth {
    expect_context()
}

impl Auth {
    /// Takes up the session that this browser kept, if there is one.
    pub fn new(config: Config) -> Self {
        let session = RwSignal::new(Session::Restoring);
        let auth = Self {
            config: StoredValue::new(Arc::new(config)),
            session,
            signed_in: Memo::new(move |_| session.with(|session| session.tokens().is_some())),
            unkept: RwSignal::new(false),
            ephemeral: StoredValue::new(None),
            newcomer: StoredValue::new(None),
            turn: StoredValue::new(0),
            wake: StoredValue::new_local(None),
            newcomer_limit: StoredValue::new_local(None),
            waiting: StoredValue::new(Vec::new()),
        };
        let expected = auth.expected();
        let record = storage::read_session();
        let kept = record
            .as_deref()
            .and_then(|record| Tokens::from_record(record, &expected));
        if record.is_some() && kept.is_none() {
            // Damaged, or of another pool, client or version: it serves nobody.
            storage::remove_session();
        }
        auth.dispatch(Event::Restored(kept));
        auth
    }

    /// What `config.js` said.
    pub fn config(self) -> Arc<Config> {
        self.config.get_value()
    }

    /// The session, to be drawn.
    pub fn session(self) -> ReadSignal<Session> {
        self.session.read_only()
    }

    /// Whether somebody is signed in.
    pub fn is_signed_in(self) -> Memo<bool> {
        self.signed_in
    }

    /// Whether this browser refused to keep the session, so that a reload will end it.
    pub fn is_unkept(self) -> bool {
        self.unkept.get() && self.signed_in.get()
    }

    /// Ends the session here at once, and tells the service behind its back.
    pub fn sign_out(self) {
        self.forget_newcomer();
        self.next_turn();
        self.dispatch(Event::SignOutAsked);
    }

    /// Tokens that a request sent now can use: waits for a renewal where they have expired.
    pub async fn usable_tokens(self) -> Result<Tokens, NoTokens> {
        let expired = |tokens: &Tokens| !tokens.are_usable(clock::now());
        if self
            .session
            .with_untracked(|session| session.tokens().is_some_and(expired))
        {
            self.dispatch(Event::RefreshDue);
        }
        let settled = poll_fn(|context| {
            self.session.with_untracked(|session| match session {
                Session::Refreshing(tokens) if expired(tokens) => {
                    self.waiting
                        .update_value(|waiting| waiting.push(context.waker().clone()));
                    Poll::Pending
                }
                other => Poll::Ready(other.tokens().cloned()),
            })
        });
        match settled.await {
            None => Err(NoTokens::SignedOut),
            Some(tokens) if expired(&tokens) => Err(NoTokens::NotRenewed),
            Some(tokens) => Ok(tokens),
        }
    }

    /// Makes the pair for the next sign-in, unless there is one. It depends on nobody, so it can be
    /// made before anybody has typed a name.
    pub fn prepare(self) {
        if self.ephemeral.with_value(Option::is_none) {
            self.ephemeral.set_value(fresh_ephemeral());
        }
    }

    fn next_turn(self) -> u64 {
        self.turn.update_value(|turn| *turn += 1);
        self.turn.get_value()
    }

    fn take_ephemeral(self) -> Option<Ephemeral> {
        self.ephemeral
            .try_update_value(Option::take)
            .flatten()
            .or_else(fresh_ephemeral)
    }

    fn expected(self) -> Expected {
        self.config.with_value(|config| Expected {
            issuer: config.issuer(),
            client: config.client.clone(),
        })
    }

    fn dispatch(self, event: Event) {
        let before = self.session.get_untracked();
        let (after, effects) = before.clone().step(event, clock::now());
        if after != before {
            self.session.set(after);
        }
        for effect in effects {
            self.perform(effect);
        }
        let waiting = self
            .waiting
            .try_update_value(std::mem::take)
            .unwrap_or_default();
        waiting.into_iter().for_each(Waker::wake);
    }

    fn perform(self, effect: Effect) {
        match effect {
            Effect::Keep(tokens) => {
                let kept = storage::write_session(&tokens.to_record(&self.expected()));
                self.unkept.set(kept.is_err());
            }
            Effect::Forget => {
                self.wake.set_value(None);
                storage::remove_session();
            }
            Effect::WakeAt(moment) => {
                let delay = clock::now().until(moment);
                let wake = timer::after(delay, move || self.dispatch(Event::RefreshDue));
                self.wake.set_value(Some(wake));
            }
            Effect::Refresh(tokens) => spawn_local(async move { self.refresh(tokens).await }),
            Effect::Revoke(token) => spawn_local(async move {
                let config = self.config();
                let revoke = RevokeToken {
                    client: &config.client,
                    refresh_token: &token,
                };
                // The person has left already; a service that cannot be told changes nothing for them.
                let _ = user_pool::send(&config, &revoke).await;
            }),
        }
    }

    /// Renews by `GetTokensFromRefreshToken`, which serves clients with and without rotation.
    async fn refresh(self, tokens: Tokens) {
        let Some(spent) = tokens.refresh().cloned() else {
            return;
        };
        let config = self.config();
        let ask = GetTokensFromRefreshToken {
            client: &config.client,
            refresh_token: &spent,
        };
        let renewal = match user_pool::send(&config, &ask).await {
            Ok(result) => tokens
                .renewed(result, &self.expected(), clock::now())
                .map_or(Renewal::Refused, Renewal::Granted),
            // Only a definite no ends the session: a portal, a proxy or a failing trigger says nothing of it.
            Err(CallError::Refused(refusal)) => match refusal.kind {
                ErrorKind::NotAuthorized
                | ErrorKind::PasswordResetRequired
                | ErrorKind::RefreshTokenReuse
                | ErrorKind::UserNotConfirmed
                | ErrorKind::UserNotFound => Renewal::Refused,
                _ => Renewal::Unreachable,
            },
            Err(CallError::Fetch(_) | CallError::Malformed(_)) => Renewal::Unreachable,
        };
        self.dispatch(Event::Refreshed { spent, renewal });
    }
}

/// `None` when the browser has no secure generator.
fn fresh_ephemeral() -> Option<Ephemeral> {
    Ephemeral::from_bytes(random::bytes().ok()?).ok()
}
