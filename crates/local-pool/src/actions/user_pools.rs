//! The actions `CreateUserPool`, `DescribeUserPool`, `UpdateUserPool`, `DeleteUserPool` and `ListUserPools` of the
//! user-pool API.

use rusqlite::Connection;
use serde_json::{Value, json};

use super::input::ActionInput;
use super::{ActionCaller, ActionResponse, UserPoolService};
use crate::error::ApiError;
use crate::pool::UserPool;
use crate::pool::domain::UserPoolDomain;
use crate::pool::settings::PoolSettings;
use crate::random;

/// The region in the IDs of the pools that the local pool creates.
const REGION: &str = "us-east-1";

/// Returns the number of users of the pool (`EstimatedNumberOfUsers`).
fn count_users(connection: &Connection, pool_id: &str) -> Result<u64, ApiError> {
    Ok(connection
        .prepare_cached("SELECT count(*) FROM user WHERE pool_id = ?1")?
        .query_row([pool_id], |row| row.get(0))?)
}

/// Executes `CreateUserPool`: creates a pool and returns it.
pub(crate) fn create_user_pool(
    service: &UserPoolService,
    input: ActionInput,
    caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let mut settings = PoolSettings::from_request(input.finish_and_take_rest()?)?;
    settings.derive_mfa_settings(None)?;
    let pool = UserPool {
        id: random::generate_pool_id(REGION),
        created_at: caller.now,
        modified_at: caller.now,
        settings,
    };
    service.store().run_transaction(|tx| pool.save_pool(tx))?;
    Ok(ActionResponse::Json(
        json!({"UserPool": pool.describe_pool(0)?}),
    ))
}

/// Executes `DescribeUserPool`: returns a pool.
pub(crate) fn describe_user_pool(
    service: &UserPoolService,
    mut input: ActionInput,
    _caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let pool_id = input.take_text("UserPoolId");
    input.finish_and_take_rest()?;
    let (pool, users, domain) = service.store().run_query(|connection| {
        let pool = UserPool::load_pool(connection, &pool_id)?;
        let users = count_users(connection, &pool_id)?;
        let domain = UserPoolDomain::find_domain_of_pool(connection, &pool_id)?;
        Ok::<_, ApiError>((pool, users, domain))
    })?;
    let mut described = pool.describe_pool(users)?;
    if let Some(domain) = domain {
        let member = if domain.is_custom_domain() {
            "CustomDomain"
        } else {
            "Domain"
        };
        described[member] = json!(domain.name);
    }
    Ok(ActionResponse::Json(json!({"UserPool": described})))
}

/// Executes `UpdateUserPool`: changes the settings of a pool. As in Cognito, members that the request omits are
/// reset to their defaults.
pub(crate) fn update_user_pool(
    service: &UserPoolService,
    mut input: ActionInput,
    caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let pool_id = input.take_text("UserPoolId");
    let mut request = input.finish_and_take_rest()?;
    service.store().run_transaction(|tx| {
        let mut pool = UserPool::load_pool(tx, &pool_id)?;
        request
            .entry("PoolName")
            .or_insert_with(|| json!(pool.settings.name));
        let mut settings =
            PoolSettings::from_request(request)?.keep_immutable_settings_of(&pool.settings);
        settings.derive_mfa_settings(Some(&pool.settings))?;
        pool.settings = settings;
        pool.modified_at = caller.now;
        pool.save_pool(tx)
    })?;
    Ok(ActionResponse::empty_object())
}

/// Executes `DeleteUserPool`: deletes a pool with its users and clients.
pub(crate) fn delete_user_pool(
    service: &UserPoolService,
    mut input: ActionInput,
    _caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let pool_id = input.take_text("UserPoolId");
    input.finish_and_take_rest()?;
    service.store().run_transaction(|tx| {
        let pool = UserPool::load_pool(tx, &pool_id)?;
        if UserPoolDomain::find_domain_of_pool(tx, &pool.id)?.is_some() {
            return Err(ApiError::invalid_parameter(
                "User pool cannot be deleted. It has a domain configured that should be deleted first.",
            ));
        }
        for table in ["code", "attempt", "lockout"] {
            // Subjects begin with the pool's id. `/` follows for a known user, and `?` for an unknown one.
            for mark in ['/', '?'] {
                let begin = format!("{}{mark}", pool.id);
                let end = format!("{begin}\u{10ffff}");
                tx.execute(
                    &format!("DELETE FROM {table} WHERE subject >= ?1 AND subject < ?2"),
                    [begin, end],
                )?;
            }
        }
        tx.execute("DELETE FROM user_pool WHERE id = ?1", [&pool.id])?;
        Ok::<_, ApiError>(())
    })?;
    Ok(ActionResponse::EmptyBody)
}

/// Executes `ListUserPools`: returns a page of all pools.
pub(crate) fn list_user_pools(
    service: &UserPoolService,
    mut input: ActionInput,
    _caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let limit = input.take_number("MaxResults");
    let after = input.take_optional_text("NextToken").unwrap_or_default();
    input.finish_and_take_rest()?;
    let mut pools = service.store().run_query(|connection| {
        let ids: Vec<String> = connection
            .prepare_cached("SELECT id FROM user_pool WHERE id > ?1 ORDER BY id LIMIT ?2")?
            .query_map(rusqlite::params![after, limit + 1], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        ids.iter()
            .map(|id| UserPool::load_pool(connection, id))
            .collect::<Result<Vec<_>, ApiError>>()
    })?;
    let has_more = pools.len() as u64 > limit;
    pools.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let described: Vec<Value> = pools
        .iter()
        .map(|pool| {
            json!({
                "Id": pool.id,
                "Name": pool.settings.name,
                "LambdaConfig": pool.settings.stored_members.get("LambdaConfig").cloned().unwrap_or_else(|| json!({})),
                "CreationDate": pool.created_at.as_secs(),
                "LastModifiedDate": pool.modified_at.as_secs(),
            })
        })
        .collect();
    let mut response = json!({"UserPools": described});
    if let Some(last) = pools.last().filter(|_| has_more) {
        response["NextToken"] = json!(last.id);
    }
    Ok(ActionResponse::Json(response))
}
