//! The `DeleteUserAttributes` and `AdminDeleteUserAttributes` actions.

use super::admin_target::load_pool_and_user;
use super::input::Input;
use super::{Caller, Reply, Service, user_attributes};
use crate::error::ApiError;

pub(crate) fn delete_user_attributes(
    service: &Service,
    mut input: Input,
    caller: &Caller<'_>,
) -> Result<Reply, ApiError> {
    let names = input.texts("UserAttributeNames");
    let token = input.secret("AccessToken");
    input.finish()?;
    let claims = service.access_claims(token.expose_secret(), caller)?;
    service.store().write(|tx| {
        let mut access = claims.user(tx)?;
        if names
            .iter()
            .any(|name| name != "sub" && !access.client.settings.may_write_attribute(name))
        {
            return Err(ApiError::unauthorized_attribute());
        }
        user_attributes::delete(tx, &access.pool, &mut access.user, &names, caller)
    })?;
    Ok(Reply::empty_object())
}

pub(crate) fn admin_delete_user_attributes(
    service: &Service,
    mut input: Input,
    caller: &Caller<'_>,
) -> Result<Reply, ApiError> {
    let pool_id = input.text("UserPoolId");
    let username = input.text("Username");
    let names = input.texts("UserAttributeNames");
    input.finish()?;
    service.store().write(|tx| {
        let (pool, mut user) = load_pool_and_user(tx, &pool_id, &username)?;
        user_attributes::delete(tx, &pool, &mut user, &names, caller)
    })?;
    Ok(Reply::empty_object())
}
