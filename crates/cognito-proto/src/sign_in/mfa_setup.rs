//! `MFA_SETUP`: setting up a second factor during a sign-in. An authenticator app needs two requests before the answer
//! to the challenge. Each response has the session for the next request.

use super::open_challenge::OpenChallenge;
use super::recovery::{Recovery, RequestKind};
use super::request::{AuthRequest, SentAnswer};
use super::second_factor::parse_second_factors;
use crate::action::{
    AccessTokenOrSession, AssociateSoftwareToken, Challenge, MemberError, SoftwareToken,
    VerifySoftwareToken,
};
use crate::error::ServiceError;
use crate::factor::SecondFactor;
use crate::ids::EmailAddress;
use crate::secret::{ChallengeSession, TotpSecret, VerificationCode};

/// An `MFA_SETUP` challenge: the pool requires a second factor, and the user has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MfaSetupChallenge {
    /// The known second factors that the user can set up. Only an administrator can enter the phone number for
    /// [`SecondFactor::Sms`], so the user cannot continue if that is the only one.
    pub offered: Vec<SecondFactor>,
}

impl MfaSetupChallenge {
    pub(super) fn parse(challenge: &Challenge) -> Result<Self, MemberError> {
        let offered = parse_second_factors(challenge, "MFAS_CAN_SETUP")?;
        Ok(Self { offered })
    }
}

/// Returns the authorization of a request during a sign-in, or an error if the service sent no session.
fn session_authorization(
    session: Option<&ChallengeSession>,
) -> Result<AccessTokenOrSession<'_>, MemberError> {
    let member = "Session";
    session
        .map(AccessTokenOrSession::Session)
        .ok_or(MemberError { member })
}

impl OpenChallenge<MfaSetupChallenge> {
    /// Answers the challenge with the email address that will receive codes. Usually the next step asks for a code.
    pub fn with_email(self, address: EmailAddress) -> AuthRequest {
        let answer = SentAnswer::MfaSetup(self.challenge, Some(address));
        AuthRequest::new(self.context, answer)
    }

    /// Returns the request for the secret of an authenticator app.
    ///
    /// # Errors
    /// [`MemberError`] if the challenge came without a session.
    pub fn associate_request(&self) -> Result<AssociateSoftwareToken<'_>, MemberError> {
        let authorization = session_authorization(self.context.session.as_ref())?;
        Ok(AssociateSoftwareToken { authorization })
    }

    /// Takes the response that contains the secret, and returns the challenge for a code from the authenticator app.
    pub fn on_associated(mut self, token: SoftwareToken) -> OpenChallenge<TotpSetup> {
        self.context.take_session(token.session);
        // Cognito sends no code after this request.
        self.context.answers.wipe_password();
        let challenge = TotpSetup {
            secret: token.secret,
            mfa_setup: self.challenge,
        };
        OpenChallenge::new(self.context, challenge)
    }

    /// Returns what to do after the service refused [`Self::associate_request`]. The challenge stays open for
    /// [`Recovery::RetryAnswer`].
    pub fn on_error(&self, error: &ServiceError) -> Recovery {
        Recovery::for_error(error, RequestKind::MfaSetup)
    }
}

/// The challenge that asks for a code from an authenticator app that the user has just set up.
#[derive(Debug, PartialEq, Eq)]
pub struct TotpSetup {
    /// The secret that the user enters into the authenticator app; see [`KeyUri`](crate::totp::KeyUri).
    pub secret: TotpSecret,
    mfa_setup: MfaSetupChallenge,
}

impl OpenChallenge<TotpSetup> {
    /// Returns the request that checks the user's code. `friendly_name` is the name of the authenticator app that the
    /// user sees.
    ///
    /// # Errors
    /// [`MemberError`] if the service sent no session.
    pub fn verify_request<'a>(
        &'a self,
        code: &'a VerificationCode,
        friendly_name: Option<&'a str>,
    ) -> Result<VerifySoftwareToken<'a>, MemberError> {
        Ok(VerifySoftwareToken {
            authorization: session_authorization(self.context.session.as_ref())?,
            code,
            friendly_name,
        })
    }

    /// Answers the challenge after the service accepted the code. `session` is the authentication session from that
    /// response.
    pub fn on_verified(mut self, session: Option<ChallengeSession>) -> AuthRequest {
        self.context.take_session(session);
        let answer = SentAnswer::MfaSetup(self.challenge.mfa_setup, None);
        AuthRequest::new(self.context, answer)
    }

    /// Returns what to do after the service refused [`Self::verify_request`]. After a wrong code the challenge stays
    /// open.
    pub fn on_error(&self, error: &ServiceError) -> Recovery {
        Recovery::for_error(error, RequestKind::MfaSetup)
    }

    /// Returns the challenge that asks for the kind of second factor, for a user who wants to set up another one.
    pub fn back(self) -> OpenChallenge<MfaSetupChallenge> {
        OpenChallenge::new(self.context, self.challenge.mfa_setup)
    }
}
