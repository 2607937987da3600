//! `SELECT_MFA_TYPE`: the choice of the second factor.

use super::asked::Asked;
use super::round::{Round, Said};
use crate::action::{Challenge, Malformed};
use crate::factor::SecondFactor;

/// The question of a `SELECT_MFA_TYPE`: the second factor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChooseSecondFactor {
    /// The second factors that the service offers. The list has at least one.
    pub offered: Vec<SecondFactor>,
}

impl ChooseSecondFactor {
    pub(super) fn read(challenge: &Challenge) -> Result<Option<Self>, Malformed> {
        let offered = second_factors(challenge, "MFAS_CAN_CHOOSE")?;
        Ok((!offered.is_empty()).then_some(Self { offered }))
    }
}

impl Asked<ChooseSecondFactor> {
    /// Chooses one of the offered factors. The service refuses other factors.
    pub fn choose(self, factor: SecondFactor) -> Round {
        Round::new(self.conversation, Said::SecondFactor(self.question, factor))
    }
}

/// Parses a parameter that is the JSON text of a list of second factors. Unknown ones are left out.
pub(super) fn second_factors(
    challenge: &Challenge,
    member: &'static str,
) -> Result<Vec<SecondFactor>, Malformed> {
    Ok(SecondFactor::read_all(challenge.json(member)?.texts()))
}
