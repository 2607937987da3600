//! `CUSTOM_CHALLENGE`: the pool's own challenge, with a fixed answer.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use serde_json::json;

use super::{Step, Turn};
use crate::actions::input::TextMap;
use crate::error::ApiError;
use crate::pool::session::{Began, ChallengeName, Progress, Who};
use crate::srp::Challenged;

/// Begins a `CUSTOM_AUTH` without a password: the challenge for the user of that name, or for nobody in the same way.
pub(crate) fn begin(turn: &Turn<'_>, username: &str, progress: Progress) -> Result<Step, ApiError> {
    turn.pool.settings.custom_challenge()?;
    let who = match turn.candidate(username)? {
        Some(user) => Who::user(&user),
        None => Challenged::nobody(turn.service.sealer(), turn.pool, username).who,
    };
    pose(turn, who, progress)
}

/// Poses the challenge.
pub(crate) fn pose(turn: &Turn<'_>, who: Who, progress: Progress) -> Result<Step, ApiError> {
    let mut parameters = turn.pool.settings.custom_challenge()?.public_parameters;
    parameters.insert("USERNAME".to_owned(), json!(who.name));
    let progress = Progress {
        began: Began::Custom,
        ..progress
    };
    Ok(turn.pose(ChallengeName::CustomChallenge, who, parameters, progress))
}

/// Judges the answer: a wrong one is asked for again, until there were too many.
pub(crate) fn answer(
    turn: &Turn<'_>,
    session: Option<&str>,
    answers: &TextMap,
) -> Result<Step, ApiError> {
    let session = turn.session(session, ChallengeName::CustomChallenge, answers)?;
    let given = answers.required("ANSWER")?;
    let challenge = turn.pool.settings.custom_challenge()?;
    let right =
        verify_slices_are_equal(challenge.answer.reveal().as_bytes(), given.as_bytes()).is_ok();
    turn.decide(&session, |tx, user| {
        session.spend(tx, turn.caller.now)?;
        match user {
            // Cognito asks for no second factor after these.
            Some(user) if right => turn.finish(tx, user, &session.progress),
            _ => {
                let mut progress = session.progress.clone();
                progress.wrong_answers += 1;
                if progress.wrong_answers >= challenge.wrong_answers {
                    return Err(ApiError::incorrect_username_or_password());
                }
                pose(turn, session.who.clone(), progress)
            }
        }
    })
}
