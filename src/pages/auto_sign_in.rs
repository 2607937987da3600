//! The automatic sign-in after a confirmed registration.

use leptos_cognito::{Attempt, AuthContext, PendingSignUp, SignInFailure, SignInProgress};

use super::submission::Submission;

/// Signs in the user who has just registered in this tab. Returns true if the user is now signed in. Otherwise the user
/// continues on the sign-in page, with the pending challenge if there is one. `started_attempt` is
/// [`AuthContext::latest_attempt`] from when the user submitted the form.
pub(super) async fn sign_in_after_sign_up(
    auth: AuthContext,
    pending: Option<PendingSignUp>,
    submission: Submission,
    started_attempt: Attempt,
) -> bool {
    // The user has opened another page and started a sign-in there, which must not be replaced.
    if !submission.is_mounted() && started_attempt.is_superseded() {
        return false;
    }
    let Some(answered) =
        pending.and_then(|pending| auth.sign_in_client().sign_in_after_confirmation(pending))
    else {
        return false;
    };
    match answered.await {
        Ok(SignInProgress::Done) => true,
        Ok(SignInProgress::ChallengeRequired(pending))
        | Err(SignInFailure {
            pending: Some(pending),
            ..
        }) => {
            // If the user has opened another page, the challenge is dropped.
            if submission.is_mounted() {
                auth.sign_in_client().store_pending_challenge(pending);
            }
            false
        }
        Err(_) => false,
    }
}
