//! Protection against cross-site request forgery: a cookie, a form field that the pool derives from it, and the
//! browser's `Origin` or `Sec-Fetch-Site` header.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use axum::http::HeaderName;
use axum::http::header::ORIGIN;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::page_request::PageRequest;
use crate::random;

const COOKIE: &str = "XSRF-TOKEN";
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// A token that protects a form against cross-site request forgery (CSRF).
pub(super) struct FormToken {
    /// The value of the field `_csrf`.
    pub(super) field: String,
    /// The cookie to set, if this browser has none yet.
    pub(super) cookie: Option<String>,
}

/// Returns the value of the form field `_csrf` that belongs to this cookie.
fn derive_form_token(page_request: &PageRequest, cookie: &str) -> String {
    URL_SAFE_NO_PAD.encode(
        page_request
            .service()
            .sealer()
            .derive_bytes("form token", &[cookie]),
    )
}

/// Returns the form token of this browser, or creates one if the browser has none. Pages in several tabs share
/// it.
pub(super) fn get_or_create_form_token(page_request: &PageRequest) -> FormToken {
    if let Some(cookie) = page_request
        .cookie(COOKIE)
        .filter(|cookie| cookie.len() == 36)
    {
        return FormToken {
            field: derive_form_token(page_request, cookie),
            cookie: None,
        };
    }
    let cookie = random::generate_uuid();
    let secure = if page_request.is_secure() {
        "; Secure"
    } else {
        ""
    };
    FormToken {
        field: derive_form_token(page_request, &cookie),
        cookie: Some(format!(
            "{COOKIE}={cookie}; Path=/; HttpOnly; SameSite=Lax{secure}"
        )),
    }
}

/// Returns whether a form was sent from a page of this pool in this browser. `field` is the value of the form
/// field `_csrf`.
pub(super) fn is_valid_form_token(page_request: &PageRequest, field: &str) -> bool {
    let from_us = page_request
        .header(ORIGIN)
        .is_none_or(|origin| origin == &*page_request.base_url);
    let same_site = page_request
        .header(FETCH_SITE)
        .is_none_or(|site| site == "same-origin" || site == "none");
    from_us
        && same_site
        && page_request.cookie(COOKIE).is_some_and(|cookie| {
            let expected = derive_form_token(page_request, cookie);
            verify_slices_are_equal(expected.as_bytes(), field.as_bytes()).is_ok()
        })
}
