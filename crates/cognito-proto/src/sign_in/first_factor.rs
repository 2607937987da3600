//! `SELECT_CHALLENGE`, `PASSWORD`, `PASSWORD_SRP`: the choice of the first factor, and the challenge for the password.

use super::Step;
use super::open_challenge::OpenChallenge;
use super::proof::PasswordMethod;
use super::request::{AuthRequest, SentAnswer};
use crate::config::ConfiguredFlow;
use crate::factor::FirstFactor;
use crate::secret::Password;
use crate::srp::ClientEphemeral;

/// A `SELECT_CHALLENGE`: the choice of the first factor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstFactorChoice {
    /// The known first factors that the service offers, in the order of the response. The list has at least one.
    pub offered: Vec<FirstFactor>,
    /// The factor that is hidden from the user if the service offers both `PASSWORD` and `PASSWORD_SRP`.
    hidden: FirstFactor,
}

impl FirstFactorChoice {
    /// Creates the challenge to choose from `offered`. Returns `None` if that list is empty.
    pub(super) fn new(offered: Vec<FirstFactor>, flow: ConfiguredFlow) -> Option<Self> {
        let hidden = if flow.sends_password() {
            FirstFactor::PasswordSrp
        } else {
            FirstFactor::Password
        };
        (!offered.is_empty()).then_some(Self { offered, hidden })
    }

    /// Returns the first factors that the user can choose from. `PASSWORD` and `PASSWORD_SRP` are one choice. If the
    /// service offers both, the app uses SRP, unless the operator configured that it sends the password.
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

    /// Returns the first factor if the user can choose only one, or `None` if there are several.
    pub fn only_choice(&self) -> Option<FirstFactor> {
        let mut choices = self.choices();
        let first = choices.next()?;
        choices.next().is_none().then_some(first)
    }
}

impl OpenChallenge<FirstFactorChoice> {
    /// Chooses one of the offered first factors. The service refuses other factors. For a password, no request is sent
    /// yet: the next step asks for the password.
    pub fn choose(self, factor: FirstFactor) -> Step {
        let is_sent = match factor {
            FirstFactor::Password => true,
            FirstFactor::PasswordSrp => false,
            FirstFactor::EmailOtp | FirstFactor::SmsOtp | FirstFactor::WebAuthn => {
                let answer = SentAnswer::FirstFactor(self.challenge, factor);
                return Step::Send(AuthRequest::new(self.context, answer));
            }
        };
        let challenge = PasswordChallenge {
            is_sent,
            source: ChallengeSource::FactorChoice(self.challenge),
        };
        Step::Password(OpenChallenge::new(self.context, challenge))
    }
}

/// A challenge that asks the user for the password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordChallenge {
    /// True if the app sends the password to the pool, false if it proves the password (SRP).
    pub is_sent: bool,
    pub(super) source: ChallengeSource,
}

/// The reason why the app asks the user for the password. It decides which request will contain the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ChallengeSource {
    /// The flow begins with the password. No request has been sent yet.
    Flow,
    /// The service sent the challenge `PASSWORD` or `PASSWORD_SRP`.
    Challenge,
    /// The user chose the password at `SELECT_CHALLENGE`.
    FactorChoice(FirstFactorChoice),
}

impl PasswordChallenge {
    pub(super) fn at_flow_start(is_sent: bool) -> Self {
        let source = ChallengeSource::Flow;
        Self { is_sent, source }
    }

    pub(super) fn from_challenge(is_sent: bool) -> Self {
        let source = ChallengeSource::Challenge;
        Self { is_sent, source }
    }
}

impl OpenChallenge<PasswordChallenge> {
    /// Answers the challenge with the password that the user typed. The caller may have made the key pair `ephemeral`
    /// much earlier. It is unused if the app sends the password.
    pub fn answer(self, password: Password, ephemeral: ClientEphemeral) -> AuthRequest {
        let method = if self.challenge.is_sent {
            PasswordMethod::Plaintext(password)
        } else {
            PasswordMethod::srp(password, ephemeral)
        };
        let answer = match self.challenge.source {
            ChallengeSource::Flow => SentAnswer::Start(Some(self.challenge.factor()), method),
            ChallengeSource::Challenge | ChallengeSource::FactorChoice(_) => {
                SentAnswer::Password(self.challenge, method)
            }
        };
        AuthRequest::new(self.context, answer)
    }

    /// Goes back to the choice of the first factor. Returns `None` if the user did not choose the password there.
    pub fn back(self) -> Option<OpenChallenge<FirstFactorChoice>> {
        match self.challenge.source {
            ChallengeSource::FactorChoice(choice) => Some(OpenChallenge::new(self.context, choice)),
            ChallengeSource::Flow | ChallengeSource::Challenge => None,
        }
    }
}

impl PasswordChallenge {
    /// Returns true if the service asked for the password with the challenge `PASSWORD` or `PASSWORD_SRP`.
    pub(super) fn is_challenge(&self) -> bool {
        self.source == ChallengeSource::Challenge
    }

    /// Returns the first factor that the entered password provides: sent or proved with SRP.
    pub(super) fn factor(&self) -> FirstFactor {
        if self.is_sent {
            FirstFactor::Password
        } else {
            FirstFactor::PasswordSrp
        }
    }
}
