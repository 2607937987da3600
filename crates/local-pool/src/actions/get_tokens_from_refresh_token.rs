//! `GetTokensFromRefreshToken`.

use serde_json::json;

use super::input::Input;
use super::sign_in::Granted;
use super::{Caller, Reply, Service};
use crate::error::ApiError;
use crate::fault_injection::invalid_tokens::Occasion;
use crate::pool::{AppClient, UserPool, family};

pub(crate) fn call(
    service: &Service,
    mut input: Input,
    caller: &Caller<'_>,
) -> Result<Reply, ApiError> {
    let token = input.secret("RefreshToken");
    let client_id = input.text("ClientId");
    let client_secret = input.optional_secret("ClientSecret");
    let device_key = input.optional_text("DeviceKey");
    input.finish()?;

    service.meet_renewal_sentinel(&client_id, token.reveal())?;
    let (pool, client, grant, user, attributes) = service.store().decide(|tx| {
        let client = AppClient::load(tx, &client_id)?;
        let pool = UserPool::load(tx, &client.pool_id)?;
        if !client.has_secret(client_secret.as_ref().map(|secret| secret.reveal())) {
            return Err(ApiError::not_authorized(format!(
                "Unable to verify secret for client {client_id}"
            )));
        }
        let (grant, user) = family::refresh(
            tx,
            &client,
            token.reveal(),
            device_key.as_deref(),
            caller.now,
        )?;
        let attributes = user.attributes(tx)?;
        Ok((pool, client, grant, user, attributes))
    })?;
    Ok(Reply::Json(json!({
        "AuthenticationResult":
            service.authentication_result(
                &Granted {
                    grant: &grant,
                    user: &user,
                    attributes: &attributes,
                    pool: &pool,
                    client: &client,
                    occasion: Occasion::Renewal,
                },
                caller,
            ),
    })))
}
