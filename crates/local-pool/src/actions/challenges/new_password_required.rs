//! The `NEW_PASSWORD_REQUIRED` challenge: the user replaces a temporary password and adds the missing attributes.

use rusqlite::Connection;
use serde_json::json;

use super::{NextSignInStep, SignInRequest, challenge_parameters};
use crate::actions::input::TextMap;
use crate::error::ApiError;
use crate::pool::password::StoredVerifier;
use crate::pool::session::{ChallengeName, SignInIdentity, SignInProgress, SignInSession};
use crate::pool::{AppClient, Attributes, User, UserPool, UserStatus};
use crate::secret::Secret;

/// Issues `NEW_PASSWORD_REQUIRED`, which asks for a new password and for the required attributes that the user
/// lacks.
pub(crate) fn issue_new_password_challenge(
    sign_in: &SignInRequest<'_>,
    connection: &Connection,
    user: &User,
    progress: SignInProgress,
) -> Result<NextSignInStep, ApiError> {
    let attributes = user.load_attributes(connection)?;
    let missing: Vec<String> = sign_in
        .pool
        .settings
        .missing_required_attributes(&attributes)
        .into_iter()
        .map(|name| format!("userAttributes.{name}"))
        .collect();
    let shown: Attributes = attributes
        .into_iter()
        .filter(|(name, _)| sign_in.client.settings.may_read_attribute(name))
        .collect();
    let parameters = challenge_parameters([
        ("USER_ID_FOR_SRP", json!(user.username)),
        (
            "requiredAttributes",
            json!(serde_json::to_string(&missing)?),
        ),
        ("userAttributes", json!(serde_json::to_string(&shown)?)),
    ]);
    Ok(sign_in.issue_challenge(
        ChallengeName::NewPasswordRequired,
        SignInIdentity::from_user(user),
        parameters,
        progress,
    ))
}

/// Verifies the response to `NEW_PASSWORD_REQUIRED`: sets the new password, and continues the sign-in.
pub(crate) fn verify_new_password_response(
    sign_in: &SignInRequest<'_>,
    session: Option<&str>,
    responses: &TextMap,
) -> Result<NextSignInStep, ApiError> {
    let session =
        sign_in.open_challenge_session(session, ChallengeName::NewPasswordRequired, responses)?;
    let password = Secret::new(responses.get_required("NEW_PASSWORD")?);
    sign_in.set_new_password(
        &session,
        &password,
        responses.attributes_with_prefix("userAttributes."),
    )
}

impl SignInRequest<'_> {
    /// Sets the new password and the missing attributes of the user of this session, and returns the next step.
    /// Returns an error if the password or an attribute is not allowed.
    pub(crate) fn set_new_password(
        &self,
        session: &SignInSession,
        password: &Secret,
        mut added_attributes: Attributes,
    ) -> Result<NextSignInStep, ApiError> {
        let (pool, client, caller) = (self.pool, self.client, self.caller);
        let (user, attributes) = self.service.store().run_query(|connection| {
            let user = session
                .load_user(connection)?
                .ok_or_else(ApiError::no_such_user)?;
            let attributes = user.load_attributes(connection)?;
            Ok::<_, ApiError>((user, attributes))
        })?;
        check_attributes_with_new_password(pool, client, &attributes, &mut added_attributes)?;
        pool.settings
            .policies
            .password_policy
            .check_password(password)?;
        let verifier = StoredVerifier::new(pool, &user.username, password);
        self.verify_in_transaction(session, |tx, user| {
            let mut user = user.ok_or_else(ApiError::no_such_user)?;
            let all = merge_attributes(&attributes, &added_attributes);
            pool.check_aliases_free(tx, &all, Some(user.id))?;
            session.mark_session_used(tx, caller.now)?;
            user.status = UserStatus::Confirmed;
            user.verifier = Some(verifier);
            user.temporary_since = None;
            user.set_attributes(tx, &added_attributes)?;
            pool.save_aliases(tx, &user, &all)?;
            user.update_user(tx, caller.now)?;
            self.continue_sign_in_after_permanent_password(tx, user, session.progress.clone())
        })
    }
}

/// Returns an error if the attributes in the response (`userAttributes.…`) lack a missing required attribute, or would
/// change a required attribute that exists.
fn check_attributes_with_new_password(
    pool: &UserPool,
    client: &AppClient,
    attributes: &Attributes,
    added_attributes: &mut Attributes,
) -> Result<(), ApiError> {
    for name in added_attributes.keys() {
        let required = pool
            .settings
            .find_schema_attribute(name)
            .is_some_and(|known| known.required);
        if required && attributes.get(name).is_some_and(|value| !value.is_empty()) {
            return Err(ApiError::not_authorized(format!(
                "Cannot modify an already provided {name}"
            )));
        }
        if !client.settings.may_write_attribute(name) {
            return Err(ApiError::unauthorized_attribute());
        }
    }
    pool.settings.check_partial_attributes(added_attributes)?;
    match pool
        .settings
        .missing_required_attributes(&merge_attributes(attributes, added_attributes))
        .first()
    {
        Some(name) => Err(ApiError::invalid_parameter(format!(
            "Invalid attributes given, {name} is missing"
        ))),
        None => Ok(()),
    }
}

/// Returns the attributes together with the added ones, which replace attributes of the same name.
fn merge_attributes(attributes: &Attributes, added_attributes: &Attributes) -> Attributes {
    let mut all = attributes.clone();
    all.extend(added_attributes.clone());
    all
}
