//! The `SOFTWARE_TOKEN_MFA` challenge: a code of the user's authenticator app.

use rusqlite::Connection;
use serde_json::json;

use super::{NextSignInStep, SignInRequest, challenge_parameters};
use crate::actions::input::TextMap;
use crate::error::ApiError;
use crate::pool::session::{ChallengeName, SignInIdentity, SignInProgress, SignInSession};
use crate::pool::{User, software_token};
use crate::secret::Secret;

/// Issues `SOFTWARE_TOKEN_MFA`, which asks for a code of the authenticator app and contains the name that the
/// user gave the app.
pub(crate) fn issue_software_token_challenge(
    sign_in: &SignInRequest<'_>,
    connection: &Connection,
    user: &User,
    progress: SignInProgress,
) -> Result<NextSignInStep, ApiError> {
    let mut parameters = challenge_parameters([("USER_ID_FOR_SRP", json!(user.username))]);
    if let Some(name) = software_token::find_authenticator_app_name(connection, user)? {
        parameters.insert("FRIENDLY_DEVICE_NAME".to_owned(), json!(name));
    }
    Ok(sign_in.issue_challenge(
        ChallengeName::SoftwareTokenMfa,
        SignInIdentity::from_user(user),
        parameters,
        progress,
    ))
}

/// Verifies the code in the response to `SOFTWARE_TOKEN_MFA`, and completes the sign-in. (Some clients send the
/// code a second time as `SMS_MFA_CODE`, which is ignored.)
pub(crate) fn verify_software_token_response(
    sign_in: &SignInRequest<'_>,
    session: Option<&str>,
    responses: &TextMap,
) -> Result<NextSignInStep, ApiError> {
    let session =
        sign_in.open_challenge_session(session, ChallengeName::SoftwareTokenMfa, responses)?;
    let given = Secret::new(responses.get_required("SOFTWARE_TOKEN_MFA_CODE")?);
    sign_in.verify_software_token_code(&session, &given)
}

impl SignInRequest<'_> {
    /// Verifies a code of the authenticator app for this session, and completes the sign-in.
    pub(crate) fn verify_software_token_code(
        &self,
        session: &SignInSession,
        given_code: &Secret,
    ) -> Result<NextSignInStep, ApiError> {
        self.verify_in_transaction(session, |tx, user| {
            let user = user.ok_or_else(ApiError::no_such_user)?;
            software_token::verify_and_use_app_code(
                tx,
                &user,
                given_code.expose_secret(),
                self.caller.now,
            )?;
            session.mark_session_used(tx, self.caller.now)?;
            self.complete_sign_in(tx, user, &session.progress)
        })
    }
}
