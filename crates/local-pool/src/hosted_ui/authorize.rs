//! The endpoint `GET /oauth2/authorize`.

use axum::response::Response;

use super::page_request::{PageRejection, PageRequest};
use super::request::{AuthorizationRequest, HostedSignInStep};
use super::{form_token, response, session};

/// Handles an authorization request: redirects to the app if the user is signed in, otherwise to the sign-in
/// page.
///
/// An invalid request ends with an error page, or with an error in the redirect to the app.
pub(super) fn handle_authorization_request(
    page_request: &PageRequest,
) -> Result<Response, PageRejection> {
    let request = AuthorizationRequest::parse(page_request)?;
    let signed_in = session::load_hosted_session(page_request, &request.pool)?;
    match request.next_sign_in_step(signed_in.as_ref(), page_request.now) {
        HostedSignInStep::Grant => request.redirect_with_grant(page_request, signed_in.as_ref()),
        HostedSignInStep::LoginRequired => {
            Ok(request.error_redirect_response("login_required", None))
        }
        HostedSignInStep::Provider => Ok(response::see_other_response(&format!(
            "/provider?{}",
            page_request.query
        ))),
        HostedSignInStep::LogIn => {
            let response = response::see_other_response(&format!("/login?{}", page_request.query));
            Ok(
                match form_token::get_or_create_form_token(page_request).cookie {
                    Some(cookie) => response::add_cookie(response, &cookie),
                    None => response,
                },
            )
        }
    }
}
