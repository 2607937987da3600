//! The action `ResendConfirmationCode` of the user-pool API.

use serde_json::json;

use super::input::ActionInput;
use super::{ActionCaller, ActionResponse, UserPoolService};
use crate::error::ApiError;
use crate::pool::attempts::{self, RateLimit};
use crate::pool::client::SecretHashLocation;
use crate::pool::code::{self, CodePurpose};
use crate::pool::{AppClient, UserPool, UserStatus, delivery};

/// Executes `ResendConfirmationCode`: sends a new confirmation code, and returns its masked destination.
pub(crate) fn resend_confirmation_code(
    service: &UserPoolService,
    mut input: ActionInput,
    caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let client_id = input.take_text("ClientId");
    let secret_hash = input.take_optional_text("SecretHash");
    let username = input.take_text("Username");
    input.finish_and_take_rest()?;

    let destination = service.store().commit_even_if_refused(|tx| {
        let client = AppClient::load_client(tx, &client_id)?;
        let pool = UserPool::load_pool(tx, &client.pool_id)?;
        client.check_secret_hash(
            &username,
            secret_hash.as_deref(),
            SecretHashLocation::SignUp,
        )?;
        let Some(user) = pool.find_user_by_name(tx, &username)? else {
            if client.settings.reveals_user_existence() {
                return Err(ApiError::no_such_user_for_client());
            }
            let subject = pool.rate_limit_subject_of_unknown_user(&username);
            attempts::count_rate_limited_attempt(
                tx,
                &subject,
                RateLimit::ResendConfirmationCode,
                caller.now,
            )?;
            let made_up = service.sealer().derive_bytes(
                "destination",
                &[&pool.id, &pool.normalize_username(&username)],
            );
            return Ok(pool
                .settings
                .simulated_destination_of_unknown_user(&username, made_up));
        };
        if !user.enabled {
            return Err(ApiError::user_disabled());
        }
        if user.status != UserStatus::Unconfirmed {
            return Err(ApiError::invalid_parameter("User is already confirmed."));
        }
        let attributes = user.load_attributes(tx)?;
        let Some(destination) = pool.settings.verification_destination(&attributes) else {
            return Err(ApiError::not_authorized(
                "Cannot resend codes. Auto verification not turned on.",
            ));
        };
        let subject = user.codes_and_attempts_key();
        attempts::count_rate_limited_attempt(
            tx,
            &subject,
            RateLimit::ResendConfirmationCode,
            caller.now,
        )?;
        let code = code::issue_verification_code(
            tx,
            &subject,
            CodePurpose::SignUp,
            destination.contact,
            None,
            caller.now,
        )?;
        delivery::send_code_message(tx, &pool, &destination, &code, caller.now)?;
        Ok(destination)
    })?;
    Ok(ActionResponse::Json(
        json!({"CodeDeliveryDetails": destination.delivery_details()}),
    ))
}
