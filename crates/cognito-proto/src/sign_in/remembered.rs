//! `DEVICE_SRP_AUTH`: the challenge for a remembered device.

use super::asked::Asked;
use super::proof::Pair;
use super::round::{Round, Said};
use crate::srp::Ephemeral;

/// The question of a `DEVICE_SRP_AUTH`: this browser must prove that it is the remembered device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeviceAsked;

impl Asked<DeviceAsked> {
    /// Starts the proof with a new ephemeral key pair, because the pair of the password's proof has been used.
    pub fn prove(self, ephemeral: Ephemeral) -> Round {
        Round::new(self.conversation, Said::DeviceStart(Pair::new(ephemeral)))
    }
}
