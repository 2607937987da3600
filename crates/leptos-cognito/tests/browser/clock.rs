use core::cell::RefCell;
use core::time::Duration;
use std::rc::Rc;

use cognito_proto::time::UnixTime;
use js_sys::Promise;
use leptos_cognito::browser::clock;
use test_page::{Replacement, function, instant_timers, js, window};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::RequestCache;

fn browser_seconds() -> u64 {
    (js_sys::Date::now() / 1_000.0) as u64
}

#[wasm_bindgen_test]
fn clock_now_equals_the_time_of_the_browser() {
    let before = UnixTime::from_secs(browser_seconds());
    let now = clock::now();
    assert!(before <= now && now <= UnixTime::from_secs(browser_seconds()));
}

/// 2026-11-19T07:08:09Z is second 1795072089. A started second is not counted.
#[wasm_bindgen_test]
fn browser_time_is_rounded_down_to_seconds() {
    let date = js_sys::Reflect::get(&js_sys::global(), &"Date".into()).expect("Date");
    for (milliseconds, seconds) in [
        ("() => 1795072089000", 1_795_072_089),
        ("() => 1795072089999", 1_795_072_089),
        ("() => 0", 0),
        ("() => -1", 0),
    ] {
        let date: js_sys::Object = date.clone().into();
        let _then = Replacement::value(date, "now", &js(milliseconds));
        assert_eq!(clock::now(), UnixTime::from_secs(seconds), "{milliseconds}");
    }
}

/// Returns the host's time if the JavaScript function `by` answers the request.
async fn server_time(by: &str) -> Option<UnixTime> {
    let _answering = Replacement::value(window(), "fetch", &js(by));
    clock::fetch_server_time().await.server
}

/// The tests' own host is this machine, and its `Date` header has whole seconds.
#[wasm_bindgen_test]
async fn server_time_is_read_from_the_date_header_of_the_apps_host() {
    let before = clock::now();
    let server_time = clock::fetch_server_time().await;
    let after = clock::now();
    let second = Duration::from_secs(1);
    let stated = server_time.server.expect("a date");
    assert!(
        before.minus(second) <= stated && stated <= after,
        "{server_time:?}"
    );
    assert!(
        before <= server_time.device && server_time.device <= after,
        "{server_time:?}"
    );
}

/// The request for the time has no body, asks for a file that every host has, and bypasses the browser's cache.
#[wasm_bindgen_test]
async fn server_time_request_bypasses_the_http_cache() {
    let seen = Rc::new(RefCell::new(Vec::new()));
    let fetch = function({
        let seen = Rc::clone(&seen);
        move |request, _| {
            let request = request.unchecked_into::<web_sys::Request>();
            seen.borrow_mut()
                .push((request.method(), request.url(), request.cache()));
            Promise::resolve(&js("new Response('')")).into()
        }
    });
    let replacement = Replacement::value(window(), "fetch", &fetch);
    clock::fetch_server_time().await;
    drop(replacement);
    let origin = window().location().origin().expect("an origin");
    assert_eq!(
        seen.take(),
        [(
            "HEAD".to_owned(),
            format!("{origin}/config.js"),
            RequestCache::NoStore
        )]
    );
}

/// RFC 9110 §5.6.7 gives this time, second 784111777, in all three date formats. `Age` is added as in RFC 9111 §5.1.
#[wasm_bindgen_test]
async fn server_time_is_the_date_header_plus_the_age_header() {
    for (headers, seconds) in [
        ("date: 'Sun, 06 Nov 1994 08:49:37 GMT'", 784_111_777),
        (
            "date: 'Sunday, 06-Nov-94 08:49:37 GMT', age: '0'",
            784_111_777,
        ),
        (
            "date: 'Sun, 06 Nov 1994 08:49:37 GMT', age: '3600'",
            784_115_377,
        ),
        (
            "date: 'Sun, 06 Nov 1994 08:49:37 GMT', age: 'old'",
            784_111_777,
        ),
        (
            "date: 'Sun, 06 Nov 1994 08:49:37 GMT', age: '-5'",
            784_111_777,
        ),
    ] {
        for status in [200, 404, 500] {
            let by = format!(
                "async () => new Response(null, {{ status: {status}, headers: {{ {headers} }} }})"
            );
            let server_time = server_time(&by).await;
            assert_eq!(server_time, Some(UnixTime::from_secs(seconds)), "{headers}");
        }
    }
}

#[wasm_bindgen_test]
async fn server_time_is_unknown_without_a_valid_date_header() {
    for by in [
        "async () => new Response(null)",
        "async () => new Response(null, { headers: { age: '60' } })",
        "async () => new Response(null, { headers: { date: 'yesterday' } })",
        "async () => new Response(null, { headers: { date: '' } })",
        "async () => { throw new TypeError('Failed to fetch'); }",
    ] {
        assert_eq!(server_time(by).await, None, "{by}");
    }
}

#[wasm_bindgen_test]
async fn server_time_request_times_out_after_3_seconds() {
    let (instant_timers, delays) = instant_timers();
    let server_time = server_time(
        "(request) => new Promise((_, refuse) => {
            request.signal.addEventListener('abort', () => refuse(request.signal.reason));
        })",
    )
    .await;
    drop(instant_timers);
    assert_eq!((server_time, delays.take()), (None, vec![Some(3_000.0)]));
}
