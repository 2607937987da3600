//! localStorage, which may be missing, blocked or full.

use gloo_storage::{LocalStorage, Storage};

/// The one record of a session.
const SESSION_KEY: &str = "poolgate.session";

/// The browser would not keep the record: storage is blocked or full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotKept;

/// Reads the record. Blocked storage holds nothing.
pub fn read_session() -> Option<String> {
    available()
        .then(LocalStorage::raw)?
        .get_item(SESSION_KEY)
        .ok()?
}

/// Writes the record in one step.
pub fn write_session(record: &str) -> Result<(), NotKept> {
    if !available() {
        return Err(NotKept);
    }
    LocalStorage::raw()
        .set_item(SESSION_KEY, record)
        .map_err(|_| NotKept)
}

/// Removes the record. Where storage is blocked or broken there is none to remove.
pub fn remove_session() {
    if available() {
        // `LocalStorage::delete` would panic where a damaged storage throws, and signing out must go on.
        let _ = LocalStorage::raw().remove_item(SESSION_KEY);
    }
}

/// `LocalStorage::raw` panics where a browser denies access, so ask first.
fn available() -> bool {
    web_sys::window().is_some_and(|window| matches!(window.local_storage(), Ok(Some(_))))
}
