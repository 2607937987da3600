//! Tests of locks between documents, with the Web Locks API and without it.

use core::time::Duration;

use js_sys::Promise;
use leptos_cognito::browser::lock::{Lock, acquire};
use test_page::{OtherDocument, Replacement, is_waiting, js, window};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

/// A wait that is longer than each of these tests.
const LONG: Duration = Duration::from_secs(3_600);

/// Returns the number of locks with this name in this state: `held`, or `pending` for those that wait.
async fn count(state: &str, name: &str) -> u32 {
    let counted = js(&format!(
        "navigator.locks.query().then((all) => all.{state}.filter(({{ name }}) => name === '{name}').length)"
    ));
    let counted = JsFuture::from(counted.unchecked_into::<Promise>()).await;
    counted.expect("a result").as_f64().expect("a number") as u32
}

/// Waits until that many locks are in this state, because the browser passes locks on asynchronously.
async fn wait_for_count(state: &str, name: &str, expected: u32) {
    for _ in 0..10_000 {
        if count(state, name).await == expected {
            return;
        }
    }
    panic!("there never were {expected} {state} locks named {name}");
}

fn was_contended(lock: Option<&Lock>) -> Option<bool> {
    lock.map(Lock::was_contended)
}

#[wasm_bindgen_test]
async fn web_lock_is_held_until_its_guard_is_dropped() {
    let lock = acquire("free", LONG).await;
    assert_eq!(was_contended(lock.as_ref()), Some(false));
    assert_eq!(count("held", "free").await, 1);
    drop(lock);
    wait_for_count("held", "free", 0).await;
}

#[wasm_bindgen_test]
async fn web_lock_request_waits_until_the_holder_releases_the_lock() {
    let first = acquire("shared", LONG).await;
    assert_eq!(was_contended(first.as_ref()), Some(false));
    let mut second = Box::pin(acquire("shared", LONG));
    let mut polls = 0;
    // The browser must have both requests before the test queries their state.
    while count("pending", "shared").await == 0 && polls < 10_000 {
        assert!(is_waiting(&mut second).await);
        polls += 1;
    }
    assert_eq!(
        (
            count("held", "shared").await,
            count("pending", "shared").await
        ),
        (1, 1)
    );
    assert!(is_waiting(&mut second).await);
    drop(first);
    let second = second.await;
    assert_eq!(was_contended(second.as_ref()), Some(true));
    drop(second);
    wait_for_count("held", "shared", 0).await;
}

#[wasm_bindgen_test]
async fn caller_that_times_out_leaves_the_web_lock_queue() {
    let held = acquire("frozen", LONG).await;
    assert_eq!(was_contended(held.as_ref()), Some(false));
    for timeout in [Duration::ZERO, Duration::from_millis(5)] {
        let second = acquire("frozen", timeout).await;
        assert!(second.is_none(), "{timeout:?}");
    }
    wait_for_count("pending", "frozen", 0).await;
    drop(held);
    wait_for_count("held", "frozen", 0).await;
    let third = acquire("frozen", LONG).await;
    assert_eq!(was_contended(third.as_ref()), Some(false));
}

#[wasm_bindgen_test]
async fn web_locks_with_different_names_are_independent() {
    let one = acquire("one", LONG).await;
    let other = acquire("other", LONG).await;
    assert_eq!(
        [was_contended(one.as_ref()), was_contended(other.as_ref())],
        [Some(false), Some(false)]
    );
    assert_eq!(
        (count("held", "one").await, count("held", "other").await),
        (1, 1)
    );
}

/// A caller that stops waiting must not get the lock later, because no code would release it.
#[wasm_bindgen_test]
async fn cancelled_wait_does_not_acquire_the_web_lock() {
    let first = acquire("cancelled", LONG).await;
    let mut second = Box::pin(acquire("cancelled", LONG));
    let mut polls = 0;
    while count("pending", "cancelled").await == 0 && polls < 10_000 {
        assert!(is_waiting(&mut second).await);
        polls += 1;
    }
    assert_eq!(count("pending", "cancelled").await, 1);
    drop(second);
    drop(first);
    wait_for_count("held", "cancelled", 0).await;
    wait_for_count("pending", "cancelled", 0).await;
}

/// A tab that is closed, or whose process crashed, must not block other tabs.
#[wasm_bindgen_test]
async fn closed_document_releases_its_web_lock() {
    let other = OtherDocument::open();
    // The other document holds this lock until it is removed.
    other.js("void other.navigator.locks.request('other document', () => new Promise(() => {}))");
    wait_for_count("held", "other document", 1).await;
    let none = acquire("other document", Duration::from_millis(5)).await;
    assert!(none.is_none());
    let mut waiting = Box::pin(acquire("other document", LONG));
    assert!(is_waiting(&mut waiting).await);
    drop(other);
    assert!(waiting.await.is_some());
}

#[wasm_bindgen_test]
async fn web_lock_is_none_in_a_browser_without_web_locks() {
    for absent in [
        JsValue::UNDEFINED,
        JsValue::NULL,
        js("({})"),
        js("({ request: null })"),
    ] {
        let _absent = Replacement::value(window().navigator(), "locks", &absent);
        assert!(acquire("any", LONG).await.is_none(), "{absent:?}");
    }
}

/// `request()` fails if the origin may not use storage (Web Locks API).
#[wasm_bindgen_test]
async fn web_lock_is_none_immediately_if_the_browser_refuses_it() {
    for refusing in [
        "({ request: () => Promise.reject(new DOMException('denied', 'SecurityError')) })",
        "({ request: () => { throw new DOMException('denied', 'SecurityError'); } })",
    ] {
        let _refusing = Replacement::value(window().navigator(), "locks", &js(refusing));
        assert!(acquire("any", LONG).await.is_none(), "{refusing}");
    }
}
