//! The password of a user or device, and the SRP proof of it.

use super::SignInFault;
use crate::action::{Challenge, FirstFactorAnswer};
use crate::factor::FirstFactor;
use crate::secret::Password;
use crate::srp::{self, Ephemeral, PasswordClaim, SrpIdentity};
use crate::time::UnixTime;

/// The user's password, in the form in which the request uses it.
#[derive(Debug)]
pub(super) enum Knowledge {
    /// The request has no password.
    Nothing,
    /// The password that the app sends.
    Plain(Password),
    /// The password that the app proves.
    Srp(SrpKeys),
}

/// The password and the key pair for one SRP proof.
#[derive(Debug)]
pub(super) struct SrpKeys {
    password: Password,
    pair: Pair,
}

/// An ephemeral key pair, with its public value A in hex.
#[derive(Debug)]
pub(super) struct Pair {
    ephemeral: Ephemeral,
    pub(super) srp_a: String,
}

impl Pair {
    pub(super) fn new(ephemeral: Ephemeral) -> Self {
        let srp_a = ephemeral.srp_a();
        Self { ephemeral, srp_a }
    }

    pub(super) fn prove(
        self,
        identity: SrpIdentity<'_>,
        password: &str,
        challenge: &Challenge,
        now: UnixTime,
    ) -> Result<PasswordClaim, SignInFault> {
        let parameters = srp::SrpChallenge::parse(
            challenge.parameter("SRP_B")?,
            challenge.parameter("SALT")?,
            challenge.parameter("SECRET_BLOCK")?,
        )?;
        let timestamp = now.srp_timestamp().to_string();
        Ok(self
            .ephemeral
            .prove_password(identity, password, &parameters, &timestamp)?)
    }
}

impl Knowledge {
    pub(super) fn srp(password: Password, ephemeral: Ephemeral) -> Self {
        Self::Srp(SrpKeys {
            password,
            pair: Pair::new(ephemeral),
        })
    }

    pub(super) fn srp_a(&self) -> Option<&str> {
        match self {
            Self::Srp(keys) => Some(keys.srp_a()),
            Self::Nothing | Self::Plain(_) => None,
        }
    }

    /// Combines `factor` with the password, if there is one.
    pub(super) fn as_answer(&self, factor: FirstFactor) -> FirstFactorAnswer<'_> {
        match self {
            Self::Plain(password) => FirstFactorAnswer::Password(password),
            Self::Srp(keys) => FirstFactorAnswer::PasswordSrp(keys.srp_a()),
            Self::Nothing => FirstFactorAnswer::Bare(factor),
        }
    }
}

impl SrpKeys {
    pub(super) fn srp_a(&self) -> &str {
        &self.pair.srp_a
    }

    /// Returns the proof and the password.
    pub(super) fn prove(
        self,
        identity: SrpIdentity<'_>,
        challenge: &Challenge,
        now: UnixTime,
    ) -> Result<(PasswordClaim, Password), SignInFault> {
        let password = self.password;
        let claim = self
            .pair
            .prove(identity, password.reveal(), challenge, now)?;
        Ok((claim, password))
    }
}

/// The key pair for which the next response may contain the verifier challenge. It is used for one proof only.
#[derive(Debug)]
pub(super) enum Proving {
    Nothing,
    Password(SrpKeys),
    Device(Pair),
}
