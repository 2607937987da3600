//! `CUSTOM_CHALLENGE`: a challenge of the pool's Lambda trigger.

use super::open_challenge::OpenChallenge;
use super::request::{AuthRequest, SentAnswer};
use crate::action::Challenge;
use crate::secret::CustomAnswer;

/// A `CUSTOM_CHALLENGE`: a challenge that the pool's Lambda trigger defines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomChallenge {
    /// The challenge's public parameters. The pool's Lambda trigger chooses their names and values.
    pub parameters: Vec<(String, String)>,
}

impl CustomChallenge {
    pub(super) fn parse(challenge: &Challenge) -> Self {
        let parameters = challenge.parameters.iter();
        Self {
            parameters: parameters
                .filter(|(name, _)| !matches!(*name, "USERNAME" | "USER_ID_FOR_SRP"))
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
        }
    }
}

impl OpenChallenge<CustomChallenge> {
    /// Answers the challenge with the text that the user typed. After a wrong answer, the service can send the same
    /// challenge again, as a new step.
    pub fn answer(self, answer: CustomAnswer) -> AuthRequest {
        AuthRequest::new(self.context, SentAnswer::Custom(self.challenge, answer))
    }
}
