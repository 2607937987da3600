//! Authorizes requests as the JWT authorizer of an API Gateway HTTP API does.
//!
//! Source: "Control access to HTTP APIs with JWT authorizers": signature, `iss`, `aud` (or `client_id` if there
//! is none), `exp`, `nbf` and `iat`. ID tokens and access tokens are both accepted. As in API Gateway,
//! revocation has no effect: a token is valid until it expires.

use axum::http::HeaderValue;
use serde_json::{Map, Value};

use super::DemoApiError;
use crate::pool::issuer::pool_id_from_issuer;
use crate::router::ServerState;

/// The user whose token a request to the demo API contains.
pub(super) struct DemoApiUser {
    pub(super) pool_id: String,
    pub(super) sub: String,
    claims: Map<String, Value>,
}

impl DemoApiUser {
    /// Returns the value of the token's claim with this name, or `None` if the claim is absent or is not a text.
    pub(super) fn text_claim(&self, name: &str) -> Option<&str> {
        self.claims.get(name).and_then(Value::as_str)
    }

    /// Returns the username in the token. ID tokens and access tokens have different claim names for it.
    pub(super) fn username(&self) -> Option<&str> {
        self.text_claim("cognito:username")
            .or_else(|| self.text_claim("username"))
    }

    /// Returns true if `POST /user` fails for this user, because the username requests it (fault injection:
    /// `sentinel-no-profile…`).
    pub(super) fn has_profile_fault(&self) -> bool {
        [self.text_claim("email"), self.username()]
            .into_iter()
            .flatten()
            .any(|name| name.to_ascii_lowercase().starts_with("sentinel-no-profile"))
    }
}

/// The reason why a request to the demo API is not authorized.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AuthorizerError {
    /// The request has no token.
    NoToken,
    /// The token is invalid, for this reason.
    BadToken(&'static str),
}

impl AuthorizerError {
    /// Returns the value of the response header `WWW-Authenticate` for this error (RFC 6750 §3).
    pub(super) fn www_authenticate_value(self) -> String {
        match self {
            Self::NoToken => "Bearer".to_owned(),
            Self::BadToken(reason) => {
                format!(r#"Bearer scope="" error="invalid_token" error_description="{reason}""#)
            }
        }
    }
}

/// Verifies the token of a request and returns its user, or the reason why the request is not authorized.
pub(super) fn authenticate_request(
    app: &ServerState,
    base_url: &str,
    authorization: Option<&HeaderValue>,
) -> Result<DemoApiUser, DemoApiError> {
    let bad = |reason| DemoApiError::Unauthorized(AuthorizerError::BadToken(reason));
    let header = authorization
        .and_then(|value| value.to_str().ok())
        .map(str::trim)
        .unwrap_or_default();
    let token = match header.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim(),
        _ => header,
    };
    if token.is_empty() || token.eq_ignore_ascii_case("bearer") {
        return Err(DemoApiError::Unauthorized(AuthorizerError::NoToken));
    }
    let (_, claims) = app
        .service
        .keys()
        .verify_signature(token)
        .map_err(|_| bad("the token is malformed or was not signed by this pool"))?;

    let issuer_base = app.hosts.issuer_base(base_url);
    let other_issuer = || bad("the token has another issuer");
    let issuer = text_claim(&claims, "iss").ok_or_else(other_issuer)?;
    let pool_id = pool_id_from_issuer(issuer, issuer_base)
        .ok_or_else(other_issuer)?
        .to_owned();
    // An authorizer is configured for one issuer, which is the pool's current one here.
    if let Some(own) = app.service.find_issuer_of_pool(&pool_id, issuer_base)?
        && own != issuer
    {
        return Err(other_issuer());
    }
    let audience = text_claim(&claims, "aud")
        .or_else(|| text_claim(&claims, "client_id"))
        .unwrap_or_default();
    if !app
        .service
        .client_ids(&pool_id)?
        .iter()
        .any(|id| id == audience)
    {
        return Err(bad("the token has an invalid audience"));
    }
    let now = app.clock.now().as_secs();
    if number_claim(&claims, "exp").is_none_or(|expires_at| expires_at <= now) {
        return Err(bad("the token has expired"));
    }
    let begins = ["iat", "nbf"]
        .into_iter()
        .filter_map(|name| number_claim(&claims, name))
        .max();
    if begins.is_some_and(|begins| begins > now) {
        return Err(bad("the token is not valid yet"));
    }
    let sub = text_claim(&claims, "sub")
        .ok_or_else(|| bad("the token has no sub"))?
        .to_owned();
    Ok(DemoApiUser {
        pool_id,
        sub,
        claims,
    })
}

/// Returns the value of the claim with this name, or `None` if it is absent or is not a text.
fn text_claim<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    claims.get(name).and_then(Value::as_str)
}

/// Returns the value of the claim with this name, or `None` if it is absent or is not a non-negative integer.
fn number_claim(claims: &Map<String, Value>, name: &str) -> Option<u64> {
    claims.get(name).and_then(Value::as_u64)
}
