//! The order of the steps of a sign-in: first factor, replacement of a temporary password, second factor, tokens.

use rusqlite::Connection;

use super::{
    NextStep, SignInInterface, SignInRequest, custom_challenge, device, mfa_setup,
    new_password_required, select_mfa_type, sent_code, software_token_mfa,
};
use crate::error::ApiError;
use crate::pool::contact::Contact;
use crate::pool::delivery::Destination;
use crate::pool::mfa::{self, Factor, MfaRequirement};
use crate::pool::session::{ChallengeName, CompletedFactor, FlowKind, Identity, Progress};
use crate::pool::token_family::{self, SessionStart};
use crate::pool::{Status, User, attempts};

impl SignInRequest<'_> {
    /// Returns the step after a correct password. Call this function in the transaction that verified the
    /// password. After a code, a passkey or a custom challenge there is no further step: those call
    /// [`SignInRequest::complete_sign_in`].
    ///
    /// # Errors
    /// The temporary password has expired.
    pub(crate) fn continue_after_password(
        &self,
        connection: &Connection,
        user: User,
        progress: Progress,
    ) -> Result<NextStep, ApiError> {
        device::check_device_key(self, connection, &user, &progress)?;
        attempts::record_correct_password(connection, &user.subject())?;
        if user.status != Status::ForceChangePassword {
            return self.continue_after_permanent_password(connection, user, progress);
        }
        let policy = &self.pool.settings.policies.password_policy;
        if user
            .temporary_since
            .is_some_and(|since| policy.temporary_password_expiry(since) <= self.caller.now)
        {
            return Err(ApiError::not_authorized(
                "Temporary password has expired and must be reset by an administrator.",
            ));
        }
        new_password_required::issue_challenge(self, connection, &user, progress)
    }

    /// Returns the step after a correct password that is not a temporary one.
    pub(crate) fn continue_after_permanent_password(
        &self,
        connection: &Connection,
        user: User,
        progress: Progress,
    ) -> Result<NextStep, ApiError> {
        match progress.flow {
            FlowKind::Password | FlowKind::Choice => {
                self.require_second_factor(connection, user, progress)
            }
            FlowKind::Custom => {
                custom_challenge::issue_challenge(self, Identity::from_user(&user), progress)
            }
        }
    }

    /// Returns the step after the first factor: the challenge of the second factor, or the end of the sign-in
    /// if none is required.
    pub(crate) fn require_second_factor(
        &self,
        connection: &Connection,
        user: User,
        progress: Progress,
    ) -> Result<NextStep, ApiError> {
        let requirement = mfa::determine_mfa_requirement(connection, self.pool, &user)?;
        let required = requirement != MfaRequirement::None;
        if let Some(step) =
            device::issue_device_challenge(self, connection, &user, &progress, required)?
        {
            return Ok(step);
        }
        match requirement {
            MfaRequirement::None => self.complete_sign_in(connection, user, &progress),
            MfaRequirement::One(factor) => {
                self.issue_factor_challenge(connection, &user, factor, progress)
            }
            MfaRequirement::AnyOf(factors) => {
                select_mfa_type::issue_challenge(self, &user, factors, progress)
            }
            MfaRequirement::Setup(factors) => {
                mfa_setup::issue_challenge(self, &user, factors, progress)
            }
        }
    }

    /// Issues the challenge of this second factor. Returns an error if the user cannot use the factor.
    pub(crate) fn issue_factor_challenge(
        &self,
        connection: &Connection,
        user: &User,
        factor: Factor,
        progress: Progress,
    ) -> Result<NextStep, ApiError> {
        let (name, contact) = match factor {
            Factor::SoftwareToken => {
                return software_token_mfa::issue_challenge(self, connection, user, progress);
            }
            Factor::Sms => (ChallengeName::SmsMfa, Contact::PhoneNumber),
            Factor::Email => (ChallengeName::EmailOtp, Contact::Email),
        };
        let destination = Destination::from_attributes(contact, &user.load_attributes(connection)?)
            .ok_or_else(|| ApiError::internal("a second factor has no address"))?;
        sent_code::issue_second_factor_challenge(
            self,
            connection,
            user,
            (name, &destination, CompletedFactor::SecondFactor),
            progress,
        )
    }

    /// Completes the sign-in. The returned step contains the grant of tokens or, on the hosted pages, the user.
    pub(crate) fn complete_sign_in(
        &self,
        connection: &Connection,
        user: User,
        progress: &Progress,
    ) -> Result<NextStep, ApiError> {
        if self.interface == SignInInterface::HostedPages {
            return Ok(NextStep::SignedIn(user));
        }
        let now = self.caller.now;
        let device = device::find_device_of_sign_in(self, connection, &user, progress)?;
        let session_start = SessionStart::from_api(now, device);
        let grant = token_family::start_family(connection, self.client, &user, session_start, now)?;
        let attributes = user.load_attributes(connection)?;
        Ok(NextStep::Granted {
            grant,
            user,
            attributes,
        })
    }
}
