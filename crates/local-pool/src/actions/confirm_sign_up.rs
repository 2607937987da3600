//! The action `ConfirmSignUp` of the user-pool API.

use serde_json::json;

use super::input::ActionInput;
use super::{ActionCaller, ActionResponse, UserPoolService};
use crate::error::{ApiError, ErrorKind};
use crate::pool::attempts::{self, RateLimit};
use crate::pool::client::SecretHashLocation;
use crate::pool::client_settings::AuthFlow;
use crate::pool::code::{self, CodePurpose};
use crate::pool::session::SignInSession;
use crate::pool::sign_up_session::{SignUpSession, SignUpStage};
use crate::pool::{AppClient, Attributes, UserPool, UserStatus};

/// Executes `ConfirmSignUp`: checks the verification code, and confirms the user's account.
pub(crate) fn confirm_sign_up(
    service: &UserPoolService,
    mut input: ActionInput,
    caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let client_id = input.take_text("ClientId");
    let secret_hash = input.take_optional_text("SecretHash");
    let username = input.take_text("Username");
    let given = input.take_secret("ConfirmationCode");
    let force = input.take_flag("ForceAliasCreation");
    let session = input.take_optional_text("Session");
    input.finish_and_take_rest()?;

    let next = service.store().commit_even_if_refused(|tx| {
        let client = AppClient::load_client(tx, &client_id)?;
        let pool = UserPool::load_pool(tx, &client.pool_id)?;
        client.check_secret_hash(
            &username,
            secret_hash.as_deref(),
            SecretHashLocation::SignUp,
        )?;
        let Some(mut user) = pool.find_user_by_name(tx, &username)? else {
            if client.settings.reveals_user_existence() {
                return Err(ApiError::no_such_user_for_client());
            }
            attempts::count_rate_limited_attempt(
                tx,
                &pool.rate_limit_subject_of_unknown_user(&username),
                RateLimit::ConfirmSignUp,
                caller.now,
            )?;
            return Err(ApiError::expired_code());
        };
        if !user.enabled {
            return Err(ApiError::user_disabled());
        }
        if user.status != UserStatus::Unconfirmed {
            return Err(ApiError::not_authorized(format!(
                "User cannot be confirmed. Current status is {}",
                user.status.wire_name()
            )));
        }
        // An expired session is accepted here, so that a user who reads the email late can still confirm the account.
        if let Some(sealed) = session.as_deref() {
            SignUpSession::open_expired_sign_up_session(
                service.sealer(),
                sealed,
                &client,
                SignUpStage::SignedUp,
            )
            .ok()
            .filter(|session| session.sub() == user.sub)
            .ok_or_else(SignInSession::invalid_session_error)?;
        }
        let subject = user.codes_and_attempts_key();
        attempts::count_rate_limited_attempt(tx, &subject, RateLimit::ConfirmSignUp, caller.now)?;
        let matched = code::check_verification_code(
            tx,
            &subject,
            CodePurpose::SignUp,
            given.expose_secret(),
            caller.now,
        )?;

        let mut attributes = user.load_attributes(tx)?;
        if let Some(contact) = matched.contact {
            let verified =
                Attributes::from([(contact.verified_flag_name().to_owned(), "true".to_owned())]);
            attributes.extend(verified.clone());
            if let (Some(kind), false) = (
                pool.find_taken_alias(tx, &attributes, Some(user.id))?,
                force,
            ) {
                return Err(ApiError::new(
                    ErrorKind::AliasExists,
                    format!(
                        "An account with the {} already exists.",
                        kind.attribute_name()
                    ),
                ));
            }
            user.set_attributes(tx, &verified)?;
        }
        pool.save_aliases(tx, &user, &attributes)?;
        code::delete_verification_code(tx, &subject, CodePurpose::SignUp)?;
        user.status = UserStatus::Confirmed;
        user.update_user(tx, caller.now)?;
        // A user who entered the code may sign in by it, with or without a session of the sign-up, because Amplify
        // sends none.
        if !client.settings.allows_flow(AuthFlow::Choice) {
            return Ok(None);
        }
        let sealer = service.sealer();
        SignUpSession::issue_sign_up_session(
            sealer,
            &client,
            &user,
            SignUpStage::Confirmed,
            caller.now,
        )
        .map(Some)
    })?;
    Ok(match next {
        Some(session) => ActionResponse::Json(json!({"Session": session})),
        None => ActionResponse::empty_object(),
    })
}
