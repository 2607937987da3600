//! `NEW_PASSWORD_REQUIRED`: the user replaces the temporary password of an invitation.

use super::open_challenge::OpenChallenge;
use super::request::{AuthRequest, SentAnswer};
use crate::action::{Challenge, MemberError};
use crate::ids::AttributeName;
use crate::secret::Password;
use crate::wire::{Entries, Member};

/// A `NEW_PASSWORD_REQUIRED` challenge: the user must replace the temporary password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPasswordChallenge {
    /// The attributes that the pool requires and the user does not have.
    pub missing: Vec<AttributeName>,
    /// The names and values of the attributes that the user has. They cannot be changed in this challenge.
    pub known: Vec<(String, String)>,
}

impl NewPasswordChallenge {
    /// Parses the challenge. Known and missing attributes are two parameters with JSON text. A missing parameter means
    /// an empty list.
    pub(super) fn parse(challenge: &Challenge) -> Result<Self, MemberError> {
        let attributes: Option<Entries<Member<'_, String>>> =
            challenge.json_parameter("userAttributes")?;
        let attributes = attributes.into_iter().flat_map(|Entries(members)| members);
        let known: Vec<_> = attributes
            .filter_map(|(name, value)| Some((name, value.optional()?)))
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| (without_prefix(&name).to_owned(), value))
            .collect();
        let member = "requiredAttributes";
        let required: Option<Vec<String>> = challenge.json_parameter(member)?;
        let mut missing = Vec::new();
        for name in required.iter().flatten().map(|name| without_prefix(name)) {
            if known.iter().all(|(known_name, _)| known_name != name) {
                missing.push(AttributeName::parse(name).ok_or(MemberError { member })?);
            }
        }
        Ok(Self { missing, known })
    }
}

/// Returns an attribute's name without `userAttributes.`, the prefix that names have in some responses only.
fn without_prefix(name: &str) -> &str {
    name.strip_prefix("userAttributes.").unwrap_or(name)
}

impl OpenChallenge<NewPasswordChallenge> {
    /// Answers the challenge with the new password as typed, and with attributes. Attributes that have a value already
    /// are left out, because the pool would refuse the whole answer.
    pub fn answer(
        self,
        password: Password,
        attributes: Vec<(AttributeName, String)>,
    ) -> AuthRequest {
        let known = &self.challenge.known;
        let attributes = attributes
            .into_iter()
            .filter(|(name, _)| {
                known
                    .iter()
                    .all(|(known_name, _)| known_name != name.as_str())
            })
            .collect();
        let answer = SentAnswer::NewPassword(self.challenge, password, attributes);
        AuthRequest::new(self.context, answer)
    }
}
