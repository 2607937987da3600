//! The `SELECT_MFA_TYPE` challenge: the user chooses one of several second factors.

use serde_json::json;

use super::{NextSignInStep, SignInRequest, challenge_parameters};
use crate::actions::input::TextMap;
use crate::error::{ApiError, ErrorKind};
use crate::pool::User;
use crate::pool::mfa::SecondFactor;
use crate::pool::session::{ChallengeName, SignInIdentity, SignInProgress, SignInSession};

/// Issues `SELECT_MFA_TYPE`, which asks the user to choose one of these second factors.
pub(crate) fn issue_mfa_selection_challenge(
    sign_in: &SignInRequest<'_>,
    user: &User,
    factors: Vec<SecondFactor>,
    progress: SignInProgress,
) -> Result<NextSignInStep, ApiError> {
    let parameters = challenge_parameters([
        ("MFAS_CAN_CHOOSE", json!(serde_json::to_string(&factors)?)),
        ("USER_ID_FOR_SRP", json!(user.username)),
    ]);
    let progress = SignInProgress {
        factors,
        ..progress
    };
    Ok(sign_in.issue_challenge(
        ChallengeName::SelectMfaType,
        SignInIdentity::from_user(user),
        parameters,
        progress,
    ))
}

/// Verifies the response to `SELECT_MFA_TYPE`, and issues the challenge of the chosen factor.
pub(crate) fn verify_mfa_selection_response(
    sign_in: &SignInRequest<'_>,
    session: Option<&str>,
    responses: &TextMap,
) -> Result<NextSignInStep, ApiError> {
    let session =
        sign_in.open_challenge_session(session, ChallengeName::SelectMfaType, responses)?;
    sign_in.select_second_factor(&session, responses.get_required("ANSWER")?)
}

impl SignInRequest<'_> {
    /// Issues the challenge of the second factor that was chosen in this session.
    ///
    /// # Errors
    /// The session does not offer this factor. The session stays valid.
    pub(crate) fn select_second_factor(
        &self,
        session: &SignInSession,
        chosen: &str,
    ) -> Result<NextSignInStep, ApiError> {
        let chosen = SecondFactor::from_wire_name(chosen)
            .filter(|factor| session.progress.factors.contains(factor))
            .ok_or_else(|| {
                ApiError::new(
                    ErrorKind::MfaMethodNotFound,
                    "The chosen MFA method is not available for the user.",
                )
            })?;
        self.verify_in_transaction(session, |tx, user| {
            let user = user.ok_or_else(ApiError::no_such_user)?;
            session.mark_session_used(tx, self.caller.now)?;
            let progress = SignInProgress {
                factors: Vec::new(),
                ..session.progress.clone()
            };
            self.issue_factor_challenge(tx, &user, chosen, progress)
        })
    }
}
