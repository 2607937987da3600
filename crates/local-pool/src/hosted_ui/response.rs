//! The HTTP responses of the hosted pages and OAuth endpoints.

use axum::body::Body;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, PRAGMA, REFERRER_POLICY,
    SET_COOKIE, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderValue, Response as HttpResponse, StatusCode};
use axum::response::Response;
use maud::Markup;
use serde_json::{Value, json as json_value};

/// Returns a response that browsers do not cache and do not show in a frame.
fn uncached_response(status: StatusCode, body: impl Into<Body>) -> Response {
    let mut response = HttpResponse::new(body.into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    response
}

/// Returns an HTML page without scripts, frames and external content.
///
/// Browsers apply `form-action` to the redirects that follow a form, so the policy names the app at `app_redirect_uri`,
/// to which the sign-in redirects. The referrer policy hides URLs from other sites, but lets forms send
/// `Origin`, which `form_token` checks.
pub(super) fn page_response(
    status: StatusCode,
    body: Markup,
    app_redirect_uri: Option<&str>,
) -> Response {
    page_response_with_scripts_policy("", status, body, app_redirect_uri)
}

/// Returns an HTML page that may also run a script of the local pool.
pub(super) fn page_response_with_script(
    status: StatusCode,
    body: Markup,
    app_redirect_uri: Option<&str>,
) -> Response {
    page_response_with_scripts_policy(" script-src 'self';", status, body, app_redirect_uri)
}

/// Returns an HTML page. `scripts` is the part of the content security policy that allows or forbids scripts.
fn page_response_with_scripts_policy(
    scripts: &str,
    status: StatusCode,
    body: Markup,
    app_redirect_uri: Option<&str>,
) -> Response {
    let app = app_redirect_uri
        .and_then(csp_form_action_source)
        .unwrap_or_default();
    let policy = format!(
        "default-src 'none';{scripts} style-src 'self'; img-src 'self'; form-action 'self'{app}; base-uri 'none'; frame-ancestors 'none'"
    );
    let mut response = uncached_response(status, body.into_string());
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    response
}

/// Returns the origin of a redirect URI or the scheme of an app, preceded by a space, or `None` if it contains
/// characters that are not allowed in a policy.
fn csp_form_action_source(uri: &str) -> Option<String> {
    let (scheme, rest) = uri.split_once(':')?;
    let plain = |text: &str| {
        !text.is_empty()
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"+-._:[]".contains(&byte))
    };
    if !plain(scheme) {
        return None;
    }
    if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
        return Some(format!(" {scheme}:"));
    }
    let authority = rest.strip_prefix("//")?.split(['/', '?']).next()?;
    plain(authority).then(|| format!(" {scheme}://{authority}"))
}

/// Returns a redirect with status 303, so that the next request is a GET (RFC 9700 §4.12).
pub(super) fn see_other_response(location: &str) -> Response {
    let mut escaped = String::with_capacity(location.len());
    for byte in location.bytes() {
        // Other bytes are valid neither in a URI nor in a header.
        if byte.is_ascii_graphic() {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
    }
    let mut response = uncached_response(StatusCode::SEE_OTHER, Body::empty());
    if let Ok(location) = HeaderValue::from_str(&escaped) {
        response.headers_mut().insert(LOCATION, location);
    }
    response
        .headers_mut()
        .insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

/// Adds a cookie to a response and returns the response.
pub(super) fn add_cookie(mut response: Response, cookie: &str) -> Response {
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// Returns a JSON response of an OAuth endpoint.
pub(super) fn json_response(status: StatusCode, body: &Value) -> Response {
    let mut response = uncached_response(status, body.to_string());
    response.headers_mut().insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/json;charset=UTF-8"),
    );
    response
}

/// Returns a response with status 200 and no body.
pub(super) fn empty_response() -> Response {
    uncached_response(StatusCode::OK, Body::empty())
}

/// Returns an error response of an OAuth endpoint (RFC 6749 §5.2).
pub(super) fn oauth_error_response(
    status: StatusCode,
    error: &str,
    description: Option<&str>,
) -> Response {
    let mut body = json_value!({ "error": error });
    if let Some(description) = description {
        body["error_description"] = json_value!(description);
    }
    json_response(status, &body)
}

/// Returns an error response of the userInfo endpoint.
///
/// As in Cognito, the error is in the body and in the `WWW-Authenticate` header, which names no scheme.
pub(super) fn user_info_error_response(
    status: StatusCode,
    error_code: &str,
    description: &str,
) -> Response {
    let mut response = oauth_error_response(status, error_code, Some(description));
    let challenge = format!("error=\"{error_code}\", error_description=\"{description}\"");
    if let Ok(challenge) = HeaderValue::from_str(&challenge) {
        response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csp_form_action_contains_only_an_origin_or_a_scheme() {
        let source = |uri| csp_form_action_source(uri);
        assert_eq!(
            source("http://localhost:8000/login/?a=b").as_deref(),
            Some(" http://localhost:8000")
        );
        assert_eq!(
            source("http://[::1]:8000").as_deref(),
            Some(" http://[::1]:8000")
        );
        assert_eq!(source("myapp://callback").as_deref(), Some(" myapp:"));
        assert_eq!(source("https://a;script-src *"), None);
        assert_eq!(source("https://a,b/"), None);
    }
}
