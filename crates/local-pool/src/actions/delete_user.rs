//! The `DeleteUser` and `AdminDeleteUser` actions. Neither responds with a body.

use super::admin_target::load_pool_and_user;
use super::input::Input;
use super::{Caller, Reply, Service};
use crate::error::ApiError;

pub(crate) fn delete_user(
    service: &Service,
    mut input: Input,
    caller: &Caller<'_>,
) -> Result<Reply, ApiError> {
    let token = input.secret("AccessToken");
    input.finish()?;
    let claims = service.access_claims(token.expose_secret(), caller)?;
    service
        .store()
        .write(|tx| claims.user(tx)?.user.delete_user_and_data(tx))?;
    Ok(Reply::EmptyBody)
}

pub(crate) fn admin_delete_user(
    service: &Service,
    mut input: Input,
    _caller: &Caller<'_>,
) -> Result<Reply, ApiError> {
    let pool_id = input.text("UserPoolId");
    let username = input.text("Username");
    input.finish()?;
    service.store().write(|tx| {
        load_pool_and_user(tx, &pool_id, &username)?
            .1
            .delete_user_and_data(tx)
    })?;
    Ok(Reply::EmptyBody)
}
