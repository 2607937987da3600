//! The action `VerifyUserAttribute` of the user-pool API.

use super::input::ActionInput;
use super::{ActionCaller, ActionResponse, UserPoolService};
use crate::error::ApiError;
use crate::pool::Attributes;
use crate::pool::attempts::{self, RateLimit};
use crate::pool::code::{self, CodePurpose};
use crate::pool::contact::ContactKind;

/// Executes `VerifyUserAttribute`: verifies the email address or phone number of the signed-in user with a code.
pub(crate) fn verify_user_attribute(
    service: &UserPoolService,
    mut input: ActionInput,
    caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let token = input.take_secret("AccessToken");
    let name = input.take_text("AttributeName");
    let given = input.take_secret("Code");
    input.finish_and_take_rest()?;
    let claims = service.verify_access_token(token.expose_secret(), caller)?;
    service.store().commit_even_if_refused(|tx| {
        let mut access = claims.load_api_user(tx)?;
        let contact = ContactKind::from_attribute_name(&name).ok_or_else(|| {
            ApiError::invalid_parameter("Only email and phone_number can be verified by a code.")
        })?;
        let purpose = CodePurpose::Verify(contact);
        let subject = access.user.codes_and_attempts_key();
        attempts::count_rate_limited_attempt(
            tx,
            &subject,
            RateLimit::VerifyUserAttribute,
            caller.now,
        )?;
        let matched = code::check_verification_code(
            tx,
            &subject,
            purpose,
            given.expose_secret(),
            caller.now,
        )?;
        let mut verified =
            Attributes::from([(contact.verified_flag_name().to_owned(), "true".to_owned())]);
        if let Some(address) = matched.pending {
            verified.insert(contact.attribute_name().to_owned(), address);
        }
        let mut attributes = access.user.load_attributes(tx)?;
        attributes.extend(verified.clone());
        access
            .pool
            .check_aliases_free(tx, &attributes, Some(access.user.id))?;
        access.user.set_attributes(tx, &verified)?;
        access.pool.save_aliases(tx, &access.user, &attributes)?;
        code::delete_verification_code(tx, &subject, purpose)?;
        access.user.update_user(tx, caller.now)
    })?;
    Ok(ActionResponse::empty_object())
}
