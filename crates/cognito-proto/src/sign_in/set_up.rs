//! `MFA_SETUP`: a second factor is set up in the middle of a sign-in. An authenticator app takes two requests of its own
//! before the challenge is answered; each hands out the session for the next.

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

/// The pool wants a second factor, and this user has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetUpAsked {
    /// What can be set up; each that is known here. A phone number for [`SecondFactor::Sms`] is for an administrator to
    /// enter, so that one alone leads nowhere.
    pub offered: Vec<SecondFactor>,
}

impl SetUpAsked {
    pub(super) fn read(challenge: &Challenge) -> Result<Self, Malformed> {
        let offered = second_factors(challenge, "MFAS_CAN_SETUP")?;
        Ok(Self { offered })
    }
}

/// Who asks, while signing in.
fn standing(session: Option<&ChallengeSession>) -> Result<Standing<'_>, Malformed> {
    let member = "Session";
    session.map(Standing::SigningIn).ok_or(Malformed { member })
}

impl Asked<SetUpAsked> {
    /// Codes by mail to this address. What follows is a code to enter, most likely.
    pub fn by_email(self, address: String) -> Round {
        let said = Said::SetUp(self.question, Some(address));
        Round::new(self.conversation, said)
    }

    /// Asks for an authenticator app's secret.
    ///
    /// # Errors
    /// [`Malformed`] where the challenge came without a session.
    pub fn associate(&self) -> Result<AssociateSoftwareToken<'_>, Malformed> {
        let by = standing(self.conversation.session.as_ref())?;
        Ok(AssociateSoftwareToken { by })
    }

    /// The secret came.
    pub fn associated(mut self, token: SoftwareToken) -> Asked<AuthenticatorOffered> {
        self.conversation.take_session(token.session);
        // No code is sent from here on.
        self.conversation.answers.forget_password();
        let question = AuthenticatorOffered {
            secret: token.secret,
            before: self.question,
        };
        Asked::new(self.conversation, question)
    }

    /// What a refusal of [`Self::associate`] means. The question stays open where it says so.
    pub fn refused(&self, error: &ServiceError) -> AfterRefusal {
        AfterRefusal::of(error, Place::SetUp)
    }
}

/// An authenticator app is to be told the secret, and to give a code in return.
#[derive(Debug, PartialEq, Eq)]
pub struct AuthenticatorOffered {
    /// For the app; see [`KeyUri`](crate::totp::KeyUri).
    pub secret: TotpSecret,
    before: SetUpAsked,
}

impl Asked<AuthenticatorOffered> {
    /// Shows the app's code; `friendly_name` is what the person will know the app by.
    ///
    /// # Errors
    /// [`Malformed`] where no session was handed out.
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

    /// The code was right; `session` is what was answered. The challenge itself is still to be answered.
    pub fn verified(mut self, session: Option<ChallengeSession>) -> Round {
        self.conversation.take_session(session);
        let said = Said::SetUp(self.question.before, None);
        Round::new(self.conversation, said)
    }

    /// What a refusal of [`Self::verify`] means. After a wrong code the question stays open.
    pub fn refused(&self, error: &ServiceError) -> AfterRefusal {
        AfterRefusal::of(error, Place::SetUp)
    }

    /// What else could be set up, for a person who thinks better of it.
    pub fn back(self) -> Asked<SetUpAsked> {
        Asked::new(self.conversation, self.question.before)
    }
}
