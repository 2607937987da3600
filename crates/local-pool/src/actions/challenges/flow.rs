//! The order of the steps of a sign-in: first factor, replacement of a temporary password, second factor, tokens.

use rusqlite::Connection;

use super::{
    NextSignInStep, SignInInterface, SignInRequest, custom_challenge, device, mfa_setup,
    new_password_required, select_mfa_type, sent_code, software_token_mfa,
};
use crate::error::ApiError;
use crate::pool::contact::ContactKind;
use crate::pool::delivery::MessageDestination;
use crate::pool::mfa::{self, MfaRequirement, SecondFactor};
use crate::pool::session::{
    ChallengeName, FactorCompletedByCode, SignInFlowKind, SignInIdentity, SignInProgress,
};
use crate::pool::token_family::{self, TokenFamilyParameters};
use crate::pool::{User, UserStatus, attempts};

impl SignInRequest<'_> {
    /// Returns the step of a sign-in that follows a correct password. Call this function in the transaction that
    /// verified the password. After a code, a passkey or a custom challenge there is no further step: those call
    /// [`SignInRequest::complete_sign_in`].
    ///
    /// # Errors
    /// The temporary password has expired.
    pub(crate) fn continue_sign_in_after_password(
        &self,
        connection: &Connection,
        user: User,
        progress: SignInProgress,
    ) -> Result<NextSignInStep, ApiError> {
        device::check_device_key(self, connection, &user, &progress)?;
        attempts::record_correct_password(connection, &user.codes_and_attempts_key())?;
        if user.status != UserStatus::ForceChangePassword {
            return self.continue_sign_in_after_permanent_password(connection, user, progress);
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
        new_password_required::issue_new_password_challenge(self, connection, &user, progress)
    }

    /// Returns the step of a sign-in that follows a correct password which is not temporary.
    pub(crate) fn continue_sign_in_after_permanent_password(
        &self,
        connection: &Connection,
        user: User,
        progress: SignInProgress,
    ) -> Result<NextSignInStep, ApiError> {
        match progress.flow {
            SignInFlowKind::Password | SignInFlowKind::Choice => {
                self.require_second_factor(connection, user, progress)
            }
            SignInFlowKind::Custom => custom_challenge::issue_custom_challenge(
                self,
                SignInIdentity::from_user(&user),
                progress,
            ),
        }
    }

    /// Returns the step of a sign-in that follows the first factor: the challenge of the second factor, or the end of
    /// the sign-in if none is required.
    pub(crate) fn require_second_factor(
        &self,
        connection: &Connection,
        user: User,
        progress: SignInProgress,
    ) -> Result<NextSignInStep, ApiError> {
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
                select_mfa_type::issue_mfa_selection_challenge(self, &user, factors, progress)
            }
            MfaRequirement::Setup(factors) => {
                mfa_setup::issue_mfa_setup_challenge(self, &user, factors, progress)
            }
        }
    }

    /// Issues the challenge of this second factor. Returns an error if the user cannot use the factor.
    pub(crate) fn issue_factor_challenge(
        &self,
        connection: &Connection,
        user: &User,
        factor: SecondFactor,
        progress: SignInProgress,
    ) -> Result<NextSignInStep, ApiError> {
        let (name, contact) = match factor {
            SecondFactor::SoftwareToken => {
                return software_token_mfa::issue_software_token_challenge(
                    self, connection, user, progress,
                );
            }
            SecondFactor::Sms => (ChallengeName::SmsMfa, ContactKind::PhoneNumber),
            SecondFactor::Email => (ChallengeName::EmailOtp, ContactKind::Email),
        };
        let destination =
            MessageDestination::from_attributes(contact, &user.load_attributes(connection)?)
                .ok_or_else(|| ApiError::internal("a second factor has no address"))?;
        sent_code::issue_second_factor_challenge(
            self,
            connection,
            user,
            (name, &destination, FactorCompletedByCode::SecondFactor),
            progress,
        )
    }

    /// Completes the sign-in. The returned step contains the grant of tokens or, on the hosted pages, the user.
    pub(crate) fn complete_sign_in(
        &self,
        connection: &Connection,
        user: User,
        progress: &SignInProgress,
    ) -> Result<NextSignInStep, ApiError> {
        if self.interface == SignInInterface::HostedPages {
            return Ok(NextSignInStep::SignedIn(user));
        }
        let now = self.caller.now;
        let device = device::find_device_of_sign_in(self, connection, &user, progress)?;
        let session_start = TokenFamilyParameters::for_api_sign_in(now, device);
        let grant =
            token_family::start_token_family(connection, self.client, &user, session_start, now)?;
        let attributes = user.load_attributes(connection)?;
        Ok(NextSignInStep::Granted {
            grant,
            user,
            attributes,
        })
    }
}
