//! Loads the user that an operator's action names.

use rusqlite::Connection;

use super::input::ActionInput;
use super::{ActionResponse, UserPoolService};
use crate::error::ApiError;
use crate::pool::{User, UserPool};

/// Loads the pool and the user that an operator's request names. Returns `UserNotFoundException` for an unknown
/// user: operators may learn which users exist.
pub(crate) fn load_pool_and_user(
    connection: &Connection,
    pool_id: &str,
    username: &str,
) -> Result<(UserPool, User), ApiError> {
    let pool = UserPool::load_pool(connection, pool_id)?;
    let user = pool
        .find_user_by_name(connection, username)?
        .ok_or_else(ApiError::no_such_user)?;
    Ok((pool, user))
}

/// Executes an operator's action that takes only a pool and a username: calls `change` with the user in one
/// transaction, and returns the response `{}`.
pub(crate) fn change_user_as_admin(
    service: &UserPoolService,
    mut input: ActionInput,
    change: impl FnOnce(&Connection, &UserPool, &mut User) -> Result<(), ApiError>,
) -> Result<ActionResponse, ApiError> {
    let pool_id = input.take_text("UserPoolId");
    let username = input.take_text("Username");
    input.finish_and_take_rest()?;
    service.store().run_transaction(|tx| {
        let (pool, mut user) = load_pool_and_user(tx, &pool_id, &username)?;
        change(tx, &pool, &mut user)
    })?;
    Ok(ActionResponse::empty_object())
}
