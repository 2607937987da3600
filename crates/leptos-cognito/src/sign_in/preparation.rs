//! The preparation of a sign-in: everything that does not depend on the user.

use cognito_proto::srp::ClientEphemeral;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::browser::random;
use crate::key_cache::KeyCache;
use crate::server_clock::ServerClock;

/// Makes the SRP key pair, fetches the issuer's keys and reads the server's time, while the user fills in the form.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SignInPreparation {
    clock: ServerClock,
    keys: KeyCache,
    /// The SRP key pair for the next sign-in. It is made while the user fills in the form.
    key_pair: StoredValue<Option<ClientEphemeral>>,
}

impl SignInPreparation {
    pub(crate) fn new(clock: ServerClock, keys: KeyCache) -> Self {
        Self {
            clock,
            keys,
            key_pair: StoredValue::new(None),
        }
    }

    /// Prepares the next sign-in.
    pub(crate) fn start(self) {
        if self.key_pair.with_value(Option::is_none) {
            self.key_pair.set_value(new_key_pair());
        }
        spawn_local(async move {
            self.clock.sync().await;
            // If this fails, the sign-in fetches the keys again and reports the error.
            let _ = self.keys.prefetch().await;
        });
    }

    /// Takes the key pair, because each can be used once, or makes one. Returns `None` if the browser has no secure
    /// random generator.
    pub(crate) fn take_key_pair(self) -> Option<ClientEphemeral> {
        self.key_pair
            .try_update_value(Option::take)
            .flatten()
            .or_else(new_key_pair)
    }

    /// The clock with which the time in a password proof is read.
    pub(crate) fn clock(self) -> ServerClock {
        self.clock
    }
}

/// Makes an SRP key pair. Returns `None` if the browser has no secure random generator.
fn new_key_pair() -> Option<ClientEphemeral> {
    ClientEphemeral::from_bytes(random::bytes().ok()?).ok()
}
