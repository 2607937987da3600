//! Records in localStorage and sessionStorage, which may be missing, blocked or full.

use cognito_proto::config::Storage as StorageArea;
use gloo_storage::{LocalStorage, SessionStorage, Storage};
use thiserror::Error;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::StorageEvent;

/// The key of the stored session.
const SESSION_KEY: &str = "poolgate.session";

/// The key prefix of pending authorizations in sessionStorage. The OAuth `state` follows.
const PENDING_PREFIX: &str = "poolgate.pending.";

/// The key of the marker of a sign-out that went through the hosted pages.
const SIGN_OUT_KEY: &str = "poolgate.left";

/// The error if the browser did not store a record, because storage is blocked or full.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the browser did not store the record, because storage is blocked or full")]
pub struct StorageError;

/// Reads the stored session. Returns `None` if storage is blocked, and always for [`StorageArea::Memory`].
pub fn read_session(area: StorageArea) -> Option<String> {
    web_storage(area)?.get_item(SESSION_KEY).ok()?
}

/// Writes the stored session in one step. If that fails, the older record is removed too.
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

/// Removes the stored session from the storage that this configuration does not use.
pub fn remove_session_elsewhere(area: StorageArea) {
    for other in [StorageArea::Local, StorageArea::Session] {
        if let Some(storage) = web_storage(other).filter(|_| other != area) {
            let _ = storage.remove_item(SESSION_KEY);
        }
    }
}

/// Calls `callback` when another tab changed the stored session, until the page is unloaded.
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

/// All pending authorizations of this tab, with their `state` values.
pub fn load_pending_authorizations() -> Vec<(String, String)> {
    records_with_prefix(StorageArea::Session, PENDING_PREFIX)
}

/// Whether this tab has a pending authorization.
pub fn has_pending_authorizations() -> bool {
    !load_pending_authorizations().is_empty()
}

/// The key of the attempt whose response this tab is redeeming.
const REDEEMING_KEY: &str = "poolgate.redeeming";

/// Stores the attempt whose response is being redeemed, in this tab. If storage is full, a reload during that time
/// loses the attempt.
pub fn write_redeeming(record: &str) {
    if let Some(storage) = web_storage(StorageArea::Session) {
        let _ = storage.set_item(REDEEMING_KEY, record);
    }
}

/// The attempt whose response was being redeemed when the user reloaded this tab.
pub fn read_redeeming() -> Option<String> {
    web_storage(StorageArea::Session)?
        .get_item(REDEEMING_KEY)
        .ok()?
}

/// Removes the record of the attempt whose response is being redeemed.
pub fn remove_redeeming() {
    if let Some(storage) = web_storage(StorageArea::Session) {
        let _ = storage.remove_item(REDEEMING_KEY);
    }
}

/// All records whose keys begin with `prefix`, by the rest of the key.
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

/// Stores a marker for the page that the hosted pages redirect to after sign-out.
pub fn set_sign_out_marker(marker: &str) {
    if let Some(storage) = web_storage(StorageArea::Session) {
        // Without the marker the start page does not mention the sign-out.
        let _ = storage.set_item(SIGN_OUT_KEY, marker);
    }
}

/// Reads and removes the marker that was stored before the visit to the hosted pages for sign-out.
pub fn take_sign_out_marker() -> Option<String> {
    let storage = web_storage(StorageArea::Session)?;
    let marker = storage.get_item(SIGN_OUT_KEY).ok()?;
    let _ = storage.remove_item(SIGN_OUT_KEY);
    marker
}

/// The key prefix of the device records. [`cognito_proto::device::storage_key`] follows.
const DEVICE_PREFIX: &str = "poolgate.device.";

/// The key of the username that last signed in with a passkey.
const PASSKEY_USERNAME_KEY: &str = "poolgate.passkey";

/// Reads the record of this browser as a remembered device.
pub fn read_device(name: &str) -> Option<String> {
    web_storage(StorageArea::Local)?
        .get_item(&format!("{DEVICE_PREFIX}{name}"))
        .ok()?
}

/// Stores the record of this browser as a remembered device. If storage is full, the device is a new one next time.
pub fn write_device(name: &str, record: &str) {
    if let Some(storage) = web_storage(StorageArea::Local) {
        let _ = storage.set_item(&format!("{DEVICE_PREFIX}{name}"), record);
    }
}

/// Removes the record of this browser as a remembered device.
pub fn remove_device(name: &str) {
    if let Some(storage) = web_storage(StorageArea::Local) {
        let _ = storage.remove_item(&format!("{DEVICE_PREFIX}{name}"));
    }
}

/// The device records of all users, with their names.
pub fn all_devices() -> Vec<(String, String)> {
    records_with_prefix(StorageArea::Local, DEVICE_PREFIX)
}

/// The username that last signed in with a passkey. The pool needs a username to offer a passkey.
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

/// The browser's storage, if it is available. gloo's `raw` panics if the browser denies access.
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
