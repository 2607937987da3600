//! `DeleteUserAttributes` and `AdminDeleteUserAttributes`.

use super::admin_target::administered;
use super::input::Input;
use super::{Caller, Reply, Service, user_attributes};
use crate::error::ApiError;

pub(crate) fn call(
    service: &Service,
    mut input: Input,
    caller: &Caller<'_>,
) -> Result<Reply, ApiError> {
    let names = input.texts("UserAttributeNames");
    let token = input.secret("AccessToken");
    input.finish()?;
    let claims = service.access_claims(token.reveal(), caller)?;
    service.store().write(|tx| {
        let mut access = claims.user(tx)?;
        if names
            .iter()
            .any(|name| name != "sub" && !access.client.settings.writes(name))
        {
            return Err(ApiError::unauthorized_attribute());
        }
        user_attributes::delete(tx, &access.pool, &mut access.user, &names, caller)
    })?;
    Ok(Reply::empty_object())
}

pub(crate) fn call_as_operator(
    service: &Service,
    mut input: Input,
    caller: &Caller<'_>,
) -> Result<Reply, ApiError> {
    let pool_id = input.text("UserPoolId");
    let username = input.text("Username");
    let names = input.texts("UserAttributeNames");
    input.finish()?;
    service.store().write(|tx| {
        let (pool, mut user) = administered(tx, &pool_id, &username)?;
        user_attributes::delete(tx, &pool, &mut user, &names, caller)
    })?;
    Ok(Reply::empty_object())
}
