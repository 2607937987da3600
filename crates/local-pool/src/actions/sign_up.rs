//! The action `SignUp` of the user-pool API.

use serde_json::json;

use super::input::ActionInput;
use super::{ActionCaller, ActionResponse, UserPoolService};
use crate::error::ApiError;
use crate::pool::client::SecretHashLocation;
use crate::pool::client_settings::AuthFlow;
use crate::pool::code::{self, CodePurpose};
use crate::pool::contact::AliasKind;
use crate::pool::password::StoredVerifier;
use crate::pool::sign_up_session::{SignUpSession, SignUpStage};
use crate::pool::{AppClient, UserPool, UserStatus, delivery};

/// Executes `SignUp`: creates an unconfirmed user, and sends a confirmation code.
pub(crate) fn sign_up(
    service: &UserPoolService,
    mut input: ActionInput,
    caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let client_id = input.take_text("ClientId");
    let secret_hash = input.take_optional_text("SecretHash");
    let given_password = input.take_optional_secret("Password");
    let username = input.take_text("Username");
    let mut attributes = input
        .take_optional_attributes("UserAttributes")
        .unwrap_or_default();
    input.take_optional_attributes("ValidationData");
    input.finish_and_take_rest()?;

    let (pool, client) = service.store().run_query(|connection| {
        let client = AppClient::load_client(connection, &client_id)?;
        let pool = UserPool::load_pool(connection, &client.pool_id)?;
        Ok::<_, ApiError>((pool, client))
    })?;
    client.check_secret_hash(
        &username,
        secret_hash.as_deref(),
        SecretHashLocation::SignUp,
    )?;
    if pool
        .settings
        .admin_create_user_config
        .allow_admin_create_user_only
    {
        return Err(ApiError::not_authorized(
            "SignUp is not permitted for this user pool",
        ));
    }
    if attributes
        .keys()
        .any(|name| !client.settings.may_write_attribute(name))
    {
        return Err(ApiError::unauthorized_attribute());
    }
    let mut user = pool.build_new_user(
        &username,
        &mut attributes,
        UserStatus::Unconfirmed,
        caller.now,
    )?;
    attributes.retain(|_, value| !value.is_empty());
    if pool
        .settings
        .alias_attributes
        .contains(&AliasKind::PreferredUsername)
        && attributes.contains_key("preferred_username")
    {
        return Err(ApiError::invalid_parameter(
            "preferred_username is an alias of this user pool and can be set once the user is confirmed.",
        ));
    }
    pool.settings.check_new_user_attributes(&mut attributes)?;
    match &given_password {
        Some(password) if !password.expose_secret().is_empty() => {
            pool.settings
                .policies
                .password_policy
                .check_password(password)?;
            user.verifier = Some(StoredVerifier::new(&pool, &user.username, password));
        }
        // An empty password counts as absent, if the user can sign in with another factor.
        _ if pool.allows_users_without_password() => {}
        given => {
            let constraint = match given {
                None => "not be null",
                Some(_) => r"satisfy regular expression pattern: ^[\S]+.*[\S]+$",
            };
            return Err(ApiError::invalid_parameter(format!(
                "1 validation error detected: Value at 'password' failed to satisfy constraint: Member must {constraint}"
            )));
        }
    }

    let mut destination = pool.settings.verification_destination(&attributes);
    for contact in &pool.settings.auto_verified_attributes {
        if attributes.contains_key(contact.attribute_name()) {
            attributes.insert(contact.verified_flag_name().to_owned(), "false".to_owned());
        }
    }
    if let Some(verified) = pool.settings.auto_confirmed_contacts() {
        user.status = UserStatus::Confirmed;
        destination = None;
        for contact in verified {
            if attributes.contains_key(contact.attribute_name()) {
                attributes.insert(contact.verified_flag_name().to_owned(), "true".to_owned());
            }
        }
    }
    service.store().run_transaction(|tx| {
        pool.check_username_free(tx, &user, &attributes, "User already exists")?;
        user.insert_user(tx, &pool)?;
        user.set_attributes(tx, &attributes)?;
        pool.save_aliases(tx, &user, &attributes)?;
        if let Some(destination) = &destination {
            let subject = user.codes_and_attempts_key();
            let code = code::issue_verification_code(
                tx,
                &subject,
                CodePurpose::SignUp,
                destination.contact,
                None,
                caller.now,
            )?;
            delivery::send_code_message(tx, &pool, destination, &code, caller.now)?;
        }
        Ok::<_, ApiError>(())
    })?;
    let confirmed = user.status == UserStatus::Confirmed;
    let mut response = json!({"UserConfirmed": confirmed, "UserSub": user.sub});
    if let Some(destination) = destination {
        response["CodeDeliveryDetails"] = destination.delivery_details();
    }
    if client.settings.allows_flow(AuthFlow::Choice) {
        let sealer = service.sealer();
        // A user who is confirmed by a trigger has no code to enter before the first sign-in.
        let stage = match user.status {
            UserStatus::Confirmed => SignUpStage::Confirmed,
            _ => SignUpStage::SignedUp,
        };
        let session =
            SignUpSession::issue_sign_up_session(sealer, &client, &user, stage, caller.now)?;
        response["Session"] = json!(session);
    }
    Ok(ActionResponse::Json(response))
}
