//! The steps that all sign-in flows share: client, state of the user, and the tokens at the end.

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

/// Loads pool and client of a request. Requests of a browser name only the client, requests of an operator name both.
pub(crate) fn load_pool_and_client(
    connection: &Connection,
    pool_id: Option<&str>,
    client_id: &str,
) -> Result<(UserPool, AppClient), ApiError> {
    match pool_id {
        Some(pool_id) => {
            let pool = UserPool::load_pool(connection, pool_id)?;
            let client = AppClient::load_client_of_pool(connection, pool_id, client_id)?;
            Ok((pool, client))
        }
        None => {
            let client = AppClient::load_client(connection, client_id)?;
            let pool = UserPool::load_pool(connection, &client.pool_id)?;
            Ok((pool, client))
        }
    }
}

/// Checks `SECRET_HASH` in the parameters or challenge responses.
pub(crate) fn check_secret_hash_parameter(
    client: &AppClient,
    username: &str,
    parameters: &TextMap,
) -> Result<(), ApiError> {
    client.check_secret_hash(
        username,
        parameters.get_non_empty("SECRET_HASH"),
        HashPlace::SignIn,
    )
}

/// Checks that the user is allowed to sign in. The checks come before the password and have Cognito's order.
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

/// The error for an unknown user: its own error, or the error for a wrong password if the client hides which users
/// exist.
pub(crate) fn unknown_user_error(client: &AppClient) -> ApiError {
    if client.settings.reveals_user_existence() {
        ApiError::no_such_user()
    } else {
        ApiError::incorrect_username_or_password()
    }
}

/// Counts a wrong password, of a known or an unknown user, and returns the error.
pub(crate) fn count_wrong_password(
    connection: &Connection,
    subject: &str,
    caller: &Caller<'_>,
) -> ApiError {
    match attempts::record_wrong_password(connection, subject, caller.now) {
        Ok(()) => ApiError::incorrect_username_or_password(),
        Err(error) => error,
    }
}

impl Service {
    /// The `AuthenticationResult` member: the tokens.
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
            result["NewDeviceMetadata"] = device.new_device_metadata();
        }
        result
    }

    /// Injects the fault that the username of the refresh token's user asks for.
    ///
    /// # Errors
    /// The injected error.
    pub(crate) fn inject_refresh_fault(
        &self,
        client_id: &str,
        refresh_token: &str,
    ) -> Result<(), ApiError> {
        let found = self.store().read(|connection| {
            let user = match AppClient::find_client(connection, client_id)? {
                Some(client) => {
                    token_family::find_user_of_refresh_token(connection, &client, refresh_token)?
                }
                None => None,
            };
            Ok::<_, ApiError>(match user {
                Some(user) => Some((user.load_attributes(connection)?, user)),
                None => None,
            })
        })?;
        match &found {
            Some((attributes, user)) => fault_injection::inject("renewal", user, attributes),
            None => Ok(()),
        }
    }
}

/// The grant of a sign-in, with user, pool and client.
pub(crate) struct AuthenticationGrant<'a> {
    pub(crate) grant: &'a Grant,
    pub(crate) user: &'a User,
    pub(crate) attributes: &'a Attributes,
    pub(crate) pool: &'a UserPool,
    pub(crate) client: &'a AppClient,
    pub(crate) issued_for: IssuedFor,
}
