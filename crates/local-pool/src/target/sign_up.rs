//! `SignUp`.

use serde_json::json;

use super::input::{self, Input};
use super::{Caller, Reply, Service};
use crate::error::ApiError;
use crate::pool::client::HashPlace;
use crate::pool::code::{self, Purpose};
use crate::pool::contact::AliasKind;
use crate::pool::password::StoredVerifier;
use crate::pool::{AppClient, Status, UserPool, delivery};

pub(crate) fn call(
    service: &Service,
    mut input: Input,
    caller: &Caller<'_>,
) -> Result<Reply, ApiError> {
    let client_id = input.text("ClientId", &input::CLIENT_ID);
    let secret_hash = input.optional_text("SecretHash", &input::SECRET_HASH);
    let password = input.secret("Password", &input::PASSWORD);
    let username = input.text("Username", &input::USERNAME);
    let mut attributes = input
        .optional_attributes("UserAttributes")
        .unwrap_or_default();
    input.optional_attributes("ValidationData");
    input.finish()?;

    let (pool, client) = service.store().with(|connection| {
        let client = AppClient::load(connection, &client_id)?;
        let pool = UserPool::load(connection, &client.pool_id)?;
        Ok::<_, ApiError>((pool, client))
    })?;
    client.check_secret_hash(&username, secret_hash.as_deref(), HashPlace::SignUp)?;
    if pool
        .settings
        .admin_create_user_config
        .allow_admin_create_user_only
    {
        return Err(ApiError::not_authorized(
            "SignUp is not permitted for this user pool",
        ));
    }
    if attributes.keys().any(|name| !client.settings.writes(name)) {
        return Err(ApiError::unauthorized_attribute());
    }
    let mut user = pool.new_user(&username, &mut attributes, Status::Unconfirmed, caller.now)?;
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
    pool.settings.check_new(&attributes)?;
    pool.settings.policies.password_policy.check(&password)?;
    user.verifier = Some(StoredVerifier::new(&pool, &user.username, &password));

    let destination = pool.settings.verification_destination(&attributes);
    for contact in &pool.settings.auto_verified_attributes {
        if attributes.contains_key(contact.name()) {
            attributes.insert(contact.verified_flag().to_owned(), "false".to_owned());
        }
    }
    service.store().write(|tx| {
        pool.check_free(tx, &user, &attributes, "User already exists")?;
        user.insert(tx, &pool)?;
        user.set_attributes(tx, &attributes)?;
        pool.index_aliases(tx, &user, &attributes)?;
        if let Some(destination) = &destination {
            let subject = user.subject();
            let code = code::issue(
                tx,
                &subject,
                Purpose::SignUp,
                destination.contact,
                None,
                caller.now,
            )?;
            delivery::send_code(tx, &pool, destination, &code, caller.now)?;
        }
        Ok::<_, ApiError>(())
    })?;
    let mut answer = json!({"UserConfirmed": false, "UserSub": user.sub});
    if let Some(destination) = destination {
        answer["CodeDeliveryDetails"] = destination.details();
    }
    Ok(Reply::Json(answer))
}
