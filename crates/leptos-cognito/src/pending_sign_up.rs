//! A registration that waits in memory until the user has entered the verification code.

use core::time::Duration;

use cognito_proto::action::CodeDelivery;
use cognito_proto::ids::Username;
use cognito_proto::secret::{ChallengeSession, Password};
use leptos::prelude::*;

use crate::browser::timer::{self, Timeout};

/// How long the app keeps the password of a registration in memory, while the user fetches the code.
const TTL: Duration = Duration::from_secs(15 * 60);

/// A registration that waits for its verification code. It is kept only in memory. With it, the user need not enter the
/// password again.
#[derive(Debug)]
pub struct PendingSignUp {
    pub(crate) username: Username,
    /// The password, or `None` if the registration is passwordless.
    pub(crate) password: Option<Password>,
    /// The authentication session with which the user can sign in after the confirmation (`USER_AUTH`).
    pub(crate) session: Option<ChallengeSession>,
    /// Where the pool has sent the code, if it said so.
    pub(crate) delivery: Option<CodeDelivery>,
}

/// Holds at most one [`PendingSignUp`], for a limited time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PendingSignUpStore {
    pending: StoredValue<Option<PendingSignUp>>,
    /// The timer that removes `pending` from memory if the user does not confirm the account in time.
    timer: StoredValue<Option<Timeout>, LocalStorage>,
}

impl PendingSignUpStore {
    pub(crate) fn new() -> Self {
        Self {
            pending: StoredValue::new(None),
            timer: StoredValue::new_local(None),
        }
    }

    /// Keeps a registration until it is taken or cleared, at most for [`TTL`].
    pub(crate) fn store(self, pending: PendingSignUp) {
        self.pending.set_value(Some(pending));
        let timer = timer::set_timeout(TTL, move || self.clear());
        self.timer.set_value(Some(timer));
    }

    /// Keeps the username and password of a user whose account is not confirmed.
    pub(crate) fn store_unconfirmed(self, username: Username, password: Option<Password>) {
        self.store(PendingSignUp {
            username,
            password,
            session: None,
            delivery: None,
        });
    }

    /// Removes the registration of `username` from memory and returns it.
    pub(crate) fn take(self, username: &Username) -> Option<PendingSignUp> {
        self.pending
            .try_update_value(|pending| pending.take_if(|pending| pending.username == *username))?
    }

    /// Calls `read` with the registration of `username`, if there is one.
    pub(crate) fn with<T>(
        self,
        username: &str,
        read: impl FnOnce(&PendingSignUp) -> T,
    ) -> Option<T> {
        self.pending.with_value(|pending| {
            let pending = pending.as_ref();
            pending
                .filter(|pending| pending.username.as_str() == username)
                .map(read)
        })
    }

    /// Removes the registration and its password.
    pub(crate) fn clear(self) {
        self.pending.set_value(None);
        self.timer.set_value(None);
    }
}
