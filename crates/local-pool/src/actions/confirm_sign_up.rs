//! The `ConfirmSignUp` action.

use serde_json::json;

use super::input::Input;
use super::{Caller, Reply, Service};
use crate::error::{ApiError, ErrorKind};
use crate::pool::attempts::{self, RateLimit};
use crate::pool::client::HashPlace;
use crate::pool::client_settings::Flow;
use crate::pool::code::{self, Purpose};
use crate::pool::session::Session;
use crate::pool::sign_up_session::{SignUpSession, Stage};
use crate::pool::{AppClient, Attributes, Status, UserPool};

pub(crate) fn confirm_sign_up(
    service: &Service,
    mut input: Input,
    caller: &Caller<'_>,
) -> Result<Reply, ApiError> {
    let client_id = input.text("ClientId");
    let secret_hash = input.optional_text("SecretHash");
    let username = input.text("Username");
    let given = input.secret("ConfirmationCode");
    let force = input.flag("ForceAliasCreation");
    let session = input.optional_text("Session");
    input.finish()?;

    let next = service.store().write_even_if_refused(|tx| {
        let client = AppClient::load(tx, &client_id)?;
        let pool = UserPool::load(tx, &client.pool_id)?;
        client.check_secret_hash(&username, secret_hash.as_deref(), HashPlace::SignUp)?;
        let Some(mut user) = pool.user(tx, &username)? else {
            if client.settings.reveals_user_existence() {
                return Err(ApiError::no_such_user_for_client());
            }
            attempts::count(
                tx,
                &pool.subject_of_unknown_user(&username),
                RateLimit::ConfirmSignUp,
                caller.now,
            )?;
            return Err(ApiError::expired_code());
        };
        if !user.enabled {
            return Err(ApiError::user_disabled());
        }
        if user.status != Status::Unconfirmed {
            return Err(ApiError::not_authorized(format!(
                "User cannot be confirmed. Current status is {}",
                user.status.wire_name()
            )));
        }
        // An expired session is accepted here, so that a user who reads the email late can still confirm the account.
        if let Some(sealed) = session.as_deref() {
            SignUpSession::open_expired(service.sealer(), sealed, &client, Stage::SignedUp)
                .ok()
                .filter(|session| session.sub() == user.sub)
                .ok_or_else(Session::invalid)?;
        }
        let subject = user.subject();
        attempts::count(tx, &subject, RateLimit::ConfirmSignUp, caller.now)?;
        let matched = code::check(
            tx,
            &subject,
            Purpose::SignUp,
            given.expose_secret(),
            caller.now,
        )?;

        let mut attributes = user.attributes(tx)?;
        if let Some(contact) = matched.contact {
            let verified =
                Attributes::from([(contact.verified_flag().to_owned(), "true".to_owned())]);
            attributes.extend(verified.clone());
            if let (Some(kind), false) = (pool.taken_alias(tx, &attributes, Some(user.id))?, force)
            {
                return Err(ApiError::new(
                    ErrorKind::AliasExists,
                    format!("An account with the {} already exists.", kind.name()),
                ));
            }
            user.set_attributes(tx, &verified)?;
        }
        pool.index_aliases(tx, &user, &attributes)?;
        code::consume(tx, &subject, Purpose::SignUp)?;
        user.status = Status::Confirmed;
        user.update(tx, caller.now)?;
        // A user who entered the code may sign in by it, with or without a session of the sign-up, because Amplify
        // sends none.
        if !client.settings.allows(Flow::Choice) {
            return Ok(None);
        }
        let sealer = service.sealer();
        SignUpSession::issue(sealer, &client, &user, Stage::Confirmed, caller.now).map(Some)
    })?;
    Ok(match next {
        Some(session) => Reply::Json(json!({"Session": session})),
        None => Reply::empty_object(),
    })
}
