//! `CUSTOM_CHALLENGE`: the pool's own code asks.

use super::asked::Asked;
use super::round::{Round, Said};
use crate::action::Challenge;
use crate::json::Json;
use crate::secret::CustomAnswer;

/// `CUSTOM_CHALLENGE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomAsked {
    /// What the pool's own code lets be known: names and texts of its own choosing.
    pub parameters: Vec<(String, String)>,
}

impl CustomAsked {
    pub(super) fn read(challenge: &Challenge) -> Self {
        let Json::Object(members) = &challenge.parameters else {
            return Self {
                parameters: Vec::new(),
            };
        };
        let parameters = members
            .iter()
            .filter(|(name, _)| !matches!(name.as_str(), "USERNAME" | "USER_ID_FOR_SRP"))
            .filter_map(|(name, value)| Some((name.clone(), value.as_text()?.to_owned())))
            .collect();
        Self { parameters }
    }
}

impl Asked<CustomAsked> {
    /// The answer as typed. A wrong one may be followed by the same question again, as a new step.
    pub fn answer(self, answer: CustomAnswer) -> Round {
        Round::new(self.conversation, Said::Custom(self.question, answer))
    }
}
