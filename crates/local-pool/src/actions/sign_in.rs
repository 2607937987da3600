//! What all ways to sign in share: who asks, in what state the user is, and the tokens at the end.

use rusqlite::Connection;
use serde_json::{Value, json};

use super::{Caller, Service};
use crate::actions::input::TextMap;
use crate::error::{ApiError, ErrorKind};
use crate::fault_injection;
use crate::fault_injection::invalid_tokens::IssuedFor;
use crate::pool::claims::Bearer;
use crate::pool::client::HashPlace;
use crate::pool::token_family::{self, Grant};
use crate::pool::{AppClient, Attributes, Status, User, UserPool, attempts};
use crate::token_issuer::{TokenContext, issue_tokens};

/// Pool and client of a request. The browser's actions name the client alone, the operator's name both.
pub(crate) fn pool_and_client(
    connection: &Connection,
    pool_id: Option<&str>,
    client_id: &str,
) -> Result<(UserPool, AppClient), ApiError> {
    match pool_id {
        Some(pool_id) => {
            let pool = UserPool::load(connection, pool_id)?;
            let client = AppClient::load_of(connection, pool_id, client_id)?;
            Ok((pool, client))
        }
        None => {
            let client = AppClient::load(connection, client_id)?;
            let pool = UserPool::load(connection, &client.pool_id)?;
            Ok((pool, client))
        }
    }
}

/// Checks `SECRET_HASH` among the parameters or answers.
pub(crate) fn check_secret_hash(
    client: &AppClient,
    username: &str,
    parameters: &TextMap,
) -> Result<(), ApiError> {
    client.check_secret_hash(username, parameters.get("SECRET_HASH"), HashPlace::SignIn)
}

/// What is refused before any password is looked at, in Cognito's order.
pub(crate) fn check_user_state(
    connection: &Connection,
    user: &User,
    caller: &Caller<'_>,
) -> Result<(), ApiError> {
    if !user.enabled {
        return Err(ApiError::user_disabled());
    }
    attempts::check_lockout(connection, &user.subject(), caller.now)?;
    match user.status {
        Status::Unconfirmed => Err(ApiError::new(
            ErrorKind::UserNotConfirmed,
            "User is not confirmed.",
        )),
        Status::ResetRequired => Err(ApiError::new(
            ErrorKind::PasswordResetRequired,
            "Password reset required for the user",
        )),
        Status::Confirmed | Status::ForceChangePassword | Status::ExternalProvider => Ok(()),
    }
}

/// No such user: said, or passed off as a wrong password.
pub(crate) fn no_such_user(client: &AppClient) -> ApiError {
    if client.settings.reveals_user_existence() {
        ApiError::no_such_user()
    } else {
        ApiError::incorrect_username_or_password()
    }
}

/// A wrong password for a user or for nobody: counted alike.
pub(crate) fn wrong_password(
    connection: &Connection,
    subject: &str,
    caller: &Caller<'_>,
) -> ApiError {
    match attempts::record_failure(connection, subject, caller.now) {
        Ok(()) => ApiError::incorrect_username_or_password(),
        Err(error) => error,
    }
}

impl Service {
    /// `AuthenticationResult`: the tokens.
    pub(crate) fn authentication_result(
        &self,
        granted: &AuthenticationGrant<'_>,
        caller: &Caller<'_>,
    ) -> Value {
        let issuer = granted.pool.issuer(caller.issuer_base);
        let bearer = Bearer {
            pool: granted.pool,
            client: granted.client,
            user: granted.user,
            family: &granted.grant.family,
            issuer: &issuer,
            now: caller.now,
        };
        let tokens = issue_tokens(
            self.keys(),
            &bearer,
            granted.attributes,
            TokenContext::Api,
            granted.issued_for,
        );
        let mut result = json!({
            "AccessToken": tokens.access_token,
            "ExpiresIn": tokens.expires_in,
            "IdToken": tokens.id_token,
            "TokenType": "Bearer",
        });
        if let Some(refresh_token) = &granted.grant.refresh_token {
            result["RefreshToken"] = json!(refresh_token.expose_secret());
        }
        if let Some(device) = &granted.grant.new_device {
            result["NewDeviceMetadata"] = device.metadata();
        }
        result
    }

    /// The fault that the holder of this refresh token asks for by their name.
    ///
    /// # Errors
    /// The refusal asked for.
    pub(crate) fn inject_refresh_fault(
        &self,
        client_id: &str,
        refresh_token: &str,
    ) -> Result<(), ApiError> {
        let found = self.store().read(|connection| {
            let user = match AppClient::find(connection, client_id)? {
                Some(client) => {
                    token_family::user_of_refresh_token(connection, &client, refresh_token)?
                }
                None => None,
            };
            Ok::<_, ApiError>(match user {
                Some(user) => Some((user.attributes(connection)?, user)),
                None => None,
            })
        })?;
        match &found {
            Some((attributes, user)) => fault_injection::inject("renewal", user, attributes),
            None => Ok(()),
        }
    }
}

/// What was granted, and to whom.
pub(crate) struct AuthenticationGrant<'a> {
    pub(crate) grant: &'a Grant,
    pub(crate) user: &'a User,
    pub(crate) attributes: &'a Attributes,
    pub(crate) pool: &'a UserPool,
    pub(crate) client: &'a AppClient,
    pub(crate) issued_for: IssuedFor,
}
