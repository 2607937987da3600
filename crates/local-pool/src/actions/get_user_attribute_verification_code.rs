//! The action `GetUserAttributeVerificationCode` of the user-pool API.

use serde_json::json;

use super::input::ActionInput;
use super::{ActionCaller, ActionResponse, UserPoolService, user_attributes};
use crate::error::ApiError;
use crate::pool::attempts::{self, RateLimit};
use crate::pool::code::{self, CodePurpose};
use crate::pool::contact::ContactKind;
use crate::pool::delivery::MessageDestination;

/// Executes `GetUserAttributeVerificationCode`: sends a code that verifies the email address or phone number of the
/// signed-in user.
pub(crate) fn get_user_attribute_verification_code(
    service: &UserPoolService,
    mut input: ActionInput,
    caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let token = input.take_secret("AccessToken");
    let name = input.take_text("AttributeName");
    input.finish_and_take_rest()?;
    let claims = service.verify_access_token(token.expose_secret(), caller)?;
    let destination = service.store().commit_even_if_refused(|tx| {
        let access = claims.load_api_user(tx)?;
        let contact = ContactKind::from_attribute_name(&name).ok_or_else(|| {
            ApiError::invalid_parameter("Only email and phone_number can be verified by a code.")
        })?;
        let subject = access.user.codes_and_attempts_key();
        // If a changed value waits for its code, the new code is for that value.
        let pending =
            code::pending_contact_value(tx, &subject, CodePurpose::Verify(contact), caller.now)?;
        let address = match &pending {
            Some(address) => address.clone(),
            None => access
                .user
                .load_attributes(tx)?
                .remove(contact.attribute_name())
                .ok_or_else(|| {
                    ApiError::invalid_parameter(format!(
                        "The user has no {name} to send a code to."
                    ))
                })?,
        };
        attempts::count_rate_limited_attempt(
            tx,
            &subject,
            RateLimit::AttributeVerificationCode,
            caller.now,
        )?;
        let destination = MessageDestination { contact, address };
        user_attributes::send_verification_code(
            tx,
            &access.pool,
            &access.user,
            &destination,
            pending.as_deref(),
            caller,
        )?;
        Ok(destination)
    })?;
    Ok(ActionResponse::Json(
        json!({"CodeDeliveryDetails": destination.delivery_details()}),
    ))
}
