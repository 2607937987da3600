//! The endpoint `/oauth2/userInfo` (OpenID Connect Core §5.3): the claims about the access token's user. As in Cognito,
//! all values are strings.

use axum::http::StatusCode;
use axum::http::header::AUTHORIZATION;
use axum::response::Response;
use serde_json::{Map, json};

use super::page_request::{PageRejection, PageRequest};
use super::response;
use crate::error::{ApiError, ErrorKind};
use crate::pool::scope::Scope;

/// Returns the error response for a request without a usable `Authorization` header.
fn bad_request_response() -> Response {
    response::user_info_error_response(
        StatusCode::BAD_REQUEST,
        "invalid_request",
        "Bad OAuth2 request at UserInfo Endpoint",
    )
}

/// Returns the error response for an invalid access token.
fn invalid_token_response() -> Response {
    response::user_info_error_response(
        StatusCode::UNAUTHORIZED,
        "invalid_token",
        "Access token is expired, disabled, or deleted, or the user has globally signed out.",
    )
}

/// Returns the claims of the access token's user as JSON, or an error response for an invalid token.
pub(super) fn handle_user_info_request(
    page_request: &PageRequest,
) -> Result<Response, PageRejection> {
    let header = page_request.header(AUTHORIZATION).unwrap_or_default();
    let token = match header.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim(),
        _ => return Ok(bad_request_response()),
    };
    if token.is_empty() {
        return Ok(bad_request_response());
    }
    let Ok(claims) = page_request
        .service()
        .verify_access_token(token, &page_request.caller())
    else {
        return Ok(invalid_token_response());
    };
    let scope = Scope::parse(claims.scope());
    if !scope.contains_scope("openid") {
        return Ok(invalid_token_response());
    }
    let found = page_request.service().store().run_query(|connection| {
        let access = claims.load_token_holder(connection)?;
        let attributes = access.user.load_attributes(connection)?;
        Ok::<_, ApiError>((access, attributes))
    });
    let (access, attributes) = match found {
        Ok(found) => found,
        Err(error) if error.kind == ErrorKind::InternalError => {
            return Err(PageRejection::Internal(error));
        }
        Err(_) => return Ok(invalid_token_response()),
    };
    let mut shown = Map::new();
    shown.insert("sub".to_owned(), json!(access.user.sub));
    for (name, value) in &attributes {
        if access.client.settings.may_read_attribute(name) && scope.reveals_attribute(name) {
            shown.insert(name.clone(), json!(value));
        }
    }
    shown.insert("username".to_owned(), json!(access.user.username));
    Ok(response::json_response(StatusCode::OK, &shown.into()))
}
