//! The actions on confirmed devices: for their user `GetDevice`, `ListDevices`, `UpdateDeviceStatus` and
//! `ForgetDevice`, and for an operator the same four with the prefix `Admin`.

use rusqlite::Connection;
use serde_json::{Value, json};

use super::admin_target::load_pool_and_user;
use super::input::ActionInput;
use super::{ActionCaller, ActionResponse, UserPoolService};
use crate::error::ApiError;
use crate::pool::device::Device;
use crate::pool::{User, UserPool};
use crate::secret::Secret;

/// The user whose devices an action reads or changes: the holder of an access token, or the user that an
/// operator names.
enum DeviceOwner {
    Holder(Secret),
    Named { pool_id: String, username: String },
}

impl DeviceOwner {
    /// Takes the access token of a signed-in user from the request.
    fn from_access_token(input: &mut ActionInput) -> Self {
        Self::Holder(input.take_secret("AccessToken"))
    }

    /// Takes the pool and the username from an operator's request.
    fn from_username(input: &mut ActionInput) -> Self {
        Self::Named {
            pool_id: input.take_text("UserPoolId"),
            username: input.take_text("Username"),
        }
    }

    /// Loads the user whose devices are meant, calls `operation` in the same transaction, and returns its result.
    fn run_with_device_owner<T>(
        self,
        service: &UserPoolService,
        caller: &ActionCaller<'_>,
        operation: impl FnOnce(&Connection, &UserPool, &User) -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        match self {
            Self::Holder(token) => {
                let claims = service.verify_access_token(token.expose_secret(), caller)?;
                service.store().run_transaction(|tx| {
                    let access = claims.load_api_user(tx)?;
                    operation(tx, &access.pool, &access.user)
                })
            }
            Self::Named { pool_id, username } => service.store().run_transaction(|tx| {
                let (pool, user) = load_pool_and_user(tx, &pool_id, &username)?;
                operation(tx, &pool, &user)
            }),
        }
    }
}

/// The type of the functions that take the device owner from a request.
type ReadOwner = fn(&mut ActionInput) -> DeviceOwner;

/// Executes `GetDevice` or `AdminGetDevice`: returns a device of the owner.
fn get_device_of_owner(
    service: &UserPoolService,
    mut input: ActionInput,
    caller: &ActionCaller<'_>,
    take_owner: ReadOwner,
) -> Result<ActionResponse, ApiError> {
    let owner = take_owner(&mut input);
    let key = input.take_text("DeviceKey");
    input.finish_and_take_rest()?;
    let device = owner.run_with_device_owner(service, caller, |tx, _, user| {
        Device::load_device(tx, user, &key)
    })?;
    Ok(ActionResponse::Json(
        json!({"Device": device.describe_device()}),
    ))
}

/// Executes `ListDevices` or `AdminListDevices`: returns a page of the owner's devices.
fn list_devices_of_owner(
    service: &UserPoolService,
    mut input: ActionInput,
    caller: &ActionCaller<'_>,
    take_owner: ReadOwner,
) -> Result<ActionResponse, ApiError> {
    /// The maximum and the default number of devices on one page.
    const PAGE: u64 = 60;
    let owner = take_owner(&mut input);
    let limit = input
        .take_optional_number("Limit")
        .filter(|limit| *limit > 0)
        .unwrap_or(PAGE);
    let after = input.take_optional_text("PaginationToken");
    input.finish_and_take_rest()?;
    let mut devices = owner.run_with_device_owner(service, caller, |tx, pool, user| {
        pool.require_device_tracking()?;
        // One more row than requested is loaded, to know whether there is a next page.
        Device::load_device_page(tx, user, after.as_deref(), limit + 1)
    })?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = devices.len() > limit;
    devices.truncate(limit);
    let described: Vec<Value> = devices.iter().map(Device::describe_device).collect();
    let mut response = json!({"Devices": described});
    if let Some(last) = devices.last().filter(|_| has_more) {
        response["PaginationToken"] = json!(last.key);
    }
    Ok(ActionResponse::Json(response))
}

/// Executes `UpdateDeviceStatus` or `AdminUpdateDeviceStatus`: sets whether the pool remembers a device.
fn update_device_status_of_owner(
    service: &UserPoolService,
    mut input: ActionInput,
    caller: &ActionCaller<'_>,
    take_owner: ReadOwner,
) -> Result<ActionResponse, ApiError> {
    let owner = take_owner(&mut input);
    let key = input.take_text("DeviceKey");
    let remembered = input.take_optional_choice(
        "DeviceRememberedStatus",
        &[("remembered", true), ("not_remembered", false)],
    );
    input.finish_and_take_rest()?;
    owner.run_with_device_owner(service, caller, |tx, pool, user| {
        pool.require_device_tracking()?;
        let mut device = Device::load_device(tx, user, &key)?;
        if let Some(remembered) = remembered {
            device.remembered = remembered;
            device.modified_at = caller.now;
            device.update_device(tx)?;
        }
        Ok(())
    })?;
    Ok(ActionResponse::empty_object())
}

/// Executes `ForgetDevice` or `AdminForgetDevice`: deletes a device of the owner.
fn forget_device_of_owner(
    service: &UserPoolService,
    mut input: ActionInput,
    caller: &ActionCaller<'_>,
    take_owner: ReadOwner,
) -> Result<(), ApiError> {
    let owner = take_owner(&mut input);
    let key = input.take_text("DeviceKey");
    input.finish_and_take_rest()?;
    owner.run_with_device_owner(service, caller, |tx, _, user| {
        Device::load_device(tx, user, &key)?.delete_device(tx)
    })
}

/// Executes `GetDevice`: returns a device of the signed-in user.
pub(crate) fn get_device(
    service: &UserPoolService,
    input: ActionInput,
    caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    get_device_of_owner(service, input, caller, DeviceOwner::from_access_token)
}

/// Executes `AdminGetDevice`: returns a device of a user to an operator.
pub(crate) fn admin_get_device(
    service: &UserPoolService,
    input: ActionInput,
    caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    get_device_of_owner(service, input, caller, DeviceOwner::from_username)
}

/// Executes `ListDevices`: returns a page of the devices of the signed-in user.
pub(crate) fn list_devices(
    service: &UserPoolService,
    input: ActionInput,
    caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    list_devices_of_owner(service, input, caller, DeviceOwner::from_access_token)
}

/// Executes `AdminListDevices`: returns a page of the devices of a user to an operator.
pub(crate) fn admin_list_devices(
    service: &UserPoolService,
    input: ActionInput,
    caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    list_devices_of_owner(service, input, caller, DeviceOwner::from_username)
}

/// Executes `UpdateDeviceStatus`: sets whether a device of the signed-in user is remembered.
pub(crate) fn update_device_status(
    service: &UserPoolService,
    input: ActionInput,
    caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    update_device_status_of_owner(service, input, caller, DeviceOwner::from_access_token)
}

/// Executes `AdminUpdateDeviceStatus`: sets whether a device of a user is remembered, for an operator.
pub(crate) fn admin_update_device_status(
    service: &UserPoolService,
    input: ActionInput,
    caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    update_device_status_of_owner(service, input, caller, DeviceOwner::from_username)
}

/// Executes `ForgetDevice`: deletes a device of the signed-in user. The action has no output shape, so the
/// response has no body.
pub(crate) fn forget_device(
    service: &UserPoolService,
    input: ActionInput,
    caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    forget_device_of_owner(service, input, caller, DeviceOwner::from_access_token)?;
    Ok(ActionResponse::EmptyBody)
}

/// Executes `AdminForgetDevice`: deletes a device of a user for an operator. The action has no output shape, so
/// the response has no body.
pub(crate) fn admin_forget_device(
    service: &UserPoolService,
    input: ActionInput,
    caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    forget_device_of_owner(service, input, caller, DeviceOwner::from_username)?;
    Ok(ActionResponse::EmptyBody)
}
