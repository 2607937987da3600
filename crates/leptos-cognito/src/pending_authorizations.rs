//! The hosted sign-ins that this tab has started and that have had no response, and the one whose response the tab is
//! exchanging for tokens.

use cognito_proto::oauth::{CsrfState, PendingAuthorization, Redemption};

use crate::browser::clock;
use crate::browser::storage::{self, StorageError};

/// Stores a pending authorization. The expired ones are removed, and no other response is exchanged any more.
pub(crate) fn store(pending: &PendingAuthorization) -> Result<(), StorageError> {
    let now = clock::now();
    remove_if(|pending| !pending.is_valid_at(now));
    storage::remove_redeeming();
    storage::store_pending_authorization(pending.state.expose_secret(), &pending.to_json())
}

/// Reads and removes the pending authorization with this `state`, because each can be used only once.
pub(crate) fn take(state: &CsrfState) -> Option<PendingAuthorization> {
    let record = storage::take_pending_authorization(state.expose_secret())?;
    PendingAuthorization::from_json(&record)
}

/// Returns the latest pending authorization that has not expired.
pub(crate) fn latest() -> Option<PendingAuthorization> {
    let now = clock::now();
    storage::load_pending_authorizations()
        .iter()
        .filter_map(|(_, record)| PendingAuthorization::from_json(record))
        .filter(|pending| pending.is_valid_at(now))
        .max_by_key(|pending| pending.started_at)
}

/// Stores that this tab exchanges the response to `pending` for tokens. If the user reloads the page during that time,
/// [`interrupted`] returns the sign-in.
pub(crate) fn start_redeeming(pending: &PendingAuthorization) {
    storage::write_redeeming(&Redemption::from(pending).to_json());
}

/// Removes the record that [`start_redeeming`] has stored.
pub(crate) fn end_redeeming() {
    storage::remove_redeeming();
}

/// Returns the sign-in whose response this tab was exchanging for tokens when the user reloaded the page.
pub(crate) fn interrupted() -> Option<Redemption> {
    let redeeming = Redemption::from_json(&storage::read_redeeming()?)?;
    redeeming.is_valid_at(clock::now()).then_some(redeeming)
}

/// Removes all pending authorizations of this tab, and the one whose response is being exchanged.
pub(crate) fn remove_all() {
    remove_if(|_| true);
    storage::remove_redeeming();
}

/// Removes this tab's pending authorizations that `is_obsolete` selects, and records that cannot be parsed.
fn remove_if(is_obsolete: impl Fn(&PendingAuthorization) -> bool) {
    for (state, record) in storage::load_pending_authorizations() {
        if PendingAuthorization::from_json(&record).is_none_or(|pending| is_obsolete(&pending)) {
            drop(storage::take_pending_authorization(&state));
        }
    }
}
