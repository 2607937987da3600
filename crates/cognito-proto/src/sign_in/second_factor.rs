//! `SELECT_MFA_TYPE`: which second factor.

use super::asked::Asked;
use super::round::{Round, Said};
use crate::action::{Challenge, Malformed};
use crate::factor::SecondFactor;

/// `SELECT_MFA_TYPE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChooseSecondFactor {
    /// What there is to choose from; at least one.
    pub offered: Vec<SecondFactor>,
}

impl ChooseSecondFactor {
    pub(super) fn read(challenge: &Challenge) -> Result<Option<Self>, Malformed> {
        let offered = second_factors(challenge, "MFAS_CAN_CHOOSE")?;
        Ok((!offered.is_empty()).then_some(Self { offered }))
    }
}

impl Asked<ChooseSecondFactor> {
    /// One of those that are offered; another is refused by the service.
    pub fn choose(self, factor: SecondFactor) -> Round {
        Round::new(self.conversation, Said::SecondFactor(self.question, factor))
    }
}

/// A parameter that is the JSON text of a list of second factors; those that are known here.
pub(super) fn second_factors(
    challenge: &Challenge,
    member: &'static str,
) -> Result<Vec<SecondFactor>, Malformed> {
    Ok(SecondFactor::read_all(challenge.json(member)?.texts()))
}
