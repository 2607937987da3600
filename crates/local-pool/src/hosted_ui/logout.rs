//! `GET /logout`: ends the session of the hosted pages, and redirects to the app or to the sign-in.
//!
//! As in Cognito, tokens stay valid, and OpenID Connect's parameters (`post_logout_redirect_uri`,
//! `id_token_hint`) are ignored.

use axum::response::Response;

use super::error_page::HostedPageError;
use super::page_request::{PageRejection, PageRequest};
use super::{response, session};
use crate::pool::scope::Scope;

/// Ends the session of the hosted pages, and redirects to the app or to the sign-in page.
///
/// A request without a valid URL to redirect to ends on an error page.
pub(super) fn handle_logout_request(page_request: &PageRequest) -> Result<Response, PageRejection> {
    let parameters = page_request.query_parameters();
    let single_value = |name: &str| {
        parameters
            .single_value(name)
            .map_err(|_| PageRejection::from(HostedPageError::Malformed.to_page_response()))
    };
    let Some(client_id) = single_value("client_id")? else {
        return Ok(HostedPageError::LogoutMismatch.to_page_response());
    };
    let Some((pool, client)) = page_request.find_client(client_id)? else {
        return Ok(HostedPageError::UnknownClient.to_page_response());
    };
    let oauth = &client.settings.oauth;
    let location = match (single_value("logout_uri")?, single_value("redirect_uri")?) {
        (Some(logout_uri), _) if oauth.is_logout_url(logout_uri) => logout_uri.to_owned(),
        (Some(_), _) | (None, None) => {
            return Ok(HostedPageError::LogoutMismatch.to_page_response());
        }
        (None, Some(redirect_uri)) => {
            if !oauth.is_callback_url(redirect_uri) {
                return Ok(HostedPageError::RedirectMismatch.to_redirect_response(Some(client_id)));
            }
            if single_value("response_type")?.is_none() {
                return Ok(HostedPageError::LogoutMismatch.to_page_response());
            }
            let all = Scope::from_names(oauth.scopes()).to_string();
            let added = [("scope", all.as_str())];
            let added = if single_value("scope")?.is_some() {
                &[][..]
            } else {
                &added[..]
            };
            format!("/login?{}", parameters.to_query_with(&[], added))
        }
    };
    let cookie = session::end_hosted_session(page_request, &pool)?;
    Ok(response::add_cookie(
        response::see_other_response(&location),
        &cookie,
    ))
}
