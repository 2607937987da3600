//! The actions about confirmed devices, by their user (`GetDevice`, `ListDevices`, `UpdateDeviceStatus`, `ForgetDevice`) and
//! by an operator (`AdminGetDevice` …).

use rusqlite::Connection;
use serde_json::{Value, json};

use super::admin_target::administered;
use super::input::Input;
use super::{Caller, Reply, Service};
use crate::error::ApiError;
use crate::pool::device::Device;
use crate::pool::{User, UserPool};
use crate::secret::Secret;

/// Whose device: the holder's of an access token, or the one's whom an operator names.
enum Whose {
    Holder(Secret),
    Named { pool_id: String, username: String },
}

impl Whose {
    fn holder(input: &mut Input) -> Self {
        Self::Holder(input.secret("AccessToken"))
    }

    fn named(input: &mut Input) -> Self {
        Self::Named {
            pool_id: input.text("UserPoolId"),
            username: input.text("Username"),
        }
    }

    /// Does something with them in one transaction.
    fn with<T>(
        self,
        service: &Service,
        caller: &Caller<'_>,
        then: impl FnOnce(&Connection, &UserPool, &User) -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        match self {
            Self::Holder(token) => {
                let claims = service.access_claims(token.reveal(), caller)?;
                service.store().write(|tx| {
                    let access = claims.user(tx)?;
                    then(tx, &access.pool, &access.user)
                })
            }
            Self::Named { pool_id, username } => service.store().write(|tx| {
                let (pool, user) = administered(tx, &pool_id, &username)?;
                then(tx, &pool, &user)
            }),
        }
    }
}

type Ask = fn(&mut Input) -> Whose;

fn get_of(
    service: &Service,
    mut input: Input,
    caller: &Caller<'_>,
    whose: Ask,
) -> Result<Reply, ApiError> {
    let whose = whose(&mut input);
    let key = input.text("DeviceKey");
    input.finish()?;
    let device = whose.with(service, caller, |tx, _, user| Device::load(tx, user, &key))?;
    Ok(Reply::Json(json!({"Device": device.describe()})))
}

fn list_of(
    service: &Service,
    mut input: Input,
    caller: &Caller<'_>,
    whose: Ask,
) -> Result<Reply, ApiError> {
    /// The most on one page, and how many without being asked.
    const PAGE: u64 = 60;
    let whose = whose(&mut input);
    let most = input
        .number("Limit")
        .filter(|most| *most > 0)
        .unwrap_or(PAGE);
    let after = input.optional_text("PaginationToken");
    input.finish()?;
    let mut devices = whose.with(service, caller, |tx, pool, user| {
        pool.must_track_devices()?;
        // One more tells whether there is a next page.
        Device::page(tx, user, after.as_deref(), most + 1)
    })?;
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let more = devices.len() > most;
    devices.truncate(most);
    let described: Vec<Value> = devices.iter().map(Device::describe).collect();
    let mut answer = json!({"Devices": described});
    if let Some(last) = devices.last().filter(|_| more) {
        answer["PaginationToken"] = json!(last.key);
    }
    Ok(Reply::Json(answer))
}

fn update_status_of(
    service: &Service,
    mut input: Input,
    caller: &Caller<'_>,
    whose: Ask,
) -> Result<Reply, ApiError> {
    let whose = whose(&mut input);
    let key = input.text("DeviceKey");
    let remembered = input.optional_choice(
        "DeviceRememberedStatus",
        &[("remembered", true), ("not_remembered", false)],
    );
    input.finish()?;
    whose.with(service, caller, |tx, pool, user| {
        pool.must_track_devices()?;
        let mut device = Device::load(tx, user, &key)?;
        if let Some(remembered) = remembered {
            device.remembered = remembered;
            device.modified_at = caller.now;
            device.update(tx)?;
        }
        Ok(())
    })?;
    Ok(Reply::empty_object())
}

fn forget_of(
    service: &Service,
    mut input: Input,
    caller: &Caller<'_>,
    whose: Ask,
) -> Result<(), ApiError> {
    let whose = whose(&mut input);
    let key = input.text("DeviceKey");
    input.finish()?;
    whose.with(service, caller, |tx, _, user| {
        Device::load(tx, user, &key)?.delete(tx)
    })
}

pub(crate) fn get(service: &Service, input: Input, caller: &Caller<'_>) -> Result<Reply, ApiError> {
    get_of(service, input, caller, Whose::holder)
}

pub(crate) fn get_as_operator(
    service: &Service,
    input: Input,
    caller: &Caller<'_>,
) -> Result<Reply, ApiError> {
    get_of(service, input, caller, Whose::named)
}

pub(crate) fn list(
    service: &Service,
    input: Input,
    caller: &Caller<'_>,
) -> Result<Reply, ApiError> {
    list_of(service, input, caller, Whose::holder)
}

pub(crate) fn list_as_operator(
    service: &Service,
    input: Input,
    caller: &Caller<'_>,
) -> Result<Reply, ApiError> {
    list_of(service, input, caller, Whose::named)
}

pub(crate) fn update_status(
    service: &Service,
    input: Input,
    caller: &Caller<'_>,
) -> Result<Reply, ApiError> {
    update_status_of(service, input, caller, Whose::holder)
}

pub(crate) fn update_status_as_operator(
    service: &Service,
    input: Input,
    caller: &Caller<'_>,
) -> Result<Reply, ApiError> {
    update_status_of(service, input, caller, Whose::named)
}

/// No output shape: no body.
pub(crate) fn forget(
    service: &Service,
    input: Input,
    caller: &Caller<'_>,
) -> Result<Reply, ApiError> {
    forget_of(service, input, caller, Whose::holder)?;
    Ok(Reply::EmptyBody)
}

/// No output shape either.
pub(crate) fn forget_as_operator(
    service: &Service,
    input: Input,
    caller: &Caller<'_>,
) -> Result<Reply, ApiError> {
    forget_of(service, input, caller, Whose::named)?;
    Ok(Reply::EmptyBody)
}
