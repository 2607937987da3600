//! The address bar, its history, and the links that lead through them.

use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlAnchorElement, MouseEvent, PerformanceNavigation, UrlSearchParams, Window};

/// A text made fit for a query parameter.
pub fn encode(text: &str) -> String {
    js_sys::encode_uri_component(text).into()
}

/// The page's path with its query and fragment, as the address bar shows it.
pub fn here() -> String {
    let part = |read: Result<String, JsValue>| read.unwrap_or_default();
    let location = window().location();
    part(location.pathname()) + &part(location.search()) + &part(location.hash())
}

/// The page's path.
pub fn path() -> String {
    window().location().pathname().unwrap_or_default()
}

/// The scheme, host and port of this page.
pub fn origin() -> String {
    window().location().origin().unwrap_or_default()
}

/// The host of this page, without its port: what people know a site by.
pub fn host() -> String {
    window().location().hostname().unwrap_or_default()
}

/// The query without its mark, and the fragment without its.
pub fn query_and_fragment() -> (String, String) {
    let location = window().location();
    let bare = |read: Result<String, JsValue>, mark| {
        let text = read.unwrap_or_default();
        text.strip_prefix(mark).unwrap_or(&text).to_owned()
    };
    (bare(location.search(), '?'), bare(location.hash(), '#'))
}

/// Leaves this app for another address. Back leads here again.
pub fn leave_for(address: &str) {
    // An address that browsers refuse leaves the page where it is.
    let _ = window().location().assign(address);
}

/// Whether this page was loaded by Back or Forward.
pub fn came_by_history() -> bool {
    let performance = window().performance();
    performance.is_some_and(|performance| {
        performance.navigation().type_() == PerformanceNavigation::TYPE_BACK_FORWARD
    })
}

/// The first query parameter of this name, decoded.
pub fn query(name: &str) -> Option<String> {
    let search = window().location().search().ok()?;
    UrlSearchParams::new_with_str(&search).ok()?.get(name)
}

/// Puts `address` into the address bar, with an entry of its own in the history.
pub fn push(address: &str) {
    if let Ok(history) = window().history() {
        // Browsers refuse only addresses of other origins and floods of them; the page then stays.
        let _ = history.push_state_with_url(&JsValue::NULL, "", Some(address));
    }
}

/// Puts `address` into the address bar in place of the present one.
pub fn replace(address: &str) {
    if let Ok(history) = window().history() {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(address));
    }
}

/// The note of the present history entry. A note survives a reload; it stands in no address and is never sent.
pub fn entry_note() -> Option<String> {
    window().history().ok()?.state().ok()?.as_string()
}

/// Adds a history entry for the present address, with a note.
pub fn push_entry(note: &str) {
    if let Ok(history) = window().history() {
        // Browsers refuse only floods of entries; the page then stays on the present one.
        let _ = history.push_state(&note.into(), "");
    }
}

/// Sets the note of the present history entry.
pub fn note_entry(note: &str) {
    if let Ok(history) = window().history() {
        let _ = history.replace_state(&note.into(), "");
    }
}

/// Goes back by one history entry. The browser reports it to [`on_back_or_forward`] later.
pub fn back() {
    if let Ok(history) = window().history() {
        let _ = history.back();
    }
}

/// As after loading a page.
pub fn scroll_to_top() {
    window().scroll_to_with_x_and_y(0.0, 0.0);
}

/// Calls `then` after each Back and Forward, for as long as the page lives.
pub fn on_back_or_forward(then: impl Fn() + 'static) {
    let listener = Closure::<dyn Fn()>::new(then);
    let _ =
        window().add_event_listener_with_callback("popstate", listener.as_ref().unchecked_ref());
    listener.forget();
}

/// Calls `then` in place of the browser when a link to an address of ours is followed in this tab,
/// for as long as the page lives.
pub fn on_own_link(then: impl Fn(String) + 'static) {
    let listener = Closure::<dyn Fn(MouseEvent)>::new(move |event: MouseEvent| {
        if let Some(address) = own_link(&event) {
            event.prevent_default();
            then(address);
        }
    });
    let _ = window().add_event_listener_with_callback("click", listener.as_ref().unchecked_ref());
    listener.forget();
}

/// The address of the link that was followed, unless it is to be opened elsewhere or leads elsewhere.
fn own_link(event: &MouseEvent) -> Option<String> {
    let elsewhere = event.default_prevented()
        || event.button() != 0
        || event.alt_key()
        || event.ctrl_key()
        || event.meta_key()
        || event.shift_key();
    if elsewhere {
        return None;
    }
    let element = event.target()?.dyn_into::<web_sys::Element>().ok()?;
    let link = element
        .closest("a[href]")
        .ok()??
        .dyn_into::<HtmlAnchorElement>()
        .ok()?;
    let ours = link.origin() == window().location().origin().ok()?;
    let here = link.target().is_empty() && !link.has_attribute("download");
    (ours && here).then(|| link.pathname() + &link.search() + &link.hash())
}

/// The window. There is always one where this app runs: it is started by a page.
fn window() -> Window {
    web_sys::window().expect("the app runs in a page")
}
