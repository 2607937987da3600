//! `SELECT_MFA_TYPE`: the choice of the second factor.

use super::open_challenge::OpenChallenge;
use super::request::{AuthRequest, SentAnswer};
use crate::action::{Challenge, MemberError};
use crate::factor::SecondFactor;

/// A `SELECT_MFA_TYPE` challenge: the user must choose a second factor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecondFactorChoice {
    /// The known second factors that the service offers. The list has at least one.
    pub offered: Vec<SecondFactor>,
}

impl SecondFactorChoice {
    /// Parses the challenge. Returns `None` if the service offers no second factor that this crate knows.
    pub(super) fn parse(challenge: &Challenge) -> Result<Option<Self>, MemberError> {
        let offered = parse_second_factors(challenge, "MFAS_CAN_CHOOSE")?;
        Ok((!offered.is_empty()).then_some(Self { offered }))
    }
}

impl OpenChallenge<SecondFactorChoice> {
    /// Chooses one of the offered second factors. The service refuses other factors.
    pub fn choose(self, factor: SecondFactor) -> AuthRequest {
        AuthRequest::new(
            self.context,
            SentAnswer::SecondFactor(self.challenge, factor),
        )
    }
}

/// Parses the challenge parameter `member`, which is the JSON text of a list of second factors. Unknown ones are left
/// out.
pub(super) fn parse_second_factors(
    challenge: &Challenge,
    member: &'static str,
) -> Result<Vec<SecondFactor>, MemberError> {
    let names: Option<Vec<String>> = challenge.json_parameter(member)?;
    let names = names.iter().flatten();
    Ok(SecondFactor::parse_all(names.map(String::as_str)))
}
