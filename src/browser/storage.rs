//! localStorage and sessionStorage, which may be missing, blocked or full.

use cognito_proto::config::Storage as Place;
use gloo_storage::{LocalStorage, SessionStorage, Storage};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::StorageEvent;

/// The one record of a session.
const SESSION_KEY: &str = "poolgate.session";

/// In front of the state of a sign-in that is under way elsewhere: its record, in this tab alone.
const PENDING: &str = "poolgate.pending.";

/// Where the news waits that the person has just left by the hosted pages.
const LEFT_KEY: &str = "poolgate.left";

/// The browser would not keep the record: storage is blocked or full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotKept;

/// Reads the session's record. Blocked storage holds nothing, and memory nothing that outlives the page.
pub fn read_session(place: Place) -> Option<String> {
    area(place)?.get_item(SESSION_KEY).ok()?
}

/// Writes the session's record in one step. What could not be written leaves nothing older behind.
pub fn write_session(place: Place, record: &str) -> Result<(), NotKept> {
    let area = match place {
        // Kept as long as it is meant to be: by the page itself.
        Place::Memory => return Ok(()),
        place => area(place).ok_or(NotKept)?,
    };
    area.set_item(SESSION_KEY, record).map_err(|_| {
        let _ = area.remove_item(SESSION_KEY);
        NotKept
    })
}

/// Removes the session's record, wherever one may be: the place may have been another one before.
pub fn remove_session() {
    for area in [area(Place::Local), area(Place::Session)]
        .into_iter()
        .flatten()
    {
        // A damaged storage throws, and signing out must go on.
        let _ = area.remove_item(SESSION_KEY);
    }
}

/// Removes the session's record from where this configuration does not keep it.
pub fn remove_session_elsewhere(place: Place) {
    for other in [Place::Local, Place::Session] {
        if let Some(area) = area(other).filter(|_| other != place) {
            let _ = area.remove_item(SESSION_KEY);
        }
    }
}

/// Calls `then` when another tab changed the session's record, for as long as the page lives.
pub fn on_session_changed(then: impl Fn() + 'static) {
    let listener = Closure::<dyn Fn(StorageEvent)>::new(move |event: StorageEvent| {
        // Without a key everything was cleared.
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

/// Keeps the record of a sign-in that goes on elsewhere, for this tab, under its state.
pub fn write_pending(state: &str, record: &str) -> Result<(), NotKept> {
    let area = area(Place::Session).ok_or(NotKept)?;
    area.set_item(&format!("{PENDING}{state}"), record)
        .map_err(|_| NotKept)
}

/// Reads the record of the sign-in with this state, and takes it away: it serves once.
pub fn take_pending(state: &str) -> Option<String> {
    let area = area(Place::Session)?;
    let key = format!("{PENDING}{state}");
    let record = area.get_item(&key).ok()??;
    // A record that stays could serve a second time.
    area.remove_item(&key).ok()?;
    Some(record)
}

/// The records of all sign-ins that this tab began and that have not come back, with their states.
pub fn all_pending() -> Vec<(String, String)> {
    all(Place::Session, PENDING)
}

/// The attempt whose response this tab is redeeming.
const REDEEMING_KEY: &str = "poolgate.redeeming";

/// Keeps the record of the attempt whose response is being redeemed, for this tab. Without room for it a reload
/// meanwhile forgets the attempt.
pub fn write_redeeming(record: &str) {
    if let Some(area) = area(Place::Session) {
        let _ = area.set_item(REDEEMING_KEY, record);
    }
}

/// The record of the attempt whose response was being redeemed when this tab was last reloaded.
pub fn read_redeeming() -> Option<String> {
    area(Place::Session)?.get_item(REDEEMING_KEY).ok()?
}

/// Removes that record.
pub fn remove_redeeming() {
    if let Some(area) = area(Place::Session) {
        let _ = area.remove_item(REDEEMING_KEY);
    }
}

/// All records whose keys begin with `prefix`, by what follows it.
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

/// Leaves a word for the page that the hosted pages come back to after signing out.
pub fn note_leaving(word: &str) {
    if let Some(area) = area(Place::Session) {
        // Without it the start page greets a stranger, which is true as well.
        let _ = area.set_item(LEFT_KEY, word);
    }
}

/// The word that was left when the hosted pages were visited to sign out. It is given once.
pub fn take_leaving() -> Option<String> {
    let area = area(Place::Session)?;
    let word = area.get_item(LEFT_KEY).ok()?;
    let _ = area.remove_item(LEFT_KEY);
    word
}

/// In front of what a remembered device proves itself by ([`cognito_proto::device::record_name`] follows).
const DEVICE: &str = "poolgate.device.";

/// Who last signed in here by a passkey.
const PASSKEY_NAME_KEY: &str = "poolgate.passkey";

/// The record of this browser as a remembered device.
pub fn read_device(name: &str) -> Option<String> {
    area(Place::Local)?
        .get_item(&format!("{DEVICE}{name}"))
        .ok()?
}

/// Keeps the record of this browser as a remembered device; without room for it the device is a new one next time.
pub fn write_device(name: &str, record: &str) {
    if let Some(area) = area(Place::Local) {
        let _ = area.set_item(&format!("{DEVICE}{name}"), record);
    }
}

/// Removes it.
pub fn remove_device(name: &str) {
    if let Some(area) = area(Place::Local) {
        let _ = area.remove_item(&format!("{DEVICE}{name}"));
    }
}

/// The records of this browser as a remembered device, of whomever, with their names.
pub fn all_devices() -> Vec<(String, String)> {
    all(Place::Local, DEVICE)
}

/// The name of who last signed in here by a passkey: the pool offers a passkey only for a name.
pub fn read_passkey_name() -> Option<String> {
    area(Place::Local)?.get_item(PASSKEY_NAME_KEY).ok()?
}

/// Keeps that name.
pub fn write_passkey_name(name: &str) {
    if let Some(area) = area(Place::Local) {
        let _ = area.set_item(PASSKEY_NAME_KEY, name);
    }
}

/// Forgets that name.
pub fn remove_passkey_name() {
    if let Some(area) = area(Place::Local) {
        let _ = area.remove_item(PASSKEY_NAME_KEY);
    }
}

/// `raw` panics where a browser denies access, so ask first.
fn area(place: Place) -> Option<web_sys::Storage> {
    let window = web_sys::window()?;
    match place {
        Place::Local => matches!(window.local_storage(), Ok(Some(_))).then(LocalStorage::raw),
        Place::Session => matches!(window.session_storage(), Ok(Some(_))).then(SessionStorage::raw),
        Place::Memory => None,
    }
}
