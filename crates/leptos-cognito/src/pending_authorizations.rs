//! The hosted sign-ins that this tab has started and that have had no response.

use cognito_proto::oauth::PendingAuthorization;

use crate::browser::{clock, storage};

/// Removes the pending authorizations that have expired.
pub(crate) fn remove_expired() {
    let now = clock::now();
    remove_if(|pending| !pending.is_valid_at(now));
}

/// Removes all pending authorizations of this tab, and the one whose code is being exchanged.
pub(crate) fn remove_all() {
    remove_if(|_| true);
    storage::remove_redeeming();
}

/// Removes this tab's pending authorizations that `is_obsolete` selects, and also those that cannot be parsed.
fn remove_if(is_obsolete: impl Fn(&PendingAuthorization) -> bool) {
    for (state, record) in storage::load_pending_authorizations() {
        if PendingAuthorization::from_json(&record).is_none_or(|pending| is_obsolete(&pending)) {
            drop(storage::take_pending_authorization(&state));
        }
    }
}
