//! The endpoint `POST /oauth2/token` (RFC 6749 §4.1.3, §4.4, §6).

use axum::http::StatusCode;
use axum::response::Response;
use rusqlite::Connection;
use serde_json::{Map, Value, json};

use super::grant::{TokenSubject, token_response_body};
use super::page_request::{PageRejection, PageRequest};
use super::parameters::{DuplicateParameter, UrlEncodedParameters};
use super::{client_auth, response};
use crate::error::{ApiError, ErrorKind};
use crate::fault_injection;
use crate::fault_injection::invalid_tokens::TokenIssueEvent;
use crate::pool::authorization_code::{self, RedemptionError};
use crate::pool::oauth_settings::{OAuthFlow, is_custom_scope};
use crate::pool::scope::Scope;
use crate::pool::{AppClient, User, UserPool, token_family};
use crate::random;
use crate::router;
use crate::tokens::TokenKind;

/// An error code of the token endpoint, and its description.
struct TokenEndpointError(&'static str, Option<&'static str>);

impl From<TokenEndpointError> for PageRejection {
    fn from(TokenEndpointError(error, description): TokenEndpointError) -> Self {
        response::oauth_error_response(StatusCode::BAD_REQUEST, error, description).into()
    }
}

impl From<DuplicateParameter> for PageRejection {
    fn from(_: DuplicateParameter) -> Self {
        TokenEndpointError("invalid_request", None).into()
    }
}

/// Returns the value of a form parameter, or the error `invalid_request` if it is missing or duplicated.
fn required_parameter<'a>(
    form: &'a UrlEncodedParameters,
    name: &str,
) -> Result<&'a str, PageRejection> {
    form.single_value(name)?
        .ok_or_else(|| TokenEndpointError("invalid_request", None).into())
}

/// Issues tokens for an authorization code, a refresh token or the client's own credentials. Otherwise returns
/// an OAuth error response.
pub(super) fn handle_token_request(page_request: &PageRequest) -> Result<Response, PageRejection> {
    let form = page_request
        .parse_form()
        .ok_or_else(|| PageRejection::from(TokenEndpointError("invalid_request", None)))?;
    let grant_type = required_parameter(&form, "grant_type")?;
    if !["authorization_code", "refresh_token", "client_credentials"].contains(&grant_type) {
        return Err(TokenEndpointError("unsupported_grant_type", None).into());
    }
    let (pool, client) =
        client_auth::authenticate_client(page_request, &form, StatusCode::BAD_REQUEST)?;
    let tokens = match grant_type {
        "authorization_code" => exchange_authorization_code(page_request, &pool, &client, &form)?,
        "refresh_token" => refresh_tokens(page_request, &pool, &client, &form)?,
        _ => issue_client_credentials_token(page_request, &pool, &client, &form)?,
    };
    Ok(response::json_response(StatusCode::OK, &tokens))
}

/// Exchanges an authorization code for tokens, and returns the response body.
fn exchange_authorization_code(
    page_request: &PageRequest,
    pool: &UserPool,
    client: &AppClient,
    form: &UrlEncodedParameters,
) -> Result<Value, PageRejection> {
    let code = required_parameter(form, "code")?;
    let redirect_uri = required_parameter(form, "redirect_uri")?;
    let verifier = form.single_value("code_verifier")?;
    if !client.settings.oauth.allows_oauth_flow(OAuthFlow::Code) {
        return Err(TokenEndpointError("unauthorized_client", None).into());
    }
    inject_user_fault(page_request, "code", |connection| {
        authorization_code::find_user_of_code(connection, client, code)
    })?;
    let redeemed = page_request.service().store().run_transaction(|tx| {
        let redeemed = authorization_code::redeem_authorization_code(
            tx,
            client,
            code,
            redirect_uri,
            verifier,
            page_request.now,
        )?;
        Ok::<_, ApiError>(match redeemed {
            Ok(redeemed) => {
                let attributes = redeemed.user.load_attributes(tx)?;
                Ok((redeemed, attributes))
            }
            Err(refusal) => Err(refusal),
        })
    })?;
    let (redeemed, attributes) = redeemed.map_err(|refusal| match refusal {
        RedemptionError::Invalid => TokenEndpointError("invalid_grant", None),
        RedemptionError::RedirectUriMismatch => {
            TokenEndpointError("unauthorized_client", Some("invalid_redirect"))
        }
    })?;
    let subject = TokenSubject {
        pool,
        client,
        user: &redeemed.user,
        attributes: &attributes,
    };
    let nonce = redeemed.nonce.as_deref();
    let tokens = subject.sign_tokens(
        page_request,
        &redeemed.grant,
        nonce,
        TokenIssueEvent::SignIn,
    );
    Ok(token_response_body(&tokens, &redeemed.grant))
}

/// Returns the error that the user's name asks for (fault injection). The check comes before a code or token is used.
///
/// A user with a name like `sentinel-…-on-refresh@…` can sign in, and gets the error here.
fn inject_user_fault(
    page_request: &PageRequest,
    operation: &str,
    load_user: impl FnOnce(&Connection) -> Result<Option<User>, ApiError>,
) -> Result<(), PageRejection> {
    let found = page_request.service().store().run_query(|connection| {
        Ok::<_, ApiError>(match load_user(connection)? {
            Some(user) => Some((user.load_attributes(connection)?, user)),
            None => None,
        })
    })?;
    let injected = match &found {
        Some((attributes, user)) => fault_injection::inject_user_fault(operation, user, attributes),
        None => Ok(()),
    };
    injected.map_err(|error| {
        let status = match error.kind {
            ErrorKind::InternalError => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::TOO_MANY_REQUESTS,
        };
        router::add_retry_after(response::oauth_error_response(status, "server_error", None)).into()
    })
}

/// Exchanges a refresh token for new tokens, and returns the response body.
fn refresh_tokens(
    page_request: &PageRequest,
    pool: &UserPool,
    client: &AppClient,
    form: &UrlEncodedParameters,
) -> Result<Value, PageRejection> {
    let token = required_parameter(form, "refresh_token")?;
    let wanted = form.single_value("scope")?.map(Scope::parse);
    inject_user_fault(page_request, "refresh", |connection| {
        token_family::find_user_of_refresh_token(connection, client, token)
    })?;
    let refreshed = page_request.service().store().commit_even_if_refused(|tx| {
        // Checked before the token is used, so that a request for too large a scope does not use it up.
        if let (Some(wanted), Some(granted)) = (
            &wanted,
            token_family::find_scope_of_refresh_token(tx, client, token)?,
        ) && !wanted.is_subset_of(&granted)
        {
            return Ok(None);
        }
        let (grant, user) =
            token_family::use_refresh_token(tx, client, token, None, page_request.now)?;
        let attributes = user.load_attributes(tx)?;
        Ok(Some((grant, user, attributes)))
    });
    let (mut grant, user, attributes) = match refreshed {
        Ok(Some(refreshed)) => refreshed,
        Ok(None) => return Err(TokenEndpointError("invalid_scope", None).into()),
        Err(error) if error.kind == ErrorKind::InternalError => return Err(error.into()),
        Err(_) => return Err(TokenEndpointError("invalid_grant", None).into()),
    };
    // The scope applies to these tokens only. The next refresh may request the whole scope again (RFC 6749 §6).
    if wanted.is_some() {
        grant.family.scope = wanted;
    }
    let subject = TokenSubject {
        pool,
        client,
        user: &user,
        attributes: &attributes,
    };
    let tokens = subject.sign_tokens(page_request, &grant, None, TokenIssueEvent::Refresh);
    Ok(token_response_body(&tokens, &grant))
}

/// Issues an access token that belongs to no user, for the client credentials grant, and returns the response body.
fn issue_client_credentials_token(
    page_request: &PageRequest,
    pool: &UserPool,
    client: &AppClient,
    form: &UrlEncodedParameters,
) -> Result<Value, PageRejection> {
    let oauth = &client.settings.oauth;
    if client.settings.client_secret.is_none()
        || !oauth.allows_oauth_flow(OAuthFlow::ClientCredentials)
    {
        return Err(TokenEndpointError("unauthorized_client", None).into());
    }
    // The standard scopes are about a user, and this grant has none.
    let allowed: Vec<String> = oauth
        .scopes()
        .iter()
        .filter(|scope| is_custom_scope(scope))
        .cloned()
        .collect();
    let scope = match form.single_value("scope")? {
        None => Scope::from_names(&allowed),
        Some(scope) => Scope::parse(scope),
    };
    if allowed.is_empty() || !scope.is_within_list(&allowed) {
        return Err(TokenEndpointError("invalid_scope", None).into());
    }
    let lifetime = client.settings.access_token_lifetime();
    let claims = json!({
        "sub": client.id,
        "token_use": "access",
        "scope": scope.to_string(),
        "auth_time": page_request.now.as_secs(),
        "iss": pool.issuer(&page_request.issuer_base),
        "exp": page_request.now.plus(lifetime).as_secs(),
        "iat": page_request.now.as_secs(),
        "version": 2,
        "jti": random::generate_uuid(),
        "client_id": client.id,
    });
    let claims: Map<String, Value> = match claims {
        Value::Object(claims) => claims,
        _ => Map::new(),
    };
    Ok(json!({
        "access_token": page_request.service().keys().sign_token(TokenKind::Access, &claims),
        "expires_in": lifetime.as_secs(),
        "token_type": "Bearer",
    }))
}
