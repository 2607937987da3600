//! `GetUser`.

use serde_json::json;

use super::input::{self, Input};
use super::{Caller, Reply, Service};
use crate::error::ApiError;

pub(crate) fn call(
    service: &Service,
    mut input: Input,
    caller: &Caller<'_>,
) -> Result<Reply, ApiError> {
    let token = input.secret("AccessToken", &input::TOKEN);
    input.finish()?;
    let claims = service.access_claims(token.reveal(), caller)?;
    let (access, attributes) = service.store().with(|connection| {
        let access = claims.user(connection)?;
        let attributes = access.user.attributes(connection)?;
        Ok::<_, ApiError>((access, attributes))
    })?;
    Ok(Reply::Json(json!({
        "UserAttributes": access.user.attribute_list(&attributes, |name| access.client.settings.reads(name)),
        "Username": access.user.username,
    })))
}
