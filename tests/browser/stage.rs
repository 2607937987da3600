//! The page, and stand-ins for its members.

use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Document, HtmlElement, Window};

pub(crate) fn window() -> Window {
    web_sys::window().expect("the tests run in a page")
}

pub(crate) fn document() -> Document {
    window().document().expect("a page has a document")
}

/// Puts an element into the page.
pub(crate) fn element(tag: &str, attributes: &[(&str, &str)]) -> HtmlElement {
    let element = document().create_element(tag).expect("a good tag");
    for (name, value) in attributes {
        element.set_attribute(name, value).expect("a good name");
    }
    let body = document().body().expect("a body");
    body.append_child(&element).expect("a page that can grow");
    element.unchecked_into()
}

/// What the JavaScript expression `text` is worth.
pub(crate) fn js(text: &str) -> JsValue {
    Function::new_no_args(&format!("return ({text});"))
        .call0(&JsValue::UNDEFINED)
        .expect("an expression without faults")
}

/// A call to make once, and the future that waits for it.
pub(crate) fn once_called() -> (impl Fn() + 'static, JsFuture) {
    let mut resolve = None;
    let promise = Promise::new(&mut |kept, _| resolve = Some(kept));
    let resolve: Function = resolve.expect("a promise calls its executor at once");
    let call = move || {
        resolve
            .call0(&JsValue::UNDEFINED)
            .expect("resolving does not throw");
    };
    (call, JsFuture::from(promise))
}

/// A function of JavaScript's that does this for as long as the page lives.
pub(crate) fn function(then: impl Fn(JsValue, JsValue) -> JsValue + 'static) -> Function {
    Closure::<dyn Fn(JsValue, JsValue) -> JsValue>::new(then)
        .into_js_value()
        .unchecked_into()
}

/// A stand-in for a member of an object, until this is dropped.
#[must_use]
pub(crate) struct StandIn {
    owner: Object,
    name: JsValue,
    /// The property as the object itself had it; undefined where it came from further up.
    before: JsValue,
}

impl StandIn {
    /// `owner.name` is `value`.
    pub(crate) fn value(owner: impl Into<Object>, name: &str, value: &JsValue) -> Self {
        Self::new(owner.into(), name, "value", value)
    }

    /// `owner.name` is what `getter` returns, if it does not throw.
    pub(crate) fn getter(owner: impl Into<Object>, name: &str, getter: &JsValue) -> Self {
        Self::new(owner.into(), name, "get", getter)
    }

    fn new(owner: Object, name: &str, kind: &str, what: &JsValue) -> Self {
        let name = JsValue::from_str(name);
        let before = Reflect::get_own_property_descriptor(&owner, &name).expect("an object");
        let property = Object::new();
        for (part, value) in [(kind, what), ("configurable", &JsValue::TRUE)] {
            Reflect::set(&property, &part.into(), value).expect("a plain object");
        }
        let defined = Reflect::define_property(&owner, &name, &property).expect("an object");
        assert!(defined, "{name:?} cannot be replaced here");
        Self {
            owner,
            name,
            before,
        }
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        let restored = match self.before.dyn_ref::<Object>() {
            Some(before) => Reflect::define_property(&self.owner, &self.name, before),
            None => Reflect::delete_property(&self.owner, &self.name),
        };
        assert_eq!(restored, Ok(true));
    }
}
