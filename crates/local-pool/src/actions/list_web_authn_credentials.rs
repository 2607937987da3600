//! The `ListWebAuthnCredentials` action.

use serde_json::{Value, json};

use super::input::Input;
use super::{Caller, Reply, Service};
use crate::error::ApiError;
use crate::pool::passkey::Passkey;

/// The maximum and the default number of passkeys on one page.
const PAGE: u64 = 20;

pub(crate) fn list_web_authn_credentials(
    service: &Service,
    mut input: Input,
    caller: &Caller<'_>,
) -> Result<Reply, ApiError> {
    let token = input.secret("AccessToken");
    let next = input.optional_text("NextToken");
    let most = input.number("MaxResults").filter(|most| *most > 0);
    input.finish()?;
    let claims = service.access_claims(token.expose_secret(), caller)?;
    let after = match next {
        None => 0,
        Some(next) => next
            .parse::<i64>()
            .map_err(|_| ApiError::invalid_parameter("Invalid pagination token provided."))?,
    };
    let most = usize::try_from(most.unwrap_or(PAGE)).unwrap_or(usize::MAX);
    let mut passkeys = service.store().read(|connection| {
        let access = claims.user(connection)?;
        // One more row than requested is loaded, to know whether there is a next page.
        Passkey::page(connection, &access.user, after, most + 1)
    })?;
    let more = passkeys.len() > most;
    passkeys.truncate(most);
    let described: Vec<Value> = passkeys.iter().map(Passkey::describe).collect();
    let mut answer = json!({"Credentials": described});
    if let Some(last) = passkeys.last().filter(|_| more) {
        answer["NextToken"] = json!(last.number().to_string());
    }
    Ok(Reply::Json(answer))
}
