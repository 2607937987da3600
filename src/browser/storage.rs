//! Records in localStorage and sessionStorage, which may be missing, blocked or full.

use cognito_proto::config::Storage as Place;
use gloo_storage::{LocalStorage, SessionStorage, Storage};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::StorageEvent;

/// The key of the stored session.
const SESSION_KEY: &str = "poolgate.session";

/// The key prefix of pending authorizations in sessionStorage. The OAuth `state` follows.
const PENDING: &str = "poolgate.pending.";

/// The key of the note about a sign-out that went through the hosted pages.
const SIGN_OUT_KEY: &str = "poolgate.left";

/// The error if the browser did not store a record, because storage is blocked or full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotKept;

/// Reads the stored session. Returns `None` if storage is blocked, and always for [`Place::Memory`].
pub fn read_session(place: Place) -> Option<String> {
    area(place)?.get_item(SESSION_KEY).ok()?
}

/// Writes the stored session in one step. If that fails, the older record is removed too.
pub fn write_session(place: Place, record: &str) -> Result<(), NotKept> {
    let area = match place {
        // With `memory` the session is not stored outside the page.
        Place::Memory => return Ok(()),
        place => area(place).ok_or(NotKept)?,
    };
    area.set_item(SESSION_KEY, record).map_err(|_| {
        let _ = area.remove_item(SESSION_KEY);
        NotKept
    })
}

/// Removes the stored session from both storages, because an earlier configuration may have used the other one.
pub fn remove_session() {
    for area in [area(Place::Local), area(Place::Session)]
        .into_iter()
        .flatten()
    {
        // A damaged storage throws an exception, and the sign-out must continue.
        let _ = area.remove_item(SESSION_KEY);
    }
}

/// Removes the stored session from the storage that this configuration does not use.
pub fn remove_session_elsewhere(place: Place) {
    for other in [Place::Local, Place::Session] {
        if let Some(area) = area(other).filter(|_| other != place) {
            let _ = area.remove_item(SESSION_KEY);
        }
    }
}

/// Calls `then` when another tab changed the stored session, until the page is unloaded.
pub fn on_session_changed(then: impl Fn() + 'static) {
    let listener = Closure::<dyn Fn(StorageEvent)>::new(move |event: StorageEvent| {
        // An event without a key means that the whole storage was cleared.
        if event.key().is_none_or(|key| key == SESSION_KEY) {
            then();
        }
    });
    if let Some(window) = web_sys::window() {
        let _ =
            window.add_event_listener_with_callback("storage", listener.as_ref().unchecked_ref());
    }
    listener.forget();
}

/// Stores a pending authorization in this tab, under its `state`.
pub fn write_pending(state: &str, record: &str) -> Result<(), NotKept> {
    let area = area(Place::Session).ok_or(NotKept)?;
    area.set_item(&format!("{PENDING}{state}"), record)
        .map_err(|_| NotKept)
}

/// Reads and removes the pending authorization with this `state`, because each can be used only once.
pub fn take_pending(state: &str) -> Option<String> {
    let area = area(Place::Session)?;
    let key = format!("{PENDING}{state}");
    let record = area.get_item(&key).ok()??;
    // If the record cannot be removed, it must not be used, because it could be used twice.
    area.remove_item(&key).ok()?;
    Some(record)
}

/// All pending authorizations of this tab, with their `state` values.
pub fn all_pending() -> Vec<(String, String)> {
    all(Place::Session, PENDING)
}

/// The key of the attempt whose response this tab is redeeming.
const REDEEMING_KEY: &str = "poolgate.redeeming";

/// Stores the attempt whose response is being redeemed, in this tab. If storage is full, a reload during that time
/// loses the attempt.
pub fn write_redeeming(record: &str) {
    if let Some(area) = area(Place::Session) {
        let _ = area.set_item(REDEEMING_KEY, record);
    }
}

/// The attempt whose response was being redeemed when the user reloaded this tab.
pub fn read_redeeming() -> Option<String> {
    area(Place::Session)?.get_item(REDEEMING_KEY).ok()?
}

/// Removes the record of the attempt whose response is being redeemed.
pub fn remove_redeeming() {
    if let Some(area) = area(Place::Session) {
        let _ = area.remove_item(REDEEMING_KEY);
    }
}

/// All records whose keys begin with `prefix`, by the rest of the key.
fn all(place: Place, prefix: &str) -> Vec<(String, String)> {
    let Some(area) = area(place) else {
        return Vec::new();
    };
    (0..area.length().unwrap_or(0))
        .filter_map(|index| area.key(index).ok()?)
        .filter_map(|key| {
            let name = key.strip_prefix(prefix)?.to_owned();
            Some((name, area.get_item(&key).ok()??))
        })
        .collect()
}

/// Stores a note for the page that the hosted pages redirect to after sign-out.
pub fn note_leaving(word: &str) {
    if let Some(area) = area(Place::Session) {
        // Without the note the start page does not mention the sign-out.
        let _ = area.set_item(SIGN_OUT_KEY, word);
    }
}

/// Reads and removes the note that was stored before the visit to the hosted pages for sign-out.
pub fn take_leaving() -> Option<String> {
    let area = area(Place::Session)?;
    let word = area.get_item(SIGN_OUT_KEY).ok()?;
    let _ = area.remove_item(SIGN_OUT_KEY);
    word
}

/// The key prefix of the device records. [`cognito_proto::device::record_name`] follows.
const DEVICE: &str = "poolgate.device.";

/// The key of the username that last signed in with a passkey.
const PASSKEY_NAME_KEY: &str = "poolgate.passkey";

/// Reads the record of this browser as a remembered device.
pub fn read_device(name: &str) -> Option<String> {
    area(Place::Local)?
        .get_item(&format!("{DEVICE}{name}"))
        .ok()?
}

/// Stores the record of this browser as a remembered device. If storage is full, the device is a new one next time.
pub fn write_device(name: &str, record: &str) {
    if let Some(area) = area(Place::Local) {
        let _ = area.set_item(&format!("{DEVICE}{name}"), record);
    }
}

/// Removes the record of this browser as a remembered device.
pub fn remove_device(name: &str) {
    if let Some(area) = area(Place::Local) {
        let _ = area.remove_item(&format!("{DEVICE}{name}"));
    }
}

/// The device records of all users, with their names.
pub fn all_devices() -> Vec<(String, String)> {
    all(Place::Local, DEVICE)
}

/// The username that last signed in with a passkey. The pool needs a username to offer a passkey.
pub fn read_passkey_name() -> Option<String> {
    area(Place::Local)?.get_item(PASSKEY_NAME_KEY).ok()?
}

/// Stores the username that signed in with a passkey.
pub fn write_passkey_name(name: &str) {
    if let Some(area) = area(Place::Local) {
        let _ = area.set_item(PASSKEY_NAME_KEY, name);
    }
}

/// Removes the username that signed in with a passkey.
pub fn remove_passkey_name() {
    if let Some(area) = area(Place::Local) {
        let _ = area.remove_item(PASSKEY_NAME_KEY);
    }
}

/// The browser's storage, if it is available. gloo's `raw` panics if the browser denies access.
fn area(place: Place) -> Option<web_sys::Storage> {
    let window = web_sys::window()?;
    match place {
        Place::Local => matches!(window.local_storage(), Ok(Some(_))).then(LocalStorage::raw),
        Place::Session => matches!(window.session_storage(), Ok(Some(_))).then(SessionStorage::raw),
        Place::Memory => None,
    }
}
