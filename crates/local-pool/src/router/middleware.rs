//! The middleware of all requests: `Host` and `Origin` checks, body limits, CORS, the `Date` header and the
//! request record.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    AUTHORIZATION, CONNECTION, DATE, HOST, ORIGIN,
};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use http_body_util::BodyExt as _;

use super::{BODY_LIMIT, RecordedRequest, ServerState, origins, response, user_pool_api};
use crate::{actions, format_time, hosted_ui, log};

/// How many bytes of a body that is too large are read and dropped, so that the sender receives the response instead of
/// a connection error.
const DRAIN_LIMIT: usize = 16 * 1024 * 1024;

/// The base URL at which a request reached the pool, such as `http://localhost:9229`.
#[derive(Clone, Debug)]
pub(crate) struct BaseUrl(pub(crate) Arc<str>);

/// Checks a request, passes it on to its handler, and adds the headers of all responses.
pub(crate) async fn check_and_forward_request(
    State(app): State<Arc<ServerState>>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let body = match tokio::time::timeout(app.request_timeout, read_body(body)).await {
        Ok(body) => body,
        Err(_) => Err(BodyError::TooSlow),
    };
    let record_index = app.recorder.as_ref().map(|recorder| {
        let body = body.as_ref().map_or(&[][..], |body| body);
        recorder.record_request(to_recorded_request(&parts, body))
    });
    let is_api = parts.uri.path().starts_with("/api/");
    // Users open the hosted pages in the browser. As in Cognito, they have no CORS headers.
    let has_cors =
        !is_page_of_local_pool(&parts) && !hosted_ui::is_hosted_page_path(parts.uri.path());
    let base_url = single_host_header(&parts).and_then(|host| app.hosts.base_url_for_host(host));
    let is_allowed = is_origin_allowed(&app, &parts, base_url.as_deref().unwrap_or_default()).await;

    let mut response = match (base_url, body) {
        (None, _) => response::message_response(
            StatusCode::MISDIRECTED_REQUEST,
            &app.hosts.unknown_host_message(),
        ),
        (Some(_), _) if parts.method == Method::OPTIONS && has_cors && !is_allowed => {
            response::message_response(StatusCode::FORBIDDEN, FOREIGN_PAGE)
        }
        (Some(_), _) if parts.method == Method::OPTIONS && has_cors => {
            preflight_response(&parts, is_api)
        }
        (Some(_), _) if !is_allowed && is_admin_action(&parts) => refuse_admin_action(&app, &parts),
        (Some(_), Err(BodyError::TooLarge)) => body_too_large_response(),
        (Some(_), Err(BodyError::TooSlow)) => body_timeout_response(app.request_timeout),
        (Some(base_url), Ok(body)) => {
            parts.extensions.insert(BaseUrl(base_url.into()));
            next.run(Request::from_parts(parts, Body::from(body))).await
        }
    };

    let headers = response.headers_mut();
    // `Vary: Origin` is not needed: these responses are `no-store`, except for style and images.
    if has_cors && is_allowed {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, cors_exposed_headers(is_api));
    }
    // The date is the pool's clock, so that a client that compares the clocks is right even if a test has set
    // the pool's clock.
    if let Ok(date) = HeaderValue::from_str(&format_time::format_http_date(app.clock.now())) {
        headers.insert(DATE, date);
    }
    if let (Some(recorder), Some(record_index)) = (&app.recorder, record_index) {
        recorder.record_status(record_index, response.status().as_u16());
    }
    response
}

/// Returns true if the path is one of the local pool's own pages, such as the inbox.
///
/// These pages send no CORS headers, so that other sites cannot read codes. All other responses, including
/// 404s, send CORS headers to allowed origins.
fn is_page_of_local_pool(parts: &Parts) -> bool {
    let path = parts.uri.path();
    path == "/" && parts.method == Method::GET
        || path == "/inbox.json"
        || path.split('/').nth(1) == Some("inbox")
}

/// The error text for a page whose origin may not call the pool.
const FOREIGN_PAGE: &str = "The origin of the page that sent this request is not allowed. Allowed are loopback origins, the origins of \
                            --app-url and --public-url, and the origins of the app clients' callback URLs.";

/// Returns true if the request comes from a page of an allowed origin, or from no page.
async fn is_origin_allowed(app: &Arc<ServerState>, parts: &Parts, base_url: &str) -> bool {
    let mut origins = parts.headers.get_all(ORIGIN).iter();
    let origin = match (origins.next(), origins.next()) {
        (None, _) => return true,
        (Some(origin), None) => origin.to_str().unwrap_or_default().to_owned(),
        (Some(_), Some(_)) => return false,
    };
    if app.origins.is_known_origin(&origin, base_url) {
        return true;
    }
    let app = Arc::clone(app);
    let found = tokio::task::spawn_blocking(move || {
        let store = app.service.store();
        store.run_query(|connection| origins::is_callback_origin(connection, &origin))
    });
    matches!(found.await, Ok(Ok(true)))
}

/// Returns true if the request names an action that requires an operator's signature in Cognito.
fn is_admin_action(parts: &Parts) -> bool {
    user_pool_api::requested_operation(&parts.headers)
        .is_some_and(|operation| !actions::is_allowed_without_signature(operation))
}

/// Returns the error response for a page of an unknown origin that calls an operator's action, and logs the call.
fn refuse_admin_action(app: &ServerState, parts: &Parts) -> Response {
    let text = |value: Option<&HeaderValue>| {
        log::sanitize_name(value.and_then(|value| value.to_str().ok()).unwrap_or("?"))
    };
    app.console.log_line(format_args!(
        "rejected: a page of the unknown origin {} called {}",
        text(parts.headers.get(ORIGIN)),
        log::sanitize_name(user_pool_api::requested_operation(&parts.headers).unwrap_or("?")),
    ));
    user_pool_api::user_pool_error_response(
        StatusCode::FORBIDDEN,
        "AccessDeniedException",
        Some(FOREIGN_PAGE),
    )
}

/// The reason why the body of a request was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum BodyError {
    /// The body is larger than [`BODY_LIMIT`], or the sender closed the connection.
    TooLarge,
    /// The body did not arrive in time.
    TooSlow,
}

/// Reads the whole body of a request, or returns an error if the body is too large.
async fn read_body(mut body: Body) -> Result<Bytes, BodyError> {
    let mut read = Vec::new();
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| BodyError::TooLarge)?.into_data() else {
            continue;
        };
        length += data.len();
        if length <= BODY_LIMIT {
            read.extend_from_slice(&data);
        } else if length > DRAIN_LIMIT {
            return Err(BodyError::TooLarge);
        } else {
            read = Vec::new();
        }
    }
    if length <= BODY_LIMIT {
        Ok(read.into())
    } else {
        Err(BodyError::TooLarge)
    }
}

/// Returns the response 408 (RFC 9110 §15.5.9) for a body that did not arrive in time. The connection is closed,
/// because the rest of the body is not read.
fn body_timeout_response(limit: Duration) -> Response {
    let mut response = user_pool_api::user_pool_error_response(
        StatusCode::REQUEST_TIMEOUT,
        "RequestTimeoutException",
        Some(&format!(
            "The request body did not arrive within {} seconds.",
            limit.as_secs_f64()
        )),
    );
    let close = HeaderValue::from_static("close");
    response.headers_mut().insert(CONNECTION, close);
    response
}

/// Returns the response 413 for a body that is too large.
fn body_too_large_response() -> Response {
    user_pool_api::user_pool_error_response(
        StatusCode::PAYLOAD_TOO_LARGE,
        "RequestEntityTooLargeException",
        Some(&format!(
            "The request body is larger than {BODY_LIMIT} bytes."
        )),
    )
}

/// Returns the value of the `Host` header, or `None` if the request has no or several `Host` headers.
fn single_host_header(parts: &Parts) -> Option<&str> {
    let mut hosts = parts.headers.get_all(HOST).iter();
    // Two `Host` headers are rejected, because programs disagree which of them counts (RFC 9112 §3.2).
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => host.to_str().ok(),
        _ => None,
    }
}

/// Returns the response to a preflight request of an allowed origin: all requested headers are allowed, without
/// credentials.
fn preflight_response(parts: &Parts, is_api: bool) -> Response {
    let mut response = response::empty_response(StatusCode::OK);
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

/// Returns the names of the response headers that pages of other origins may read (`Access-Control-Expose-Headers`).
fn cors_exposed_headers(is_api: bool) -> HeaderValue {
    HeaderValue::from_static(if is_api {
        "Date,Retry-After,WWW-Authenticate"
    } else {
        "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date"
    })
}

/// Converts a request to the form in which it is recorded. The status is added later.
fn to_recorded_request(parts: &Parts, body: &[u8]) -> RecordedRequest {
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
        operation: user_pool_api::requested_operation(&parts.headers).map(str::to_owned),
        body: String::from_utf8_lossy(body).into_owned(),
        authorization: text(&parts.headers, AUTHORIZATION),
        origin: text(&parts.headers, ORIGIN),
        status: None,
    }
}
