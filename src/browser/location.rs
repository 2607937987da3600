//! The address bar.

/// A text made fit for a query parameter.
pub fn encode(text: &str) -> String {
    js_sys::encode_uri_component(text).into()
}

/// The page's path with its query and fragment, as the address bar shows it.
pub fn here() -> String {
    let Some(location) = web_sys::window().map(|window| window.location()) else {
        return String::new();
    };
    let part = |read: Result<String, _>| read.unwrap_or_default();
    part(location.pathname()) + &part(location.search()) + &part(location.hash())
}
