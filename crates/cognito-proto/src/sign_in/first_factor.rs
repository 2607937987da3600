//! `SELECT_CHALLENGE`, `PASSWORD`, `PASSWORD_SRP`: the choice of the first factor, and the question for the password.

use super::Step;
use super::asked::Asked;
use super::proof::Knowledge;
use super::round::{Round, Said};
use crate::config::ConfiguredFlow;
use crate::factor::FirstFactor;
use crate::secret::Password;
use crate::srp::Ephemeral;

/// The question of a `SELECT_CHALLENGE`: the first factor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChooseFirstFactor {
    /// The known first factors that the service offers, in its order. The list has at least one.
    pub offered: Vec<FirstFactor>,
    /// The password factor that is not shown if both `PASSWORD` and `PASSWORD_SRP` are offered.
    hidden: FirstFactor,
}

impl ChooseFirstFactor {
    pub(super) fn read(offered: Vec<FirstFactor>, flow: ConfiguredFlow) -> Option<Self> {
        let hidden = if flow.sends_password() {
            FirstFactor::PasswordSrp
        } else {
            FirstFactor::Password
        };
        (!offered.is_empty()).then_some(Self { offered, hidden })
    }

    /// Returns the choices for the user. `PASSWORD` and `PASSWORD_SRP` are one choice. If both are offered, the app
    /// uses SRP, unless the operator configured that it sends the password.
    pub fn choices(&self) -> impl Iterator<Item = FirstFactor> {
        let is_password = |factor: &FirstFactor| {
            matches!(factor, FirstFactor::Password | FirstFactor::PasswordSrp)
        };
        let both = self.offered.iter().copied().filter(is_password).count() > 1;
        self.offered
            .iter()
            .copied()
            .filter(move |factor| !(both && *factor == self.hidden))
    }

    /// Returns the only choice, if there is exactly one.
    pub fn only_choice(&self) -> Option<FirstFactor> {
        let mut choices = self.choices();
        let first = choices.next()?;
        choices.next().is_none().then_some(first)
    }
}

impl Asked<ChooseFirstFactor> {
    /// Chooses one of the offered factors. The service refuses other factors. For a password, no request is sent yet:
    /// the next step asks for the password.
    pub fn choose(self, factor: FirstFactor) -> Step {
        let sent = match factor {
            FirstFactor::Password => true,
            FirstFactor::PasswordSrp => false,
            FirstFactor::EmailOtp | FirstFactor::SmsOtp | FirstFactor::WebAuthn => {
                let said = Said::FirstFactor(self.question, factor);
                return Step::Send(Round::new(self.conversation, said));
            }
        };
        let question = PasswordAsked {
            sent,
            asked: AskedBy::Choice(self.question),
        };
        Step::Password(Asked::new(self.conversation, question))
    }
}

/// The question for the password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordAsked {
    /// True if the app sends the password to the pool, false if it proves the password (SRP).
    pub sent: bool,
    pub(super) asked: AskedBy,
}

/// The reason for which a password is asked for. It decides about the request that contains the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum AskedBy {
    /// The flow begins with the password. No request has been sent yet.
    Flow,
    /// The service sent the challenge `PASSWORD` or `PASSWORD_SRP`.
    Challenge,
    /// The user chose the password at `SELECT_CHALLENGE`.
    Choice(ChooseFirstFactor),
}

impl PasswordAsked {
    pub(super) fn first(sent: bool) -> Self {
        let asked = AskedBy::Flow;
        Self { sent, asked }
    }

    pub(super) fn challenge(sent: bool) -> Self {
        let asked = AskedBy::Challenge;
        Self { sent, asked }
    }
}

impl Asked<PasswordAsked> {
    /// Answers with the password as typed. The caller may have made `ephemeral` much earlier. It is unused if the app
    /// sends the password.
    pub fn answer(self, password: Password, ephemeral: Ephemeral) -> Round {
        let knowledge = if self.question.sent {
            Knowledge::Plain(password)
        } else {
            Knowledge::srp(password, ephemeral)
        };
        let said = match self.question.asked {
            AskedBy::Flow => Said::Start(Some(self.question.factor()), knowledge),
            AskedBy::Challenge | AskedBy::Choice(_) => Said::Password(self.question, knowledge),
        };
        Round::new(self.conversation, said)
    }

    /// Returns the previous choice, for a user who wants to choose another factor.
    pub fn back(self) -> Option<Asked<ChooseFirstFactor>> {
        match self.question.asked {
            AskedBy::Choice(choice) => Some(Asked::new(self.conversation, choice)),
            AskedBy::Flow | AskedBy::Challenge => None,
        }
    }
}

impl PasswordAsked {
    /// True if the service asked for the password with its own challenge.
    pub(super) fn is_challenge(&self) -> bool {
        self.asked == AskedBy::Challenge
    }

    /// Returns the first factor that the answer provides.
    pub(super) fn factor(&self) -> FirstFactor {
        if self.sent {
            FirstFactor::Password
        } else {
            FirstFactor::PasswordSrp
        }
    }
}
