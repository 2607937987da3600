//! The actions `DeleteUserAttributes` and `AdminDeleteUserAttributes` of the user-pool API.

use super::admin_target::load_pool_and_user;
use super::input::ActionInput;
use super::{ActionCaller, ActionResponse, UserPoolService, user_attributes};
use crate::error::ApiError;

/// Executes `DeleteUserAttributes`: deletes attributes of the signed-in user.
pub(crate) fn delete_user_attributes(
    service: &UserPoolService,
    mut input: ActionInput,
    caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let names = input.take_texts("UserAttributeNames");
    let token = input.take_secret("AccessToken");
    input.finish_and_take_rest()?;
    let claims = service.verify_access_token(token.expose_secret(), caller)?;
    service.store().run_transaction(|tx| {
        let mut access = claims.load_api_user(tx)?;
        if names
            .iter()
            .any(|name| name != "sub" && !access.client.settings.may_write_attribute(name))
        {
            return Err(ApiError::unauthorized_attribute());
        }
        user_attributes::delete_attributes(tx, &access.pool, &mut access.user, &names, caller)
    })?;
    Ok(ActionResponse::empty_object())
}

/// Executes `AdminDeleteUserAttributes`: deletes attributes of a user for an operator.
pub(crate) fn admin_delete_user_attributes(
    service: &UserPoolService,
    mut input: ActionInput,
    caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let pool_id = input.take_text("UserPoolId");
    let username = input.take_text("Username");
    let names = input.take_texts("UserAttributeNames");
    input.finish_and_take_rest()?;
    service.store().run_transaction(|tx| {
        let (pool, mut user) = load_pool_and_user(tx, &pool_id, &username)?;
        user_attributes::delete_attributes(tx, &pool, &mut user, &names, caller)
    })?;
    Ok(ActionResponse::empty_object())
}
