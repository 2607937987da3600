//! `DEVICE_SRP_AUTH`: a remembered browser proves itself.

use super::asked::Asked;
use super::proof::Pair;
use super::round::{Round, Said};
use crate::srp::Ephemeral;

/// `DEVICE_SRP_AUTH`: this browser is to prove that it is the remembered device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeviceAsked;

impl Asked<DeviceAsked> {
    /// Begins the proof with a fresh pair: the one of the password's proof is used up.
    pub fn prove(self, ephemeral: Ephemeral) -> Round {
        Round::new(self.conversation, Said::DeviceStart(Pair::new(ephemeral)))
    }
}
