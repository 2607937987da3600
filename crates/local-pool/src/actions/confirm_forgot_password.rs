//! The `ConfirmForgotPassword` action.

use super::input::Input;
use super::{Caller, Reply, Service};
use crate::error::ApiError;
use crate::pool::attempts::{self, RateLimit};
use crate::pool::client::HashPlace;
use crate::pool::code::{self, Purpose};
use crate::pool::password::StoredVerifier;
use crate::pool::{AppClient, Status, User, UserPool};

/// Executes `ConfirmForgotPassword`: checks the code, and sets the new password.
pub(crate) fn confirm_forgot_password(
    service: &Service,
    mut input: Input,
    caller: &Caller<'_>,
) -> Result<Reply, ApiError> {
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
    client.check_secret_hash(&username, secret_hash.as_deref(), HashPlace::SignUp)?;
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
            Some(user) => user.subject(),
            None => pool.subject_of_unknown_user(&username),
        };
        attempts::count_attempt(tx, &subject, RateLimit::ConfirmForgotPassword, caller.now)?;
        code::check_code(
            tx,
            &subject,
            Purpose::ResetPassword,
            given.expose_secret(),
            caller.now,
        )?;
        // A code that is guessed for an unknown or disabled user has no effect.
        let Some(mut user) = user.filter(|user| user.enabled) else {
            return Err(ApiError::code_mismatch());
        };
        code::delete_code(tx, &subject, Purpose::ResetPassword)?;
        user.status = Status::Confirmed;
        user.verifier = Some(verifier);
        user.temporary_since = None;
        user.update_user(tx, caller.now)
    })?;
    Ok(Reply::empty_object())
}
