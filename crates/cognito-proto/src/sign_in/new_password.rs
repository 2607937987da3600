//! `NEW_PASSWORD_REQUIRED`: an invitation's password gives way to one of one's own.

use super::asked::Asked;
use super::round::{Round, Said};
use crate::action::{Challenge, Malformed};
use crate::ids::AttributeName;
use crate::json::Json;
use crate::secret::Password;

/// `NEW_PASSWORD_REQUIRED`: the password so far was a temporary one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPasswordAsked {
    /// Attributes that the pool requires and this user has not.
    pub missing: Vec<AttributeName>,
    /// Attributes that this user has, and that cannot be changed here.
    pub known: Vec<(String, String)>,
}

impl NewPasswordAsked {
    /// Two parameters are JSON texts; either may be missing and then says nothing.
    pub(super) fn read(challenge: &Challenge) -> Result<Self, Malformed> {
        let member = "userAttributes";
        let known = match challenge.json(member)? {
            Json::Null => Vec::new(),
            Json::Object(members) => members
                .into_iter()
                .filter_map(|(name, value)| {
                    Some((bare(&name).to_owned(), value.as_text()?.to_owned()))
                })
                .filter(|(_, value)| !value.is_empty())
                .collect(),
            _ => return Err(Malformed { member }),
        };
        let member = "requiredAttributes";
        let mut missing = Vec::new();
        for name in challenge.json(member)?.texts().map(bare) {
            if known.iter().all(|(held, _)| held != name) {
                missing.push(AttributeName::parse(name).ok_or(Malformed { member })?);
            }
        }
        Ok(Self { missing, known })
    }
}

/// A name without the prefix that it has in some places and lacks in others.
fn bare(name: &str) -> &str {
    name.strip_prefix("userAttributes.").unwrap_or(name)
}

impl Asked<NewPasswordAsked> {
    /// The password as typed, and attributes. One that has a value already is left out: the pool refuses all of it
    /// otherwise.
    pub fn answer(self, password: Password, attributes: Vec<(AttributeName, String)>) -> Round {
        let known = &self.question.known;
        let attributes = attributes
            .into_iter()
            .filter(|(name, _)| known.iter().all(|(held, _)| held != name.as_str()))
            .collect();
        let said = Said::NewPassword(self.question, password, attributes);
        Round::new(self.conversation, said)
    }
}
