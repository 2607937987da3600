//! The check of access tokens, for the actions that a signed-in user calls.

use rusqlite::Connection;
use serde_json::{Map, Value};

use super::{ActionCaller, UserPoolService};
use crate::error::ApiError;
use crate::pool::issuer::pool_id_from_issuer;
use crate::pool::scope::USER_ADMIN_SCOPE;
use crate::pool::{AppClient, User, UserPool, token_family};
use crate::tokens::TokenKind;
use cognito_proto::time::UnixTime;

/// The claims of an access token that was verified. [`AccessTokenClaims::load_api_user`] loads the user later, in the
/// transaction that needs the user.
#[derive(Debug)]
pub(crate) struct AccessTokenClaims {
    pool_id: String,
    client_id: String,
    sub: String,
    event_id: String,
    scope: String,
    device_key: Option<String>,
}

/// The user of a valid access token, with the user's pool and the app client.
#[derive(Debug)]
pub(crate) struct AuthorizedUser {
    pub(crate) pool: UserPool,
    pub(crate) client: AppClient,
    pub(crate) user: User,
}

/// Returns the error for an access token that is malformed or not signed by this pool.
fn invalid_access_token_error() -> ApiError {
    ApiError::not_authorized("Invalid Access Token")
}

/// Returns the value of the claim with this name, or an error if the claim is missing or is not a string.
fn text_claim(claims: &Map<String, Value>, claim_name: &str) -> Result<String, ApiError> {
    claims
        .get(claim_name)
        .and_then(Value::as_str)
        .map(str::to_owned)
        .ok_or_else(invalid_access_token_error)
}

impl UserPoolService {
    /// Verifies the signature, token type, issuer and expiry of an access token, and returns its claims. The
    /// RSA operation is slow, so do not call this function inside a transaction.
    ///
    /// # Errors
    /// `NotAuthorizedException` with Cognito's text for the check that failed.
    pub(crate) fn verify_access_token(
        &self,
        token: &str,
        caller: &ActionCaller<'_>,
    ) -> Result<AccessTokenClaims, ApiError> {
        let (kind, claims) = self
            .keys()
            .verify_signature(token)
            .map_err(|_| invalid_access_token_error())?;
        if kind != TokenKind::Access || text_claim(&claims, "token_use")? != "access" {
            return Err(invalid_access_token_error());
        }
        let issuer = text_claim(&claims, "iss")?;
        // Both forms of the issuer are accepted, because the pool may have been switched to the other form since.
        let pool_id = pool_id_from_issuer(&issuer, caller.issuer_base)
            .ok_or_else(invalid_access_token_error)?;
        let expires_at = claims
            .get("exp")
            .and_then(Value::as_u64)
            .ok_or_else(invalid_access_token_error)?;
        if UnixTime::from_secs(expires_at) <= caller.now {
            return Err(ApiError::not_authorized("Access Token has expired"));
        }
        Ok(AccessTokenClaims {
            pool_id: pool_id.to_owned(),
            client_id: text_claim(&claims, "client_id")?,
            sub: text_claim(&claims, "sub")?,
            event_id: text_claim(&claims, "event_id")?,
            scope: text_claim(&claims, "scope")?,
            device_key: claims
                .get("device_key")
                .and_then(Value::as_str)
                .map(str::to_owned),
        })
    }

    /// Returns true if the token with these claims was revoked: by `RevokeToken`, by a global sign-out, or by the
    /// deletion of its user.
    ///
    /// # Errors
    /// The data file cannot be read.
    pub fn is_access_token_revoked(&self, claims: &Map<String, Value>) -> Result<bool, ApiError> {
        let Some(event_id) = claims.get("event_id").and_then(Value::as_str) else {
            return Ok(true);
        };
        self.store().run_query(|connection| {
            Ok(!token_family::is_token_family_active(connection, event_id)?)
        })
    }
}

impl AccessTokenClaims {
    /// Returns the key of the device that the user signed in on, or `None` if the pool does not track devices.
    pub(crate) fn device_key(&self) -> Option<&str> {
        self.device_key.as_deref()
    }

    /// Returns the scopes of the token, separated by spaces.
    pub(crate) fn scope(&self) -> &str {
        &self.scope
    }

    /// Loads the user of the access token for an action of the user-pool API. Returns an error if the token does not
    /// have the scope of this API, or if [`AccessTokenClaims::load_token_holder`] rejects the token.
    pub(crate) fn load_api_user(
        &self,
        connection: &Connection,
    ) -> Result<AuthorizedUser, ApiError> {
        let access = self.load_token_holder(connection)?;
        if !self.scope.split(' ').any(|scope| scope == USER_ADMIN_SCOPE) {
            return Err(ApiError::not_authorized(
                "Access Token does not have required scopes",
            ));
        }
        Ok(access)
    }

    /// Loads the user of the access token. Returns an error if the user was deleted or disabled, or if
    /// the token was revoked.
    pub(crate) fn load_token_holder(
        &self,
        connection: &Connection,
    ) -> Result<AuthorizedUser, ApiError> {
        let pool = UserPool::find_pool(connection, &self.pool_id)?
            .ok_or_else(invalid_access_token_error)?;
        let client = AppClient::find_client(connection, &self.client_id)?
            .filter(|client| client.pool_id == pool.id)
            .ok_or_else(invalid_access_token_error)?;
        let user =
            User::find_user_by_sub(connection, &self.sub)?.ok_or_else(ApiError::no_such_user)?;
        if user.pool_id != pool.id {
            return Err(invalid_access_token_error());
        }
        if !user.enabled {
            return Err(ApiError::user_disabled());
        }
        if !token_family::is_token_family_active(connection, &self.event_id)? {
            return Err(ApiError::not_authorized("Access Token has been revoked"));
        }
        Ok(AuthorizedUser { pool, client, user })
    }
}
