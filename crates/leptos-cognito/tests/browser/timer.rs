use core::cell::{Cell, RefCell};
use core::future::{pending, ready};
use core::time::Duration;
use std::rc::Rc;

use leptos_cognito::browser::timer::{set_timeout, timeout};
use test_page::{Replacement, function, instant_timers, is_waiting, js, once_called, window};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
async fn timer_fires_after_its_delay() {
    let began = js_sys::Date::now();
    let (call, called) = once_called();
    let timer = set_timeout(Duration::from_millis(30), call);
    called.await.expect("the call");
    // Browsers may round the clock and the delay to milliseconds.
    assert!(js_sys::Date::now() - began >= 28.0);
    drop(timer);
}

#[wasm_bindgen_test]
async fn dropped_timer_does_not_fire() {
    let called = Rc::new(Cell::new(false));
    let first = set_timeout(Duration::from_millis(1), {
        let called = Rc::clone(&called);
        move || called.set(true)
    });
    let (call, later) = once_called();
    let second = set_timeout(Duration::from_millis(20), call);
    drop(first);
    later.await.expect("the later timer");
    drop(second);
    assert!(!called.get());
}

/// A delay is a signed 32-bit number, and a larger one fires at once (HTML standard, timer initialization steps).
#[wasm_bindgen_test]
fn timer_delay_is_limited_to_half_a_day() {
    let delays = Rc::new(RefCell::new(Vec::new()));
    let fake_set_timeout = function({
        let delays = Rc::clone(&delays);
        move |_, delay| {
            delays.borrow_mut().push(delay.as_f64());
            JsValue::from_f64(0.0)
        }
    });
    let counted = Replacement::value(window(), "setTimeout", &fake_set_timeout);
    for delay in [
        Duration::ZERO,
        Duration::from_secs(3_480),
        Duration::from_secs(30 * 24 * 60 * 60),
        Duration::MAX,
    ] {
        drop(set_timeout(delay, || {}));
    }
    drop(counted);
    assert_eq!(
        *delays.borrow(),
        [
            Some(0.0),
            Some(3_480_000.0),
            Some(43_200_000.0),
            Some(43_200_000.0)
        ]
    );
}

/// An hour, which is longer than each of these tests.
const LONG: Duration = Duration::from_secs(3_600);

#[wasm_bindgen_test]
async fn timeout_of_a_ready_future_starts_no_timer() {
    let set = Replacement::value(
        window(),
        "setTimeout",
        &js("() => { throw new Error('asked for'); }"),
    );
    let value = timeout(LONG, ready("there")).await;
    drop(set);
    assert_eq!(value, Some("there"));
}

#[wasm_bindgen_test]
async fn future_that_completes_in_time_cancels_its_timeout() {
    let cleared = Rc::new(RefCell::new(Vec::new()));
    let clear_timeout = function({
        let cleared = Rc::clone(&cleared);
        move |handle, _| {
            cleared.borrow_mut().push(handle.as_f64());
            JsValue::UNDEFINED
        }
    });
    let set = Replacement::value(window(), "setTimeout", &js("() => 4711"));
    let clear = Replacement::value(window(), "clearTimeout", &clear_timeout);
    let (call, called) = once_called();
    let mut waiting = Box::pin(timeout(LONG, async {
        called.await.expect("the call");
        "in time"
    }));
    assert!(is_waiting(&mut waiting).await);
    assert_eq!(*cleared.borrow(), []);
    call();
    let value = waiting.await;
    drop((set, clear));
    assert_eq!(value, Some("in time"));
    assert_eq!(*cleared.borrow(), [Some(4_711.0)]);
}

/// The future must be dropped at the limit, so that its work does not continue in the background.
#[wasm_bindgen_test]
async fn future_that_times_out_is_dropped() {
    let counted_value = Rc::new(());
    let captured = Rc::clone(&counted_value);
    let (instant_timers, delays) = instant_timers();
    let value = timeout(Duration::from_secs(25), async move {
        let _captured = captured;
        pending::<()>().await;
    })
    .await;
    drop(instant_timers);
    assert_eq!((value, delays.take()), (None, vec![Some(25_000.0)]));
    assert_eq!(Rc::strong_count(&counted_value), 1);
}

/// The timer must start at the first poll, and must not start again with each further poll.
#[wasm_bindgen_test]
async fn polling_a_future_again_does_not_restart_its_timeout() {
    let delays = Rc::new(RefCell::new(Vec::new()));
    let fake_set_timeout = function({
        let delays = Rc::clone(&delays);
        move |_, delay| {
            delays.borrow_mut().push(delay.as_f64());
            JsValue::from_f64(0.0)
        }
    });
    let set = Replacement::value(window(), "setTimeout", &fake_set_timeout);
    let mut waiting = Box::pin(timeout(LONG, pending::<()>()));
    for _ in 0..3 {
        assert!(is_waiting(&mut waiting).await);
    }
    drop(waiting);
    drop(set);
    assert_eq!(*delays.borrow(), [Some(3_600_000.0)]);
}
