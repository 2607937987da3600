//! Tests of the page's events: left, restored, made visible, and changes of the network.

use core::cell::RefCell;
use core::time::Duration;
use std::rc::Rc;

use leptos::prelude::request_animation_frame;
use leptos_cognito::browser::lifecycle::{
    is_online, on_network_change, on_page_hide, on_page_visible, wait_for_pageshow,
};
use test_page::{
    Replacement, dispatch, document, element, function, instant_timers, is_waiting, once_called,
    window,
};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

fn is_hidden() -> bool {
    document().body().expect("a body").hidden()
}

/// Records the calls of `on_page_visible`: whether the page came from the cache, and whether it was hidden at that
/// time.
fn visible_calls() -> Rc<RefCell<Vec<(bool, bool)>>> {
    let visible_calls = Rc::<RefCell<Vec<(bool, bool)>>>::default();
    on_page_visible({
        let visible_calls = Rc::clone(&visible_calls);
        move |from_cache| visible_calls.borrow_mut().push((from_cache, is_hidden()))
    });
    visible_calls
}

fn hide_page(persisted: bool) {
    let event = format!("new PageTransitionEvent('pagehide', {{ persisted: {persisted} }})");
    dispatch(window(), &event);
}

fn show_page(persisted: bool) {
    let event = format!("new PageTransitionEvent('pageshow', {{ persisted: {persisted} }})");
    dispatch(window(), &event);
}

async fn frame() {
    let (call, called) = once_called();
    request_animation_frame(call);
    called.await.expect("a frame");
}

#[wasm_bindgen_test]
fn visibility_listener_is_called_only_when_the_tab_is_visible() {
    const SHOWN: (bool, bool) = (false, false);
    let visible_calls = visible_calls();
    for (state, calls) in [
        ("hidden", &[][..]),
        ("visible", &[SHOWN]),
        ("hidden", &[SHOWN]),
        ("visible", &[SHOWN, SHOWN]),
    ] {
        let _state = Replacement::value(document(), "visibilityState", &state.into());
        dispatch(document(), "new Event('visibilitychange')");
        assert_eq!(*visible_calls.borrow(), calls, "{state}");
    }
}

/// A page in the back/forward cache does not change, so it may still show the data of a user who has signed out.
#[wasm_bindgen_test]
async fn bfcache_page_is_hidden_until_its_listener_returns() {
    let visible_calls = visible_calls();
    let text = element("p", &[]);
    text.set_text_content(Some("Ann's to-dos"));
    assert!(!is_hidden());
    assert_ne!(text.get_client_rects().length(), 0);
    hide_page(true);
    assert!(is_hidden());
    // An element without a box is not visible, and screen readers do not read it.
    assert_eq!(text.get_client_rects().length(), 0);
    assert_eq!(*visible_calls.borrow(), []);
    show_page(true);
    assert_eq!(*visible_calls.borrow(), [(true, true)]);
    frame().await;
    assert!(!is_hidden());
    assert_eq!(*visible_calls.borrow(), [(true, true)]);
    text.remove();
}

/// `pageshow` is not persisted for a page that was just loaded (HTML standard). `pagehide` is not persisted for a page
/// that the browser does not keep.
#[wasm_bindgen_test]
async fn page_that_does_not_enter_the_bfcache_is_not_hidden() {
    let visible_calls = visible_calls();
    hide_page(false);
    assert!(!is_hidden());
    show_page(false);
    frame().await;
    assert!(!is_hidden());
    assert_eq!(*visible_calls.borrow(), []);
}

/// The browser sends `pagehide` whether or not it keeps the page (HTML standard).
#[wasm_bindgen_test]
async fn dropping_its_guard_removes_the_pagehide_listener() {
    let hide_count = Rc::<RefCell<u32>>::default();
    let listener = on_page_hide({
        let hide_count = Rc::clone(&hide_count);
        move || *hide_count.borrow_mut() += 1
    });
    for (times, persisted) in [(1, false), (2, true)] {
        hide_page(persisted);
        assert_eq!(*hide_count.borrow(), times);
        show_page(persisted);
        assert_eq!(*hide_count.borrow(), times);
    }
    drop(listener);
    hide_page(false);
    assert_eq!(*hide_count.borrow(), 2);
    frame().await;
}

#[wasm_bindgen_test]
fn is_online_returns_navigator_on_line() {
    for online in [true, false, true] {
        let _online = Replacement::value(window().navigator(), "onLine", &online.into());
        assert_eq!(is_online(), online);
    }
}

#[wasm_bindgen_test]
fn online_and_offline_events_call_the_network_listener() {
    let calls = Rc::<RefCell<Vec<bool>>>::default();
    on_network_change({
        let calls = Rc::clone(&calls);
        move |online| calls.borrow_mut().push(online)
    });
    for event in ["offline", "online", "offline"] {
        dispatch(window(), &format!("new Event('{event}')"));
    }
    assert_eq!(*calls.borrow(), [false, true, false]);
}

#[wasm_bindgen_test]
async fn wait_for_the_pageshow_event_ends_when_the_event_fires() {
    // The browser sends the event for a page from the cache and for a newly loaded page.
    for persisted in [true, false] {
        let mut waiting = Box::pin(wait_for_pageshow(Duration::from_secs(3_600)));
        assert!(is_waiting(&mut waiting).await);
        dispatch(window(), "new Event('visibilitychange')");
        assert!(is_waiting(&mut waiting).await);
        show_page(persisted);
        assert!(waiting.await);
    }
    frame().await;
}

/// A page whose navigation did not happen must not stay busy.
#[wasm_bindgen_test]
async fn wait_for_the_pageshow_event_times_out() {
    let listeners = Rc::<RefCell<Vec<(&str, JsValue, JsValue)>>>::default();
    let recorder = |what| {
        let listeners = Rc::clone(&listeners);
        function(move |name, listener| {
            listeners.borrow_mut().push((what, name, listener));
            JsValue::UNDEFINED
        })
    };
    let add = Replacement::value(window(), "addEventListener", &recorder("on"));
    let remove = Replacement::value(window(), "removeEventListener", &recorder("off"));
    let (instant_timers, delays) = instant_timers();
    assert!(!wait_for_pageshow(Duration::from_secs(10)).await);
    drop((add, remove, instant_timers));
    assert_eq!(*delays.borrow(), [Some(10_000.0)]);
    let listeners = listeners.take();
    let [(on, name, listener), (off, same_name, same_listener)] = listeners.as_slice() else {
        panic!("not one listener that comes and goes: {listeners:?}");
    };
    assert_eq!((*on, *off), ("on", "off"));
    assert_eq!(name.as_string().as_deref(), Some("pageshow"));
    assert_eq!((name, listener), (same_name, same_listener));
}
