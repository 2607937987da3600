//! The page's events: the user leaves the page or comes back, and the network is lost or found.

use core::time::Duration;

use js_sys::Promise;
use leptos::prelude::request_animation_frame;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Event, PageTransitionEvent, VisibilityState};

use super::timer;

/// Calls `callback` whenever the tab becomes visible, with `false`, or is restored from the back/forward cache, with
/// `true`. A restored page stays hidden until `callback` returns, because it may show an outdated session.
pub fn on_page_visible(callback: impl Fn(bool) + 'static) {
    let callback = std::rc::Rc::new(callback);
    add_document_listener("visibilitychange", {
        let callback = callback.clone();
        move |_| {
            if is_visible() {
                callback(false);
            }
        }
    });
    add_window_listener("pagehide", |event| {
        if is_bfcache_event(&event) {
            set_page_hidden(true);
        }
    });
    add_window_listener("pageshow", move |event| {
        if is_bfcache_event(&event) {
            callback(true);
            request_animation_frame(|| set_page_hidden(false));
        }
    });
}

/// A listener for `pagehide`. Dropping it removes the listener.
#[derive(Debug)]
pub struct PageHideListener(Closure<dyn Fn()>);

/// Calls `callback` when the browser leaves this page, also if it keeps the page in the back/forward cache. Dropping
/// the returned listener ends this.
pub fn on_page_hide(callback: impl Fn() + 'static) -> PageHideListener {
    let listener = Closure::<dyn Fn()>::new(callback);
    if let Some(window) = web_sys::window() {
        let _ =
            window.add_event_listener_with_callback("pagehide", listener.as_ref().unchecked_ref());
    }
    PageHideListener(listener)
}

impl Drop for PageHideListener {
    fn drop(&mut self) {
        if let Some(window) = web_sys::window() {
            let _ = window
                .remove_event_listener_with_callback("pagehide", self.0.as_ref().unchecked_ref());
        }
    }
}

/// Calls `callback` each time the network is lost or found. The argument is true if there is a network.
pub fn on_network_change(callback: impl Fn(bool) + Clone + 'static) {
    add_window_listener("online", {
        let callback = callback.clone();
        move |_| callback(true)
    });
    add_window_listener("offline", move |_| callback(false));
}

/// Returns true if the browser reports a network, or reports nothing.
pub fn is_online() -> bool {
    web_sys::window().is_none_or(|window| window.navigator().on_line())
}

/// Waits until the user comes back to this page, or until `limit` has passed. Returns true if the user came back. A
/// page that is being left stays busy during this time.
pub async fn wait_for_pageshow(limit: Duration) -> bool {
    let Some(window) = web_sys::window() else {
        return false;
    };
    let mut come = None;
    let back = Promise::new(&mut |resolve, _| come = Some(resolve));
    let Some(listener) = come else { return false };
    let _ = window.add_event_listener_with_callback("pageshow", &listener);
    let is_back = timer::timeout(limit, JsFuture::from(back)).await.is_some();
    let _ = window.remove_event_listener_with_callback("pageshow", &listener);
    is_back
}

fn is_visible() -> bool {
    let document = web_sys::window().and_then(|window| window.document());
    document.is_some_and(|document| document.visibility_state() == VisibilityState::Visible)
}

fn is_bfcache_event(event: &Event) -> bool {
    event
        .dyn_ref::<PageTransitionEvent>()
        .is_some_and(PageTransitionEvent::persisted)
}

fn add_window_listener(name: &str, callback: impl Fn(Event) + 'static) {
    let listener = Closure::<dyn Fn(Event)>::new(callback);
    if let Some(window) = web_sys::window() {
        let _ = window.add_event_listener_with_callback(name, listener.as_ref().unchecked_ref());
    }
    listener.forget();
}

fn add_document_listener(name: &str, callback: impl Fn(Event) + 'static) {
    let listener = Closure::<dyn Fn(Event)>::new(callback);
    if let Some(document) = web_sys::window().and_then(|window| window.document()) {
        let _ = document.add_event_listener_with_callback(name, listener.as_ref().unchecked_ref());
    }
    listener.forget();
}

/// Hides the whole page, or shows it again.
fn set_page_hidden(hidden: bool) {
    let document = web_sys::window().and_then(|window| window.document());
    if let Some(body) = document.and_then(|document| document.body()) {
        body.set_hidden(hidden);
    }
}
