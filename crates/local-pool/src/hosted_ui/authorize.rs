//! `GET /oauth2/authorize`.

use axum::response::Response;

use super::page_request::{PageRequest, Rejection};
use super::request::{AuthorizationRequest, NextPage};
use super::{form_token, response, session};

/// Redirects to the app at once, or to the page that the request needs.
pub(super) fn authorization_endpoint(page_request: &PageRequest) -> Result<Response, Rejection> {
    let request = AuthorizationRequest::parse(page_request)?;
    let signed_in = session::current(page_request, &request.pool)?;
    match request.next_page(signed_in.as_ref(), page_request.now) {
        NextPage::Grant => request.grant(page_request, signed_in.as_ref()),
        NextPage::LoginRequired => Ok(request.error_redirect("login_required", None)),
        NextPage::Provider => Ok(response::see_other(&format!(
            "/provider?{}",
            page_request.query
        ))),
        NextPage::LogIn => {
            let response = response::see_other(&format!("/login?{}", page_request.query));
            Ok(match form_token::for_browser(page_request).cookie {
                Some(cookie) => response::with_cookie(response, &cookie),
                None => response,
            })
        }
    }
}
