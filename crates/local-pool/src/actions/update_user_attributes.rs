//! The action `UpdateUserAttributes` of the user-pool API.

use serde_json::{Value, json};

use super::input::ActionInput;
use super::{ActionCaller, ActionResponse, UserPoolService, user_attributes};
use crate::error::ApiError;

/// Executes `UpdateUserAttributes`: sets or deletes attributes of the signed-in user.
pub(crate) fn update_user_attributes(
    service: &UserPoolService,
    mut input: ActionInput,
    caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let mut changed = input.take_attributes("UserAttributes");
    let token = input.take_secret("AccessToken");
    input.finish_and_take_rest()?;
    let claims = service.verify_access_token(token.expose_secret(), caller)?;
    let destinations = service.store().run_transaction(|tx| {
        let mut access = claims.load_api_user(tx)?;
        if changed
            .keys()
            .any(|name| !access.client.settings.may_write_attribute(name))
        {
            return Err(ApiError::unauthorized_attribute());
        }
        access.pool.settings.check_attribute_changes(&mut changed)?;
        user_attributes::change_attributes(tx, &access.pool, &mut access.user, &changed, caller)
    })?;
    let details: Vec<Value> = destinations
        .iter()
        .map(|destination| destination.delivery_details())
        .collect();
    Ok(ActionResponse::Json(
        json!({"CodeDeliveryDetailsList": details}),
    ))
}
