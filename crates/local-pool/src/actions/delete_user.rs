//! The actions `DeleteUser` and `AdminDeleteUser` of the user-pool API. Neither responds with a body.

use super::admin_target::load_pool_and_user;
use super::input::ActionInput;
use super::{ActionCaller, ActionResponse, UserPoolService};
use crate::error::ApiError;

/// Executes `DeleteUser`: deletes the signed-in user.
pub(crate) fn delete_user(
    service: &UserPoolService,
    mut input: ActionInput,
    caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let token = input.take_secret("AccessToken");
    input.finish_and_take_rest()?;
    let claims = service.verify_access_token(token.expose_secret(), caller)?;
    service
        .store()
        .run_transaction(|tx| claims.load_api_user(tx)?.user.delete_user_and_data(tx))?;
    Ok(ActionResponse::EmptyBody)
}

/// Executes `AdminDeleteUser`: deletes a user for an operator.
pub(crate) fn admin_delete_user(
    service: &UserPoolService,
    mut input: ActionInput,
    _caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let pool_id = input.take_text("UserPoolId");
    let username = input.take_text("Username");
    input.finish_and_take_rest()?;
    service.store().run_transaction(|tx| {
        load_pool_and_user(tx, &pool_id, &username)?
            .1
            .delete_user_and_data(tx)
    })?;
    Ok(ActionResponse::EmptyBody)
}
