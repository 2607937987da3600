//! The action `AdminGetUser` of the user-pool API.

use serde_json::json;

use super::admin_target::load_pool_and_user;
use super::input::ActionInput;
use super::{ActionCaller, ActionResponse, UserPoolService, mfa_preference};
use crate::error::ApiError;
use crate::pool::mfa::MfaPreference;

/// Executes `AdminGetUser`: returns a user with the attributes and second factors.
pub(crate) fn admin_get_user(
    service: &UserPoolService,
    mut input: ActionInput,
    _caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let pool_id = input.take_text("UserPoolId");
    let username = input.take_text("Username");
    input.finish_and_take_rest()?;
    let (user, attributes, preference) = service.store().run_query(|connection| {
        let (_, user) = load_pool_and_user(connection, &pool_id, &username)?;
        let attributes = user.load_attributes(connection)?;
        let preference = MfaPreference::load_mfa_preference(connection, &user)?;
        Ok::<_, ApiError>((user, attributes, preference))
    })?;
    let mut response = json!({
        "Username": user.username,
        "UserAttributes": user.describe_attributes(&attributes, |_| true),
        "UserCreateDate": user.created_at.as_secs(),
        "UserLastModifiedDate": user.modified_at.as_secs(),
        "Enabled": user.enabled,
        "UserStatus": user.status.wire_name(),
    });
    mfa_preference::add_mfa_factors_to_user_description(&preference, &mut response);
    Ok(ActionResponse::Json(response))
}
