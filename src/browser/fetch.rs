//! Requests that may carry credentials: nothing follows a redirect, is cached, or says where it came from.

use core::time::Duration;

pub use gloo_net::http::Method;
use gloo_net::http::RequestBuilder;
use web_sys::{AbortController, ReferrerPolicy, RequestCache, RequestCredentials, RequestRedirect};

use super::timer;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// The largest answer that is read, in bytes of UTF-8.
const LARGEST: u32 = 1 << 20;

/// What came back, whatever the status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The header `x-amzn-ErrorType`, where there is one and the service exposes it.
    pub error_type: Option<String>,
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
    /// No answer in twenty seconds.
    TimedOut,
    /// The answer is larger than a megabyte.
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

/// Sends a request and reads the whole answer.
pub async fn send(request: Request<'_>) -> Result<Answer, FetchError> {
    let abort = AbortController::new().map_err(|_| FetchError::Unreachable)?;
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
    let built = built.map_err(|_| FetchError::Unreachable)?;
    let deadline = timer::after(PATIENCE, {
        let abort = abort.clone();
        move || abort.abort()
    });
    let answer = receive(built, &abort).await;
    drop(deadline);
    answer
}

async fn receive(
    request: gloo_net::http::Request,
    abort: &AbortController,
) -> Result<Answer, FetchError> {
    let failed = |_| {
        if abort.signal().aborted() {
            FetchError::TimedOut
        } else if web_sys::window().is_some_and(|window| !window.navigator().on_line()) {
            FetchError::Offline
        } else {
            FetchError::Unreachable
        }
    };
    let response = request.send().await.map_err(failed)?;
    let declared = response
        .headers()
        .get("content-length")
        .and_then(|length| length.parse::<u32>().ok());
    if declared.is_some_and(|length| length > LARGEST) {
        abort.abort();
        return Err(FetchError::TooLarge);
    }
    let status = response.status();
    let error_type = response.headers().get("x-amzn-errortype");
    let body = response.text().await.map_err(failed)?;
    if body.len() as u32 > LARGEST {
        return Err(FetchError::TooLarge);
    }
    Ok(Answer {
        status,
        error_type,
        body,
    })
}
