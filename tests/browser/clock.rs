use crate::stage::{StandIn, js};
use cognito_proto::time::UnixTime;
use poolgate::browser::clock;
use wasm_bindgen_test::wasm_bindgen_test;

fn browser_seconds() -> u64 {
    (js_sys::Date::now() / 1_000.0) as u64
}

#[wasm_bindgen_test]
fn the_clock_is_the_browsers() {
    let before = UnixTime::from_secs(browser_seconds());
    let now = clock::now();
    assert!(before <= now && now <= UnixTime::from_secs(browser_seconds()));
}

/// 2026-11-19T07:08:09Z is second 1795072089; what is left of a second has not passed.
#[wasm_bindgen_test]
fn a_second_counts_once_it_is_over() {
    let date = js_sys::Reflect::get(&js_sys::global(), &"Date".into()).expect("Date");
    for (milliseconds, seconds) in [
        ("() => 1795072089000", 1_795_072_089),
        ("() => 1795072089999", 1_795_072_089),
        ("() => 0", 0),
        ("() => -1", 0),
    ] {
        let date: js_sys::Object = date.clone().into();
        let _then = StandIn::value(date, "now", &js(milliseconds));
        assert_eq!(clock::now(), UnixTime::from_secs(seconds), "{milliseconds}");
    }
}
