//! The action `ForgotPassword` of the user-pool API.

use rusqlite::Connection;
use serde_json::json;

use super::input::ActionInput;
use super::{ActionCaller, ActionResponse, UserPoolService};
use crate::error::ApiError;
use crate::pool::attempts::{self, RateLimit};
use crate::pool::client::SecretHashLocation;
use crate::pool::code::{self, CodePurpose};
use crate::pool::delivery::{self, MessageDestination};
use crate::pool::{AppClient, User, UserPool, UserStatus, mfa};

/// Executes `ForgotPassword`: sends a code for a new password, and returns the masked destination.
pub(crate) fn forgot_password(
    service: &UserPoolService,
    mut input: ActionInput,
    caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let client_id = input.take_text("ClientId");
    let secret_hash = input.take_optional_text("SecretHash");
    let username = input.take_text("Username");
    input.finish_and_take_rest()?;

    let destination = service.store().commit_even_if_refused(|tx| {
        let client = AppClient::load_client(tx, &client_id)?;
        let pool = UserPool::load_pool(tx, &client.pool_id)?;
        client.check_secret_hash(
            &username,
            secret_hash.as_deref(),
            SecretHashLocation::SignUp,
        )?;
        // This is checked before the user is loaded, because it is the same for all users of the pool and therefore no
        // secret.
        pool.settings.allowed_password_reset_contacts()?;
        let user = pool.find_user_by_name(tx, &username)?;
        let subject = match &user {
            Some(user) => user.codes_and_attempts_key(),
            None => pool.rate_limit_subject_of_unknown_user(&username),
        };
        match find_password_reset_destination(tx, &pool, user.as_ref()) {
            Ok(destination) => {
                attempts::count_rate_limited_attempt(
                    tx,
                    &subject,
                    RateLimit::ForgotPassword,
                    caller.now,
                )?;
                send_reset_code(tx, &pool, &subject, &destination, caller)?;
                Ok(destination)
            }
            Err(refusal) => {
                let in_wrong_state =
                    user.is_some_and(|user| user.enabled && !has_local_password(user.status));
                if client.settings.reveals_user_existence() || in_wrong_state {
                    return Err(refusal);
                }
                // The response does not reveal that no message was sent. A code is stored, but no user receives it.
                attempts::count_rate_limited_attempt(
                    tx,
                    &subject,
                    RateLimit::ForgotPassword,
                    caller.now,
                )?;
                let made_up = service.sealer().derive_bytes(
                    "destination",
                    &[&pool.id, &pool.normalize_username(&username)],
                );
                let destination = pool
                    .settings
                    .simulated_destination_of_unknown_user(&username, made_up);
                code::issue_verification_code(
                    tx,
                    &subject,
                    CodePurpose::ResetPassword,
                    destination.contact,
                    None,
                    caller.now,
                )?;
                Ok(destination)
            }
        }
    })?;
    Ok(ActionResponse::Json(
        json!({"CodeDeliveryDetails": destination.delivery_details()}),
    ))
}

/// Returns true if a user in this state has a password in the pool that can be reset.
const fn has_local_password(status: UserStatus) -> bool {
    !matches!(
        status,
        UserStatus::ForceChangePassword | UserStatus::ExternalProvider
    )
}

/// Returns the email address or phone number to which a code for a new password may be sent, or an error if this user
/// may not reset the password.
fn find_password_reset_destination(
    connection: &Connection,
    pool: &UserPool,
    user: Option<&User>,
) -> Result<MessageDestination, ApiError> {
    let user = user.ok_or_else(ApiError::no_such_user_for_client)?;
    if !user.enabled {
        return Err(ApiError::user_disabled());
    }
    if !has_local_password(user.status) {
        return Err(ApiError::not_authorized(
            "User password cannot be reset in the current state.",
        ));
    }
    let attributes = user.load_attributes(connection)?;
    let in_use = mfa::load_second_factor_contacts(connection, pool, user, &attributes)?;
    pool.settings
        .choose_password_reset_destination(&attributes, &in_use)
}

/// Sends a code with which the user can set a new password.
pub(crate) fn send_reset_code(
    connection: &Connection,
    pool: &UserPool,
    subject: &str,
    destination: &MessageDestination,
    caller: &ActionCaller<'_>,
) -> Result<(), ApiError> {
    let code = code::issue_verification_code(
        connection,
        subject,
        CodePurpose::ResetPassword,
        destination.contact,
        None,
        caller.now,
    )?;
    delivery::send_code_message(connection, pool, destination, &code, caller.now)
}
