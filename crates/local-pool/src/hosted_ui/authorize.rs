//! `GET /oauth2/authorize`.

use axum::response::Response;

use super::page_request::{Stop, Visit};
use super::request::{AuthorizationRequest, Next};
use super::{form_token, response, session};

/// Back to the app at once, or on to the page that the request needs.
pub(super) fn show(visit: &Visit) -> Result<Response, Stop> {
    let request = AuthorizationRequest::read(visit)?;
    let signed_in = session::current(visit, &request.pool)?;
    match request.next(signed_in.as_ref(), visit.now) {
        Next::Grant => request.grant(visit, signed_in.as_ref()),
        Next::LoginRequired => Ok(request.refuse("login_required", None)),
        Next::Provider => Ok(response::see_other(&format!("/provider?{}", visit.query))),
        Next::LogIn => {
            let response = response::see_other(&format!("/login?{}", visit.query));
            Ok(match form_token::of(visit).cookie {
                Some(cookie) => response::with_cookie(response, &cookie),
                None => response,
            })
        }
    }
}
