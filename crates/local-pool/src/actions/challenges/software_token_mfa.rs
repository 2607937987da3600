//! `SOFTWARE_TOKEN_MFA`: a code of the user's authenticator app.

use rusqlite::Connection;
use serde_json::json;

use super::{Step, Turn, parameters};
use crate::actions::input::TextMap;
use crate::error::ApiError;
use crate::pool::session::{ChallengeName, Progress, Session, Who};
use crate::pool::{User, software_token};
use crate::secret::Secret;

/// Asks for a code of the app, by the name that the user gave it.
pub(crate) fn pose(
    turn: &Turn<'_>,
    connection: &Connection,
    user: &User,
    progress: Progress,
) -> Result<Step, ApiError> {
    let mut parameters = parameters([("USER_ID_FOR_SRP", json!(user.username))]);
    if let Some(name) = software_token::name(connection, user)? {
        parameters.insert("FRIENDLY_DEVICE_NAME".to_owned(), json!(name));
    }
    Ok(turn.pose(
        ChallengeName::SoftwareTokenMfa,
        Who::user(user),
        parameters,
        progress,
    ))
}

/// Judges the code. (One client sends it as `SMS_MFA_CODE` besides, which is not looked at.)
pub(crate) fn answer(
    turn: &Turn<'_>,
    session: Option<&str>,
    answers: &TextMap,
) -> Result<Step, ApiError> {
    let session = turn.session(session, ChallengeName::SoftwareTokenMfa, answers)?;
    let given = Secret::new(answers.required("SOFTWARE_TOKEN_MFA_CODE")?);
    turn.with_software_token(&session, &given)
}

impl Turn<'_> {
    /// Judges a code of the app for a session that waits for one, and goes on.
    pub(crate) fn with_software_token(
        &self,
        session: &Session,
        given: &Secret,
    ) -> Result<Step, ApiError> {
        self.decide(session, |tx, user| {
            let user = user.ok_or_else(ApiError::no_such_user)?;
            software_token::spend(tx, &user, given.reveal(), self.caller.now)?;
            session.spend(tx, self.caller.now)?;
            self.finish(tx, user, &session.progress)
        })
    }
}
