//! The action `GetTokensFromRefreshToken` of the user-pool API.

use serde_json::json;

use super::input::ActionInput;
use super::sign_in::AuthenticationGrant;
use super::{ActionCaller, ActionResponse, UserPoolService};
use crate::error::ApiError;
use crate::fault_injection::invalid_tokens::TokenIssueEvent;
use crate::pool::{AppClient, UserPool, token_family};

/// Executes `GetTokensFromRefreshToken`: returns new tokens for a refresh token.
pub(crate) fn get_tokens_from_refresh_token(
    service: &UserPoolService,
    mut input: ActionInput,
    caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let token = input.take_secret("RefreshToken");
    let client_id = input.take_text("ClientId");
    let client_secret = input.take_optional_secret("ClientSecret");
    let device_key = input.take_optional_text("DeviceKey");
    input.finish_and_take_rest()?;

    service.inject_refresh_fault(&client_id, token.expose_secret())?;
    let (pool, client, grant, user, attributes) = service.store().commit_even_if_refused(|tx| {
        let client = AppClient::load_client(tx, &client_id)?;
        let pool = UserPool::load_pool(tx, &client.pool_id)?;
        if !client.secret_matches(client_secret.as_ref().map(|secret| secret.expose_secret())) {
            return Err(ApiError::not_authorized(format!(
                "Unable to verify secret for client {client_id}"
            )));
        }
        let (grant, user) = token_family::use_refresh_token(
            tx,
            &client,
            token.expose_secret(),
            device_key.as_deref(),
            caller.now,
        )?;
        let attributes = user.load_attributes(tx)?;
        Ok((pool, client, grant, user, attributes))
    })?;
    Ok(ActionResponse::Json(json!({
        "AuthenticationResult":
            service.build_authentication_result(
                &AuthenticationGrant {
                    grant: &grant,
                    user: &user,
                    attributes: &attributes,
                    pool: &pool,
                    client: &client,
                    issued_for: TokenIssueEvent::Refresh,
                },
                caller,
            ),
    })))
}
