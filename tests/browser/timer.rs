use crate::stage::{StandIn, function, once_called, window};
use core::cell::{Cell, RefCell};
use core::time::Duration;
use poolgate::browser::timer::after;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
async fn a_timer_calls_once_its_delay_is_over() {
    let began = js_sys::Date::now();
    let (call, called) = once_called();
    let timer = after(Duration::from_millis(30), call);
    called.await.expect("the call");
    // Browsers may round the clock, and a timer, down to the millisecond.
    assert!(js_sys::Date::now() - began >= 28.0);
    drop(timer);
}

#[wasm_bindgen_test]
async fn a_dropped_timer_never_calls() {
    let called = Rc::new(Cell::new(false));
    let first = after(Duration::from_millis(1), {
        let called = Rc::clone(&called);
        move || called.set(true)
    });
    let (call, later) = once_called();
    let second = after(Duration::from_millis(20), call);
    drop(first);
    later.await.expect("the later timer");
    drop(second);
    assert!(!called.get());
}

/// HTML standard, timer initialization steps: a delay is a signed number of 32 bits; what does not fit fires at once.
#[wasm_bindgen_test]
fn a_delay_that_a_browser_could_not_count_becomes_half_a_day() {
    let asked = Rc::new(RefCell::new(Vec::new()));
    let set_timeout = function({
        let asked = Rc::clone(&asked);
        move |_, delay| {
            asked.borrow_mut().push(delay.as_f64());
            JsValue::from_f64(0.0)
        }
    });
    let counted = StandIn::value(window(), "setTimeout", &set_timeout);
    for delay in [
        Duration::ZERO,
        Duration::from_secs(3_480),
        Duration::from_secs(30 * 24 * 60 * 60),
        Duration::MAX,
    ] {
        drop(after(delay, || {}));
    }
    drop(counted);
    assert_eq!(
        *asked.borrow(),
        [
            Some(0.0),
            Some(3_480_000.0),
            Some(43_200_000.0),
            Some(43_200_000.0)
        ]
    );
}
