//! HTTP requests that may carry credentials: they follow no redirects, and send no cookies and no referrer. They are
//! not cached.

use core::time::Duration;

use cognito_proto::time::UnixTime;
pub use gloo_net::http::Method;
use gloo_net::http::RequestBuilder;
use js_sys::Uint8Array;
use thiserror::Error;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, ReadableStreamDefaultReader, ReadableStreamReadResult, ReferrerPolicy,
    RequestCache, RequestCredentials, RequestRedirect,
};

use super::{LocalBoxFuture, timer};

/// The maximum time from sending a request to the end of its response.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(15);

/// The maximum size of a response body that is read, in bytes after decompression.
const MAX_BODY_BYTES: u32 = 1 << 20;

/// An HTTP response with any status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status of the response.
    pub status: u16,
    /// The value of the header `x-amzn-ErrorType`, if the service sends and exposes it.
    pub error_type: Option<String>,
    /// The value of the header `content-type`.
    pub content_type: Option<String>,
    /// The value of the header `Retry-After`, if it is a number of seconds and the service exposes it.
    pub retry_after: Option<Duration>,
    /// The body of the response as text.
    pub body: String,
}

/// The errors of a request without a readable response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum FetchError {
    /// The browser reports that this device has no network.
    #[error("the browser reports that this device has no network")]
    Offline,
    /// The service did not respond, or the browser blocked the response.
    #[error("the service did not respond, or the browser blocked the response")]
    Unreachable,
    /// No complete response arrived within fifteen seconds.
    #[error("no complete response arrived within fifteen seconds")]
    TimedOut,
    /// The response body is larger than a megabyte.
    #[error("the response body is larger than a megabyte")]
    TooLarge,
}

/// An HTTP request, which is sent once.
#[derive(Debug)]
pub struct Request<'a> {
    /// The HTTP method.
    pub method: Method,
    /// The absolute URL of the request.
    pub url: &'a str,
    /// The names and values of the request's headers.
    pub headers: &'a [(&'a str, &'a str)],
    /// The body of the request, if there is one.
    pub body: Option<String>,
}

/// Sends a request and reads the whole response. Dropping the future aborts the request.
pub fn send(request: Request<'_>) -> LocalBoxFuture<Result<Response, FetchError>> {
    let built = build_request(request);
    Box::pin(async move {
        let (built, abort) = built.ok_or(FetchError::Unreachable)?;
        let mut abort_on_drop = AbortOnDrop(Some(abort.clone()));
        let deadline = timer::set_timeout(REQUEST_TIMEOUT, {
            let abort = abort.clone();
            move || abort.abort()
        });
        let response = receive_response(built, &abort).await;
        drop(deadline);
        abort_on_drop.0 = None;
        response
    })
}

/// A guard that aborts a running HTTP request when it is dropped.
struct AbortOnDrop(Option<AbortController>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        if let Some(abort) = &self.0 {
            abort.abort();
        }
    }
}

/// Converts a request to the browser's request type. Returns it with the controller that aborts it, or `None` if the
/// browser rejects the request, for example because of an invalid header.
fn build_request(request: Request<'_>) -> Option<(gloo_net::http::Request, AbortController)> {
    let abort = AbortController::new().ok()?;
    let mut builder = RequestBuilder::new(request.url)
        .method(request.method)
        // After a 307 the browser would send the body to another host.
        .redirect(RequestRedirect::Error)
        .credentials(RequestCredentials::Omit)
        .cache(RequestCache::NoStore)
        .referrer_policy(ReferrerPolicy::NoReferrer)
        .abort_signal(Some(&abort.signal()));
    for (name, value) in request.headers {
        builder = builder.header(name, value);
    }
    let built = match request.body {
        Some(body) => builder.body(body),
        None => builder.build(),
    };
    Some((built.ok()?, abort))
}

async fn receive_response(
    request: gloo_net::http::Request,
    abort: &AbortController,
) -> Result<Response, FetchError> {
    let fetch_error = || {
        if abort.signal().aborted() {
            FetchError::TimedOut
        } else if web_sys::window().is_some_and(|window| !window.navigator().on_line()) {
            FetchError::Offline
        } else {
            FetchError::Unreachable
        }
    };
    let response = request.send().await.map_err(|_| fetch_error())?;
    let declared = response
        .headers()
        .get("content-length")
        .and_then(|length| length.parse::<u32>().ok());
    if declared.is_some_and(|length| length > MAX_BODY_BYTES) {
        abort.abort();
        return Err(FetchError::TooLarge);
    }
    let status = response.status();
    let error_type = response.headers().get("x-amzn-errortype");
    let content_type = response.headers().get("content-type");
    let retry_after = response
        .headers()
        .get("retry-after")
        .and_then(|seconds| seconds.parse().ok())
        .map(Duration::from_secs);
    let body = match read_body(&response).await {
        Ok(Some(body)) => body,
        Ok(None) => {
            abort.abort();
            return Err(FetchError::TooLarge);
        }
        Err(_) => return Err(fetch_error()),
    };
    Ok(Response {
        status,
        error_type,
        content_type,
        retry_after,
        body,
    })
}

/// Reads a response body as UTF-8, chunk by chunk, so that a body without `Content-Length` is not read past the limit.
/// Returns `None` if it is larger than [`MAX_BODY_BYTES`].
async fn read_body(response: &gloo_net::http::Response) -> Result<Option<String>, JsValue> {
    let Some(stream) = response.body() else {
        return Ok(Some(String::new()));
    };
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    let mut bytes = Vec::new();
    loop {
        let chunk: ReadableStreamReadResult = JsFuture::from(reader.read()).await?.unchecked_into();
        let Some(chunk) = chunk.get_value().dyn_ref::<Uint8Array>().cloned() else {
            let text = String::from_utf8_lossy(&bytes);
            // The byte order mark is removed, as `Response.text()` does (Encoding standard, "UTF-8 decode").
            return Ok(Some(text.trim_start_matches('\u{feff}').to_owned()));
        };
        if bytes.len() as u32 + chunk.length() > MAX_BODY_BYTES {
            return Ok(None);
        }
        bytes.extend(chunk.to_vec());
    }
}

/// The maximum wait for the time from the app's own host, because a sign-in waits for it.
const DATE_TIMEOUT: Duration = Duration::from_secs(3);

/// Returns the time at which the app's own host answered, by the host's clock: `Date` plus `Age`. Returns `None` if
/// there is no response or no valid date.
pub(super) async fn fetch_date(path: &str) -> Option<UnixTime> {
    let abort = AbortController::new().ok()?;
    let request = RequestBuilder::new(path)
        .method(Method::HEAD)
        .cache(RequestCache::NoStore)
        .abort_signal(Some(&abort.signal()))
        .build()
        .ok()?;
    let deadline = timer::set_timeout(DATE_TIMEOUT, move || abort.abort());
    let response = request.send().await;
    drop(deadline);
    let headers = response.ok()?.headers();
    let date = js_sys::Date::parse(&headers.get("date")?);
    let age = headers.get("age").and_then(|age| age.parse().ok());
    // An unparsable date is NaN, and `NaN > 0.0` is false.
    (date > 0.0).then(|| {
        UnixTime::from_secs((date / 1_000.0) as u64).plus(Duration::from_secs(age.unwrap_or(0)))
    })
}
