//! The address bar, the browser's history, and clicks on links.

use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlAnchorElement, MouseEvent, PerformanceNavigation, UrlSearchParams, Window};

/// Percent-encodes a text for a query parameter.
pub fn encode_uri_component(text: &str) -> String {
    js_sys::encode_uri_component(text).into()
}

/// The page's path with its query and fragment, as the address bar shows it.
pub fn current_url() -> String {
    let part = |read: Result<String, JsValue>| read.unwrap_or_default();
    let location = window().location();
    part(location.pathname()) + &part(location.search()) + &part(location.hash())
}

/// The page's path.
pub fn path() -> String {
    window().location().pathname().unwrap_or_default()
}

/// The origin of this page: scheme, host and port.
pub fn origin() -> String {
    window().location().origin().unwrap_or_default()
}

/// The host of this page without its port.
pub fn host() -> String {
    window().location().hostname().unwrap_or_default()
}

/// The query without its `?`, and the fragment without its `#`.
pub fn query_and_fragment() -> (String, String) {
    let location = window().location();
    let bare = |read: Result<String, JsValue>, mark| {
        let text = read.unwrap_or_default();
        text.strip_prefix(mark).unwrap_or(&text).to_owned()
    };
    (bare(location.search(), '?'), bare(location.hash(), '#'))
}

/// Navigates to an address outside the app. Back leads to this page again.
pub fn redirect(address: &str) {
    // For an invalid address the browser stays on this page.
    let _ = window().location().assign(address);
}

/// Whether this page was loaded by Back or Forward.
pub fn is_back_forward() -> bool {
    let performance = window().performance();
    performance.is_some_and(|performance| {
        performance.navigation().type_() == PerformanceNavigation::TYPE_BACK_FORWARD
    })
}

/// The first query parameter of this name, decoded.
pub fn query_parameter(name: &str) -> Option<String> {
    let search = window().location().search().ok()?;
    UrlSearchParams::new_with_str(&search).ok()?.get(name)
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

/// The note of the current history entry. A note survives a reload, is not part of the address and is never sent.
pub fn history_state() -> Option<String> {
    window().history().ok()?.state().ok()?.as_string()
}

/// Adds a history entry for the current address, with a note.
pub fn push_history_state(note: &str) {
    if let Ok(history) = window().history() {
        // Browsers refuse too many calls. The page then stays on the current entry.
        let _ = history.push_state(&note.into(), "");
    }
}

/// Sets the note of the current history entry.
pub fn set_history_state(note: &str) {
    if let Ok(history) = window().history() {
        let _ = history.replace_state(&note.into(), "");
    }
}

/// Goes back by one history entry. The browser reports it to [`on_back_or_forward`] later.
pub fn go_back() {
    if let Ok(history) = window().history() {
        let _ = history.back();
    }
}

/// Scrolls to the top, as a browser does after loading a page.
pub fn scroll_to_top() {
    window().scroll_to_with_x_and_y(0.0, 0.0);
}

/// Calls `callback` after each Back and Forward, until the page is unloaded.
pub fn on_back_or_forward(callback: impl Fn() + 'static) {
    let listener = Closure::<dyn Fn()>::new(callback);
    let _ =
        window().add_event_listener_with_callback("popstate", listener.as_ref().unchecked_ref());
    listener.forget();
}

/// Calls `callback` with the address when the user follows a link to this origin in this tab, until the page is
/// unloaded. The browser itself does not follow the link.
pub fn on_internal_link(callback: impl Fn(String) + 'static) {
    let listener = Closure::<dyn Fn(MouseEvent)>::new(move |event: MouseEvent| {
        if let Some(address) = internal_link(&event) {
            event.prevent_default();
            callback(address);
        }
    });
    let _ = window().add_event_listener_with_callback("click", listener.as_ref().unchecked_ref());
    listener.forget();
}

/// The address of the clicked link. `None` if it leads to another origin, or opens in another tab or as a download.
fn internal_link(event: &MouseEvent) -> Option<String> {
    let is_modified = event.default_prevented()
        || event.button() != 0
        || event.alt_key()
        || event.ctrl_key()
        || event.meta_key()
        || event.shift_key();
    if is_modified {
        return None;
    }
    let element = event.target()?.dyn_into::<web_sys::Element>().ok()?;
    let link = element
        .closest("a[href]")
        .ok()??
        .dyn_into::<HtmlAnchorElement>()
        .ok()?;
    let is_same_origin = link.origin() == window().location().origin().ok()?;
    let is_this_tab = link.target().is_empty() && !link.has_attribute("download");
    (is_same_origin && is_this_tab).then(|| link.pathname() + &link.search() + &link.hash())
}

/// The window, which always exists because the app runs in a page.
fn window() -> Window {
    web_sys::window().expect("the app runs in a page")
}
