//! The automatic sign-in after a confirmed registration.

use super::attempt::Attempt;
use crate::auth::{AuthContext, PendingSignUp, SignInFailure, SignInProgress};

/// Signs in the user who has just registered in this tab. Returns true if the user is signed in. Otherwise the user
/// continues on the sign-in page, with the pending challenge if there is one. `begun_at` is [`AuthContext::attempt_id`]
/// from when the user submitted the form.
pub(super) async fn come_in(
    auth: AuthContext,
    pending: Option<PendingSignUp>,
    attempt: Attempt,
    begun_at: u64,
) -> bool {
    // The user has opened another page and started a sign-in there, which must not be replaced.
    if !attempt.is_there() && auth.attempt_id() != begun_at {
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
            if attempt.is_there() {
                auth.store_pending_challenge(pending);
            }
            false
        }
        Err(_) => false,
    }
}
