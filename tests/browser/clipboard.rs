use crate::stage::{StandIn, function, js, window};
use core::cell::RefCell;
use js_sys::{Object, Promise, Reflect};
use poolgate::browser::clipboard::copy;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

/// `navigator.clipboard` exists only in secure contexts (Clipboard API).
#[wasm_bindgen_test]
async fn without_a_clipboard_nothing_is_copied() {
    for absent in [JsValue::UNDEFINED, JsValue::NULL] {
        let _absent = StandIn::value(window().navigator(), "clipboard", &absent);
        assert!(!copy("text").await);
    }
}

#[wasm_bindgen_test]
async fn a_refusal_by_the_browser_is_told() {
    let refusing =
        js("({ writeText: () => Promise.reject(new DOMException('denied', 'NotAllowedError')) })");
    let _refusing = StandIn::value(window().navigator(), "clipboard", &refusing);
    assert!(!copy("text").await);
}

#[wasm_bindgen_test]
async fn the_text_is_copied_as_it_is() {
    let copied = Rc::new(RefCell::new(Vec::new()));
    let clipboard = Object::new();
    let write_text = function({
        let copied = Rc::clone(&copied);
        move |text, _| {
            copied.borrow_mut().push(text.as_string());
            Promise::resolve(&JsValue::UNDEFINED).into()
        }
    });
    Reflect::set(&clipboard, &"writeText".into(), &write_text).expect("a plain object");
    let _clipboard = StandIn::value(window().navigator(), "clipboard", &clipboard);
    assert!(copy(" <é>\n🔑").await);
    assert_eq!(*copied.borrow(), [Some(" <é>\n🔑".to_owned())]);
}
