//! Shows a message to the user if the app panics. The stored session is not changed.

use ui_texts::setup;
use wasm_bindgen::JsValue;

/// Installs a panic hook that shows a message to the user and logs the location of the panic.
///
/// It does not log the panic's message, because that could contain secrets.
pub fn install_hook() {
    std::panic::set_hook(Box::new(|info| {
        let location = info
            .location()
            .map_or_else(String::new, ToString::to_string);
        leptos::logging::error!("Poolgate panicked at {location}");
        show_message();
    }));
}

fn show_message() -> Option<()> {
    let document = web_sys::window()?.document()?;
    let notice = document.create_element("p").ok()?;
    notice.set_attribute("role", "alert").ok()?;
    notice.set_class_name("notice notice-error panicked");
    notice.set_text_content(Some(setup::CRASHED));
    document
        .body()?
        .prepend_with_node_1(&notice)
        .map_err(|_: JsValue| ())
        .ok()
}
