use core::cell::RefCell;
use std::rc::Rc;

use js_sys::{Object, Promise, Reflect};
use poolgate::browser::clipboard::copy;
use test_page::{Replacement, function, js, window};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

/// `navigator.clipboard` exists only in secure contexts (Clipboard API).
#[wasm_bindgen_test]
async fn copy_returns_false_if_the_browser_has_no_clipboard() {
    for absent in [JsValue::UNDEFINED, JsValue::NULL] {
        let _absent = Replacement::value(window().navigator(), "clipboard", &absent);
        assert!(!copy("text").await);
    }
}

#[wasm_bindgen_test]
async fn copy_returns_false_if_browser_refuses_clipboard_access() {
    let refusing =
        js("({ writeText: () => Promise.reject(new DOMException('denied', 'NotAllowedError')) })");
    let _refusing = Replacement::value(window().navigator(), "clipboard", &refusing);
    assert!(!copy("text").await);
}

#[wasm_bindgen_test]
async fn copy_writes_the_exact_text_to_the_clipboard() {
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
    let _clipboard = Replacement::value(window().navigator(), "clipboard", &clipboard);
    assert!(copy(" <é>\n🔑").await);
    assert_eq!(*copied.borrow(), [Some(" <é>\n🔑".to_owned())]);
}
