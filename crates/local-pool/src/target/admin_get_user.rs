//! `AdminGetUser`.

use serde_json::json;

use super::administered::administered;
use super::input::{self, Input};
use super::{Caller, Reply, Service};
use crate::error::ApiError;

pub(crate) fn call(
    service: &Service,
    mut input: Input,
    _caller: &Caller<'_>,
) -> Result<Reply, ApiError> {
    let pool_id = input.text("UserPoolId", &input::USER_POOL_ID);
    let username = input.text("Username", &input::USERNAME);
    input.finish()?;
    let (user, attributes) = service.store().with(|connection| {
        let (_, user) = administered(connection, &pool_id, &username)?;
        let attributes = user.attributes(connection)?;
        Ok::<_, ApiError>((user, attributes))
    })?;
    Ok(Reply::Json(json!({
        "Username": user.username,
        "UserAttributes": user.attribute_list(&attributes, |_| true),
        "UserCreateDate": user.created_at.as_secs(),
        "UserLastModifiedDate": user.modified_at.as_secs(),
        "Enabled": user.enabled,
        "UserStatus": user.status.wire_name(),
    })))
}
