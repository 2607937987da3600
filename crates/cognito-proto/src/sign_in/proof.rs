//! The password of a user or device, and the SRP proof of it.

use super::ProtocolError;
use crate::action::{Challenge, FirstFactorAnswer};
use crate::factor::FirstFactor;
use crate::secret::Password;
use crate::srp::{self, ClientEphemeral, PasswordClaim, SrpIdentity};
use crate::time::UnixTime;

/// The user's password, and whether the app sends it or proves it.
#[derive(Debug)]
pub(super) enum PasswordMethod {
    /// The request has no password.
    None,
    /// The app sends this password.
    Plaintext(Password),
    /// The app proves this password with SRP.
    Srp(SrpCredentials),
}

/// The user's password and the key pair for one SRP proof of it.
#[derive(Debug)]
pub(super) struct SrpCredentials {
    password: Password,
    key_pair: ClientKeyPair,
}

/// The key pair of one SRP proof, with its public value A in hex.
#[derive(Debug)]
pub(super) struct ClientKeyPair {
    ephemeral: ClientEphemeral,
    pub(super) srp_a: String,
}

impl ClientKeyPair {
    pub(super) fn new(ephemeral: ClientEphemeral) -> Self {
        let srp_a = ephemeral.srp_a();
        Self { ephemeral, srp_a }
    }

    /// Computes the SRP proof of `password` that `challenge` asks for. It consumes the key pair.
    pub(super) fn prove(
        self,
        identity: SrpIdentity<'_>,
        password: &str,
        challenge: &Challenge,
        now: UnixTime,
    ) -> Result<PasswordClaim, ProtocolError> {
        let parameters = srp::SrpChallenge::parse(
            challenge.required_parameter("SRP_B")?,
            challenge.required_parameter("SALT")?,
            challenge.required_parameter("SECRET_BLOCK")?,
        )?;
        let timestamp = now.srp_timestamp().to_string();
        Ok(self
            .ephemeral
            .prove_password(identity, password, &parameters, &timestamp)?)
    }
}

impl PasswordMethod {
    pub(super) fn srp(password: Password, ephemeral: ClientEphemeral) -> Self {
        Self::Srp(SrpCredentials {
            password,
            key_pair: ClientKeyPair::new(ephemeral),
        })
    }

    pub(super) fn srp_a(&self) -> Option<&str> {
        match self {
            Self::Srp(keys) => Some(keys.srp_a()),
            Self::None | Self::Plaintext(_) => None,
        }
    }

    /// Returns the answer to send for `factor`: the password, the public value of its SRP proof, or only the factor's
    /// name if there is no password.
    pub(super) fn first_factor_answer(&self, factor: FirstFactor) -> FirstFactorAnswer<'_> {
        match self {
            Self::Plaintext(password) => FirstFactorAnswer::Password(password),
            Self::Srp(keys) => FirstFactorAnswer::PasswordSrp(keys.srp_a()),
            Self::None => FirstFactorAnswer::NameOnly(factor),
        }
    }
}

impl SrpCredentials {
    pub(super) fn srp_a(&self) -> &str {
        &self.key_pair.srp_a
    }

    /// Computes the SRP proof of the password. Returns the proof and the password.
    pub(super) fn prove(
        self,
        identity: SrpIdentity<'_>,
        challenge: &Challenge,
        now: UnixTime,
    ) -> Result<(PasswordClaim, Password), ProtocolError> {
        let password = self.password;
        let claim = self
            .key_pair
            .prove(identity, password.expose_secret(), challenge, now)?;
        Ok((claim, password))
    }
}

/// The key pair for an SRP proof, kept while the app waits for the challenge that asks for the proof. It is used for
/// one proof only.
#[derive(Debug)]
pub(super) enum PendingProof {
    None,
    Password(SrpCredentials),
    Device(ClientKeyPair),
}
