//! The action `ListWebAuthnCredentials` of the user-pool API.

use serde_json::{Value, json};

use super::input::ActionInput;
use super::{ActionCaller, ActionResponse, UserPoolService};
use crate::error::ApiError;
use crate::pool::passkey::Passkey;

/// The maximum and the default number of passkeys on one page.
const PAGE: u64 = 20;

/// Executes `ListWebAuthnCredentials`: returns a page of the passkeys of the signed-in user.
pub(crate) fn list_web_authn_credentials(
    service: &UserPoolService,
    mut input: ActionInput,
    caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let token = input.take_secret("AccessToken");
    let next = input.take_optional_text("NextToken");
    let limit = input
        .take_optional_number("MaxResults")
        .filter(|limit| *limit > 0);
    input.finish_and_take_rest()?;
    let claims = service.verify_access_token(token.expose_secret(), caller)?;
    let after = match next {
        None => 0,
        Some(next) => next
            .parse::<i64>()
            .map_err(|_| ApiError::invalid_parameter("Invalid pagination token provided."))?,
    };
    let limit = usize::try_from(limit.unwrap_or(PAGE)).unwrap_or(usize::MAX);
    let mut passkeys = service.store().run_query(|connection| {
        let access = claims.load_api_user(connection)?;
        // One more row than requested is loaded, to know whether there is a next page.
        Passkey::load_passkey_page(connection, &access.user, after, limit + 1)
    })?;
    let has_more = passkeys.len() > limit;
    passkeys.truncate(limit);
    let described: Vec<Value> = passkeys.iter().map(Passkey::describe_passkey).collect();
    let mut response = json!({"Credentials": described});
    if let Some(last) = passkeys.last().filter(|_| has_more) {
        response["NextToken"] = json!(last.row_id().to_string());
    }
    Ok(ActionResponse::Json(response))
}
