//! The action `ChangePassword` of the user-pool API.

use super::input::ActionInput;
use super::{ActionCaller, ActionResponse, UserPoolService};
use crate::error::ApiError;
use crate::pool::attempts::{self, RateLimit};
use crate::pool::password::StoredVerifier;
use crate::pool::user::UserStatus;

/// Executes `ChangePassword`: checks the previous password, and sets the new one.
pub(crate) fn change_password(
    service: &UserPoolService,
    mut input: ActionInput,
    caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let token = input.take_secret("AccessToken");
    let previous = input.take_optional_secret("PreviousPassword");
    let proposed = input.take_secret("ProposedPassword");
    input.finish_and_take_rest()?;
    let claims = service.verify_access_token(token.expose_secret(), caller)?;
    let access = service.store().run_query(|connection| {
        let access = claims.load_api_user(connection)?;
        attempts::check_rate_limit(
            connection,
            &access.user.codes_and_attempts_key(),
            RateLimit::ChangePassword,
            caller.now,
        )?;
        Ok::<_, ApiError>(access)
    })?;
    // Only a user without a password may omit the previous one. Users of another identity provider never have a
    // password.
    let is_valid = match (&access.user.verifier, &previous) {
        (Some(verifier), Some(previous)) => {
            verifier.matches_password(&access.pool, &access.user.username, previous)
        }
        (None, None) => access.user.status != UserStatus::ExternalProvider,
        _ => false,
    };
    if !is_valid {
        return service.store().commit_even_if_refused(|tx| {
            attempts::count_rate_limited_attempt(
                tx,
                &access.user.codes_and_attempts_key(),
                RateLimit::ChangePassword,
                caller.now,
            )?;
            Err(ApiError::incorrect_username_or_password())
        });
    }
    access
        .pool
        .settings
        .policies
        .password_policy
        .check_password(&proposed)?;
    let verifier = StoredVerifier::new(&access.pool, &access.user.username, &proposed);
    service.store().commit_even_if_refused(|tx| {
        let mut current_user = claims.load_api_user(tx)?.user;
        if current_user.verifier != access.user.verifier {
            return Err(ApiError::incorrect_username_or_password());
        }
        current_user.verifier = Some(verifier);
        current_user.update_user(tx, caller.now)
    })?;
    Ok(ActionResponse::empty_object())
}
