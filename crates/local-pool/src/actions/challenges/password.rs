//! A password that is sent as it is.

use rusqlite::Connection;

use super::Turn;
use crate::actions::sign_in::{check_state, no_such_user, wrong_password};
use crate::error::ApiError;
use crate::pool::password::StoredVerifier;
use crate::pool::{User, attempts};
use crate::secret::Secret;
use crate::srp::Challenged;

impl Turn<'_> {
    /// The user of that name in a state to sign in, or nobody, where the client hides who exists.
    pub(crate) fn candidate(&self, username: &str) -> Result<Option<User>, ApiError> {
        self.service
            .store()
            .with(|connection| match self.pool.user(connection, username)? {
                Some(user) => {
                    check_state(connection, &user, self.caller)?;
                    Ok(Some(user))
                }
                None if self.client.settings.tells_existence() => Err(no_such_user(self.client)),
                None => {
                    let subject = self.pool.subject_of_nobody(username);
                    attempts::check_lockout(connection, &subject, self.caller.now)?;
                    Ok(None)
                }
            })
    }

    /// Checks a password, with Cognito's order of refusals and all counting; what is done with a right one happens
    /// in the same transaction.
    pub(crate) fn with_password<T>(
        &self,
        username: &str,
        password: &Secret,
        then: impl FnOnce(&Connection, User) -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        let pool = self.pool;
        let user = self.candidate(username)?;
        let right = match &user {
            Some(User {
                verifier: Some(verifier),
                username,
                ..
            }) => verifier.is_of(pool, username, password),
            // As long as for somebody, and wrong.
            _ => {
                let nobody = Challenged::nobody(self.service.sealer(), pool, username);
                StoredVerifier::is_of(&nobody.verifier, pool, username, password)
                    && nobody.who.sub.is_some()
            }
        };
        self.service.store().decide(|tx| {
            // Meanwhile the user may have been changed or locked out.
            let now_user = match &user {
                Some(user) => User::by_id(tx, user.id)?,
                None => None,
            };
            let Some(now_user) = now_user else {
                let subject = pool.subject_of_nobody(username);
                return Err(wrong_password(tx, &subject, self.caller));
            };
            check_state(tx, &now_user, self.caller)?;
            if !right || now_user.verifier != user.and_then(|user| user.verifier) {
                return Err(wrong_password(tx, &now_user.subject(), self.caller));
            }
            then(tx, now_user)
        })
    }
}
