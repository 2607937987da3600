//! Client authentication at the OAuth endpoints: the secret by HTTP Basic or in the body (RFC 6749 §2.3.1), or
//! none for a public client.

use axum::http::StatusCode;
use axum::http::header::AUTHORIZATION;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::page_request::{PageRequest, Rejection};
use super::parameters::Parameters;
use super::response;
use crate::pool::{AppClient, UserPool};
use crate::secret::Secret;

/// The reason why a client is not authenticated.
enum ClientAuthError {
    Malformed,
    Unknown,
    WrongSecret,
}

impl ClientAuthError {
    fn response(&self, status: StatusCode) -> Response {
        match self {
            Self::Malformed => response::error(StatusCode::BAD_REQUEST, "invalid_request", None),
            Self::Unknown => response::error(status, "invalid_client", None),
            Self::WrongSecret => {
                response::error(status, "invalid_client", Some("invalid_client_secret"))
            }
        }
    }
}

/// Parses ID and secret of `Authorization: Basic`. Each is form-encoded before the Base64 encoding (RFC 6749
/// §2.3.1).
fn parse_basic(header: &str) -> Option<(String, Secret)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let bytes = STANDARD.decode(encoded.trim()).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((id.to_owned(), Secret::new(secret)))
}

fn claimed_client(
    page_request: &PageRequest,
    form: &Parameters,
) -> Result<(String, Option<Secret>), ClientAuthError> {
    let (Ok(id), Ok(secret)) = (form.one("client_id"), form.one("client_secret")) else {
        return Err(ClientAuthError::Malformed);
    };
    match page_request.header(AUTHORIZATION) {
        Some(header) => {
            let (named, proof) = parse_basic(header).ok_or(ClientAuthError::Unknown)?;
            // A request may use one method only, and must name the same client in both places.
            if secret.is_some() || id.is_some_and(|id| id != named) {
                return Err(ClientAuthError::Malformed);
            }
            Ok((named, Some(proof)))
        }
        None => {
            let id = id.ok_or(ClientAuthError::Malformed)?;
            Ok((id.to_owned(), secret.map(Secret::new)))
        }
    }
}

/// Authenticates the client of a request. `status` is the endpoint's HTTP status for `invalid_client`.
pub(super) fn authenticate_client(
    page_request: &PageRequest,
    form: &Parameters,
    status: StatusCode,
) -> Result<(UserPool, AppClient), Rejection> {
    let refused = |error: ClientAuthError| Rejection::from(error.response(status));
    let (id, secret) = claimed_client(page_request, form).map_err(refused)?;
    let (pool, client) = page_request
        .client(&id)?
        .ok_or_else(|| refused(ClientAuthError::Unknown))?;
    if client.has_secret(secret.as_ref().map(Secret::expose_secret)) {
        Ok((pool, client))
    } else {
        Err(refused(ClientAuthError::WrongSecret))
    }
}
