//! From a confirmed registration straight in.

use super::attempt::Attempt;
use crate::auth::{Auth, Newcomer, Progress, Stopped};

/// Signs in who has just registered here. Whether that is done; else the sign-in page goes on with whatever the pool
/// still asks, or from the beginning.
pub(super) async fn come_in(auth: Auth, newcomer: Option<Newcomer>, attempt: Attempt) -> bool {
    let Some(answered) = newcomer.and_then(|newcomer| auth.sign_in_newcomer(newcomer)) else {
        return false;
    };
    match answered.await {
        Ok(Progress::Done) => true,
        Ok(Progress::Asked(open))
        | Err(Stopped {
            open: Some(open), ..
        }) => {
            // Who has gone elsewhere meanwhile is not waited for.
            if attempt.is_there() {
                auth.leave_open(open);
            }
            false
        }
        Err(_) => false,
    }
}
