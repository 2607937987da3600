//! The steps that all sign-in flows have in common: loading the app client, checking the state of the user, and issuing
//! tokens at the end.

use rusqlite::Connection;
use serde_json::{Value, json};

use super::{ActionCaller, UserPoolService};
use crate::actions::input::TextMap;
use crate::error::{ApiError, ErrorKind};
use crate::fault_injection;
use crate::fault_injection::invalid_tokens::TokenIssueEvent;
use crate::pool::claims::TokenClaimsSource;
use crate::pool::client::SecretHashLocation;
use crate::pool::token_family::{self, FamilyAndRefreshToken};
use crate::pool::{AppClient, Attributes, User, UserPool, UserStatus, attempts};
use crate::token_issuer::{TokenIssuingInterface, issue_tokens};

/// Loads the app client that a request names, and its pool. A browser's request names only the client. An operator's
/// request also names the pool. Returns an error if the client is unknown or belongs to another pool.
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

/// Returns an error if `SECRET_HASH`, with which an app client proves that it knows its secret, is not correct for this
/// client and username.
pub(crate) fn check_secret_hash_parameter(
    client: &AppClient,
    username: &str,
    parameters: &TextMap,
) -> Result<(), ApiError> {
    client.check_secret_hash(
        username,
        parameters.get_non_empty("SECRET_HASH"),
        SecretHashLocation::SignIn,
    )
}

/// Returns an error if the user may not sign in, for example because the account is disabled. The checks come before
/// the password and have Cognito's order.
pub(crate) fn check_user_state(
    connection: &Connection,
    user: &User,
    caller: &ActionCaller<'_>,
) -> Result<(), ApiError> {
    if !user.enabled {
        return Err(ApiError::user_disabled());
    }
    attempts::check_lockout(connection, &user.codes_and_attempts_key(), caller.now)?;
    match user.status {
        UserStatus::Unconfirmed => Err(ApiError::new(
            ErrorKind::UserNotConfirmed,
            "User is not confirmed.",
        )),
        UserStatus::ResetRequired => Err(ApiError::new(
            ErrorKind::PasswordResetRequired,
            "Password reset required for the user",
        )),
        UserStatus::Confirmed | UserStatus::ForceChangePassword | UserStatus::ExternalProvider => {
            Ok(())
        }
    }
}

/// Returns the error for an unknown user. If the app client hides which users exist, it is the error for a wrong
/// password.
pub(crate) fn unknown_user_error(client: &AppClient) -> ApiError {
    if client.settings.reveals_user_existence() {
        ApiError::no_such_user()
    } else {
        ApiError::incorrect_username_or_password()
    }
}

/// Counts a wrong password of a known or an unknown user, and returns the error for it.
pub(crate) fn count_wrong_password(
    connection: &Connection,
    subject: &str,
    caller: &ActionCaller<'_>,
) -> ApiError {
    match attempts::record_wrong_password(connection, subject, caller.now) {
        Ok(()) => ApiError::incorrect_username_or_password(),
        Err(error) => error,
    }
}

impl UserPoolService {
    /// Returns the response member `AuthenticationResult`, which contains the signed tokens.
    pub(crate) fn build_authentication_result(
        &self,
        granted: &AuthenticationGrant<'_>,
        caller: &ActionCaller<'_>,
    ) -> Value {
        let issuer = granted.pool.issuer(caller.issuer_base);
        let bearer = TokenClaimsSource {
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
            TokenIssuingInterface::Api,
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

    /// Returns the error that fault injection requests by the username of the refresh token's user, if there is one.
    ///
    /// # Errors
    /// The injected error.
    pub(crate) fn inject_refresh_fault(
        &self,
        client_id: &str,
        refresh_token: &str,
    ) -> Result<(), ApiError> {
        let found = self.store().run_query(|connection| {
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
            Some((attributes, user)) => {
                fault_injection::inject_user_fault("renewal", user, attributes)
            }
            None => Ok(()),
        }
    }
}

/// The tokens of one sign-in that are to be issued (a token family), with their user, pool and app client.
pub(crate) struct AuthenticationGrant<'a> {
    pub(crate) grant: &'a FamilyAndRefreshToken,
    pub(crate) user: &'a User,
    pub(crate) attributes: &'a Attributes,
    pub(crate) pool: &'a UserPool,
    pub(crate) client: &'a AppClient,
    pub(crate) issued_for: TokenIssueEvent,
}
