//! The app's records in localStorage and sessionStorage, which may be missing, blocked or full.

mod area;

use cognito_proto::config::Storage as StorageArea;
use thiserror::Error;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::StorageEvent;

use self::area::Area;

/// The key under which the session is stored.
const SESSION_KEY: &str = "poolgate.session";

/// The prefix of the keys under which pending authorizations are stored in sessionStorage. The OAuth `state` follows.
const PENDING_PREFIX: &str = "poolgate.pending.";

/// The key of the note that a tab keeps while the hosted pages sign the user out.
const SIGN_OUT_KEY: &str = "poolgate.left";

/// The error for a record that the browser did not store, because storage is blocked or full.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the browser did not store the record, because storage is blocked or full")]
pub struct StorageError;

/// Reads the stored session. Returns `None` if storage is blocked, and always for [`StorageArea::Memory`].
pub fn read_session(area: StorageArea) -> Option<String> {
    Area::open(area)?.get(SESSION_KEY)
}

/// Writes the stored session in one step. If that fails, also removes the older record.
pub fn write_session(area: StorageArea, record: &str) -> Result<(), StorageError> {
    let storage = match area {
        // With `memory` the session is not stored outside the page.
        StorageArea::Memory => return Ok(()),
        area => Area::open(area).ok_or(StorageError)?,
    };
    storage.set(SESSION_KEY, record).inspect_err(|_| {
        let _ = storage.remove(SESSION_KEY);
    })
}

/// Removes the stored session from both storages, because an earlier configuration may have used the other one.
pub fn remove_session() {
    for storage in [StorageArea::Local, StorageArea::Session] {
        // If this storage is damaged, the sign-out must continue.
        remove(storage, SESSION_KEY);
    }
}

/// Removes the stored session from the storage that the configuration does not use.
pub fn remove_session_elsewhere(area: StorageArea) {
    for other in [StorageArea::Local, StorageArea::Session] {
        if other != area {
            remove(other, SESSION_KEY);
        }
    }
}

/// Calls `callback` whenever another tab has changed the stored session.
pub fn on_session_changed(callback: impl Fn() + 'static) {
    let listener = Closure::<dyn Fn(StorageEvent)>::new(move |event: StorageEvent| {
        // An event without a key means that the whole storage was cleared.
        if event.key().is_none_or(|key| key == SESSION_KEY) {
            callback();
        }
    });
    if let Some(window) = web_sys::window() {
        let _ =
            window.add_event_listener_with_callback("storage", listener.as_ref().unchecked_ref());
    }
    listener.forget();
}

/// Stores a pending authorization in this tab, under its `state`.
pub fn store_pending_authorization(state: &str, record: &str) -> Result<(), StorageError> {
    let storage = Area::open(StorageArea::Session).ok_or(StorageError)?;
    storage.set(&format!("{PENDING_PREFIX}{state}"), record)
}

/// Reads and removes the pending authorization with this `state`, because each can be used only once.
pub fn take_pending_authorization(state: &str) -> Option<String> {
    let storage = Area::open(StorageArea::Session)?;
    let key = format!("{PENDING_PREFIX}{state}");
    let record = storage.get(&key)?;
    // If the record cannot be removed, it must not be used, because it could be used twice.
    storage.remove(&key).ok()?;
    Some(record)
}

/// Returns all pending authorizations of this tab, with their `state` values.
pub fn load_pending_authorizations() -> Vec<(String, String)> {
    records_with_prefix(StorageArea::Session, PENDING_PREFIX)
}

/// Returns true if this tab has a pending authorization.
pub fn has_pending_authorizations() -> bool {
    !load_pending_authorizations().is_empty()
}

/// The key under which a tab stores the hosted sign-in whose authorization response it is exchanging for tokens.
const REDEEMING_KEY: &str = "poolgate.redeeming";

/// Stores the hosted sign-in whose authorization response this tab is exchanging for tokens. If storage is full, a
/// reload during that time loses this record.
pub fn write_redeeming(record: &str) {
    write(StorageArea::Session, REDEEMING_KEY, record);
}

/// Returns the hosted sign-in whose authorization response this tab was exchanging for tokens when the user reloaded
/// the page.
pub fn read_redeeming() -> Option<String> {
    Area::open(StorageArea::Session)?.get(REDEEMING_KEY)
}

/// Removes the record that [`write_redeeming`] has stored.
pub fn remove_redeeming() {
    remove(StorageArea::Session, REDEEMING_KEY);
}

/// Stores a note for the page to which the hosted pages redirect after a sign-out.
pub fn set_sign_out_marker(marker: &str) {
    // Without the marker the start page does not mention the sign-out.
    write(StorageArea::Session, SIGN_OUT_KEY, marker);
}

/// Reads and removes the note that [`set_sign_out_marker`] has stored.
pub fn take_sign_out_marker() -> Option<String> {
    let storage = Area::open(StorageArea::Session)?;
    let marker = storage.get(SIGN_OUT_KEY);
    let _ = storage.remove(SIGN_OUT_KEY);
    marker
}

/// The prefix of the keys under which devices are stored. [`cognito_proto::device::storage_key`] follows.
const DEVICE_PREFIX: &str = "poolgate.device.";

/// The key under which the username is stored that last signed in with a passkey.
const PASSKEY_USERNAME_KEY: &str = "poolgate.passkey";

/// Reads the stored record of this browser as a remembered device. `name` is [`cognito_proto::device::storage_key`].
pub fn read_device(name: &str) -> Option<String> {
    Area::open(StorageArea::Local)?.get(&format!("{DEVICE_PREFIX}{name}"))
}

/// Stores the record of this browser as a remembered device. If storage is full, the pool sees a new device at the next
/// sign-in.
pub fn write_device(name: &str, record: &str) {
    write(
        StorageArea::Local,
        &format!("{DEVICE_PREFIX}{name}"),
        record,
    );
}

/// Removes the stored record of this browser as a remembered device.
pub fn remove_device(name: &str) {
    remove(StorageArea::Local, &format!("{DEVICE_PREFIX}{name}"));
}

/// Returns the stored device records of all users, with their names.
pub fn all_devices() -> Vec<(String, String)> {
    records_with_prefix(StorageArea::Local, DEVICE_PREFIX)
}

/// Returns the username that last signed in with a passkey. The pool needs a username to offer a passkey.
pub fn read_passkey_username() -> Option<String> {
    Area::open(StorageArea::Local)?.get(PASSKEY_USERNAME_KEY)
}

/// Stores the username that signed in with a passkey.
pub fn write_passkey_username(name: &str) {
    write(StorageArea::Local, PASSKEY_USERNAME_KEY, name);
}

/// Removes the username that signed in with a passkey.
pub fn remove_passkey_username() {
    remove(StorageArea::Local, PASSKEY_USERNAME_KEY);
}

/// Returns all records whose keys begin with `prefix`. Each has the rest of its key in front.
fn records_with_prefix(area: StorageArea, prefix: &str) -> Vec<(String, String)> {
    Area::open(area).map_or_else(Vec::new, |storage| storage.with_prefix(prefix))
}

/// Writes a record that the app can do without.
fn write(area: StorageArea, key: &str, record: &str) {
    if let Some(storage) = Area::open(area) {
        let _ = storage.set(key, record);
    }
}

/// Removes a record. If the storage is damaged, it also cannot be read.
fn remove(area: StorageArea, key: &str) {
    if let Some(storage) = Area::open(area) {
        let _ = storage.remove(key);
    }
}
