//! `POST /oauth2/token` (RFC 6749 §4.1.3, §4.4, §6).

use axum::http::StatusCode;
use axum::response::Response;
use rusqlite::Connection;
use serde_json::{Map, Value, json};

use super::grant::{Holder, answer_with};
use super::page_request::{Stop, Visit};
use super::parameters::{Parameters, Repeated};
use super::{client_auth, response};
use crate::error::{ApiError, ErrorKind};
use crate::fault_injection;
use crate::fault_injection::invalid_tokens::Occasion;
use crate::pool::authorization_code::{self, Refusal};
use crate::pool::oauth_settings::{OAuthFlow, is_custom_scope};
use crate::pool::scope::Scope;
use crate::pool::{AppClient, User, UserPool, family};
use crate::random;
use crate::router;
use crate::tokens::TokenKind;

/// A refusal by one of the endpoint's codes.
struct Told(&'static str, Option<&'static str>);

impl From<Told> for Stop {
    fn from(Told(error, description): Told) -> Self {
        response::error(StatusCode::BAD_REQUEST, error, description).into()
    }
}

impl From<Repeated> for Stop {
    fn from(_: Repeated) -> Self {
        Told("invalid_request", None).into()
    }
}

fn required<'a>(form: &'a Parameters, name: &str) -> Result<&'a str, Stop> {
    form.one(name)?
        .ok_or_else(|| Told("invalid_request", None).into())
}

/// Gives tokens for a code, a refresh token, or a client's own proof.
pub(super) fn call(visit: &Visit) -> Result<Response, Stop> {
    let form = visit
        .form()
        .ok_or_else(|| Stop::from(Told("invalid_request", None)))?;
    let grant_type = required(&form, "grant_type")?;
    if !["authorization_code", "refresh_token", "client_credentials"].contains(&grant_type) {
        return Err(Told("unsupported_grant_type", None).into());
    }
    let (pool, client) = client_auth::client(visit, &form, StatusCode::BAD_REQUEST)?;
    let tokens = match grant_type {
        "authorization_code" => by_code(visit, &pool, &client, &form)?,
        "refresh_token" => by_refresh_token(visit, &pool, &client, &form)?,
        _ => by_credentials(visit, &pool, &client, &form)?,
    };
    Ok(response::json(StatusCode::OK, &tokens))
}

fn by_code(
    visit: &Visit,
    pool: &UserPool,
    client: &AppClient,
    form: &Parameters,
) -> Result<Value, Stop> {
    let code = required(form, "code")?;
    let redirect_uri = required(form, "redirect_uri")?;
    let verifier = form.one("code_verifier")?;
    if !client.settings.oauth.allows(OAuthFlow::Code) {
        return Err(Told("unauthorized_client", None).into());
    }
    meet_sentinel(visit, "code", |connection| {
        authorization_code::user_of(connection, client, code)
    })?;
    let redeemed = visit.service().store().write(|tx| {
        let redeemed =
            authorization_code::redeem(tx, client, code, redirect_uri, verifier, visit.now)?;
        Ok::<_, ApiError>(match redeemed {
            Ok(redeemed) => {
                let attributes = redeemed.user.attributes(tx)?;
                Ok((redeemed, attributes))
            }
            Err(refusal) => Err(refusal),
        })
    })?;
    let (redeemed, attributes) = redeemed.map_err(|refusal| match refusal {
        Refusal::Invalid => Told("invalid_grant", None),
        Refusal::OtherRedirectUri => Told("unauthorized_client", Some("invalid_redirect")),
    })?;
    let holder = Holder {
        pool,
        client,
        user: &redeemed.user,
        attributes: &attributes,
    };
    let nonce = redeemed.nonce.as_deref();
    let tokens = holder.tokens(visit, &redeemed.grant, nonce, Occasion::SignIn);
    Ok(answer_with(&tokens, &redeemed.grant))
}

/// A fault on demand: whoever is called `sentinel-…-on-refresh@…` registers and signs in like others, and fails here,
/// before a code or token is used.
fn meet_sentinel(
    visit: &Visit,
    operation: &str,
    find: impl FnOnce(&Connection) -> Result<Option<User>, ApiError>,
) -> Result<(), Stop> {
    let found = visit.service().store().with(|connection| {
        Ok::<_, ApiError>(match find(connection)? {
            Some(user) => Some((user.attributes(connection)?, user)),
            None => None,
        })
    })?;
    let met = match &found {
        Some((attributes, user)) => fault_injection::meet(operation, user, attributes),
        None => Ok(()),
    };
    met.map_err(|error| {
        let status = match error.kind {
            ErrorKind::InternalError => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::TOO_MANY_REQUESTS,
        };
        router::retry_after(response::error(status, "server_error", None)).into()
    })
}

fn by_refresh_token(
    visit: &Visit,
    pool: &UserPool,
    client: &AppClient,
    form: &Parameters,
) -> Result<Value, Stop> {
    let token = required(form, "refresh_token")?;
    let wanted = form.one("scope")?.map(Scope::read);
    meet_sentinel(visit, "refresh", |connection| {
        family::user_of(connection, client, token)
    })?;
    let refreshed = visit.service().store().decide(|tx| {
        // Before the token is used: what is asked for too much must not cost it.
        if let (Some(wanted), Some(granted)) = (&wanted, family::scope_of(tx, client, token)?)
            && !wanted.narrows(&granted)
        {
            return Ok(None);
        }
        let (grant, user) = family::refresh(tx, client, token, None, visit.now)?;
        let attributes = user.attributes(tx)?;
        Ok(Some((grant, user, attributes)))
    });
    let (mut grant, user, attributes) = match refreshed {
        Ok(Some(refreshed)) => refreshed,
        Ok(None) => return Err(Told("invalid_scope", None).into()),
        Err(error) if error.kind == ErrorKind::InternalError => return Err(error.into()),
        Err(_) => return Err(Told("invalid_grant", None).into()),
    };
    // For these tokens alone; the next renewal may have all again (RFC 6749 §6).
    if wanted.is_some() {
        grant.family.scope = wanted;
    }
    let holder = Holder {
        pool,
        client,
        user: &user,
        attributes: &attributes,
    };
    let tokens = holder.tokens(visit, &grant, None, Occasion::Renewal);
    Ok(answer_with(&tokens, &grant))
}

/// A client in its own name: an access token that is nobody's.
fn by_credentials(
    visit: &Visit,
    pool: &UserPool,
    client: &AppClient,
    form: &Parameters,
) -> Result<Value, Stop> {
    let oauth = &client.settings.oauth;
    if client.settings.client_secret.is_none() || !oauth.allows(OAuthFlow::ClientCredentials) {
        return Err(Told("unauthorized_client", None).into());
    }
    // The standard scopes are about a user, and there is none.
    let allowed: Vec<String> = oauth
        .scopes()
        .iter()
        .filter(|scope| is_custom_scope(scope))
        .cloned()
        .collect();
    let scope = match form.one("scope")? {
        None => Scope::all(&allowed),
        Some(scope) => Scope::read(scope),
    };
    if allowed.is_empty() || !scope.within(&allowed) {
        return Err(Told("invalid_scope", None).into());
    }
    let life = client.settings.access_token_life();
    let claims = json!({
        "sub": client.id,
        "token_use": "access",
        "scope": scope.to_string(),
        "auth_time": visit.now.as_secs(),
        "iss": pool.issuer(&visit.issuer_base),
        "exp": visit.now.plus(life).as_secs(),
        "iat": visit.now.as_secs(),
        "version": 2,
        "jti": random::uuid(),
        "client_id": client.id,
    });
    let claims: Map<String, Value> = match claims {
        Value::Object(claims) => claims,
        _ => Map::new(),
    };
    Ok(json!({
        "access_token": visit.service().keys().sign(TokenKind::Access, &claims),
        "expires_in": life.as_secs(),
        "token_type": "Bearer",
    }))
}
