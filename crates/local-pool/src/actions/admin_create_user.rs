//! The action `AdminCreateUser` of the user-pool API.

use serde_json::json;

use super::admin_target::load_pool_and_user;
use super::input::ActionInput;
use super::{ActionCaller, ActionResponse, UserPoolService};
use crate::error::{ApiError, ErrorKind};
use crate::pool::contact::ContactKind;
use crate::pool::delivery::{invitation_destinations, send_invitation};
use crate::pool::password::StoredVerifier;
use crate::pool::{User, UserPool, UserStatus};
use crate::random;
use crate::secret::Secret;

/// The member `MessageAction` of a request: whether the invitation is sent again or not sent at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum MessageAction {
    Resend,
    Suppress,
}

/// Executes `AdminCreateUser`: creates a user with a temporary password, sends the invitation, and returns the
/// user.
pub(crate) fn admin_create_user(
    service: &UserPoolService,
    mut input: ActionInput,
    caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let pool_id = input.take_text("UserPoolId");
    let username = input.take_text("Username");
    let mut attributes = input
        .take_optional_attributes("UserAttributes")
        .unwrap_or_default();
    input.take_optional_attributes("ValidationData");
    let temporary = input.take_optional_secret("TemporaryPassword");
    let force = input.take_flag("ForceAliasCreation");
    let action = input.take_optional_choice(
        "MessageAction",
        &[
            ("RESEND", MessageAction::Resend),
            ("SUPPRESS", MessageAction::Suppress),
        ],
    );
    let media = input.take_choices(
        "DesiredDeliveryMediums",
        &[
            ("EMAIL", ContactKind::Email),
            ("SMS", ContactKind::PhoneNumber),
        ],
    );
    input.finish_and_take_rest()?;

    let pool = service
        .store()
        .run_query(|connection| UserPool::load_pool(connection, &pool_id))?;
    let policy = &pool.settings.policies.password_policy;
    if let Some(password) = &temporary {
        policy.check_password(password)?;
    }
    let password = temporary
        .unwrap_or_else(|| Secret::new(random::generate_temporary_password(policy.minimum_length)));
    if action == Some(MessageAction::Resend) {
        return resend_invitation(service, &pool_id, &username, &password, &media, caller);
    }

    if attributes.contains_key("sub") {
        return Err(ApiError::invalid_parameter(
            "Cannot modify the non-mutable attribute sub",
        ));
    }
    let mut user = pool.build_new_user(
        &username,
        &mut attributes,
        UserStatus::ForceChangePassword,
        caller.now,
    )?;
    attributes.retain(|_, value| !value.is_empty());
    pool.settings.check_partial_attributes(&mut attributes)?;
    user.verifier = Some(StoredVerifier::new(&pool, &user.username, &password));
    user.temporary_since = Some(caller.now);
    service.store().run_transaction(|tx| {
        pool.check_username_free(tx, &user, &attributes, "User account already exists")?;
        if !force {
            pool.check_aliases_free(tx, &attributes, None)?;
        }
        user.insert_user(tx, &pool)?;
        user.set_attributes(tx, &attributes)?;
        pool.save_aliases(tx, &user, &attributes)?;
        if action != Some(MessageAction::Suppress) {
            for destination in invitation_destinations(&attributes, &media) {
                send_invitation(tx, &pool, &user, &destination, &password, caller.now)?;
            }
        }
        Ok::<_, ApiError>(())
    })?;
    Ok(ActionResponse::Json(
        json!({"User": user.describe_user(&attributes, |_| true)}),
    ))
}

/// Sends a new invitation with a new temporary password to a user who has not changed the first one yet.
fn resend_invitation(
    service: &UserPoolService,
    pool_id: &str,
    username: &str,
    password: &Secret,
    media: &[ContactKind],
    caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let (pool, user) = service
        .store()
        .run_query(|connection| load_pool_and_user(connection, pool_id, username))?;
    if user.status != UserStatus::ForceChangePassword {
        return Err(ApiError::new(
            ErrorKind::UnsupportedUserState,
            "Resend not possible. User status is not FORCE_CHANGE_PASSWORD",
        ));
    }
    let verifier = StoredVerifier::new(&pool, &user.username, password);
    let (user, attributes) = service.store().run_transaction(|tx| {
        let mut user = User::find_user_by_id(tx, user.id)?.ok_or_else(ApiError::no_such_user)?;
        user.verifier = Some(verifier);
        user.temporary_since = Some(caller.now);
        user.update_user(tx, caller.now)?;
        let attributes = user.load_attributes(tx)?;
        for destination in invitation_destinations(&attributes, media) {
            send_invitation(tx, &pool, &user, &destination, password, caller.now)?;
        }
        Ok::<_, ApiError>((user, attributes))
    })?;
    Ok(ActionResponse::Json(
        json!({"User": user.describe_user(&attributes, |_| true)}),
    ))
}
