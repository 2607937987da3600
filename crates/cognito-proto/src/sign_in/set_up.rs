//! `MFA_SETUP`: setting up a second factor during a sign-in. An authenticator app needs two requests before the answer
//! to the challenge. Each response has the session for the next request.

use super::asked::Asked;
use super::refusal::{AfterRefusal, Place};
use super::round::{Round, Said};
use super::second_factor::second_factors;
use crate::action::{
    AssociateSoftwareToken, Challenge, Malformed, SoftwareToken, Standing, VerifySoftwareToken,
};
use crate::error::ServiceError;
use crate::factor::SecondFactor;
use crate::secret::{ChallengeSession, ConfirmationCode, TotpSecret};

/// The question of an `MFA_SETUP`: the pool requires a second factor, and the user has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetUpAsked {
    /// The known second factors that the user can set up. Only an administrator can enter the phone number for
    /// [`SecondFactor::Sms`], so the user cannot continue if that is the only one.
    pub offered: Vec<SecondFactor>,
}

impl SetUpAsked {
    pub(super) fn read(challenge: &Challenge) -> Result<Self, Malformed> {
        let offered = second_factors(challenge, "MFAS_CAN_SETUP")?;
        Ok(Self { offered })
    }
}

/// Returns the authorization of a request during a sign-in.
fn standing(session: Option<&ChallengeSession>) -> Result<Standing<'_>, Malformed> {
    let member = "Session";
    session.map(Standing::SigningIn).ok_or(Malformed { member })
}

impl Asked<SetUpAsked> {
    /// Answers with an email address for codes. Usually the next step asks for a code.
    pub fn by_email(self, address: String) -> Round {
        let said = Said::SetUp(self.question, Some(address));
        Round::new(self.conversation, said)
    }

    /// Returns the request for the secret of an authenticator app.
    ///
    /// # Errors
    /// [`Malformed`] if the challenge came without a session.
    pub fn associate(&self) -> Result<AssociateSoftwareToken<'_>, Malformed> {
        let by = standing(self.conversation.session.as_ref())?;
        Ok(AssociateSoftwareToken { by })
    }

    /// Takes the response with the secret and returns the next question.
    pub fn associated(mut self, token: SoftwareToken) -> Asked<AuthenticatorOffered> {
        self.conversation.take_session(token.session);
        // Cognito sends no code after this request.
        self.conversation.answers.forget_password();
        let question = AuthenticatorOffered {
            secret: token.secret,
            before: self.question,
        };
        Asked::new(self.conversation, question)
    }

    /// Returns the next action after the service refused [`Self::associate`]. The question stays open for
    /// `AnswerAgain`.
    pub fn refused(&self, error: &ServiceError) -> AfterRefusal {
        AfterRefusal::of(error, Place::SetUp)
    }
}

/// The question for a code from an authenticator app that the user has just set up.
#[derive(Debug, PartialEq, Eq)]
pub struct AuthenticatorOffered {
    /// The secret for the authenticator app; see [`KeyUri`](crate::totp::KeyUri).
    pub secret: TotpSecret,
    before: SetUpAsked,
}

impl Asked<AuthenticatorOffered> {
    /// Returns the request that checks the code. `friendly_name` is the name of the authenticator app that the user
    /// sees.
    ///
    /// # Errors
    /// [`Malformed`] if the service sent no session.
    pub fn verify<'a>(
        &'a self,
        code: &'a ConfirmationCode,
        friendly_name: Option<&'a str>,
    ) -> Result<VerifySoftwareToken<'a>, Malformed> {
        Ok(VerifySoftwareToken {
            by: standing(self.conversation.session.as_ref())?,
            code,
            friendly_name,
        })
    }

    /// Answers the challenge after the service accepted the code. `session` comes from that response.
    pub fn verified(mut self, session: Option<ChallengeSession>) -> Round {
        self.conversation.take_session(session);
        let said = Said::SetUp(self.question.before, None);
        Round::new(self.conversation, said)
    }

    /// Returns the next action after the service refused [`Self::verify`]. After a wrong code the question stays open.
    pub fn refused(&self, error: &ServiceError) -> AfterRefusal {
        AfterRefusal::of(error, Place::SetUp)
    }

    /// Returns the previous question, for a user who wants to set up another factor.
    pub fn back(self) -> Asked<SetUpAsked> {
        Asked::new(self.conversation, self.question.before)
    }
}
