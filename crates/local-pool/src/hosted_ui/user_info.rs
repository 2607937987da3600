//! `/oauth2/userInfo` (OpenID Connect Core §5.3): the claims of the access token's user. As in Cognito, all
//! values are strings.

use axum::http::StatusCode;
use axum::http::header::AUTHORIZATION;
use axum::response::Response;
use serde_json::{Map, json};

use super::page_request::{PageRequest, Rejection};
use super::response;
use crate::error::{ApiError, ErrorKind};
use crate::pool::scope::Scope;

fn bad_request() -> Response {
    response::challenge(
        StatusCode::BAD_REQUEST,
        "invalid_request",
        "Bad OAuth2 request at UserInfo Endpoint",
    )
}

fn bad_token() -> Response {
    response::challenge(
        StatusCode::UNAUTHORIZED,
        "invalid_token",
        "Access token is expired, disabled, or deleted, or the user has globally signed out.",
    )
}

pub(super) fn user_info_endpoint(page_request: &PageRequest) -> Result<Response, Rejection> {
    let header = page_request.header(AUTHORIZATION).unwrap_or_default();
    let token = match header.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim(),
        _ => return Ok(bad_request()),
    };
    if token.is_empty() {
        return Ok(bad_request());
    }
    let Ok(claims) = page_request
        .service()
        .access_claims(token, &page_request.caller())
    else {
        return Ok(bad_token());
    };
    let scope = Scope::parse(claims.scope());
    if !scope.has("openid") {
        return Ok(bad_token());
    }
    let found = page_request.service().store().read(|connection| {
        let access = claims.holder(connection)?;
        let attributes = access.user.attributes(connection)?;
        Ok::<_, ApiError>((access, attributes))
    });
    let (access, attributes) = match found {
        Ok(found) => found,
        Err(error) if error.kind == ErrorKind::InternalError => {
            return Err(Rejection::Internal(error));
        }
        Err(_) => return Ok(bad_token()),
    };
    let mut shown = Map::new();
    shown.insert("sub".to_owned(), json!(access.user.sub));
    for (name, value) in &attributes {
        if access.client.settings.reads(name) && scope.allows_attribute(name) {
            shown.insert(name.clone(), json!(value));
        }
    }
    shown.insert("username".to_owned(), json!(access.user.username));
    Ok(response::json(StatusCode::OK, &shown.into()))
}
