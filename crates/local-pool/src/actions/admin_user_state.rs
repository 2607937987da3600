//! The operator's actions that change a user's state: `AdminConfirmSignUp`, `AdminDisableUser`, `AdminEnableUser`,
//! `AdminResetUserPassword`, `AdminUserGlobalSignOut`.

use super::admin_target::change_user_as_admin;
use super::forgot_password::send_reset_code;
use super::input::ActionInput;
use super::{ActionCaller, ActionResponse, UserPoolService};
use crate::error::ApiError;
use crate::pool::code::{self, CodePurpose};
use crate::pool::{UserStatus, mfa, token_family};

/// Executes `AdminConfirmSignUp`: confirms a user without a code.
pub(crate) fn admin_confirm_sign_up(
    service: &UserPoolService,
    input: ActionInput,
    caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    change_user_as_admin(service, input, |connection, _, user| {
        if user.status != UserStatus::Unconfirmed {
            return Err(ApiError::not_authorized(format!(
                "User cannot be confirmed. Current status is {}",
                user.status.wire_name()
            )));
        }
        code::delete_verification_code(
            connection,
            &user.codes_and_attempts_key(),
            CodePurpose::SignUp,
        )?;
        user.status = UserStatus::Confirmed;
        user.update_user(connection, caller.now)
    })
}

/// Executes `AdminDisableUser`: disables the user, and signs the user out of all devices.
pub(crate) fn admin_disable_user(
    service: &UserPoolService,
    input: ActionInput,
    caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    change_user_as_admin(service, input, |connection, _, user| {
        token_family::revoke_token_families_of_user(connection, user, caller.now)?;
        user.enabled = false;
        user.update_user(connection, caller.now)
    })
}

/// Executes `AdminEnableUser`: allows a disabled user to sign in again.
pub(crate) fn admin_enable_user(
    service: &UserPoolService,
    input: ActionInput,
    caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    change_user_as_admin(service, input, |connection, _, user| {
        user.enabled = true;
        user.update_user(connection, caller.now)
    })
}

/// Executes `AdminResetUserPassword`: disables the user's password, and sends a code for a new one.
pub(crate) fn admin_reset_user_password(
    service: &UserPoolService,
    input: ActionInput,
    caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    change_user_as_admin(service, input, |connection, pool, user| {
        if !user.enabled {
            return Err(ApiError::user_disabled());
        }
        if matches!(
            user.status,
            UserStatus::ForceChangePassword | UserStatus::ExternalProvider
        ) {
            return Err(ApiError::not_authorized(
                "User password cannot be reset in the current state.",
            ));
        }
        let attributes = user.load_attributes(connection)?;
        let in_use = mfa::load_second_factor_contacts(connection, pool, user, &attributes)?;
        let destination = pool
            .settings
            .choose_password_reset_destination(&attributes, &in_use)?;
        send_reset_code(
            connection,
            pool,
            &user.codes_and_attempts_key(),
            &destination,
            caller,
        )?;
        user.status = UserStatus::ResetRequired;
        user.update_user(connection, caller.now)
    })
}

/// Executes `AdminUserGlobalSignOut`: revokes all tokens of the user.
pub(crate) fn admin_user_global_sign_out(
    service: &UserPoolService,
    input: ActionInput,
    caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    change_user_as_admin(service, input, |connection, _, user| {
        token_family::revoke_token_families_of_user(connection, user, caller.now)
    })
}
