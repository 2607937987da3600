//! Access to the page in which a browser test runs, and replacements for the page's functions and values.

use core::cell::RefCell;
use core::future::{Future, poll_fn};
use core::pin::Pin;
use core::task::Poll;
use js_sys::{Function, Object, Promise, Reflect};
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Document, Event, EventTarget, HtmlElement, Window};

/// Returns the window of the page in which the test runs.
pub fn window() -> Window {
    web_sys::window().expect("the tests run in a page")
}

/// Returns the document of the page in which the test runs.
pub fn document() -> Document {
    window().document().expect("a page has a document")
}

/// Adds an element to the page and returns it.
pub fn element(tag: &str, attributes: &[(&str, &str)]) -> HtmlElement {
    let element = document().create_element(tag).expect("a valid tag name");
    for (name, value) in attributes {
        element
            .set_attribute(name, value)
            .expect("a valid attribute name");
    }
    let body = document().body().expect("a body");
    body.append_child(&element).expect("the element is added");
    element.unchecked_into()
}

/// Dispatches an event on `target`. `event` is a JavaScript expression that creates the event.
pub fn dispatch(target: impl Into<EventTarget>, event: &str) {
    let event: Event = js(event).unchecked_into();
    target
        .into()
        .dispatch_event(&event)
        .expect("an event that was not sent before");
}

/// Returns the value of the JavaScript expression `text`.
pub fn js(text: &str) -> JsValue {
    Function::new_no_args(&format!("return ({text});"))
        .call0(&JsValue::UNDEFINED)
        .expect("a valid expression")
}

/// Returns a function to call once, and a future that waits for the call.
pub fn once_called() -> (impl Fn() + 'static, JsFuture) {
    let mut resolve = None;
    let promise = Promise::new(&mut |resolve_promise, _| resolve = Some(resolve_promise));
    let resolve: Function = resolve.expect("a promise calls its executor at once");
    let call = move || {
        resolve
            .call0(&JsValue::UNDEFINED)
            .expect("resolving does not throw");
    };
    (call, JsFuture::from(promise))
}

/// Returns a JavaScript function that calls `callback`. It exists until the page is unloaded.
pub fn function(callback: impl Fn(JsValue, JsValue) -> JsValue + 'static) -> Function {
    Closure::<dyn Fn(JsValue, JsValue) -> JsValue>::new(callback)
        .into_js_value()
        .unchecked_into()
}

/// Replaces `setTimeout` so that timers fire without their delay. Returns the replacement, and the delays in
/// milliseconds that the code under test requests.
pub fn instant_timers() -> (Replacement, Rc<RefCell<Vec<Option<f64>>>>) {
    let delays = Rc::new(RefCell::new(Vec::new()));
    let set_timeout = function({
        let delays = Rc::clone(&delays);
        move |callback, delay| {
            delays.borrow_mut().push(delay.as_f64());
            // A timer fires asynchronously, never within the call of `setTimeout`.
            let (call, called) = once_called();
            call();
            spawn_local(async move {
                called.await.expect("a resolved promise");
                let callback: Function = callback.unchecked_into();
                callback.call0(&JsValue::UNDEFINED).expect("a timer's call");
            });
            JsValue::from_f64(0.0)
        }
    });
    (
        Replacement::value(window(), "setTimeout", &set_timeout),
        delays,
    )
}

/// Polls the future once. Returns true if it is still pending.
pub async fn is_waiting(future: &mut (impl Future + Unpin)) -> bool {
    poll_fn(|context| Poll::Ready(Pin::new(&mut *future).poll(context).is_pending())).await
}

/// Another document of this origin, which exists until the value is dropped. It shares storage and locks as another tab
/// does.
#[must_use]
pub struct OtherDocument(HtmlElement);

impl OtherDocument {
    /// Adds another document of this origin to the page, and returns it.
    pub fn open() -> Self {
        Self(element("iframe", &[]))
    }

    /// Returns the value of the JavaScript expression `text`, in which `other` is the other document's window.
    pub fn js(&self, text: &str) -> JsValue {
        let other = Reflect::get(&self.0, &"contentWindow".into()).expect("a frame");
        Function::new_with_args("other", &format!("return ({text});"))
            .call1(&JsValue::UNDEFINED, &other)
            .expect("a valid expression")
    }
}

impl Drop for OtherDocument {
    fn drop(&mut self) {
        self.0.remove();
    }
}

/// A replacement for a member of a JavaScript object. Dropping it restores the member.
#[must_use]
pub struct Replacement {
    owner: Object,
    name: JsValue,
    /// The property before the replacement: its descriptor, or undefined if the object had inherited it.
    before: JsValue,
}

impl Replacement {
    /// Replaces `owner.name` with `value`.
    pub fn value(owner: impl Into<Object>, name: &str, value: &JsValue) -> Self {
        Self::new(owner.into(), name, "value", value)
    }

    /// Replaces `owner.name` with a property whose getter is `getter`.
    pub fn getter(owner: impl Into<Object>, name: &str, getter: &JsValue) -> Self {
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

impl Drop for Replacement {
    fn drop(&mut self) {
        let restored = match self.before.dyn_ref::<Object>() {
            Some(before) => Reflect::define_property(&self.owner, &self.name, before),
            None => Reflect::delete_property(&self.owner, &self.name),
        };
        assert_eq!(restored, Ok(true));
    }
}
