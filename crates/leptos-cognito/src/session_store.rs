//! The session: its signal, its stored record, and the changes that other tabs make to the record.
//!
//! [`SessionStore`] applies events with [`Session::apply`]. It does not perform their effects: it hands them to the
//! handler that [`SessionRunner`](crate::session_runner::SessionRunner) registers. So the store knows none of the parts
//! that use it.

use std::sync::Arc;

use cognito_proto::config::Storage;
use cognito_proto::jwt::ExpectedClaims;
use cognito_proto::session::{
    Effect, Event, Session, SessionEndReason, SignOutReason, StoredSession,
};
use cognito_proto::tokens::Tokens;
use futures::channel::oneshot;
use futures::future::{self, Either};
use leptos::prelude::*;

use crate::attempts::Attempts;
use crate::browser::{LocalBoxFuture, clock, storage};
use crate::context::SharedConfig;

/// The function that performs the effects of an event. It is no `Callback`, whose owner could be a component that is
/// removed before the session ends.
type EffectHandler = Arc<dyn Fn(Vec<Effect>) + Send + Sync>;

/// The session of this tab.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SessionStore {
    config: SharedConfig,
    session: RwSignal<Session>,
    /// The ID (`sub`) of the signed-in user. When it changes, the pages are rendered again for the new user.
    user_id: Memo<Option<String>>,
    /// True if the browser refused to store the session.
    not_persisted: RwSignal<bool>,
    attempts: Attempts,
    /// Receives the effects of each event.
    effect_handler: StoredValue<Option<EffectHandler>>,
    /// The futures that wait for the next event.
    waiting: StoredValue<Vec<oneshot::Sender<()>>>,
}

impl SessionStore {
    /// Creates the store. If a session is stored, it is [`Session::Restoring`] until the record is read.
    pub(crate) fn new(config: SharedConfig, attempts: Attempts) -> Self {
        let area = config.with_value(|config| config.storage);
        storage::remove_session_elsewhere(area);
        let session = RwSignal::new(match storage::read_session(area) {
            Some(_) => Session::Restoring,
            None => Session::SignedOut(SignOutReason::NeverSignedIn),
        });
        let subject = |session: &Session| Some(session.tokens()?.claims().subject.clone());
        Self {
            config,
            session,
            user_id: Memo::new(move |_| session.with(subject)),
            not_persisted: RwSignal::new(false),
            attempts,
            effect_handler: StoredValue::new(None),
            waiting: StoredValue::new(Vec::new()),
        }
    }

    /// Returns the session as a signal for views.
    pub(crate) fn session(self) -> ReadSignal<Session> {
        self.session.read_only()
    }

    /// Returns the ID (`sub`) of the signed-in user as a signal for views.
    pub(crate) fn user_id_signal(self) -> Memo<Option<String>> {
        self.user_id
    }

    /// Returns the ID (`sub`) of the signed-in user.
    pub(crate) fn user_id(self) -> Option<String> {
        self.user_id.get_untracked()
    }

    /// Calls `read` with the session.
    pub(crate) fn with<T>(self, read: impl FnOnce(&Session) -> T) -> T {
        self.session.with_untracked(read)
    }

    /// Returns true if the stored session has not been read yet.
    pub(crate) fn is_restoring(self) -> bool {
        self.with(|session| matches!(session, Session::Restoring))
    }

    /// Returns the tokens in use, or `None` if no user is signed in.
    pub(crate) fn tokens(self) -> Option<Tokens> {
        self.with(|session| session.tokens().cloned())
    }

    /// Returns true if the browser refused to store the session. For views.
    pub(crate) fn is_not_persisted(self) -> bool {
        self.not_persisted.get()
    }

    /// Lets the next session replace a record that another tab wrote.
    pub(crate) fn allow_replacing_record(self) {
        self.not_persisted.set(false);
    }

    /// Returns the claims that tokens of this app must have.
    pub(crate) fn expected_claims(self) -> ExpectedClaims {
        self.config.with_value(|config| ExpectedClaims {
            issuers: config.issuers.clone(),
            client: config.client.clone(),
        })
    }

    /// Registers the handler that performs the effects of all later events.
    pub(crate) fn on_effects(self, handler: impl Fn(Vec<Effect>) + Send + Sync + 'static) {
        self.effect_handler.set_value(Some(Arc::new(handler)));
    }

    /// Applies an event and hands its effects to the handler. Then it wakes the futures that wait for an event.
    pub(crate) fn dispatch(self, event: Event) {
        let before = self.session.get_untracked();
        let (after, effects) = before.clone().apply(event, clock::now());
        if after != before {
            self.session.set(after);
        }
        if let Some(handler) = self.effect_handler.get_value() {
            handler(effects);
        }
        let waiting = self.waiting.try_update_value(std::mem::take);
        for sender in waiting.into_iter().flatten() {
            // A receiver that was dropped waits no longer.
            let _ = sender.send(());
        }
    }

    /// Waits until `is_reached` returns true for the session. It is not generic, so that the download contains it only
    /// once.
    pub(crate) async fn wait_until(self, is_reached: &dyn Fn(&Session) -> bool) {
        while !self.session.with_untracked(is_reached) {
            self.next_event().await;
        }
    }

    async fn next_event(self) {
        let (sender, receiver) = oneshot::channel();
        self.waiting.update_value(|waiting| waiting.push(sender));
        if receiver.await.is_err() {
            // The store was disposed together with its owner, so there are no more events.
            future::pending::<()>().await;
        }
    }

    /// Waits for the response to a request of the current user. It aborts the request and returns `None` if that user
    /// signs out or another user signs in.
    pub(crate) fn cancel_on_user_change<T: 'static>(
        self,
        sent: LocalBoxFuture<T>,
    ) -> LocalBoxFuture<Option<T>> {
        let user_id = self.user_id();
        let changed: LocalBoxFuture<()> = Box::pin(async move {
            self.wait_until(&|_| self.user_id() != user_id).await;
        });
        Box::pin(async move {
            match future::select(changed, sent).await {
                Either::Left(_) => None,
                Either::Right((response, _)) => Some(response),
            }
        })
    }

    /// Reads the stored session from the browser's storage. A record that claims a longer lifetime than its tokens have
    /// is corrected, because each later load would trust the record.
    pub(crate) fn load(self) -> StoredSession {
        let area = self.storage();
        let record = storage::read_session(area);
        let expected = self.expected_claims();
        let stored = StoredSession::parse(record.as_deref(), &expected, clock::now());
        if let StoredSession::Tokens(tokens) = &stored {
            let expected_record = tokens.to_json(&expected);
            if record.is_some_and(|record| record != expected_record) {
                // If this write fails, the browser would not have stored the session either.
                let _ = storage::write_session(area, &expected_record);
            }
        }
        stored
    }

    /// Reads the stored session and reacts to a change. Another tab may have signed in, signed out or refreshed, and so
    /// may another page of this tab while this page was in the back/forward cache. If the user has changed there, this
    /// is newer than anything that this tab has started.
    pub(crate) fn sync_from_storage(self) {
        if !self.is_persistent() {
            return;
        }
        let before = self.user_id();
        self.dispatch(Event::StorageChanged(self.load()));
        if self.user_id() != before {
            self.attempts.supersede();
        }
    }

    /// Returns true if the session is stored outside this page's memory.
    pub(crate) fn is_persistent(self) -> bool {
        self.storage() != Storage::Memory && !self.not_persisted.get_untracked()
    }

    /// Returns true if all tabs share the stored session.
    pub(crate) fn is_shared(self) -> bool {
        self.storage() == Storage::Local
    }

    /// Writes the session's record.
    pub(crate) fn save(self, tokens: &Tokens) {
        if self.is_foreign_record() {
            return;
        }
        let record = tokens.to_json(&self.expected_claims());
        let stored = storage::write_session(self.storage(), &record);
        self.not_persisted.set(stored.is_err());
    }

    /// Removes the session's record.
    pub(crate) fn clear_record(self) {
        if !self.is_foreign_record() {
            storage::remove_session();
        }
    }

    /// Writes the reason for which the session ended in place of the session's record.
    pub(crate) fn save_end_reason(self, end: SessionEndReason) {
        if !self.is_foreign_record() {
            // If this write fails, the record is missing, which also means that the user is signed out.
            let _ = storage::write_session(self.storage(), &end.to_json());
        }
    }

    /// Returns true if another tab has stored its session while this tab could not store its own. This tab then keeps
    /// its session in memory and must not overwrite the record.
    fn is_foreign_record(self) -> bool {
        self.not_persisted.get_untracked() && matches!(self.load(), StoredSession::Tokens(_))
    }

    fn storage(self) -> Storage {
        self.config.with_value(|config| config.storage)
    }
}
