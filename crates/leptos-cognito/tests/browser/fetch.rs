//! Tests of `fetch`: the options of a request, and the result for each kind of response.

use core::cell::RefCell;
use core::time::Duration;
use std::rc::Rc;

use gloo_net::http::Method;
use js_sys::Promise;
use leptos_cognito::browser::fetch::{FetchError, Request, Response, send};
use test_page::{Replacement, function, instant_timers, is_waiting, js, window};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{ReferrerPolicy, RequestCache, RequestCredentials, RequestRedirect};

/// The largest body that is read: 2^20 bytes.
const MAX_BODY_BYTES: usize = 1_048_576;

fn get(url: &str) -> Request<'_> {
    Request {
        method: Method::GET,
        url,
        headers: &[],
        body: None,
    }
}

/// Replaces the page's `fetch` with this JavaScript function of the request.
fn replace_fetch(by: &str) -> Replacement {
    Replacement::value(window(), "fetch", &js(by))
}

async fn fetch_result(by: &str) -> Result<Response, FetchError> {
    let _answering = replace_fetch(by);
    send(get("https://pool.example/")).await
}

fn origin() -> String {
    window().location().origin().expect("an origin")
}

// These tests use the browser's own network.

#[wasm_bindgen_test]
async fn fetch_returns_responses_with_any_http_status() {
    let missing = send(get(&format!("{}/no/such/page", origin()))).await;
    assert_eq!(
        missing.map(|response| (response.status, response.error_type)),
        Ok((404, None))
    );
    let start = send(get(&format!("{}/", origin()))).await.expect("a page");
    assert_eq!(start.status, 200);
    assert!(start.body.starts_with("<!DOCTYPE html>"), "{}", start.body);
}

/// No server listens on the first address. Browsers block the others: a bad port (Fetch standard), an unknown scheme,
/// an invalid URL, and a URL with credentials.
#[wasm_bindgen_test]
async fn fetch_of_an_unreachable_service_is_an_error() {
    for url in [
        "http://127.0.0.1:65533/",
        "http://127.0.0.1:1/",
        "nowhere:else",
        "http://[",
        "http://name:word@127.0.0.1/",
    ] {
        assert_eq!(send(get(url)).await, Err(FetchError::Unreachable), "{url}");
    }
}

#[wasm_bindgen_test]
async fn fetch_failure_while_the_browser_is_offline_is_offline_error() {
    let _offline = Replacement::value(window().navigator(), "onLine", &JsValue::FALSE);
    assert_eq!(
        send(get("http://127.0.0.1:65533/")).await,
        Err(FetchError::Offline)
    );
}

// These tests replace the network. Requests and responses are the browser's own objects.

/// A request follows no redirect, sends no cookie and no referrer, and is not cached.
#[wasm_bindgen_test]
async fn fetch_uses_no_redirects_cookies_referrer_or_cache() {
    let seen = Rc::new(RefCell::new(None));
    let fetch = function({
        let seen = Rc::clone(&seen);
        move |request, _| {
            *seen.borrow_mut() = Some(request.unchecked_into::<web_sys::Request>());
            Promise::resolve(&js("new Response('{}')")).into()
        }
    });
    let replacement = Replacement::value(window(), "fetch", &fetch);
    let response = send(Request {
        method: Method::POST,
        url: "https://pool.example/path?a=b",
        headers: &[
            ("Content-Type", "application/x-amz-json-1.1"),
            (
                "X-Amz-Target",
                "AWSCognitoIdentityProviderService.InitiateAuth",
            ),
        ],
        body: Some("{\"é\":\"🔑\"}".to_owned()),
    })
    .await;
    drop(replacement);
    assert_eq!(
        response,
        Ok(Response {
            status: 200,
            error_type: None,
            // The Fetch standard sets this type for a text body without one.
            content_type: Some("text/plain;charset=UTF-8".to_owned()),
            retry_after: None,
            body: "{}".to_owned()
        })
    );
    let request = seen.take().expect("a request");
    assert_eq!(
        (
            request.method(),
            request.url(),
            request.redirect(),
            request.credentials(),
            request.cache(),
            request.referrer_policy()
        ),
        (
            "POST".to_owned(),
            "https://pool.example/path?a=b".to_owned(),
            RequestRedirect::Error,
            RequestCredentials::Omit,
            RequestCache::NoStore,
            ReferrerPolicy::NoReferrer
        )
    );
    let headers: Vec<Vec<String>> = js_sys::try_iter(&request.headers())
        .expect("headers are iterable")
        .expect("and are")
        .map(|pair| {
            let pair: js_sys::Array = pair.expect("a pair").unchecked_into();
            pair.iter().filter_map(|part| part.as_string()).collect()
        })
        .collect();
    assert_eq!(
        headers,
        [
            ["content-type", "application/x-amz-json-1.1"],
            [
                "x-amz-target",
                "AWSCognitoIdentityProviderService.InitiateAuth"
            ]
        ]
    );
    let body = JsFuture::from(request.text().expect("a body")).await;
    assert_eq!(
        body.map(|body| body.as_string()),
        Ok(Some("{\"é\":\"🔑\"}".to_owned()))
    );
}

/// Header names are case-insensitive (RFC 9110 §5.1).
#[wasm_bindgen_test]
async fn fetch_reads_response_headers_in_any_letter_case() {
    for [error_type, content_type, retry_after] in [
        ["x-amzn-ErrorType", "Content-Type", "Retry-After"],
        ["X-AMZN-ERRORTYPE", "CONTENT-TYPE", "RETRY-AFTER"],
        ["x-amzn-errortype", "content-type", "retry-after"],
    ] {
        let by = format!(
            "async () => new Response('text', {{ status: 429, headers: {{
                '{error_type}': 'TooManyRequestsException:',
                '{content_type}': 'application/x-amz-json-1.1',
                '{retry_after}': '30',
            }} }})"
        );
        assert_eq!(
            fetch_result(&by).await,
            Ok(Response {
                status: 429,
                error_type: Some("TooManyRequestsException:".to_owned()),
                content_type: Some("application/x-amz-json-1.1".to_owned()),
                retry_after: Some(Duration::from_secs(30)),
                body: "text".to_owned()
            })
        );
    }
}

#[wasm_bindgen_test]
async fn fetch_returns_none_for_missing_response_headers() {
    // Unlike a text, a byte array gets no default type.
    assert_eq!(
        fetch_result("async () => new Response(new Uint8Array([104, 105]), { status: 503 })").await,
        Ok(Response {
            status: 503,
            error_type: None,
            content_type: None,
            retry_after: None,
            body: "hi".to_owned()
        })
    );
}

/// `Retry-After` is a number of seconds or a date (RFC 9110 §10.2.3). A date is ignored, because this device's clock
/// may be wrong.
#[wasm_bindgen_test]
async fn fetch_accepts_retry_after_only_as_a_number_of_seconds() {
    for (header, read) in [
        ("0", Some(0)),
        ("120", Some(120)),
        (" 7 ", Some(7)),
        ("Fri, 31 Dec 1999 23:59:59 GMT", None),
        ("-1", None),
        ("1.5", None),
        ("7, 8", None),
        ("99999999999999999999", None),
        ("soon", None),
        ("", None),
    ] {
        let by = format!(
            "async () => new Response('', {{ status: 503, headers: {{ 'retry-after': '{header}' }} }})"
        );
        let response = fetch_result(&by).await.map(|response| response.retry_after);
        assert_eq!(response, Ok(read.map(Duration::from_secs)), "{header}");
    }
}

#[wasm_bindgen_test]
async fn fetch_rejects_a_response_body_over_one_megabyte() {
    let of =
        |unit: &str, times: usize| format!("async () => new Response('{unit}'.repeat({times}))");
    let read = fetch_result(&of("x", MAX_BODY_BYTES)).await;
    assert_eq!(read.map(|response| response.body.len()), Ok(MAX_BODY_BYTES));
    assert_eq!(
        fetch_result(&of("x", MAX_BODY_BYTES + 1)).await,
        Err(FetchError::TooLarge)
    );
    // Each of these characters is two bytes long.
    assert_eq!(
        fetch_result(&of("é", MAX_BODY_BYTES / 2 + 1)).await,
        Err(FetchError::TooLarge)
    );
}

/// The body is four megabytes in chunks of 64 KiB. The stream counts how many chunks were read.
#[wasm_bindgen_test]
async fn fetch_stops_reading_a_body_without_length_at_the_size_limit() {
    let four_megabytes = "async (request) => {
        window.chunks = 0;
        window.tooLarge = request.signal;
        return new Response(new ReadableStream({
            pull(controller) {
                if (window.chunks === 64) { controller.close(); return; }
                window.chunks += 1;
                controller.enqueue(new Uint8Array(65536));
            },
        }));
    }";
    assert_eq!(
        fetch_result(four_megabytes).await,
        Err(FetchError::TooLarge)
    );
    assert_eq!(js("window.tooLarge.aborted"), JsValue::TRUE);
    // Seventeen chunks exceed the limit; the stream prepares one more.
    let chunks = js("window.chunks").as_f64().expect("a number");
    assert!(chunks <= 18.0, "{chunks}");
}

#[wasm_bindgen_test]
async fn fetch_reads_a_body_in_several_chunks_as_utf_8() {
    let in_two = "async () => new Response(new ReadableStream({
        start(controller) {
            const bytes = new TextEncoder().encode('\u{FEFF}{\"a\":\"é🔑\"}');
            controller.enqueue(bytes.slice(0, 10));
            controller.enqueue(bytes.slice(10));
            controller.close();
        },
    }))";
    let read = fetch_result(in_two).await;
    assert_eq!(
        read.map(|response| response.body),
        Ok("{\"a\":\"é🔑\"}".to_owned())
    );
}

#[wasm_bindgen_test]
async fn fetch_does_not_read_a_body_with_too_large_content_length() {
    let declaring = |length: &str, body: &str| {
        format!(
            "async (request) => {{
                window.tooLarge = request.signal;
                return new Response({body}, {{ headers: {{ 'content-length': '{length}' }} }});
            }}"
        )
    };
    let aborted = || js("window.tooLarge.aborted");
    // This body never ends, so the test would hang if the app read it.
    let never = "new ReadableStream()";
    assert_eq!(
        fetch_result(&declaring("1048577", never)).await,
        Err(FetchError::TooLarge)
    );
    assert_eq!(aborted(), JsValue::TRUE);
    for length in ["1048576", "2", "", "many", "-1"] {
        let read = fetch_result(&declaring(length, "'{}'")).await;
        assert_eq!(read.map(|response| response.body), Ok("{}".to_owned()));
        assert_eq!(aborted(), JsValue::FALSE, "{length}");
    }
    js("delete window.tooLarge");
}

#[wasm_bindgen_test]
async fn fetch_of_an_interrupted_response_body_is_an_error() {
    let broken = "async () => new Response(new ReadableStream({
        start(body) { body.enqueue(new TextEncoder().encode('{\"Auth')); },
        pull(body) { body.error(new TypeError('network error')); },
    }))";
    assert_eq!(fetch_result(broken).await, Err(FetchError::Unreachable));
}

#[wasm_bindgen_test]
async fn dropping_the_fetch_future_aborts_the_request() {
    let by = "(request) => { window.sent = request.signal; return new Promise(() => {}); }";
    let replace_fetch = replace_fetch(by);
    let mut sent = send(get("https://pool.example/"));
    assert!(is_waiting(&mut sent).await);
    assert_eq!(js("window.sent.aborted"), JsValue::FALSE);
    drop(sent);
    assert_eq!(js("window.sent.aborted"), JsValue::TRUE);
    drop(replace_fetch);
    js("delete window.sent");
}

#[wasm_bindgen_test]
async fn fetch_times_out_after_15_seconds() {
    // The limit holds for a service that does not respond and for one that stops in the middle of the body.
    for by in [
        "(request) => new Promise((_, refuse) => {
            request.signal.addEventListener('abort', () => refuse(request.signal.reason));
        })",
        "async (request) => new Response(new ReadableStream({
            start(body) { request.signal.addEventListener('abort', () => body.error(request.signal.reason)); },
        }))",
    ] {
        let (instant_timers, delays) = instant_timers();
        let response = fetch_result(by).await;
        drop(instant_timers);
        assert_eq!(
            (response, delays.take()),
            (Err(FetchError::TimedOut), vec![Some(15_000.0)])
        );
    }
}

/// A timer that is not cleared keeps its memory although it has nothing to abort.
#[wasm_bindgen_test]
async fn fetch_cancels_its_timeout_when_the_response_arrives() {
    let cleared = Rc::new(RefCell::new(Vec::new()));
    let clear_timeout = function({
        let cleared = Rc::clone(&cleared);
        move |handle, _| {
            cleared.borrow_mut().push(handle.as_f64());
            JsValue::UNDEFINED
        }
    });
    let _set = Replacement::value(window(), "setTimeout", &js("() => 4711"));
    let _clear = Replacement::value(window(), "clearTimeout", &clear_timeout);
    let response = fetch_result("async () => new Response('')").await;
    assert_eq!(response.map(|response| response.status), Ok(200));
    assert_eq!(*cleared.borrow(), [Some(4_711.0)]);
}
