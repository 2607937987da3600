//! Client authentication at the OAuth endpoints: the client secret by HTTP Basic or in the body (RFC 6749 §2.3.1), or
//! none for a public client.

use axum::http::StatusCode;
use axum::http::header::AUTHORIZATION;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::page_request::{PageRejection, PageRequest};
use super::parameters::UrlEncodedParameters;
use super::response;
use crate::pool::{AppClient, UserPool};
use crate::secret::Secret;

/// The reason why the authentication of a client failed.
enum ClientAuthError {
    /// The parameters are missing, duplicated or contradictory.
    Malformed,
    /// No app client has this ID.
    Unknown,
    /// The client secret is missing or wrong.
    WrongSecret,
}

impl ClientAuthError {
    /// Returns the OAuth error response. `status` is the HTTP status for `invalid_client`.
    fn to_response(&self, status: StatusCode) -> Response {
        match self {
            Self::Malformed => {
                response::oauth_error_response(StatusCode::BAD_REQUEST, "invalid_request", None)
            }
            Self::Unknown => response::oauth_error_response(status, "invalid_client", None),
            Self::WrongSecret => response::oauth_error_response(
                status,
                "invalid_client",
                Some("invalid_client_secret"),
            ),
        }
    }
}

/// Parses the client ID and the client secret of an `Authorization: Basic` header, or returns `None` if the
/// header has another form.
///
/// Each is form-encoded before the Base64 encoding (RFC 6749 §2.3.1).
fn parse_basic_credentials(header: &str) -> Option<(String, Secret)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let bytes = STANDARD.decode(encoded.trim()).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((id.to_owned(), Secret::new(secret)))
}

/// Parses the client ID and the client secret of a request, which are in the `Authorization` header or in the
/// form. They are not verified yet.
fn parse_client_credentials(
    page_request: &PageRequest,
    form: &UrlEncodedParameters,
) -> Result<(String, Option<Secret>), ClientAuthError> {
    let (Ok(id), Ok(secret)) = (
        form.single_value("client_id"),
        form.single_value("client_secret"),
    ) else {
        return Err(ClientAuthError::Malformed);
    };
    match page_request.header(AUTHORIZATION) {
        Some(header) => {
            let (named, proof) = parse_basic_credentials(header).ok_or(ClientAuthError::Unknown)?;
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

/// Authenticates the client of a request by its secret, and returns its pool and the client. Otherwise returns
/// an OAuth error response.
///
/// `status` is the HTTP status of the endpoint for `invalid_client`.
pub(super) fn authenticate_client(
    page_request: &PageRequest,
    form: &UrlEncodedParameters,
    status: StatusCode,
) -> Result<(UserPool, AppClient), PageRejection> {
    let refused = |error: ClientAuthError| PageRejection::from(error.to_response(status));
    let (id, secret) = parse_client_credentials(page_request, form).map_err(refused)?;
    let (pool, client) = page_request
        .find_client(&id)?
        .ok_or_else(|| refused(ClientAuthError::Unknown))?;
    if client.secret_matches(secret.as_ref().map(Secret::expose_secret)) {
        Ok((pool, client))
    } else {
        Err(refused(ClientAuthError::WrongSecret))
    }
}
