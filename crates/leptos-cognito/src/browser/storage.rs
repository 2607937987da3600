//! The app's records in localStorage and sessionStorage, which may be missing, blocked or full.

use cognito_proto::config::Storage as StorageArea;
use gloo_storage::{LocalStorage, SessionStorage, Storage};
use thiserror::Error;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::StorageEvent;

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
    web_storage(area)?.get_item(SESSION_KEY).ok()?
}

/// Writes the stored session in one step. If that fails, also removes the older record.
pub fn write_session(area: StorageArea, record: &str) -> Result<(), StorageError> {
    let storage = match area {
        // With `memory` the session is not stored outside the page.
        StorageArea::Memory => return Ok(()),
        area => web_storage(area).ok_or(StorageError)?,
    };
    storage.set_item(SESSION_KEY, record).map_err(|_| {
        let _ = storage.remove_item(SESSION_KEY);
        StorageError
    })
}

/// Removes the stored session from both storages, because an earlier configuration may have used the other one.
pub fn remove_session() {
    for storage in [
        web_storage(StorageArea::Local),
        web_storage(StorageArea::Session),
    ]
    .into_iter()
    .flatten()
    {
        // A damaged storage throws an exception, and the sign-out must continue.
        let _ = storage.remove_item(SESSION_KEY);
    }
}

/// Removes the stored session from the storage that the configuration does not use.
pub fn remove_session_elsewhere(area: StorageArea) {
    for other in [StorageArea::Local, StorageArea::Session] {
        if let Some(storage) = web_storage(other).filter(|_| other != area) {
            let _ = storage.remove_item(SESSION_KEY);
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
    let storage = web_storage(StorageArea::Session).ok_or(StorageError)?;
    storage
        .set_item(&format!("{PENDING_PREFIX}{state}"), record)
        .map_err(|_| StorageError)
}

/// Reads and removes the pending authorization with this `state`, because each can be used only once.
pub fn take_pending_authorization(state: &str) -> Option<String> {
    let storage = web_storage(StorageArea::Session)?;
    let key = format!("{PENDING_PREFIX}{state}");
    let record = storage.get_item(&key).ok()??;
    // If the record cannot be removed, it must not be used, because it could be used twice.
    storage.remove_item(&key).ok()?;
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
    if let Some(storage) = web_storage(StorageArea::Session) {
        let _ = storage.set_item(REDEEMING_KEY, record);
    }
}

/// Returns the hosted sign-in whose authorization response this tab was exchanging for tokens when the user reloaded
/// the page.
pub fn read_redeeming() -> Option<String> {
    web_storage(StorageArea::Session)?
        .get_item(REDEEMING_KEY)
        .ok()?
}

/// Removes the record that [`write_redeeming`] has stored.
pub fn remove_redeeming() {
    if let Some(storage) = web_storage(StorageArea::Session) {
        let _ = storage.remove_item(REDEEMING_KEY);
    }
}

/// Returns all records whose keys begin with `prefix`. Each has the rest of its key in front.
fn records_with_prefix(area: StorageArea, prefix: &str) -> Vec<(String, String)> {
    let Some(storage) = web_storage(area) else {
        return Vec::new();
    };
    (0..storage.length().unwrap_or(0))
        .filter_map(|index| storage.key(index).ok()?)
        .filter_map(|key| {
            let name = key.strip_prefix(prefix)?.to_owned();
            Some((name, storage.get_item(&key).ok()??))
        })
        .collect()
}

/// Stores a note for the page to which the hosted pages redirect after a sign-out.
pub fn set_sign_out_marker(marker: &str) {
    if let Some(storage) = web_storage(StorageArea::Session) {
        // Without the marker the start page does not mention the sign-out.
        let _ = storage.set_item(SIGN_OUT_KEY, marker);
    }
}

/// Reads and removes the note that [`set_sign_out_marker`] has stored.
pub fn take_sign_out_marker() -> Option<String> {
    let storage = web_storage(StorageArea::Session)?;
    let marker = storage.get_item(SIGN_OUT_KEY).ok()?;
    let _ = storage.remove_item(SIGN_OUT_KEY);
    marker
}

/// The prefix of the keys under which devices are stored. [`cognito_proto::device::storage_key`] follows.
const DEVICE_PREFIX: &str = "poolgate.device.";

/// The key under which the username is stored that last signed in with a passkey.
const PASSKEY_USERNAME_KEY: &str = "poolgate.passkey";

/// Reads the stored record of this browser as a remembered device. `name` is [`cognito_proto::device::storage_key`].
pub fn read_device(name: &str) -> Option<String> {
    web_storage(StorageArea::Local)?
        .get_item(&format!("{DEVICE_PREFIX}{name}"))
        .ok()?
}

/// Stores the record of this browser as a remembered device. If storage is full, the pool sees a new device at the next
/// sign-in.
pub fn write_device(name: &str, record: &str) {
    if let Some(storage) = web_storage(StorageArea::Local) {
        let _ = storage.set_item(&format!("{DEVICE_PREFIX}{name}"), record);
    }
}

/// Removes the stored record of this browser as a remembered device.
pub fn remove_device(name: &str) {
    if let Some(storage) = web_storage(StorageArea::Local) {
        let _ = storage.remove_item(&format!("{DEVICE_PREFIX}{name}"));
    }
}

/// Returns the stored device records of all users, with their names.
pub fn all_devices() -> Vec<(String, String)> {
    records_with_prefix(StorageArea::Local, DEVICE_PREFIX)
}

/// Returns the username that last signed in with a passkey. The pool needs a username to offer a passkey.
pub fn read_passkey_username() -> Option<String> {
    web_storage(StorageArea::Local)?
        .get_item(PASSKEY_USERNAME_KEY)
        .ok()?
}

/// Stores the username that signed in with a passkey.
pub fn write_passkey_username(name: &str) {
    if let Some(storage) = web_storage(StorageArea::Local) {
        let _ = storage.set_item(PASSKEY_USERNAME_KEY, name);
    }
}

/// Removes the username that signed in with a passkey.
pub fn remove_passkey_username() {
    if let Some(storage) = web_storage(StorageArea::Local) {
        let _ = storage.remove_item(PASSKEY_USERNAME_KEY);
    }
}

/// Returns the browser's storage object, if it is available. gloo's `raw` panics if the browser denies access.
fn web_storage(area: StorageArea) -> Option<web_sys::Storage> {
    let window = web_sys::window()?;
    match area {
        StorageArea::Local => matches!(window.local_storage(), Ok(Some(_))).then(LocalStorage::raw),
        StorageArea::Session => {
            matches!(window.session_storage(), Ok(Some(_))).then(SessionStorage::raw)
        }
        StorageArea::Memory => None,
    }
}
