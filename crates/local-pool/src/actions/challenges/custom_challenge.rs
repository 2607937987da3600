//! The `CUSTOM_CHALLENGE` challenge: the challenge that the pool's triggers define, with a fixed answer.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use serde_json::json;

use super::{NextSignInStep, SignInRequest};
use crate::actions::input::TextMap;
use crate::error::ApiError;
use crate::pool::session::{ChallengeName, SignInFlowKind, SignInIdentity, SignInProgress};
use crate::srp::SrpSubject;

/// Starts a `CUSTOM_AUTH` sign-in without a password, and returns the custom challenge. An unknown user gets
/// the same challenge as a known one.
pub(crate) fn start_custom_auth(
    sign_in: &SignInRequest<'_>,
    username: &str,
    progress: SignInProgress,
) -> Result<NextSignInStep, ApiError> {
    sign_in.pool.settings.custom_challenge()?;
    let identity = match sign_in.find_user_for_sign_in(username)? {
        Some(user) => SignInIdentity::from_user(&user),
        None => {
            SrpSubject::srp_subject_of_unknown_user(
                sign_in.service.sealer(),
                sign_in.pool,
                username,
            )
            .identity
        }
    };
    issue_custom_challenge(sign_in, identity, progress)
}

/// Issues `CUSTOM_CHALLENGE` with the public parameters that the pool's triggers define. Returns an error if
/// the pool has no complete set of triggers.
pub(crate) fn issue_custom_challenge(
    sign_in: &SignInRequest<'_>,
    identity: SignInIdentity,
    progress: SignInProgress,
) -> Result<NextSignInStep, ApiError> {
    let mut parameters = sign_in.pool.settings.custom_challenge()?.public_parameters;
    parameters.insert("USERNAME".to_owned(), json!(identity.user_id_for_srp));
    let progress = SignInProgress {
        flow: SignInFlowKind::Custom,
        ..progress
    };
    Ok(sign_in.issue_challenge(
        ChallengeName::CustomChallenge,
        identity,
        parameters,
        progress,
    ))
}

/// Verifies the answer to `CUSTOM_CHALLENGE`, and completes the sign-in. After a wrong answer the challenge is
/// issued again, up to the maximum number of attempts.
pub(crate) fn verify_custom_challenge_response(
    sign_in: &SignInRequest<'_>,
    session: Option<&str>,
    responses: &TextMap,
) -> Result<NextSignInStep, ApiError> {
    let session =
        sign_in.open_challenge_session(session, ChallengeName::CustomChallenge, responses)?;
    let given = responses.get_required("ANSWER")?;
    let challenge = sign_in.pool.settings.custom_challenge()?;
    let is_valid = verify_slices_are_equal(
        challenge.answer.expose_secret().as_bytes(),
        given.as_bytes(),
    )
    .is_ok();
    sign_in.verify_in_transaction(&session, |tx, user| {
        session.mark_session_used(tx, sign_in.caller.now)?;
        match user {
            // Cognito requires no second factor after custom challenges.
            Some(user) if is_valid => sign_in.complete_sign_in(tx, user, &session.progress),
            _ => {
                let mut progress = session.progress.clone();
                progress.wrong_answers += 1;
                if progress.wrong_answers >= challenge.wrong_answers {
                    return Err(ApiError::incorrect_username_or_password());
                }
                issue_custom_challenge(sign_in, session.identity.clone(), progress)
            }
        }
    })
}
