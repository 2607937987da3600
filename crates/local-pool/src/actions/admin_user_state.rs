//! The operator's actions that change a user's state: `AdminConfirmSignUp`, `AdminDisableUser`, `AdminEnableUser`,
//! `AdminResetUserPassword`, `AdminUserGlobalSignOut`.

use super::admin_target::change_user;
use super::forgot_password::send_reset_code;
use super::input::Input;
use super::{Caller, Reply, Service};
use crate::error::ApiError;
use crate::pool::code::{self, Purpose};
use crate::pool::{Status, mfa, token_family};

/// Executes `AdminConfirmSignUp`: confirms a user without a code.
pub(crate) fn admin_confirm_sign_up(
    service: &Service,
    input: Input,
    caller: &Caller<'_>,
) -> Result<Reply, ApiError> {
    change_user(service, input, |connection, _, user| {
        if user.status != Status::Unconfirmed {
            return Err(ApiError::not_authorized(format!(
                "User cannot be confirmed. Current status is {}",
                user.status.wire_name()
            )));
        }
        code::delete_code(connection, &user.subject(), Purpose::SignUp)?;
        user.status = Status::Confirmed;
        user.update_user(connection, caller.now)
    })
}

/// Executes `AdminDisableUser`: disables the user, and signs the user out of all devices.
pub(crate) fn admin_disable_user(
    service: &Service,
    input: Input,
    caller: &Caller<'_>,
) -> Result<Reply, ApiError> {
    change_user(service, input, |connection, _, user| {
        token_family::revoke_families_of_user(connection, user, caller.now)?;
        user.enabled = false;
        user.update_user(connection, caller.now)
    })
}

/// Executes `AdminEnableUser`: allows a disabled user to sign in again.
pub(crate) fn admin_enable_user(
    service: &Service,
    input: Input,
    caller: &Caller<'_>,
) -> Result<Reply, ApiError> {
    change_user(service, input, |connection, _, user| {
        user.enabled = true;
        user.update_user(connection, caller.now)
    })
}

/// Executes `AdminResetUserPassword`: disables the user's password, and sends a code for a new one.
pub(crate) fn admin_reset_user_password(
    service: &Service,
    input: Input,
    caller: &Caller<'_>,
) -> Result<Reply, ApiError> {
    change_user(service, input, |connection, pool, user| {
        if !user.enabled {
            return Err(ApiError::user_disabled());
        }
        if matches!(
            user.status,
            Status::ForceChangePassword | Status::ExternalProvider
        ) {
            return Err(ApiError::not_authorized(
                "User password cannot be reset in the current state.",
            ));
        }
        let attributes = user.load_attributes(connection)?;
        let in_use = mfa::load_second_factor_contacts(connection, pool, user, &attributes)?;
        let destination = pool
            .settings
            .choose_recovery_destination(&attributes, &in_use)?;
        send_reset_code(connection, pool, &user.subject(), &destination, caller)?;
        user.status = Status::ResetRequired;
        user.update_user(connection, caller.now)
    })
}

/// Executes `AdminUserGlobalSignOut`: revokes all tokens of the user.
pub(crate) fn admin_user_global_sign_out(
    service: &Service,
    input: Input,
    caller: &Caller<'_>,
) -> Result<Reply, ApiError> {
    change_user(service, input, |connection, _, user| {
        token_family::revoke_families_of_user(connection, user, caller.now)
    })
}
