//! The action `AddCustomAttributes` of the user-pool API.

use super::input::ActionInput;
use super::{ActionCaller, ActionResponse, UserPoolService};
use crate::error::ApiError;
use crate::pool::{UserPool, schema};

/// Executes `AddCustomAttributes`: adds custom attributes to the schema of a pool.
pub(crate) fn add_custom_attributes(
    service: &UserPoolService,
    mut input: ActionInput,
    caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let pool_id = input.take_text("UserPoolId");
    let requested = input.take_structures("CustomAttributes");
    input.finish_and_take_rest()?;
    service.store().run_transaction(|tx| {
        let mut pool = UserPool::load_pool(tx, &pool_id)?;
        schema::extend_schema(&mut pool.settings.schema_attributes, requested)?;
        pool.modified_at = caller.now;
        pool.save_pool(tx)
    })?;
    Ok(ActionResponse::empty_object())
}
