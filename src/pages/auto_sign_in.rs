//! The automatic sign-in after a confirmed registration.

use leptos_cognito::{AuthContext, PendingSignUp, SignInFailure, SignInProgress};

use super::submission::Submission;

/// Signs in the user who has just registered in this tab. Returns true if the user is now signed in. Otherwise the user
/// continues on the sign-in page, with the pending challenge if there is one. `started_attempt_id` is
/// [`AuthContext::attempt_id`] from when the user submitted the form.
pub(super) async fn sign_in_after_sign_up(
    auth: AuthContext,
    pending: Option<PendingSignUp>,
    submission: Submission,
    started_attempt_id: u64,
) -> bool {
    // The user has opened another page and started a sign-in there, which must not be replaced.
    if !submission.is_mounted() && auth.attempt_id() != started_attempt_id {
        return false;
    }
    let Some(answered) = pending.and_then(|pending| auth.sign_in_after_confirmation(pending))
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
                auth.store_pending_challenge(pending);
            }
            false
        }
        Err(_) => false,
    }
}
