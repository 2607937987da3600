//! The `CreateUserPoolClient`, `DescribeUserPoolClient`, `UpdateUserPoolClient`, `DeleteUserPoolClient` and
//! `ListUserPoolClients` actions.

use serde_json::{Value, json};

use super::input::ActionInput;
use super::{ActionCaller, ActionResponse, UserPoolService};
use crate::error::ApiError;
use crate::pool::client_settings::ClientSettings;
use crate::pool::{AppClient, UserPool};
use crate::random;

/// Executes `CreateUserPoolClient`: creates an app client and returns it.
pub(crate) fn create_user_pool_client(
    service: &UserPoolService,
    mut input: ActionInput,
    caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let pool_id = input.take_text("UserPoolId");
    let generate_secret = input.take_flag("GenerateSecret");
    let mut settings = ClientSettings::from_request(input.finish_and_take_rest()?)?;
    if generate_secret {
        if settings.client_secret.is_some() {
            return Err(ApiError::invalid_parameter(
                "ClientSecret cannot be given together with GenerateSecret.",
            ));
        }
        settings.client_secret = Some(random::generate_client_secret());
    }
    settings
        .oauth
        .check_client_credentials_secret(settings.client_secret.is_some())?;
    let client = AppClient {
        id: random::generate_client_id(),
        pool_id,
        created_at: caller.now,
        modified_at: caller.now,
        settings,
    };
    service.store().run_transaction(|tx| {
        let pool = UserPool::load_pool(tx, &client.pool_id)?;
        check_attribute_names(&pool, &client.settings)?;
        client.save_client(tx)
    })?;
    Ok(ActionResponse::Json(
        json!({"UserPoolClient": client.describe_client()?}),
    ))
}

/// Returns an error if the app client's settings name an attribute that does not exist in the pool.
fn check_attribute_names(pool: &UserPool, settings: &ClientSettings) -> Result<(), ApiError> {
    for (word, names) in [
        ("read", &settings.read_attributes),
        ("write", &settings.write_attributes),
    ] {
        let unknown = names
            .iter()
            .flatten()
            .any(|name| pool.settings.find_schema_attribute(name).is_none());
        if unknown {
            return Err(ApiError::invalid_parameter(format!(
                "Invalid {word} attributes specified while creating a client"
            )));
        }
    }
    Ok(())
}

/// Executes `DescribeUserPoolClient`: returns an app client.
pub(crate) fn describe_user_pool_client(
    service: &UserPoolService,
    mut input: ActionInput,
    _caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let pool_id = input.take_text("UserPoolId");
    let client_id = input.take_text("ClientId");
    input.finish_and_take_rest()?;
    let client = service.store().run_query(|connection| {
        UserPool::load_pool(connection, &pool_id)?;
        AppClient::load_client_of_pool(connection, &pool_id, &client_id)
    })?;
    Ok(ActionResponse::Json(
        json!({"UserPoolClient": client.describe_client()?}),
    ))
}

/// Executes `UpdateUserPoolClient`: changes an app client and returns it. As in Cognito, members that the
/// request omits are reset to their defaults. The client secret stays unchanged.
pub(crate) fn update_user_pool_client(
    service: &UserPoolService,
    mut input: ActionInput,
    caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let pool_id = input.take_text("UserPoolId");
    let client_id = input.take_text("ClientId");
    let mut request = input.finish_and_take_rest()?;
    let client = service.store().run_transaction(|tx| {
        let pool = UserPool::load_pool(tx, &pool_id)?;
        let mut client = AppClient::load_client_of_pool(tx, &pool_id, &client_id)?;
        request
            .entry("ClientName")
            .or_insert_with(|| json!(client.settings.client_name));
        let mut settings = ClientSettings::from_request(request)?;
        check_attribute_names(&pool, &settings)?;
        settings.client_secret = client.settings.client_secret.take();
        settings
            .oauth
            .check_client_credentials_secret(settings.client_secret.is_some())?;
        client.settings = settings;
        client.modified_at = caller.now;
        client.save_client(tx)?;
        Ok::<_, ApiError>(client)
    })?;
    Ok(ActionResponse::Json(
        json!({"UserPoolClient": client.describe_client()?}),
    ))
}

/// Executes `DeleteUserPoolClient`: deletes an app client.
pub(crate) fn delete_user_pool_client(
    service: &UserPoolService,
    mut input: ActionInput,
    _caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let pool_id = input.take_text("UserPoolId");
    let client_id = input.take_text("ClientId");
    input.finish_and_take_rest()?;
    service.store().run_transaction(|tx| {
        UserPool::load_pool(tx, &pool_id)?;
        let client = AppClient::load_client_of_pool(tx, &pool_id, &client_id)?;
        tx.execute("DELETE FROM app_client WHERE id = ?1", [&client.id])?;
        Ok::<_, ApiError>(())
    })?;
    Ok(ActionResponse::EmptyBody)
}

/// Executes `ListUserPoolClients`: returns a page of the app clients of a pool.
pub(crate) fn list_user_pool_clients(
    service: &UserPoolService,
    mut input: ActionInput,
    _caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let pool_id = input.take_text("UserPoolId");
    let limit = input.take_optional_number("MaxResults").unwrap_or(60);
    let after = input.take_optional_text("NextToken").unwrap_or_default();
    input.finish_and_take_rest()?;
    let mut clients = service.store().run_query(|connection| {
        UserPool::load_pool(connection, &pool_id)?;
        let ids: Vec<String> = connection
            .prepare_cached(
                "SELECT id FROM app_client WHERE pool_id = ?1 AND id > ?2 ORDER BY id LIMIT ?3",
            )?
            .query_map(rusqlite::params![pool_id, after, limit + 1], |row| {
                row.get(0)
            })?
            .collect::<Result<_, _>>()?;
        ids.iter()
            .map(|id| AppClient::load_client(connection, id))
            .collect::<Result<Vec<_>, ApiError>>()
    })?;
    let has_more = clients.len() as u64 > limit;
    clients.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let described: Vec<Value> = clients
        .iter()
        .map(|client| {
            json!({
                "ClientId": client.id,
                "UserPoolId": client.pool_id,
                "ClientName": client.settings.client_name,
            })
        })
        .collect();
    let mut response = json!({"UserPoolClients": described});
    if let Some(last) = clients.last().filter(|_| has_more) {
        response["NextToken"] = json!(last.id);
    }
    Ok(ActionResponse::Json(response))
}
