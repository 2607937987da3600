//! `CUSTOM_CHALLENGE`: a challenge of the pool's Lambda trigger.

use super::open_challenge::OpenChallenge;
use super::request::{AuthRequest, SentAnswer};
use crate::action::Challenge;
use crate::json::Json;
use crate::secret::CustomAnswer;

/// A `CUSTOM_CHALLENGE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomChallenge {
    /// The public challenge parameters. The pool's Lambda trigger chooses their names and values.
    pub parameters: Vec<(String, String)>,
}

impl CustomChallenge {
    pub(super) fn parse(challenge: &Challenge) -> Self {
        let Json::Object(members) = &challenge.parameters else {
            return Self {
                parameters: Vec::new(),
            };
        };
        let parameters = members
            .iter()
            .filter(|(name, _)| !matches!(name.as_str(), "USERNAME" | "USER_ID_FOR_SRP"))
            .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
            .collect();
        Self { parameters }
    }
}

impl OpenChallenge<CustomChallenge> {
    /// Answers with the text as typed. After a wrong answer, the service can send the same challenge again, as a new
    /// step.
    pub fn answer(self, answer: CustomAnswer) -> AuthRequest {
        AuthRequest::new(self.context, SentAnswer::Custom(self.challenge, answer))
    }
}
