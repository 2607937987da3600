//! The page as a whole: its title and where the focus is.

use wasm_bindgen::JsCast;

/// Names the page in the tab and for screen readers.
pub fn set_title(title: &str) {
    if let Some(document) = document() {
        document.set_title(title);
    }
}

/// Moves the focus to the element with this id, if it is there.
pub fn focus(id: &str) {
    if let Some(element) = element(id) {
        // An element that cannot take the focus leaves it where it was.
        let _ = element.focus();
    }
}

/// Moves the focus to a page's heading, unless the page has just been loaded: a browser then reads
/// it from the top by itself, and a person may already be typing.
pub fn focus_heading(id: &str) {
    thread_local! {
        static IS_FIRST: core::cell::Cell<bool> = const { core::cell::Cell::new(true) };
    }
    if !IS_FIRST.replace(false) {
        focus(id);
    }
}

/// Sends each input element of the page the event that it sends when a user types, so that its field takes over the value
/// that the element has. Some password managers fill in values without this event.
pub fn announce_input_values() {
    let Some(inputs) = document().and_then(|document| document.query_selector_all("input").ok())
    else {
        return;
    };
    for index in 0..inputs.length() {
        if let (Some(input), Ok(event)) = (inputs.get(index), web_sys::Event::new("input")) {
            // Without the event the field keeps the value that it knows.
            let _ = input.dispatch_event(&event);
        }
    }
}

/// Hides the whole page, or shows it again.
pub fn hide(hidden: bool) {
    if let Some(body) = document().and_then(|document| document.body()) {
        body.set_hidden(hidden);
    }
}

/// Runs `then` once what was just changed is drawn, so that new elements can be found.
pub fn after_drawing(then: impl FnOnce() + 'static) {
    leptos::prelude::request_animation_frame(then);
}

fn element(id: &str) -> Option<web_sys::HtmlElement> {
    document()?.get_element_by_id(id)?.dyn_into().ok()
}

fn document() -> Option<web_sys::Document> {
    web_sys::window()?.document()
}
