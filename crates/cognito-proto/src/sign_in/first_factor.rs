//! `SELECT_CHALLENGE`, `PASSWORD`, `PASSWORD_SRP`: how to begin, and the password where that is how.

use super::Step;
use super::asked::Asked;
use super::proof::Knowledge;
use super::round::{Round, Said};
use crate::config::ConfiguredFlow;
use crate::factor::FirstFactor;
use crate::secret::Password;
use crate::srp::Ephemeral;

/// `SELECT_CHALLENGE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChooseFirstFactor {
    /// What there is to choose from, each that is known here and in the service's order; at least one.
    pub offered: Vec<FirstFactor>,
    /// Of a password's two ways, both offered, the one not to be shown.
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

    /// What a person chooses among. A password is one choice to them: where both its ways are offered, it is proved and
    /// not sent, unless the operator chose otherwise.
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

    /// The one way there is, where that is no choice.
    pub fn only_choice(&self) -> Option<FirstFactor> {
        let mut choices = self.choices();
        let first = choices.next()?;
        choices.next().is_none().then_some(first)
    }
}

impl Asked<ChooseFirstFactor> {
    /// One of those that are offered; another is refused by the service. For a password nothing is sent yet: the next
    /// step is to ask for it.
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

/// The password is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordAsked {
    /// Whether it will be sent to the pool; else it is proved (SRP).
    pub sent: bool,
    pub(super) asked: AskedBy,
}

/// Why a password is asked for, and so where its answer goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum AskedBy {
    /// The flow begins with it; nothing was sent yet.
    Flow,
    /// `PASSWORD` or `PASSWORD_SRP`.
    Challenge,
    /// The person chose it at `SELECT_CHALLENGE`.
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
    /// The password as typed. `ephemeral` may have been made long before; it is not used where the password is sent.
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

    /// The choice that led here, for a person who thinks better of it.
    pub fn back(self) -> Option<Asked<ChooseFirstFactor>> {
        match self.question.asked {
            AskedBy::Choice(choice) => Some(Asked::new(self.conversation, choice)),
            AskedBy::Flow | AskedBy::Challenge => None,
        }
    }
}

impl PasswordAsked {
    /// Whether the service asked for the password by its own challenge.
    pub(super) fn is_challenge(&self) -> bool {
        self.asked == AskedBy::Challenge
    }

    /// The first factor that the answer is.
    pub(super) fn factor(&self) -> FirstFactor {
        if self.sent {
            FirstFactor::Password
        } else {
            FirstFactor::PasswordSrp
        }
    }
}
