//! The action `RevokeToken` of the user-pool API.

use super::input::ActionInput;
use super::{ActionCaller, ActionResponse, UserPoolService};
use crate::error::{ApiError, ErrorKind};
use crate::pool::{AppClient, token_family};

/// Executes `RevokeToken`: revokes a refresh token and all tokens of the same sign-in.
pub(crate) fn revoke_token(
    service: &UserPoolService,
    mut input: ActionInput,
    caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let token = input.take_secret("Token");
    let client_id = input.take_text("ClientId");
    let client_secret = input.take_optional_secret("ClientSecret");
    input.take_optional_choice("RevokeAssociatedSessions", &[("NONE", ()), ("LINKED", ())]);
    input.finish_and_take_rest()?;

    // A signed token is an access or ID token, which this action does not revoke.
    let signed = service
        .keys()
        .verify_signature(token.expose_secret())
        .is_ok();
    service.store().run_transaction(|tx| {
        // The service model of this action has neither ResourceNotFoundException nor NotAuthorizedException.
        let client = AppClient::find_client(tx, &client_id)?
            .filter(|client| {
                client.secret_matches(client_secret.as_ref().map(|secret| secret.expose_secret()))
            })
            .ok_or_else(|| {
                ApiError::new(ErrorKind::Unauthorized, "Invalid client or client secret.")
            })?;
        if !client.settings.enable_token_revocation {
            return Err(ApiError::new(
                ErrorKind::UnsupportedOperation,
                format!("Token revocation is not enabled for client {client_id}"),
            ));
        }
        if signed {
            return Err(ApiError::new(
                ErrorKind::UnsupportedTokenType,
                "Unsupported token type",
            ));
        }
        token_family::revoke_refresh_token(tx, &client, token.expose_secret(), caller.now)
    })?;
    Ok(ActionResponse::empty_object())
}
