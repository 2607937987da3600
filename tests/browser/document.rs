use poolgate::browser::document::{focus, focus_heading, set_title};
use test_page::{document, element};
use wasm_bindgen_test::wasm_bindgen_test;

fn focused() -> Option<String> {
    document().active_element().map(|element| element.id())
}

#[wasm_bindgen_test]
fn document_title_is_set_as_plain_text() {
    set_title("Sign in – <Poolgate> & co");
    assert_eq!(document().title(), "Sign in – <Poolgate> & co");
}

#[wasm_bindgen_test]
fn focus_does_not_move_to_an_element_that_is_not_focusable() {
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
fn first_page_after_load_does_not_move_the_focus_to_its_heading() {
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
