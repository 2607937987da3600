//! `GET /logout`: ends the session of the hosted pages, and redirects to the app or to the sign-in.
//!
//! As in Cognito, tokens stay valid, and OpenID Connect's parameters (`post_logout_redirect_uri`,
//! `id_token_hint`) are ignored.

use axum::response::Response;

use super::error_page::PageError;
use super::page_request::{PageRequest, Rejection};
use super::{response, session};
use crate::pool::scope::Scope;

pub(super) fn logout_endpoint(page_request: &PageRequest) -> Result<Response, Rejection> {
    let parameters = page_request.parameters();
    let one = |name: &str| {
        parameters
            .one(name)
            .map_err(|_| Rejection::from(PageError::Malformed.page()))
    };
    let Some(client_id) = one("client_id")? else {
        return Ok(PageError::LogoutMismatch.page());
    };
    let Some((pool, client)) = page_request.client(client_id)? else {
        return Ok(PageError::UnknownClient.page());
    };
    let oauth = &client.settings.oauth;
    let location = match (one("logout_uri")?, one("redirect_uri")?) {
        (Some(logout_uri), _) if oauth.is_logout_url(logout_uri) => logout_uri.to_owned(),
        (Some(_), _) | (None, None) => return Ok(PageError::LogoutMismatch.page()),
        (None, Some(redirect_uri)) => {
            if !oauth.is_callback(redirect_uri) {
                return Ok(PageError::RedirectMismatch.redirect(Some(client_id)));
            }
            if one("response_type")?.is_none() {
                return Ok(PageError::LogoutMismatch.page());
            }
            let all = Scope::all(oauth.scopes()).to_string();
            let added = [("scope", all.as_str())];
            let added = if one("scope")?.is_some() {
                &[][..]
            } else {
                &added[..]
            };
            format!("/login?{}", parameters.query_with(&[], added))
        }
    };
    let cookie = session::end(page_request, &pool)?;
    Ok(response::with_cookie(
        response::see_other(&location),
        &cookie,
    ))
}
