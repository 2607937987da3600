//! The action `AdminUpdateUserAttributes` of the user-pool API.

use super::admin_target::load_pool_and_user;
use super::input::ActionInput;
use super::{ActionCaller, ActionResponse, UserPoolService, user_attributes};
use crate::error::ApiError;

/// Executes `AdminUpdateUserAttributes`: sets or deletes attributes of a user.
pub(crate) fn admin_update_user_attributes(
    service: &UserPoolService,
    mut input: ActionInput,
    caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let pool_id = input.take_text("UserPoolId");
    let username = input.take_text("Username");
    let mut changed = input.take_attributes("UserAttributes");
    input.finish_and_take_rest()?;
    service.store().run_transaction(|tx| {
        let (pool, mut user) = load_pool_and_user(tx, &pool_id, &username)?;
        if changed.contains_key("sub") {
            return Err(ApiError::invalid_parameter(
                "Cannot modify the non-mutable attribute sub",
            ));
        }
        pool.settings.check_attribute_changes(&mut changed)?;
        user_attributes::change_attributes(tx, &pool, &mut user, &changed, caller)
    })?;
    Ok(ActionResponse::empty_object())
}
