//! The session signal: runs [`Session::step`], performs its effects, and holds the conversations
//! with the pool. `use_auth()` gives it to any page.

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
use crate::browser::{Task, clock, lifecycle, random, storage};

/// Who is here, and the way to become somebody. Copied freely: it holds handles.
#[derive(Clone, Copy, Debug)]
pub struct Auth {
    config: StoredValue<Arc<Config>>,
    session: RwSignal<Session>,
    /// The person's `sub`. Another one is another person, and every page is drawn anew.
    person: Memo<Option<String>>,
    /// Set when the browser would not keep the session.
    unkept: RwSignal<bool>,
    online: RwSignal<bool>,
    parting: RwSignal<Parting>,
    /// Where the hosted pages live, once that is known.
    domain: RwSignal<Option<HttpUrl>>,
    /// The issuers' keys, once they were asked for.
    keys: StoredValue<Keys>,
    /// Tokens from the browser's storage whose signatures could not be checked yet.
    unverified: StoredValue<Option<Tokens>>,
    /// What our own host last said of the time.
    time: StoredValue<Option<Clock>>,
    /// The pair for the next sign-in, made while the form is being filled in.
    ephemeral: StoredValue<Option<Ephemeral>>,
    newcomer: StoredValue<Option<Newcomer>>,
    /// A sign-in that another page left for the sign-in page to go on with.
    open: StoredValue<Option<Open>>,
    /// Whom the pool would remember this browser for, and as what, if that person likes.
    device_offer: RwSignal<Option<(String, DeviceKey)>>,
    /// Counts sign-ins and sign-outs: the last one that was begun is the one that counts.
    turn: StoredValue<u64>,
    /// Renewals in a row that got no answer.
    failures: StoredValue<u32>,
    /// When the service wants to be asked for a renewal again (`Retry-After`).
    not_before: StoredValue<UnixTime>,
    wake: StoredValue<Option<Timeout>, LocalStorage>,
    /// Ends the memory of a newcomer who does not come back.
    newcomer_limit: StoredValue<Option<Timeout>, LocalStorage>,
    waiting: StoredValue<Vec<Waker>>,
}

/// The [`Auth`] that the app provides.
///
/// # Panics
/// Outside the app's configuration gate, where there is nobody to be.
pub fn use_auth() -> Auth {
    expect_context()
}

impl Auth {
    /// Takes up the session that this browser kept, if there is one, and follows other tabs, the network
    /// and the device's sleep from now on.
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
            // What is there is damaged, of another pool, client or version, or an end that has now been told.
            storage::remove_session();
        }
        auth.dispatch(Event::Restored(kept));
        storage::on_session_changed(move || auth.look());
        lifecycle::on_return(move |restored| {
            if restored {
                auth.came_back();
            }
            if restored && !auth.is_kept() {
                // Whoever may be looking now: a page that nothing outlives is not to be had back.
                auth.dispatch(Event::Left);
            }
            auth.wake_up();
        });
        lifecycle::on_network(move |online| {
            auth.online.set(online);
            if online {
                auth.wake_up();
            }
        });
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

    /// Whether somebody is signed in. What is drawn by it is drawn anew for another person.
    pub fn is_signed_in(self) -> bool {
        self.person.with(Option::is_some)
    }

    /// Whether the stored session is damaged and is being recovered, so that it is not known yet who is signed in.
    pub fn is_recovering(self) -> bool {
        self.session
            .with(|session| matches!(session, Session::Recovering { .. }))
    }

    /// Whether this browser refused to keep the session, so that a reload will end it.
    pub fn is_unkept(self) -> bool {
        self.unkept.get() && self.is_signed_in()
    }

    /// Where the session is kept as it turned out, to be drawn: in memory alone where the browser refuses.
    pub fn kept_in(self) -> Storage {
        if self.is_unkept() {
            Storage::Memory
        } else {
            self.config().storage
        }
    }

    /// Whether there is a network, as far as the browser knows.
    pub fn is_online(self) -> bool {
        self.online.get()
    }

    /// Gets ready what the next sign-in needs and nobody has to be known for: a pair for the proof, the
    /// issuer's keys, the time.
    pub fn prepare(self) {
        if self.ephemeral.with_value(Option::is_none) {
            self.ephemeral.set_value(fresh_ephemeral());
        }
        spawn_local(async move {
            self.learn_the_time().await;
            // Without them signing in will ask again, and say what is wrong.
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

    /// What the clock says now, given what our host last said of it.
    fn clock(self) -> Clock {
        let device = clock::now();
        self.time
            .with_value(|time| time.map(|time| time.at(device)))
            .unwrap_or(Clock { device, real: None })
    }

    /// Asks our own host for the time. What it says holds until the next time it is asked.
    fn learn_the_time(self) -> Task<Clock> {
        Box::pin(async move {
            let clock = clock::ask().await;
            self.time.set_value(Some(clock));
            clock
        })
    }

    /// What is kept by now. A record that claims a longer life than its tokens have is put right, since it would be granted
    /// that life at every reading.
    fn kept(self) -> Kept {
        let place = self.config().storage;
        let record = storage::read_session(place);
        let expected = self.expected();
        let kept = Kept::read(record.as_deref(), &expected, clock::now());
        if let Kept::Tokens(tokens) = &kept {
            let right = tokens.to_record(&expected);
            if record.is_some_and(|record| record != right) {
                // Where it cannot be written, it could not have been kept either.
                let _ = storage::write_session(place, &right);
            }
        }
        kept
    }

    /// Whether what happens here is written down.
    fn is_kept(self) -> bool {
        self.config().storage != Storage::Memory && !self.unkept.get_untracked()
    }

    /// Whether there is a record that was never ours: another tab wrote it where we could not. This tab's session goes on
    /// in memory, and does not get in the way of that one.
    fn is_anothers_record(self) -> bool {
        self.unkept.get_untracked() && matches!(self.kept(), Kept::Tokens(_))
    }

    /// Looks at what is kept by now: another tab may have signed in, out, or renewed, and so may another page of this
    /// tab while this one was in the back/forward cache. Who came or went there did so after all that was begun here.
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

    /// The `sub` of who is here now.
    fn subject(self) -> Option<String> {
        self.person.get_untracked()
    }

    /// When the time has come, after a sleep, or with a network again: looks what happened meanwhile, and renews what is
    /// due, unless the service has asked for patience.
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
                // Where it cannot be written, nothing is left either.
                let _ = storage::write_session(self.config().storage, &end.to_record());
            }
            Effect::WakeAt(moment) => {
                let delay = clock::now().until(moment);
                let wake = timer::after(delay, move || self.wake_up());
                self.wake.set_value(Some(wake));
            }
            Effect::Refresh(tokens) => {
                spawn_local(async move { self.renew(Renewing::Tokens(tokens)).await });
            }
            Effect::Recover(grant) => {
                spawn_local(async move { self.renew(Renewing::Grant(grant)).await });
            }
            // A request that cannot be answered is not made; the network's return makes up for it.
            Effect::Verify(tokens) if !lifecycle::is_online() => {
                self.unverified.set_value(Some(tokens));
            }
            Effect::Verify(tokens) => spawn_local(async move { self.verify_stored(tokens).await }),
            Effect::Revoke(token) => spawn_local(async move {
                // The person has moved on; a service that cannot be told changes nothing for them.
                let _ = self.revoke(&token).await;
            }),
            Effect::Leave(tokens) => spawn_local(async move { self.leave(tokens).await }),
        }
    }

    /// Starts the session, once every check of the tokens has passed. Where another sign-in was begun since, or this one
    /// was left, the tokens are revoked.
    fn accept(
        self,
        result: AuthenticationResult,
        source: TokenSource,
        turn: u64,
    ) -> Task<Result<(), NotAccepted>> {
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
            // The person chose to be this one, in all tabs.
            self.unkept.set(false);
            // Whatever else this tab began is settled by this.
            hosted_ui::forget_attempts(|_| true);
            storage::remove_redeeming();
            self.dispatch(Event::Granted(tokens));
            Ok(())
        })
    }
}

/// Where tokens come from, with what they must fit.
enum TokenSource {
    /// The user-pool API. The sign-in's challenges were about this user (`USER_ID_FOR_SRP`), where they named one.
    UserPoolApi { user_id: Option<String> },
    /// The hosted pages, which were sent this nonce.
    HostedPages(Nonce),
}

/// `None` when the browser has no secure generator.
fn fresh_ephemeral() -> Option<Ephemeral> {
    Ephemeral::from_bytes(random::bytes().ok()?).ok()
}
