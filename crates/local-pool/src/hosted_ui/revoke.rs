//! `POST /oauth2/revoke` (RFC 7009): revokes a refresh token and the access tokens of its sign-in.

use axum::http::StatusCode;
use axum::response::Response;

use super::page_request::{PageRejection, PageRequest};
use super::{client_auth, response};
use crate::pool::token_family;

/// Returns an OAuth error response with status 400.
fn bad_request_response(error: &str) -> Response {
    response::oauth_error_response(StatusCode::BAD_REQUEST, error, None)
}

/// Revokes the refresh token that a request names. A token that is unknown or already revoked is no error (RFC 7009
/// §2.2).
pub(super) fn handle_revocation_request(
    page_request: &PageRequest,
) -> Result<Response, PageRejection> {
    let Some(form) = page_request.parse_form() else {
        return Ok(bad_request_response("invalid_request"));
    };
    let (_, client) =
        client_auth::authenticate_client(page_request, &form, StatusCode::UNAUTHORIZED)?;
    let Ok(Some(token)) = form.single_value("token") else {
        return Ok(bad_request_response("invalid_request"));
    };
    if !client.settings.enable_token_revocation {
        return Ok(bad_request_response("invalid_request"));
    }
    // A signed token is an access or ID token, which this endpoint does not revoke.
    if page_request
        .service()
        .keys()
        .verify_signature(token)
        .is_ok()
    {
        return Ok(bad_request_response("unsupported_token_type"));
    }
    page_request.service().store().run_transaction(|tx| {
        token_family::revoke_refresh_token(tx, &client, token, page_request.now)
    })?;
    Ok(response::empty_response())
}
