//! The action `GetUser` of the user-pool API.

use serde_json::json;

use super::input::ActionInput;
use super::{ActionCaller, ActionResponse, UserPoolService, mfa_preference};
use crate::error::ApiError;
use crate::pool::mfa::MfaPreference;

/// Executes `GetUser`: returns the attributes and second factors of the signed-in user.
pub(crate) fn get_user(
    service: &UserPoolService,
    mut input: ActionInput,
    caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let token = input.take_secret("AccessToken");
    input.finish_and_take_rest()?;
    let claims = service.verify_access_token(token.expose_secret(), caller)?;
    let (access, attributes, preference) = service.store().run_query(|connection| {
        let access = claims.load_api_user(connection)?;
        let attributes = access.user.load_attributes(connection)?;
        let preference = MfaPreference::load_mfa_preference(connection, &access.user)?;
        Ok::<_, ApiError>((access, attributes, preference))
    })?;
    let mut response = json!({
        "UserAttributes": access.user.describe_attributes(&attributes, |name| access.client.settings.may_read_attribute(name)),
        "Username": access.user.username,
    });
    mfa_preference::add_mfa_factors_to_user_description(&preference, &mut response);
    Ok(ActionResponse::Json(response))
}
