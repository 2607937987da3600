//! Requests that may carry credentials: nothing follows a redirect, is cached, or says where it came from.

use core::time::Duration;

use cognito_proto::time::UnixTime;
pub use gloo_net::http::Method;
use gloo_net::http::RequestBuilder;
use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, ReadableStreamDefaultReader, ReadableStreamReadResult, ReferrerPolicy,
    RequestCache, RequestCredentials, RequestRedirect,
};

use super::{Task, timer};

/// The longest time from sending a request to the end of its response.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(15);

/// The largest response body that is read, in bytes after decompression.
const MAX_BODY_BYTES: u32 = 1 << 20;

/// What came back, whatever the status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The header `x-amzn-ErrorType`, where there is one and the service exposes it.
    pub error_type: Option<String>,
    /// The header `content-type`.
    pub content_type: Option<String>,
    /// The header `Retry-After`, where it is a number of seconds and the service exposes it.
    pub retry_after: Option<Duration>,
    /// The body as text.
    pub body: String,
}

/// Nothing came back that could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FetchError {
    /// The browser says that this device has no network.
    Offline,
    /// The service did not answer, or the browser refused to let us see the answer.
    Unreachable,
    /// No complete response within fifteen seconds.
    TimedOut,
    /// The response body is larger than a megabyte.
    TooLarge,
}

/// A request, to be sent once.
#[derive(Debug)]
pub struct Request<'a> {
    /// `GET`, `POST` …
    pub method: Method,
    /// An absolute address.
    pub url: &'a str,
    /// Names and values.
    pub headers: &'a [(&'a str, &'a str)],
    /// The body, if there is one.
    pub body: Option<String>,
}

/// Sends a request and reads the whole answer. Whoever drops it, before it has come, breaks it off.
pub fn send(request: Request<'_>) -> Task<Result<Answer, FetchError>> {
    let built = build(request);
    Box::pin(async move {
        let (built, abort) = built.ok_or(FetchError::Unreachable)?;
        let mut breaking_off = BreakingOff(Some(abort.clone()));
        let deadline = timer::after(REQUEST_TIMEOUT, {
            let abort = abort.clone();
            move || abort.abort()
        });
        let answer = receive(built, &abort).await;
        drop(deadline);
        breaking_off.0 = None;
        answer
    })
}

/// Breaks off a request that nobody waits for any more.
struct BreakingOff(Option<AbortController>);

impl Drop for BreakingOff {
    fn drop(&mut self) {
        if let Some(abort) = &self.0 {
            abort.abort();
        }
    }
}

/// `None` where the browser does not take it, as with a header that is none.
fn build(request: Request<'_>) -> Option<(gloo_net::http::Request, AbortController)> {
    let abort = AbortController::new().ok()?;
    let mut builder = RequestBuilder::new(request.url)
        .method(request.method)
        // A followed 307 would hand the body to another host.
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

async fn receive(
    request: gloo_net::http::Request,
    abort: &AbortController,
) -> Result<Answer, FetchError> {
    let failed = || {
        if abort.signal().aborted() {
            FetchError::TimedOut
        } else if web_sys::window().is_some_and(|window| !window.navigator().on_line()) {
            FetchError::Offline
        } else {
            FetchError::Unreachable
        }
    };
    let response = request.send().await.map_err(|_| failed())?;
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
        Err(_) => return Err(failed()),
    };
    Ok(Answer {
        status,
        error_type,
        content_type,
        retry_after,
        body,
    })
}

/// Reads the body as UTF-8, chunk by chunk, so that a body without `Content-Length` is not read past the limit.
/// `None` means that it is larger than [`MAX_BODY_BYTES`].
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
            // As `Response.text()` does (Encoding standard, "UTF-8 decode").
            return Ok(Some(text.trim_start_matches('\u{feff}').to_owned()));
        };
        if bytes.len() as u32 + chunk.length() > MAX_BODY_BYTES {
            return Ok(None);
        }
        bytes.extend(chunk.to_vec());
    }
}

/// How long our own host may take to say what time it is: nobody should wait for it.
const DATE_PATIENCE: Duration = Duration::from_secs(3);

/// When a file of our own host was answered, by the host's clock: `Date` plus `Age`.
pub(super) async fn date_of(path: &str) -> Option<UnixTime> {
    let abort = AbortController::new().ok()?;
    let request = RequestBuilder::new(path)
        .method(Method::HEAD)
        .cache(RequestCache::NoStore)
        .abort_signal(Some(&abort.signal()))
        .build()
        .ok()?;
    let deadline = timer::after(DATE_PATIENCE, move || abort.abort());
    let answer = request.send().await;
    drop(deadline);
    let headers = answer.ok()?.headers();
    let date = js_sys::Date::parse(&headers.get("date")?);
    let age = headers.get("age").and_then(|age| age.parse().ok());
    // What is no date is not a number, which no comparison admits.
    (date > 0.0).then(|| {
        UnixTime::from_secs((date / 1_000.0) as u64).plus(Duration::from_secs(age.unwrap_or(0)))
    })
}
