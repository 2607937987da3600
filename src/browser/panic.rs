//! What is shown if the app breaks. The session stays as it was.

use wasm_bindgen::JsValue;

/// Shows a sentence and a way on when the app panics, and says in the console where it happened.
///
/// Only the place goes to the console: a panic's message could hold anything.
pub fn show_errors() {
    std::panic::set_hook(Box::new(|info| {
        let place = info
            .location()
            .map_or_else(String::new, ToString::to_string);
        leptos::logging::error!("Poolgate broke at {place}");
        draw();
    }));
}

fn draw() -> Option<()> {
    let document = web_sys::window()?.document()?;
    let notice = document.create_element("p").ok()?;
    notice.set_attribute("role", "alert").ok()?;
    notice.set_class_name("notice notice-trouble broken");
    notice.set_text_content(Some(
        "Something broke on this page. You are still signed in if you were. Please reload the page.",
    ));
    document
        .body()?
        .prepend_with_node_1(&notice)
        .map_err(|_: JsValue| ())
        .ok()
}
