//! What every request passes: the check of `Host`, the limit on bodies, CORS, the date, the record.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    AUTHORIZATION, DATE, HOST, ORIGIN,
};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use http_body_util::BodyExt as _;

use super::{App, BODY_LIMIT, RecordedRequest, answer, user_pool_api};
use crate::{hosted_ui, time_text};

/// How much of a body that is too large is still read (and dropped), so that its sender hears the answer instead of
/// a broken connection; in bytes.
const DRAIN_LIMIT: usize = 16 * 1024 * 1024;

/// The address by which the request reached the pool, such as `http://localhost:9229`.
#[derive(Clone, Debug)]
pub(crate) struct BaseUrl(pub(crate) Arc<str>);

/// Lets a request in, and gives its answer the headers that every answer has.
pub(crate) async fn pass(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let body = read(body).await;
    let place = app
        .recorder
        .as_ref()
        .map(|recorder| recorder.arrived(recorded(&parts, body.as_deref())));
    let is_api = parts.uri.path().starts_with("/api/");
    let is_own_page = is_own_page(&parts);
    // People go to those in the address bar; Cognito has no CORS there.
    let is_hosted_page = hosted_ui::is_page(parts.uri.path());
    let preflight =
        (parts.method == Method::OPTIONS && !is_hosted_page).then(|| preflight(&parts, is_api));

    let host = host(&parts).and_then(|host| app.hosts.base_url(host));
    let mut response = match (host, preflight, body) {
        (None, _, _) => answer::message(StatusCode::MISDIRECTED_REQUEST, &app.hosts.refusal()),
        (Some(_), Some(preflight), _) => preflight,
        (Some(_), None, None) => too_large(),
        (Some(base_url), None, Some(body)) => {
            parts.extensions.insert(BaseUrl(base_url.into()));
            next.run(Request::from_parts(parts, Body::from(body))).await
        }
    };

    let headers = response.headers_mut();
    if !is_own_page && !is_hosted_page {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, exposed(is_api));
    }
    // The pool's own clock, so that a client which compares its clock with ours is not misled by one set by hand.
    if let Ok(date) = HeaderValue::from_str(&time_text::http_date(app.clock.now())) {
        headers.insert(DATE, date);
    }
    if let (Some(recorder), Some(place)) = (&app.recorder, place) {
        recorder.answered(place, response.status().as_u16());
    }
    response
}

/// Whether this is a page of the pool's own, the inbox above all: other sites open in the same browser must not read
/// codes there. All else has CORS as Cognito and API Gateway have it, 404s included.
fn is_own_page(parts: &Parts) -> bool {
    let path = parts.uri.path();
    path == "/" && parts.method == Method::GET
        || path == "/inbox.json"
        || path.split('/').nth(1) == Some("inbox")
}

/// The whole body; none if it is larger than [`BODY_LIMIT`] or its sender went away.
async fn read(mut body: Body) -> Option<Bytes> {
    let mut read = Vec::new();
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.ok()?.into_data() else {
            continue;
        };
        length += data.len();
        if length <= BODY_LIMIT {
            read.extend_from_slice(&data);
        } else if length > DRAIN_LIMIT {
            return None;
        } else {
            read = Vec::new();
        }
    }
    (length <= BODY_LIMIT).then(|| read.into())
}

fn too_large() -> Response {
    user_pool_api::refusal(
        StatusCode::PAYLOAD_TOO_LARGE,
        "RequestEntityTooLargeException",
        Some(&format!(
            "The request body is larger than {BODY_LIMIT} bytes."
        )),
    )
}

fn host(parts: &Parts) -> Option<&str> {
    let mut hosts = parts.headers.get_all(HOST).iter();
    // Two `Host` headers: one for us and one for somebody who reads the other (RFC 9112 §3.2).
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => host.to_str().ok(),
        _ => None,
    }
}

/// The answer to a preflight: any origin, no credentials, whatever headers the page wants to send.
fn preflight(parts: &Parts, is_api: bool) -> Response {
    let mut response = answer::empty(StatusCode::OK);
    let headers = response.headers_mut();
    let wanted = parts.headers.get(ACCESS_CONTROL_REQUEST_HEADERS).cloned();
    headers.insert(
        ACCESS_CONTROL_ALLOW_HEADERS,
        wanted.unwrap_or_else(|| HeaderValue::from_static("*")),
    );
    let methods = if is_api {
        "GET, POST, PUT, PATCH, DELETE, OPTIONS"
    } else {
        "GET, POST, OPTIONS"
    };
    headers.insert(
        ACCESS_CONTROL_ALLOW_METHODS,
        HeaderValue::from_static(methods),
    );
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("172800"));
    response
}

/// The headers of an answer that a page of another origin may read.
fn exposed(is_api: bool) -> HeaderValue {
    HeaderValue::from_static(if is_api {
        "Date,Retry-After,WWW-Authenticate"
    } else {
        "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date"
    })
}

fn recorded(parts: &Parts, body: Option<&[u8]>) -> RecordedRequest {
    let text = |headers: &HeaderMap, name: HeaderName| {
        headers
            .get(name)
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    RecordedRequest {
        method: parts.method.to_string(),
        path: parts
            .uri
            .path_and_query()
            .map_or_else(String::new, ToString::to_string),
        operation: user_pool_api::operation(&parts.headers).map(str::to_owned),
        body: String::from_utf8_lossy(body.unwrap_or_default()).into_owned(),
        authorization: text(&parts.headers, AUTHORIZATION),
        origin: text(&parts.headers, ORIGIN),
        status: None,
    }
}
