//! The session signal: runs [`Session::step`], performs its effects, and provides the operations of sign-in, account
//! and sign-out. Pages get it from [`use_auth`].

mod account;
mod conversations;
mod errors;
mod hosted_ui;
mod parting;
mod renewal;
mod sign_in;
mod signatures;
mod user_pool;

pub use account::{
    AccountError, AttributeCodeError, ChangeAttributeError, ChangePasswordError, FactorChange,
    PasskeyFault, SecondFactorError,
};
pub use conversations::{Newcomer, Registered};
pub use errors::{
    CallError, CallbackFault, EverywhereError, ForgotError, LeaveError, NewPasswordError,
    NotAccepted, RegisterError, ResendError, SignInError, Trouble, UserInfoFault, VerifyError,
};
pub use hosted_ui::{Again, CameBack};
pub use parting::Parting;
pub use renewal::NoTokens;
pub use sign_in::{Answered, Open, Progress, Question, Stopped, Talk};

use core::task::Waker;
use std::sync::Arc;

use cognito_proto::action::AuthenticationResult;
use cognito_proto::config::{Config, Storage};
use cognito_proto::ids::{DeviceKey, HttpUrl};
use cognito_proto::jwt::Expected;
use cognito_proto::oauth::Nonce;
use cognito_proto::session::{Effect, Event, Kept, Session};
use cognito_proto::srp::Ephemeral;
use cognito_proto::time::{Clock, UnixTime};
use cognito_proto::tokens::Tokens;
use leptos::prelude::*;
use leptos::task::spawn_local;

use self::renewal::Renewing;
use self::signatures::Keys;
use crate::browser::timer::{self, Timeout};
use crate::browser::{LocalBoxFuture, clock, lifecycle, random, storage};

/// The signed-in user and the sign-in operations. It is `Copy`, because it only holds signal handles.
#[derive(Clone, Copy, Debug)]
pub struct Auth {
    config: StoredValue<Arc<Config>>,
    session: RwSignal<Session>,
    /// The signed-in user's `sub`. When it changes, the pages are rendered again for the new user.
    person: Memo<Option<String>>,
    /// Set when the browser refused to store the session.
    unkept: RwSignal<bool>,
    online: RwSignal<bool>,
    parting: RwSignal<Parting>,
    /// The domain of the hosted pages, once it is known.
    domain: RwSignal<Option<HttpUrl>>,
    /// The issuers' public keys, once they were fetched.
    keys: StoredValue<Keys>,
    /// Tokens from the browser's storage whose signatures could not be checked yet.
    unverified: StoredValue<Option<Tokens>>,
    /// The server's time, as the app's own host last reported it.
    time: StoredValue<Option<Clock>>,
    /// True if the pool refused a proof with the host's time and accepted one with this device's time. The host's time
    /// then no longer counts in this page.
    host_time_rejected: StoredValue<bool>,
    /// The SRP key pair for the next sign-in, made while the user fills in the form.
    ephemeral: StoredValue<Option<Ephemeral>>,
    newcomer: StoredValue<Option<Newcomer>>,
    /// A sign-in that another page handed to the sign-in page to continue.
    open: StoredValue<Option<Open>>,
    /// The user (`sub`) and the device key for which the app still has to ask whether to trust the device.
    device_offer: RwSignal<Option<(String, DeviceKey)>>,
    /// Counts sign-ins and sign-outs. An attempt with an older number is superseded.
    turn: StoredValue<u64>,
    /// The number of consecutive refreshes without a response.
    failures: StoredValue<u32>,
    /// The earliest time for the next refresh, from the service's `Retry-After` header.
    not_before: StoredValue<UnixTime>,
    wake: StoredValue<Option<Timeout>, LocalStorage>,
    /// Drops `newcomer` if the user does not confirm the account in time.
    newcomer_limit: StoredValue<Option<Timeout>, LocalStorage>,
    waiting: StoredValue<Vec<Waker>>,
}

/// The [`Auth`] that the app provides.
///
/// # Panics
/// If `Auth` was not provided, that is, outside `<App/>`.
pub fn use_auth() -> Auth {
    expect_context()
}

impl Auth {
    /// Restores the stored session, if there is one. From then on it reacts to other tabs, to changes of the network,
    /// and to the device's return from sleep.
    pub fn new(config: Config) -> Self {
        let session = RwSignal::new(Session::Restoring);
        let subject = |session: &Session| Some(session.tokens()?.claims().subject.clone());
        let auth = Self {
            session,
            person: Memo::new(move |_| session.with(subject)),
            unkept: RwSignal::new(false),
            online: RwSignal::new(lifecycle::is_online()),
            parting: RwSignal::new(Parting::after_load()),
            domain: RwSignal::new(config.hosted.domain.clone()),
            config: StoredValue::new(Arc::new(config)),
            keys: StoredValue::new(Keys::default()),
            unverified: StoredValue::new(None),
            time: StoredValue::new(None),
            host_time_rejected: StoredValue::new(false),
            ephemeral: StoredValue::new(None),
            newcomer: StoredValue::new(None),
            open: StoredValue::new(None),
            device_offer: RwSignal::new(None),
            turn: StoredValue::new(0),
            failures: StoredValue::new(0),
            not_before: StoredValue::new(UnixTime::from_secs(0)),
            wake: StoredValue::new_local(None),
            newcomer_limit: StoredValue::new_local(None),
            waiting: StoredValue::new(Vec::new()),
        };
        storage::remove_session_elsewhere(auth.config().storage);
        let kept = auth.kept();
        if !matches!(kept, Kept::Tokens(_) | Kept::RefreshGrant(_)) {
            // The record is damaged, or belongs to another pool, client or version, or it is an end reason that was
            // read now.
            storage::remove_session();
        }
        auth.dispatch(Event::Restored(kept));
        storage::on_session_changed(move || auth.look());
        lifecycle::on_page_visible(move |restored| {
            if restored {
                auth.came_back();
            }
            if restored && !auth.is_kept() {
                // Another user may be looking at this page now. A session in memory must not come back from the
                // bfcache.
                auth.dispatch(Event::Left);
            }
            auth.wake_up();
        });
        lifecycle::on_network_change(move |online| {
            auth.online.set(online);
            if online {
                auth.wake_up();
            }
        });
        auth
    }

    /// The configuration from `config.js`.
    pub fn config(self) -> Arc<Config> {
        self.config.get_value()
    }

    /// The session, as a signal for views.
    pub fn session(self) -> ReadSignal<Session> {
        self.session.read_only()
    }

    /// Whether a user is signed in. Views that read it are rendered again for another user.
    pub fn is_signed_in(self) -> bool {
        self.person.with(Option::is_some)
    }

    /// Whether the stored session is damaged and is being recovered, so that it is not known yet who is signed in.
    pub fn is_recovering(self) -> bool {
        self.session
            .with(|session| matches!(session, Session::Recovering { .. }))
    }

    /// Whether this browser refused to store the session, so that a reload ends it.
    pub fn is_unkept(self) -> bool {
        self.unkept.get() && self.is_signed_in()
    }

    /// Where the session is really stored: `Storage::Memory` if the browser refused to store it. For views.
    pub fn kept_in(self) -> Storage {
        if self.is_unkept() {
            Storage::Memory
        } else {
            self.config().storage
        }
    }

    /// Whether the browser reports a network connection.
    pub fn is_online(self) -> bool {
        self.online.get()
    }

    /// Prepares the parts of a sign-in that do not depend on the user: an SRP key pair, the issuer's keys and the
    /// server's time.
    pub fn prepare(self) {
        if self.ephemeral.with_value(Option::is_none) {
            self.ephemeral.set_value(fresh_ephemeral());
        }
        spawn_local(async move {
            self.learn_the_time().await;
            // If this fails, the sign-in fetches the keys again and reports the error.
            let _ = self
                .fetch_keys(self.config().issuers.preferred().clone())
                .await;
        });
    }

    fn next_turn(self) -> u64 {
        self.turn.update_value(|turn| *turn += 1);
        self.turn.get_value()
    }

    /// Whether the sign-in that began with `turn` is still the last thing that the user began.
    fn is_turn(self, turn: u64) -> bool {
        self.turn.get_value() == turn
    }

    fn take_ephemeral(self) -> Option<Ephemeral> {
        self.ephemeral
            .try_update_value(Option::take)
            .flatten()
            .or_else(fresh_ephemeral)
    }

    fn expected(self) -> Expected {
        self.config.with_value(|config| Expected {
            issuers: config.issuers.clone(),
            client: config.client.clone(),
        })
    }

    /// The current clock reading: the device's time, and the server's time projected from its last report.
    fn clock(self) -> Clock {
        let device = clock::now();
        self.time
            .with_value(|time| time.map(|time| time.at(device)))
            .unwrap_or(Clock { device, real: None })
    }

    /// Asks the app's own host for the time, and stores the result until the next call.
    fn learn_the_time(self) -> LocalBoxFuture<Clock> {
        Box::pin(async move {
            let mut clock = clock::fetch_server_time().await;
            if self.host_time_rejected.get_value() {
                clock.real = None;
            }
            self.time.set_value(Some(clock));
            clock
        })
    }

    /// The stored session, as it is now. A record that claims a longer lifetime than its tokens have is corrected,
    /// because each later load would trust the record.
    fn kept(self) -> Kept {
        let place = self.config().storage;
        let record = storage::read_session(place);
        let expected = self.expected();
        let kept = Kept::read(record.as_deref(), &expected, clock::now());
        if let Kept::Tokens(tokens) = &kept {
            let right = tokens.to_record(&expected);
            if record.is_some_and(|record| record != right) {
                // If this write fails, the browser would not have stored the session either.
                let _ = storage::write_session(place, &right);
            }
        }
        kept
    }

    /// Whether the session is stored outside this page's memory.
    fn is_kept(self) -> bool {
        self.config().storage != Storage::Memory && !self.unkept.get_untracked()
    }

    /// True if another tab wrote the stored session while this tab could not write. This tab then keeps its session in
    /// memory and must not overwrite the record.
    fn is_anothers_record(self) -> bool {
        self.unkept.get_untracked() && matches!(self.kept(), Kept::Tokens(_))
    }

    /// Reads the stored session and reacts to a change. Another tab may have signed in, signed out or refreshed, and so
    /// may another page of this tab while this page was in the back/forward cache. A change of user there is newer than
    /// anything that this tab has started.
    fn look(self) {
        if !self.is_kept() {
            return;
        }
        let before = self.subject();
        self.dispatch(Event::Seen(self.kept()));
        if self.subject() != before {
            self.next_turn();
        }
    }

    /// The `sub` of the signed-in user.
    fn subject(self) -> Option<String> {
        self.person.get_untracked()
    }

    /// Runs when a refresh is due, when the device returns from sleep, and when the network is back: reads the stored
    /// session, then refreshes if that is due and the service's `Retry-After` has passed.
    fn wake_up(self) {
        self.look();
        self.dispatch_unless_told_to_wait(Event::RefreshDue);
        if let Some(tokens) = self.unverified.try_update_value(Option::take).flatten() {
            self.perform(Effect::Verify(tokens));
        }
    }

    fn dispatch_unless_told_to_wait(self, renewal: Event) {
        if self.not_before.get_value() <= clock::now() {
            self.dispatch(renewal);
        }
    }

    fn dispatch(self, event: Event) {
        let before = self.session.get_untracked();
        let (after, effects) = before.clone().step(event, clock::now());
        if after.tokens().is_none() {
            self.unverified.set_value(None);
        }
        if after.tokens().is_none() && !matches!(after, Session::Recovering { .. }) {
            self.wake.set_value(None);
        }
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
            Effect::Keep(_) | Effect::Forget | Effect::NoteEnd(_) if self.is_anothers_record() => {}
            Effect::Keep(tokens) => {
                let place = self.config().storage;
                let kept = storage::write_session(place, &tokens.to_record(&self.expected()));
                self.unkept.set(kept.is_err());
            }
            Effect::Forget => storage::remove_session(),
            Effect::NoteEnd(end) => {
                // If this write fails, the record is missing, which also means that the user is signed out.
                let _ = storage::write_session(self.config().storage, &end.to_record());
            }
            Effect::WakeAt(moment) => {
                let delay = clock::now().until(moment);
                let wake = timer::set_timeout(delay, move || self.wake_up());
                self.wake.set_value(Some(wake));
            }
            Effect::Refresh(tokens) => {
                spawn_local(async move { self.renew(Renewing::Tokens(tokens)).await });
            }
            Effect::Recover(grant) => {
                spawn_local(async move { self.renew(Renewing::Grant(grant)).await });
            }
            // Without a network the check cannot succeed. It runs when the network is back.
            Effect::Verify(tokens) if !lifecycle::is_online() => {
                self.unverified.set_value(Some(tokens));
            }
            Effect::Verify(tokens) => spawn_local(async move { self.verify_stored(tokens).await }),
            Effect::Revoke(token) => spawn_local(async move {
                // The user is signed out here in any case, so a failed revocation changes nothing for them.
                let _ = self.revoke(&token).await;
            }),
            Effect::Leave(tokens) => spawn_local(async move { self.leave(tokens).await }),
        }
    }

    /// Starts the session once every check of the tokens has passed. If a newer sign-in has started, or the user left
    /// this one, these tokens are revoked and not used.
    fn accept(
        self,
        result: AuthenticationResult,
        source: TokenSource,
        turn: u64,
    ) -> LocalBoxFuture<Result<(), NotAccepted>> {
        Box::pin(async move {
            let (expected, clock) = (self.expected(), self.clock());
            let tokens = match source {
                TokenSource::UserPoolApi { user_id } => Tokens::direct(result, &expected, clock)
                    .and_then(|tokens| tokens.of_user(user_id.as_deref())),
                TokenSource::HostedPages(nonce) => Tokens::hosted(result, &nonce, &expected, clock),
            }
            .map_err(NotAccepted::Token)?;
            self.verify_signatures(&tokens).await?;
            if !self.is_turn(turn) {
                if let Some(token) = tokens.refresh().cloned() {
                    self.perform(Effect::Revoke(token));
                }
                return Err(NotAccepted::Overtaken);
            }
            self.parting.set(Parting::None);
            // The user chose this account, so its session may replace a record that another tab wrote.
            self.unkept.set(false);
            // All other attempts of this tab are superseded now.
            hosted_ui::forget_attempts(|_| true);
            storage::remove_redeeming();
            self.dispatch(Event::Granted(tokens));
            Ok(())
        })
    }
}

/// The source of tokens, with the value that they must match.
enum TokenSource {
    /// The user-pool API. The sign-in's challenges named this user (`USER_ID_FOR_SRP`), if they named one.
    UserPoolApi { user_id: Option<String> },
    /// The hosted pages, to which the app sent this nonce.
    HostedPages(Nonce),
}

/// A new SRP key pair, or `None` if the browser has no secure random generator.
fn fresh_ephemeral() -> Option<Ephemeral> {
    Ephemeral::from_bytes(random::bytes().ok()?).ok()
}
