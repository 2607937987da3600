//! The session as a Leptos context: applies events ([`Session::apply`]), performs their effects, and provides the
//! operations of sign-in, account and sign-out. Pages get it from [`use_auth`].

use core::task::Waker;
use std::sync::Arc;

use cognito_proto::action::AuthenticationResult;
use cognito_proto::config::{Config, Storage};
use cognito_proto::ids::{DeviceKey, SecureUrl};
use cognito_proto::jwt::ExpectedClaims;
use cognito_proto::oauth::Nonce;
use cognito_proto::session::{Effect, Event, Session, SignOutReason, StoredSession};
use cognito_proto::srp::ClientEphemeral;
use cognito_proto::time::{ClockReading, UnixTime};
use cognito_proto::tokens::{StoredTokens, UnverifiedTokens};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::browser::timer::{self, Timeout};
use crate::browser::{LocalBoxFuture, clock, lifecycle, random, storage};
use crate::jwks::JwksCache;
use crate::refresh::RefreshSource;
use crate::sign_in::PendingChallenge;
use crate::sign_out::SignOutStatus;
use crate::sign_up::PendingSignUp;
use crate::{TokenRejectionError, hosted_ui};

/// The Leptos context with the signed-in user and the sign-in operations. It is `Copy`, because it only holds signal
/// handles.
#[derive(Clone, Copy, Debug)]
pub struct AuthContext {
    pub(crate) config: StoredValue<Arc<Config>>,
    pub(crate) session: RwSignal<Session>,
    /// The ID (`sub`) of the signed-in user. When it changes, the pages are rendered again for the new user.
    pub(crate) user_id: Memo<Option<String>>,
    /// True if the browser refused to store the session.
    pub(crate) not_persisted: RwSignal<bool>,
    pub(crate) online: RwSignal<bool>,
    /// True once [`AuthContext::start`] has run.
    pub(crate) started: StoredValue<bool>,
    pub(crate) sign_out_status: RwSignal<SignOutStatus>,
    /// The domain of the hosted pages, or `None` while it is unknown.
    pub(crate) hosted_domain: RwSignal<Option<SecureUrl>>,
    /// The issuers' public keys, if they were fetched.
    pub(crate) jwks: StoredValue<JwksCache>,
    /// Tokens from the browser's storage whose signatures could not be verified yet.
    pub(crate) unverified_tokens: StoredValue<Option<StoredTokens>>,
    /// The time that the app's own host last reported, with the device's time at that moment.
    pub(crate) server_clock: StoredValue<Option<ClockReading>>,
    /// True if the pool refused a password proof with the host's time and accepted one with this device's time. The app
    /// then no longer uses the host's time in this page.
    pub(crate) server_time_rejected: StoredValue<bool>,
    /// The SRP key pair for the next sign-in. It is made while the user fills in the form.
    pub(crate) ephemeral: StoredValue<Option<ClientEphemeral>>,
    pub(crate) pending_sign_up: StoredValue<Option<PendingSignUp>>,
    /// A sign-in that another page has started and that the sign-in page has to continue.
    pub(crate) pending_challenge: StoredValue<Option<PendingChallenge>>,
    /// The user (`sub`) and the device key for which the app still has to ask whether the user trusts this device.
    pub(crate) device_offer: RwSignal<Option<(String, DeviceKey)>>,
    /// The number of the latest sign-in attempt or sign-out. An attempt with an older number is superseded.
    pub(crate) attempt_id: StoredValue<u64>,
    /// How many refreshes in a row got no response.
    pub(crate) refresh_failures: StoredValue<u32>,
    /// The earliest time for the next refresh, from the service's `Retry-After` header.
    pub(crate) retry_after: StoredValue<UnixTime>,
    pub(crate) refresh_timer: StoredValue<Option<Timeout>, LocalStorage>,
    /// The timer that removes `pending_sign_up` from memory if the user does not confirm the account in time.
    pub(crate) pending_sign_up_timer: StoredValue<Option<Timeout>, LocalStorage>,
    pub(crate) wakers: StoredValue<Vec<Waker>>,
}

/// Creates an [`AuthContext`], restores the stored session, and provides the context to all components below the
/// current one.
pub fn provide_auth(config: Config) -> AuthContext {
    let auth = AuthContext::new(config);
    auth.start();
    provide_context(auth);
    auth
}

/// Returns the [`AuthContext`] that a component above the current one provided.
///
/// # Panics
/// If there is none.
pub fn use_auth() -> AuthContext {
    expect_context()
}

impl AuthContext {
    /// Creates the context. If a session is stored, the session is [`Session::Restoring`] until
    /// [`AuthContext::start`] has read it.
    pub fn new(config: Config) -> Self {
        storage::remove_session_elsewhere(config.storage);
        let session = RwSignal::new(match storage::read_session(config.storage) {
            Some(_) => Session::Restoring,
            None => Session::SignedOut(SignOutReason::NeverSignedIn),
        });
        let subject = |session: &Session| Some(session.tokens()?.claims().subject.clone());
        let auth = Self {
            session,
            user_id: Memo::new(move |_| session.with(subject)),
            not_persisted: RwSignal::new(false),
            online: RwSignal::new(lifecycle::is_online()),
            started: StoredValue::new(false),
            sign_out_status: RwSignal::new(SignOutStatus::after_page_load()),
            hosted_domain: RwSignal::new(config.hosted_ui.domain.clone()),
            config: StoredValue::new(Arc::new(config)),
            jwks: StoredValue::new(JwksCache::default()),
            unverified_tokens: StoredValue::new(None),
            server_clock: StoredValue::new(None),
            server_time_rejected: StoredValue::new(false),
            ephemeral: StoredValue::new(None),
            pending_sign_up: StoredValue::new(None),
            pending_challenge: StoredValue::new(None),
            device_offer: RwSignal::new(None),
            attempt_id: StoredValue::new(0),
            refresh_failures: StoredValue::new(0),
            retry_after: StoredValue::new(UnixTime::from_secs(0)),
            refresh_timer: StoredValue::new_local(None),
            pending_sign_up_timer: StoredValue::new_local(None),
            wakers: StoredValue::new(Vec::new()),
        };
        lifecycle::on_network_change(move |online| auth.online.set(online));
        auth
    }

    /// Restores the stored session, if there is one. After that the context reacts to other tabs, to changes of the
    /// network, and when the device wakes up. Only the first call has an effect.
    pub fn start(self) {
        if self.started.get_value() {
            return;
        }
        self.started.set_value(true);
        let stored = self.load_stored_session();
        if !matches!(
            stored,
            StoredSession::Tokens(_) | StoredSession::RefreshGrant(_)
        ) {
            // The record is damaged, or belongs to another pool, client or version, or it is an end reason that was
            // read now.
            storage::remove_session();
        }
        self.dispatch(if self.is_restoring() {
            Event::Restored(stored)
        } else {
            // Another tab may have signed in since this context was created.
            Event::StorageChanged(stored)
        });
        storage::on_session_changed(move || self.sync_from_storage());
        lifecycle::on_page_visible(move |restored| {
            if restored {
                self.on_hosted_ui_abandoned();
            }
            if restored && !self.is_persistent() {
                // Another user may be looking at this page now. A session in memory must not come back from the
                // bfcache.
                self.dispatch(Event::PageUnloaded);
            }
            self.refresh_if_due();
        });
        lifecycle::on_network_change(move |online| {
            if online {
                self.refresh_if_due();
            }
        });
    }

    /// Returns true if the stored session has not been read yet.
    pub fn is_restoring(self) -> bool {
        self.session
            .with_untracked(|session| matches!(session, Session::Restoring))
    }

    /// Returns true if this tab has started a hosted sign-in that may still be open. It does not parse the stored
    /// record.
    pub fn may_have_pending_authorization(self) -> bool {
        storage::has_pending_authorizations()
    }

    /// Returns the configuration from `config.js`.
    pub fn config(self) -> Arc<Config> {
        self.config.get_value()
    }

    /// Returns the session as a signal for views.
    pub fn session(self) -> ReadSignal<Session> {
        self.session.read_only()
    }

    /// Returns true if a user is signed in. Views that call it are rendered again for another user.
    pub fn is_signed_in(self) -> bool {
        self.user_id.with(Option::is_some)
    }

    /// Returns true if the stored session is damaged and is being recovered, so that it is not known yet who is signed
    /// in.
    pub fn is_recovering(self) -> bool {
        self.session
            .with(|session| matches!(session, Session::Recovering { .. }))
    }

    /// Returns true if this browser refused to store the session, so that a reload ends it.
    pub fn is_not_persisted(self) -> bool {
        self.not_persisted.get() && self.is_signed_in()
    }

    /// Returns where the session is really stored: `Storage::Memory` if the browser refused to store it. For views.
    pub fn storage_in_use(self) -> Storage {
        if self.is_not_persisted() {
            Storage::Memory
        } else {
            self.config().storage
        }
    }

    /// Returns true if the browser reports a network connection.
    pub fn is_online(self) -> bool {
        self.online.get()
    }

    /// Prepares the parts of a sign-in that do not depend on the user: makes an SRP key pair, and fetches the issuer's
    /// keys and the host's time.
    pub fn prefetch(self) {
        if self.ephemeral.with_value(Option::is_none) {
            self.ephemeral.set_value(new_ephemeral());
        }
        spawn_local(async move {
            self.sync_clock().await;
            // If this fails, the sign-in fetches the keys again and reports the error.
            let _ = self
                .fetch_keys(self.config().issuers.preferred().clone())
                .await;
        });
    }

    pub(crate) fn next_attempt_id(self) -> u64 {
        self.attempt_id.update_value(|attempt_id| *attempt_id += 1);
        self.attempt_id.get_value()
    }

    /// Returns true if no newer sign-in or sign-out has started since the sign-in attempt with this number.
    pub(crate) fn is_current_attempt(self, attempt_id: u64) -> bool {
        self.attempt_id.get_value() == attempt_id
    }

    pub(crate) fn take_ephemeral(self) -> Option<ClientEphemeral> {
        self.ephemeral
            .try_update_value(Option::take)
            .flatten()
            .or_else(new_ephemeral)
    }

    pub(crate) fn expected_claims(self) -> ExpectedClaims {
        self.config.with_value(|config| ExpectedClaims {
            issuers: config.issuers.clone(),
            client: config.client.clone(),
        })
    }

    /// Returns the current time by two clocks: the device's time, and the host's time, computed from its last report.
    pub(crate) fn clock_reading(self) -> ClockReading {
        let device = clock::now();
        self.server_clock
            .with_value(|clock| clock.map(|clock| clock.projected_to(device)))
            .unwrap_or(ClockReading {
                device,
                server: None,
            })
    }

    /// Asks the app's own host for the time, and stores the result for [`AuthContext::clock_reading`].
    pub(crate) fn sync_clock(self) -> LocalBoxFuture<ClockReading> {
        Box::pin(async move {
            let mut clock = clock::fetch_server_time().await;
            if self.server_time_rejected.get_value() {
                clock.server = None;
            }
            self.server_clock.set_value(Some(clock));
            clock
        })
    }

    /// Reads the stored session from the browser's storage. A record that claims a longer lifetime than its tokens have
    /// is corrected, because each later load would trust the record.
    pub(crate) fn load_stored_session(self) -> StoredSession {
        let area = self.config().storage;
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

    /// Returns true if the session is stored outside this page's memory.
    pub(crate) fn is_persistent(self) -> bool {
        self.config().storage != Storage::Memory && !self.not_persisted.get_untracked()
    }

    /// Returns true if another tab has stored its session while this tab could not store its own. This tab then keeps
    /// its session in memory and must not overwrite the record.
    pub(crate) fn is_foreign_record(self) -> bool {
        self.not_persisted.get_untracked()
            && matches!(self.load_stored_session(), StoredSession::Tokens(_))
    }

    /// Reads the stored session and reacts to a change. Another tab may have signed in, signed out or refreshed, and so
    /// may another page of this tab while this page was in the back/forward cache. If the user has changed there, this
    /// is newer than anything that this tab has started.
    pub(crate) fn sync_from_storage(self) {
        if !self.is_persistent() {
            return;
        }
        let before = self.user_id();
        self.dispatch(Event::StorageChanged(self.load_stored_session()));
        if self.user_id() != before {
            self.next_attempt_id();
        }
    }

    /// Returns the ID (`sub`) of the signed-in user.
    pub(crate) fn user_id(self) -> Option<String> {
        self.user_id.get_untracked()
    }

    /// Refreshes the tokens if that is due and the service's `Retry-After` has passed. Before that, it reads the stored
    /// session. It runs when the refresh timer ends, when the device wakes up, and when the network is back.
    pub(crate) fn refresh_if_due(self) {
        self.sync_from_storage();
        self.dispatch_unless_throttled(Event::RefreshDue);
        if let Some(tokens) = self
            .unverified_tokens
            .try_update_value(Option::take)
            .flatten()
        {
            self.perform(Effect::Verify(tokens));
        }
    }

    pub(crate) fn dispatch_unless_throttled(self, event: Event) {
        if self.retry_after.get_value() <= clock::now() {
            self.dispatch(event);
        }
    }

    pub(crate) fn dispatch(self, event: Event) {
        let before = self.session.get_untracked();
        let (after, effects) = before.clone().apply(event, clock::now());
        if after.tokens().is_none() {
            self.unverified_tokens.set_value(None);
        }
        if after.tokens().is_none() && !matches!(after, Session::Recovering { .. }) {
            self.refresh_timer.set_value(None);
        }
        if after != before {
            self.session.set(after);
        }
        for effect in effects {
            self.perform(effect);
        }
        let wakers = self
            .wakers
            .try_update_value(std::mem::take)
            .unwrap_or_default();
        wakers.into_iter().for_each(Waker::wake);
    }

    pub(crate) fn perform(self, effect: Effect) {
        match effect {
            Effect::SaveSession(_) | Effect::ClearSession | Effect::SaveEndReason(_)
                if self.is_foreign_record() => {}
            Effect::SaveSession(tokens) => {
                let area = self.config().storage;
                let stored = storage::write_session(area, &tokens.to_json(&self.expected_claims()));
                self.not_persisted.set(stored.is_err());
            }
            Effect::ClearSession => storage::remove_session(),
            Effect::SaveEndReason(end) => {
                // If this write fails, the record is missing, which also means that the user is signed out.
                let _ = storage::write_session(self.config().storage, &end.to_json());
            }
            Effect::ScheduleRefresh(moment) => {
                let delay = clock::now().until(moment);
                let timer = timer::set_timeout(delay, move || self.refresh_if_due());
                self.refresh_timer.set_value(Some(timer));
            }
            Effect::Refresh(tokens) => {
                spawn_local(async move { self.refresh(RefreshSource::Tokens(tokens)).await });
            }
            Effect::Recover(grant) => {
                spawn_local(async move { self.refresh(RefreshSource::Grant(grant)).await });
            }
            // Without a network the check cannot succeed. It runs when the network is back.
            Effect::Verify(tokens) if !lifecycle::is_online() => {
                self.unverified_tokens.set_value(Some(tokens));
            }
            Effect::Verify(tokens) => {
                spawn_local(async move { self.verify_stored_tokens(tokens).await });
            }
            Effect::Revoke(token) => spawn_local(async move {
                // The user is signed out here in any case, so a failed revocation changes nothing for them.
                let _ = self.revoke(&token).await;
            }),
            Effect::EndRemoteSession(tokens) => {
                spawn_local(async move { self.end_remote_session(tokens).await });
            }
        }
    }

    /// Starts the session with tokens that passed every check. If the user has started a newer sign-in, or left this
    /// one, it revokes the tokens and does not use them.
    pub(crate) fn start_session(
        self,
        result: AuthenticationResult,
        source: TokenSource,
        attempt_id: u64,
    ) -> LocalBoxFuture<Result<(), TokenRejectionError>> {
        Box::pin(async move {
            let (expected, clock) = (self.expected_claims(), self.clock_reading());
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
            let tokens = self.verify_tokens(tokens).await?;
            if !self.is_current_attempt(attempt_id) {
                if let Some(token) = tokens.refresh_token().cloned() {
                    self.perform(Effect::Revoke(token));
                }
                return Err(TokenRejectionError::Superseded);
            }
            self.sign_out_status.set(SignOutStatus::None);
            // The user chose this account, so its session may replace a record that another tab wrote.
            self.not_persisted.set(false);
            // All other attempts of this tab are superseded now.
            hosted_ui::remove_authorizations(|_| true);
            storage::remove_redeeming();
            self.dispatch(Event::SignedIn(tokens));
            Ok(())
        })
    }
}

/// Where tokens come from, and the value that they must match.
pub(crate) enum TokenSource {
    /// The tokens come from the user-pool API. They must be for this user, whom the sign-in's challenges named
    /// (`USER_ID_FOR_SRP`), if they named one.
    UserPoolApi { user_id: Option<String> },
    /// The tokens come from the hosted pages. They must contain this nonce, which the app sent.
    HostedPages(Nonce),
}

/// Makes an SRP key pair. Returns `None` if the browser has no secure random generator.
fn new_ephemeral() -> Option<ClientEphemeral> {
    ClientEphemeral::from_bytes(random::bytes().ok()?).ok()
}
