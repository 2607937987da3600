//! Access to the document: its title, its focus and its fields.

use wasm_bindgen::JsCast;

/// Sets the document's title, for the tab and for screen readers.
pub fn set_title(title: &str) {
    if let Some(document) = document() {
        document.set_title(title);
    }
}

/// Moves the focus to the element with this id, if it exists.
pub fn focus(id: &str) {
    if let Some(element) = element_by_id(id) {
        // If the element cannot be focused, the focus stays where it was.
        let _ = element.focus();
    }
}

/// Moves the focus to a page's heading, except directly after the document was loaded. Screen readers then start at the
/// top anyway, and the user may already be typing.
pub fn focus_heading(id: &str) {
    thread_local! {
        static IS_FIRST: core::cell::Cell<bool> = const { core::cell::Cell::new(true) };
    }
    if !IS_FIRST.replace(false) {
        focus(id);
    }
}

/// Sends an `input` event to each input element of the page, as if the user had typed, so that its field takes over the
/// element's value. Some password managers fill in values without this event.
pub fn dispatch_input_events() {
    let Some(inputs) = document().and_then(|document| document.query_selector_all("input").ok())
    else {
        return;
    };
    for index in 0..inputs.length() {
        if let (Some(input), Ok(event)) = (inputs.get(index), web_sys::Event::new("input")) {
            // If the event cannot be sent, the field keeps its own value.
            let _ = input.dispatch_event(&event);
        }
    }
}

fn element_by_id(id: &str) -> Option<web_sys::HtmlElement> {
    document()?.get_element_by_id(id)?.dyn_into().ok()
}

fn document() -> Option<web_sys::Document> {
    web_sys::window()?.document()
}
