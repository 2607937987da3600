//! Functions that build the local pool's HTTP responses.

use axum::body::Body;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, RETRY_AFTER,
};
use axum::http::header::{X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS};
use axum::http::{HeaderValue, Response as HttpResponse, StatusCode};
use axum::response::Response;
use maud::Markup;
use serde_json::{Value, json as json_value};

/// The content security policy of the local pool's own pages: their own style and script, nothing inline, nothing
/// external.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                           form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Returns a response with a status, a content type and a body.
fn response_with_type(
    status: StatusCode,
    content_type: &'static str,
    body: impl Into<Body>,
) -> Response {
    let mut response = HttpResponse::new(body.into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// Returns a JSON response that browsers do not cache.
pub(crate) fn json_response(status: StatusCode, body: &Value) -> Response {
    let mut response = response_with_type(status, "application/json", body.to_string());
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Returns a response with the body `{"message": …}`, the error format of API Gateway.
pub(crate) fn message_response(status: StatusCode, text: &str) -> Response {
    json_response(status, &json_value!({ "message": text }))
}

/// Returns a response with a status and no body.
pub(crate) fn empty_response(status: StatusCode) -> Response {
    let mut response = HttpResponse::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// Returns an HTML page with the strict content security policy of the pool's own pages.
pub(crate) fn page_response(body: Markup) -> Response {
    let mut response = response_with_type(
        StatusCode::OK,
        "text/html; charset=utf-8",
        body.into_string(),
    );
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(PAGE_POLICY),
    );
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    response
}

/// Returns a style sheet, script or image that is embedded in the program.
pub(crate) fn embedded_file_response(content_type: &'static str, text: &'static str) -> Response {
    let mut response = response_with_type(StatusCode::OK, content_type, text);
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

/// Adds `Retry-After: 1` to a response (RFC 9110 §10.2.3), and returns the response.
pub(crate) fn add_retry_after(mut response: Response) -> Response {
    response
        .headers_mut()
        .insert(RETRY_AFTER, HeaderValue::from_static("1"));
    response
}
