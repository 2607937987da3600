//! The action `AdminSetUserPassword` of the user-pool API.

use super::admin_target::load_pool_and_user;
use super::input::ActionInput;
use super::{ActionCaller, ActionResponse, UserPoolService};
use crate::error::ApiError;
use crate::pool::password::StoredVerifier;
use crate::pool::{User, UserStatus};

/// Executes `AdminSetUserPassword`: sets a permanent or temporary password.
pub(crate) fn admin_set_user_password(
    service: &UserPoolService,
    mut input: ActionInput,
    caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let pool_id = input.take_text("UserPoolId");
    let username = input.take_text("Username");
    let password = input.take_secret("Password");
    let permanent = input.take_flag("Permanent");
    input.finish_and_take_rest()?;
    let (pool, user) = service
        .store()
        .run_query(|connection| load_pool_and_user(connection, &pool_id, &username))?;
    pool.settings
        .policies
        .password_policy
        .check_password(&password)?;
    let verifier = StoredVerifier::new(&pool, &user.username, &password);
    service.store().run_transaction(|tx| {
        let mut user = User::find_user_by_id(tx, user.id)?.ok_or_else(ApiError::no_such_user)?;
        user.verifier = Some(verifier);
        (user.status, user.temporary_since) = if permanent {
            (UserStatus::Confirmed, None)
        } else {
            (UserStatus::ForceChangePassword, Some(caller.now))
        };
        user.update_user(tx, caller.now)
    })?;
    Ok(ActionResponse::empty_object())
}
