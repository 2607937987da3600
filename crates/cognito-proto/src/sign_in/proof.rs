//! What a person or a device knows, and the proof of it.

use super::SignInFault;
use crate::action::{Challenge, FirstFactorAnswer};
use crate::factor::FirstFactor;
use crate::secret::Password;
use crate::srp::{self, Ephemeral, PasswordClaim, SrpIdentity};
use crate::time::UnixTime;

/// What a person knows, in the form in which it is shown.
#[derive(Debug)]
pub(super) enum Knowledge {
    /// Nothing was said of it.
    Nothing,
    /// The password, to be sent.
    Plain(Password),
    /// The password, to be proved.
    Srp(SrpKeys),
}

/// All that one proof of a password takes.
#[derive(Debug)]
pub(super) struct SrpKeys {
    password: Password,
    pair: Pair,
}

/// A pair and its public half as it is sent.
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

    /// `factor`, with what is known.
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

    /// The proof, and the password again.
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

/// What was said that an answer may be about: the one thing that is proved next, once.
#[derive(Debug)]
pub(super) enum Proving {
    Nothing,
    Password(SrpKeys),
    Device(Pair),
}
