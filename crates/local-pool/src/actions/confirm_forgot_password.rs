//! The action `ConfirmForgotPassword` of the user-pool API.

use super::input::ActionInput;
use super::{ActionCaller, ActionResponse, UserPoolService};
use crate::error::ApiError;
use crate::pool::attempts::{self, RateLimit};
use crate::pool::client::SecretHashLocation;
use crate::pool::code::{self, CodePurpose};
use crate::pool::password::StoredVerifier;
use crate::pool::{AppClient, User, UserPool, UserStatus};

/// Executes `ConfirmForgotPassword`: checks the verification code, and sets the new password.
pub(crate) fn confirm_forgot_password(
    service: &UserPoolService,
    mut input: ActionInput,
    caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let client_id = input.take_text("ClientId");
    let secret_hash = input.take_optional_text("SecretHash");
    let username = input.take_text("Username");
    let given = input.take_secret("ConfirmationCode");
    let password = input.take_secret("Password");
    input.finish_and_take_rest()?;

    let (pool, client, user) = service.store().run_query(|connection| {
        let client = AppClient::load_client(connection, &client_id)?;
        let pool = UserPool::load_pool(connection, &client.pool_id)?;
        let user = pool.find_user_by_name(connection, &username)?;
        Ok::<_, ApiError>((pool, client, user))
    })?;
    client.check_secret_hash(
        &username,
        secret_hash.as_deref(),
        SecretHashLocation::SignUp,
    )?;
    if client.settings.reveals_user_existence() {
        match &user {
            None => return Err(ApiError::no_such_user_for_client()),
            Some(user) if !user.enabled => return Err(ApiError::user_disabled()),
            Some(_) => {}
        }
    }
    pool.settings
        .policies
        .password_policy
        .check_password(&password)?;
    // The verifier is computed over the stored username. For an unknown user any name takes the same time.
    let stored_name = user
        .as_ref()
        .map_or(username.as_str(), |user| user.username.as_str());
    let verifier = StoredVerifier::new(&pool, stored_name, &password);

    service.store().commit_even_if_refused(|tx| {
        let user = match user {
            Some(user) => User::find_user_by_id(tx, user.id)?,
            None => None,
        };
        let subject = match &user {
            Some(user) => user.codes_and_attempts_key(),
            None => pool.rate_limit_subject_of_unknown_user(&username),
        };
        attempts::count_rate_limited_attempt(
            tx,
            &subject,
            RateLimit::ConfirmForgotPassword,
            caller.now,
        )?;
        code::check_verification_code(
            tx,
            &subject,
            CodePurpose::ResetPassword,
            given.expose_secret(),
            caller.now,
        )?;
        // A code that is guessed for an unknown or disabled user has no effect.
        let Some(mut user) = user.filter(|user| user.enabled) else {
            return Err(ApiError::code_mismatch());
        };
        code::delete_verification_code(tx, &subject, CodePurpose::ResetPassword)?;
        user.status = UserStatus::Confirmed;
        user.verifier = Some(verifier);
        user.temporary_since = None;
        user.update_user(tx, caller.now)
    })?;
    Ok(ActionResponse::empty_object())
}
