//! Access to the address bar and the browser's history, where the router is not enough.

use wasm_bindgen::JsValue;
use web_sys::Window;

/// Returns the page's path with its query and fragment, as the address bar shows it.
pub fn current_url() -> String {
    let part = |read: Result<String, JsValue>| read.unwrap_or_default();
    let location = window().location();
    part(location.pathname()) + &part(location.search()) + &part(location.hash())
}

/// Returns the page's path.
pub fn path() -> String {
    window().location().pathname().unwrap_or_default()
}

/// Returns the host name of this page without its port.
pub fn host() -> String {
    window().location().hostname().unwrap_or_default()
}

/// Returns the query without its `?`, and the fragment without its `#`.
pub fn query_and_fragment() -> (String, String) {
    let location = window().location();
    let bare = |read: Result<String, JsValue>, mark| {
        let text = read.unwrap_or_default();
        text.strip_prefix(mark).unwrap_or(&text).to_owned()
    };
    (bare(location.search(), '?'), bare(location.hash(), '#'))
}

/// Sets the address bar to `address` with a new history entry.
pub fn push_url(address: &str) {
    if let Ok(history) = window().history() {
        // Browsers refuse other origins and too many calls. The page then stays on its address.
        let _ = history.push_state_with_url(&JsValue::NULL, "", Some(address));
    }
}

/// Sets the address bar to `address` and replaces the current history entry.
pub fn replace_url(address: &str) {
    if let Ok(history) = window().history() {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(address));
    }
}

/// Returns the note that the app has stored in the current history entry (`history.state`). It survives a reload, is
/// not part of the address and is never sent.
pub fn history_state() -> Option<String> {
    window().history().ok()?.state().ok()?.as_string()
}

/// Adds a history entry for the current address, with a note (`history.state`).
pub fn push_history_state(note: &str) {
    if let Ok(history) = window().history() {
        // Browsers refuse too many calls. The page then stays on the current entry.
        let _ = history.push_state(&note.into(), "");
    }
}

/// Stores a note in the current history entry (`history.state`).
pub fn set_history_state(note: &str) {
    if let Ok(history) = window().history() {
        let _ = history.replace_state(&note.into(), "");
    }
}

/// Goes back by one history entry. The browser reports this later, with the event `popstate`.
pub fn go_back() {
    if let Ok(history) = window().history() {
        let _ = history.back();
    }
}

/// Returns the browser's window object, which always exists because the app runs in a page.
fn window() -> Window {
    web_sys::window().expect("the app runs in a page")
}
