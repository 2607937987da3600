//! The handover of a sign-in from another page to the sign-in page.

use leptos::prelude::*;

use super::PendingChallenge;

/// Holds a sign-in that another page has started, until the sign-in page continues it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ChallengeHandover {
    pending: StoredValue<Option<PendingChallenge>>,
}

impl ChallengeHandover {
    pub(crate) fn new() -> Self {
        Self {
            pending: StoredValue::new(None),
        }
    }

    pub(crate) fn store(self, pending: PendingChallenge) {
        self.pending.set_value(Some(pending));
    }

    pub(crate) fn take(self) -> Option<PendingChallenge> {
        self.pending.try_update_value(Option::take)?
    }

    pub(crate) fn clear(self) {
        self.pending.set_value(None);
    }
}
