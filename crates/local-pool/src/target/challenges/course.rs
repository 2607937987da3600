//! What comes after what: the first factor, a new password in place of a temporary one, a second factor, the tokens.

use rusqlite::Connection;

use super::{Entrance, Step, Turn, new_password_required};
use crate::error::ApiError;
use crate::pool::family::{self, Beginning};
use crate::pool::session::{Began, Progress};
use crate::pool::{Status, User, attempts};

impl Turn<'_> {
    /// The password was right, sent or proved: what comes next. To be called in the transaction that found it so.
    /// (After a code, a passkey or challenges of the pool's own nothing further is asked: [`Turn::finish`].)
    ///
    /// # Errors
    /// A temporary password is too old.
    pub(crate) fn after_password(
        &self,
        connection: &Connection,
        user: User,
        progress: Progress,
    ) -> Result<Step, ApiError> {
        attempts::note_success(connection, &user.subject())?;
        if user.status != Status::ForceChangePassword {
            return self.after_own_password(connection, user, progress);
        }
        let policy = &self.pool.settings.policies.password_policy;
        if user
            .temporary_since
            .is_some_and(|since| policy.temporary_until(since) <= self.caller.now)
        {
            return Err(ApiError::not_authorized(
                "Temporary password has expired and must be reset by an administrator.",
            ));
        }
        new_password_required::pose(self, connection, &user, progress)
    }

    /// The password was right and is the user's own: what comes next.
    pub(crate) fn after_own_password(
        &self,
        connection: &Connection,
        user: User,
        progress: Progress,
    ) -> Result<Step, ApiError> {
        match progress.began {
            Began::Password | Began::Choice | Began::Custom => {
                self.finish(connection, user, &progress)
            }
        }
    }

    /// Nothing more is asked: signed in.
    pub(crate) fn finish(
        &self,
        connection: &Connection,
        user: User,
        _progress: &Progress,
    ) -> Result<Step, ApiError> {
        if self.entrance == Entrance::HostedPages {
            return Ok(Step::SignedIn(user));
        }
        let now = self.caller.now;
        let grant = family::begin(connection, self.client, &user, Beginning::by_api(now), now)?;
        let attributes = user.attributes(connection)?;
        Ok(Step::Granted {
            grant,
            user,
            attributes,
        })
    }
}
