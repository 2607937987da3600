//! `SELECT_MFA_TYPE`: which of several second factors.

use serde_json::json;

use super::{Step, Turn, parameters};
use crate::actions::input::TextMap;
use crate::error::{ApiError, ErrorKind};
use crate::pool::User;
use crate::pool::mfa::Factor;
use crate::pool::session::{ChallengeName, Progress, Session, Who};

/// Lets the user choose among `factors`.
pub(crate) fn pose(
    turn: &Turn<'_>,
    user: &User,
    factors: Vec<Factor>,
    progress: Progress,
) -> Result<Step, ApiError> {
    let parameters = parameters([
        ("MFAS_CAN_CHOOSE", json!(serde_json::to_string(&factors)?)),
        ("USER_ID_FOR_SRP", json!(user.username)),
    ]);
    let progress = Progress {
        factors,
        ..progress
    };
    Ok(turn.pose(
        ChallengeName::SelectMfaType,
        Who::user(user),
        parameters,
        progress,
    ))
}

/// Asks for the factor that was chosen.
pub(crate) fn answer(
    turn: &Turn<'_>,
    session: Option<&str>,
    answers: &TextMap,
) -> Result<Step, ApiError> {
    let session = turn.session(session, ChallengeName::SelectMfaType, answers)?;
    turn.with_choice(&session, answers.required("ANSWER")?)
}

impl Turn<'_> {
    /// Asks for the factor that was chosen in a session that offers some.
    ///
    /// # Errors
    /// It was not offered; the session stays good.
    pub(crate) fn with_choice(&self, session: &Session, chosen: &str) -> Result<Step, ApiError> {
        let chosen = Factor::read(chosen)
            .filter(|factor| session.progress.factors.contains(factor))
            .ok_or_else(|| {
                ApiError::new(
                    ErrorKind::MfaMethodNotFound,
                    "The chosen MFA method is not available for the user.",
                )
            })?;
        self.decide(session, |tx, user| {
            let user = user.ok_or_else(ApiError::no_such_user)?;
            session.spend(tx, self.caller.now)?;
            let progress = Progress {
                factors: Vec::new(),
                ..session.progress.clone()
            };
            self.ask_for(tx, &user, chosen, progress)
        })
    }
}
