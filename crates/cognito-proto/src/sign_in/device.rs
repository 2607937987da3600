//! `DEVICE_SRP_AUTH`: the challenge for a remembered device.

use super::open_challenge::OpenChallenge;
use super::proof::ClientKeyPair;
use super::request::{AuthRequest, SentAnswer};
use crate::srp::ClientEphemeral;

/// A `DEVICE_SRP_AUTH` challenge: this browser must prove that it is the remembered device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeviceChallenge;

impl OpenChallenge<DeviceChallenge> {
    /// Starts the device's SRP proof with a new ephemeral key pair, because the pair of the password's proof has been
    /// used.
    pub fn prove(self, ephemeral: ClientEphemeral) -> AuthRequest {
        AuthRequest::new(
            self.context,
            SentAnswer::DeviceStart(ClientKeyPair::new(ephemeral)),
        )
    }
}
