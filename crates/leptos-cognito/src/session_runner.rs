//! Runs the session: restores it, performs the effects of its events, and reacts to other tabs, to the network and to
//! the device's return from sleep.

use cognito_proto::session::{Effect, Event, Session, StoredSession};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::browser::{lifecycle, storage};
use crate::context::SharedConfig;
use crate::refresh::{RefreshSource, Refresher};
use crate::session_store::SessionStore;
use crate::sign_out::SignOut;
use crate::stored_token_check::StoredTokenCheck;
use crate::user_pool;

/// Performs the effects of the session's events with the parts that it holds. The parts dispatch events to the store, and
/// know nothing of this runner.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SessionRunner {
    config: SharedConfig,
    store: SessionStore,
    refresher: Refresher,
    stored_token_check: StoredTokenCheck,
    sign_out: SignOut,
}

impl SessionRunner {
    pub(crate) fn new(
        config: SharedConfig,
        refresher: Refresher,
        stored_token_check: StoredTokenCheck,
        sign_out: SignOut,
    ) -> Self {
        Self {
            config,
            store: refresher.store(),
            refresher,
            stored_token_check,
            sign_out,
        }
    }

    /// Restores the stored session, if there is one, and listens to the events of the page from then on.
    pub(crate) fn start(self) {
        self.store.on_effects(move |effects| self.perform(effects));
        self.restore();
        storage::on_session_changed(move || self.store.sync_from_storage());
        lifecycle::on_page_visible(move |restored| {
            if restored {
                self.sign_out.on_hosted_ui_abandoned();
            }
            if restored && !self.store.is_persistent() {
                // Another user may be looking at this page now. A session in memory must not come back from the
                // bfcache.
                self.store.dispatch(Event::PageUnloaded);
            }
            self.refresh_if_due();
        });
        lifecycle::on_network_change(move |online| {
            if online {
                self.refresh_if_due();
            }
        });
    }

    fn restore(self) {
        let stored = self.store.load();
        if !matches!(
            stored,
            StoredSession::Tokens(_) | StoredSession::RefreshGrant(_)
        ) {
            // The record is damaged, or belongs to another pool, client or version, or it is an end reason that was
            // read now.
            storage::remove_session();
        }
        self.store.dispatch(if self.store.is_restoring() {
            Event::Restored(stored)
        } else {
            // Another tab may have signed in since this context was created.
            Event::StorageChanged(stored)
        });
    }

    /// Refreshes the tokens if that is due and the service's `Retry-After` has passed. Before that, it reads the stored
    /// session. It runs when the refresh timer ends, when the device wakes up, and when the network is back.
    fn refresh_if_due(self) {
        self.store.sync_from_storage();
        self.refresher.dispatch_unless_throttled(Event::RefreshDue);
        self.stored_token_check.start_postponed();
    }

    /// Performs the effects of one event.
    fn perform(self, effects: Vec<Effect>) {
        let (has_tokens, is_recovering) = self.store.with(|session| {
            let is_recovering = matches!(session, Session::Recovering { .. });
            (session.tokens().is_some(), is_recovering)
        });
        if !has_tokens {
            self.stored_token_check.cancel();
        }
        if !has_tokens && !is_recovering {
            self.refresher.cancel_schedule();
        }
        for effect in effects {
            self.perform_one(effect);
        }
    }

    fn perform_one(self, effect: Effect) {
        match effect {
            Effect::SaveSession(tokens) => self.store.save(&tokens),
            Effect::ClearSession => self.store.clear_record(),
            Effect::SaveEndReason(end) => self.store.save_end_reason(end),
            Effect::ScheduleRefresh(moment) => {
                self.refresher
                    .schedule(moment, move || self.refresh_if_due());
            }
            Effect::Refresh(tokens) => {
                spawn_local(self.refresher.refresh(RefreshSource::Tokens(tokens)));
            }
            Effect::Recover(grant) => {
                spawn_local(self.refresher.refresh(RefreshSource::Grant(grant)));
            }
            Effect::Verify(tokens) => self.stored_token_check.start(tokens),
            Effect::Revoke(token) => spawn_local(async move {
                // The user is signed out here in any case, so a failed revocation changes nothing for them.
                let _ = user_pool::revoke(&self.config.get_value(), &token).await;
            }),
            Effect::EndRemoteSession(tokens) => {
                spawn_local(self.sign_out.end_remote_session(tokens));
            }
        }
    }
}
