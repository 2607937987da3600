//! What comes after what: the first factor, a new password in place of a temporary one, a second factor, the tokens.

use rusqlite::Connection;

use super::{
    Entrance, Step, Turn, custom_challenge, device, mfa_setup, new_password_required,
    select_mfa_type, sent_code, software_token_mfa,
};
use crate::error::ApiError;
use crate::pool::contact::Contact;
use crate::pool::delivery::Destination;
use crate::pool::family::{self, Beginning};
use crate::pool::mfa::{self, Demand, Factor};
use crate::pool::session::{Began, ChallengeName, Progress, Proof, Who};
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
        device::check_known(self, connection, &user, &progress)?;
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
            Began::Password | Began::Choice => self.second_factor(connection, user, progress),
            Began::Custom => custom_challenge::pose(self, Who::user(&user), progress),
        }
    }

    /// The first factor was right and may need a second.
    pub(crate) fn second_factor(
        &self,
        connection: &Connection,
        user: User,
        progress: Progress,
    ) -> Result<Step, ApiError> {
        let demand = mfa::demand(connection, self.pool, &user)?;
        let demanded = demand != Demand::Nothing;
        if let Some(step) =
            device::instead_of_second_factor(self, connection, &user, &progress, demanded)?
        {
            return Ok(step);
        }
        match demand {
            Demand::Nothing => self.finish(connection, user, &progress),
            Demand::One(factor) => self.ask_for(connection, &user, factor, progress),
            Demand::Choice(factors) => select_mfa_type::pose(self, &user, factors, progress),
            Demand::SetUp(factors) => mfa_setup::pose(self, &user, factors, progress),
        }
    }

    /// Asks for this second factor.
    pub(crate) fn ask_for(
        &self,
        connection: &Connection,
        user: &User,
        factor: Factor,
        progress: Progress,
    ) -> Result<Step, ApiError> {
        let (name, contact) = match factor {
            Factor::SoftwareToken => {
                return software_token_mfa::pose(self, connection, user, progress);
            }
            Factor::Sms => (ChallengeName::SmsMfa, Contact::PhoneNumber),
            Factor::Email => (ChallengeName::EmailOtp, Contact::Email),
        };
        let destination = Destination::of(contact, &user.attributes(connection)?)
            .ok_or_else(|| ApiError::internal("a second factor has no address"))?;
        sent_code::pose_second_factor(
            self,
            connection,
            user,
            (name, &destination, Proof::SecondFactor),
            progress,
        )
    }

    /// Nothing more is asked: signed in.
    pub(crate) fn finish(
        &self,
        connection: &Connection,
        user: User,
        progress: &Progress,
    ) -> Result<Step, ApiError> {
        if self.entrance == Entrance::HostedPages {
            return Ok(Step::SignedIn(user));
        }
        let now = self.caller.now;
        let device = device::at_sign_in(self, connection, &user, progress)?;
        let beginning = Beginning::by_api(now, device);
        let grant = family::begin(connection, self.client, &user, beginning, now)?;
        let attributes = user.attributes(connection)?;
        Ok(Step::Granted {
            grant,
            user,
            attributes,
        })
    }
}
