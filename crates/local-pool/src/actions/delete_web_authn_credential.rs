//! The action `DeleteWebAuthnCredential` of the user-pool API.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::input::ActionInput;
use super::{ActionCaller, ActionResponse, UserPoolService};
use crate::error::{ApiError, ErrorKind};
use crate::pool::passkey::Passkey;

/// Executes `DeleteWebAuthnCredential`: deletes a passkey of the signed-in user.
pub(crate) fn delete_web_authn_credential(
    service: &UserPoolService,
    mut input: ActionInput,
    caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let token = input.take_secret("AccessToken");
    let id = input.take_text("CredentialId");
    input.finish_and_take_rest()?;
    let claims = service.verify_access_token(token.expose_secret(), caller)?;
    service.store().run_transaction(|tx| {
        let access = claims.load_api_user(tx)?;
        let known = match URL_SAFE_NO_PAD.decode(&id) {
            Ok(id) => Passkey::delete_passkey(tx, &access.user, &id)?,
            Err(_) => false,
        };
        if known {
            Ok(())
        } else {
            Err(ApiError::new(
                ErrorKind::ResourceNotFound,
                "Credential does not exist.",
            ))
        }
    })?;
    Ok(ActionResponse::empty_object())
}
