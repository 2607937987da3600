//! Sign-in with a password in plain text.

use rusqlite::Connection;

use super::SignInRequest;
use crate::actions::sign_in::{check_user_state, count_wrong_password, unknown_user_error};
use crate::error::ApiError;
use crate::pool::password::StoredVerifier;
use crate::pool::{User, attempts};
use crate::secret::Secret;
use crate::srp::SrpSubject;

impl SignInRequest<'_> {
    /// Returns the user with this name. Returns an error if the user may not sign in. For an unknown name, returns
    /// `None` if the app client hides which users exist, and an error otherwise.
    pub(crate) fn find_user_for_sign_in(&self, username: &str) -> Result<Option<User>, ApiError> {
        self.service.store().run_query(|connection| {
            match self.pool.find_user_by_name(connection, username)? {
                Some(user) => {
                    check_user_state(connection, &user, self.caller)?;
                    Ok(Some(user))
                }
                None if self.client.settings.reveals_user_existence() => {
                    Err(unknown_user_error(self.client))
                }
                None => {
                    let subject = self.pool.rate_limit_subject_of_unknown_user(username);
                    attempts::check_lockout(connection, &subject, self.caller.now)?;
                    Ok(None)
                }
            }
        })
    }

    /// Verifies a password, with Cognito's order of errors and its attempt limits. If the password is correct, calls
    /// `on_success` in the same transaction and returns its result. Returns the error for a wrong password otherwise.
    pub(crate) fn verify_password<T>(
        &self,
        username: &str,
        password: &Secret,
        on_success: impl FnOnce(&Connection, User) -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        let pool = self.pool;
        let user = self.find_user_for_sign_in(username)?;
        let is_valid = match &user {
            Some(User {
                verifier: Some(verifier),
                username,
                ..
            }) => verifier.matches_password(pool, username, password),
            // The check takes the same time as for a known user, and always fails.
            _ => {
                let dummy =
                    SrpSubject::srp_subject_of_unknown_user(self.service.sealer(), pool, username);
                StoredVerifier::matches_password(&dummy.verifier, pool, username, password)
                    && dummy.identity.sub.is_some()
            }
        };
        self.service.store().commit_even_if_refused(|tx| {
            // The user may have changed, or may have been locked out, since the password was verified.
            let current_user = match &user {
                Some(user) => User::find_user_by_id(tx, user.id)?,
                None => None,
            };
            let Some(current_user) = current_user else {
                let subject = pool.rate_limit_subject_of_unknown_user(username);
                return Err(count_wrong_password(tx, &subject, self.caller));
            };
            check_user_state(tx, &current_user, self.caller)?;
            if !is_valid || current_user.verifier != user.and_then(|user| user.verifier) {
                return Err(count_wrong_password(
                    tx,
                    &current_user.codes_and_attempts_key(),
                    self.caller,
                ));
            }
            on_success(tx, current_user)
        })
    }
}
