//! The action `GlobalSignOut` of the user-pool API.

use super::input::ActionInput;
use super::{ActionCaller, ActionResponse, UserPoolService};
use crate::error::ApiError;
use crate::pool::token_family;

/// Executes `GlobalSignOut`: revokes all tokens of the signed-in user.
pub(crate) fn global_sign_out(
    service: &UserPoolService,
    mut input: ActionInput,
    caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let token = input.take_secret("AccessToken");
    input.finish_and_take_rest()?;
    let claims = service.verify_access_token(token.expose_secret(), caller)?;
    service.store().run_transaction(|tx| {
        let access = claims.load_api_user(tx)?;
        token_family::revoke_token_families_of_user(tx, &access.user, caller.now)
    })?;
    Ok(ActionResponse::empty_object())
}
