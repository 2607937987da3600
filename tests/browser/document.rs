use crate::test_page::{document, element, once_called};
use core::cell::Cell;
use poolgate::browser::document::{focus, focus_heading, next_frame, set_hidden, set_title};
use std::rc::Rc;
use wasm_bindgen_test::wasm_bindgen_test;

fn focused() -> Option<String> {
    document().active_element().map(|element| element.id())
}

#[wasm_bindgen_test]
fn title_is_set_as_text() {
    set_title("Sign in – <Poolgate> & co");
    assert_eq!(document().title(), "Sign in – <Poolgate> & co");
}

#[wasm_bindgen_test]
fn focus_stays_if_the_element_cannot_take_it() {
    let first = element("input", &[("id", "first")]);
    let second = element("button", &[("id", "second")]);
    let plain = element("p", &[("id", "plain")]);
    let off = element("input", &[("id", "off"), ("disabled", "")]);
    for (id, focus_after) in [
        ("first", "first"),
        ("second", "second"),
        ("plain", "second"),
        ("off", "second"),
        ("nowhere", "second"),
        ("", "second"),
        ("first", "first"),
    ] {
        focus(id);
        assert_eq!(focused().as_deref(), Some(focus_after), "{id}");
    }
    for element in [first, second, plain, off] {
        element.remove();
    }
}

#[wasm_bindgen_test]
fn first_page_does_not_move_the_focus() {
    let field = element("input", &[("id", "field")]);
    let heading = element("h1", &[("id", "heading"), ("tabindex", "-1")]);
    focus("field");
    focus_heading("heading");
    assert_eq!(focused().as_deref(), Some("field"));
    focus_heading("heading");
    assert_eq!(focused().as_deref(), Some("heading"));
    focus("field");
    focus_heading("heading");
    assert_eq!(focused().as_deref(), Some("heading"));
    field.remove();
    heading.remove();
}

/// The test checks the layout: an element without a box is not visible, and screen readers do not read it.
#[wasm_bindgen_test]
fn hidden_page_has_no_boxes() {
    let shown = element("p", &[]);
    shown.set_text_content(Some("Ann's to-dos"));
    for hidden in [false, true, true, false, false] {
        set_hidden(hidden);
        assert_eq!(shown.get_client_rects().length() == 0, hidden);
    }
    shown.remove();
}

#[wasm_bindgen_test]
async fn next_frame_callback_runs_after_the_current_task() {
    let order = Rc::new(Cell::new("nothing"));
    let (call, called) = once_called();
    next_frame({
        let order = Rc::clone(&order);
        move || {
            assert_eq!(order.replace("next frame"), "changed");
            call();
        }
    });
    assert_eq!(order.replace("changed"), "nothing");
    called.await.expect("a frame");
    assert_eq!(order.get(), "next frame");
}
