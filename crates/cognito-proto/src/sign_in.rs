//! The conversation from name and password to tokens. Each half consumes itself, so that no answer
//! is given twice.
//!
//! [`PasswordSignIn::start`] → [`request`](PasswordSignIn::request) →
//! [`answer`](PasswordSignIn::answer) → [`NextStep`].

use crate::action::{
    AuthFlow, AuthReply, AuthenticationResult, ChallengeAnswer, ChallengeName, InitiateAuth,
    Malformed, RespondToAuthChallenge,
};
use crate::config::ConfiguredFlow;
use crate::ids::{ClientId, UserPoolId, Username};
use crate::secret::{ChallengeSession, Password};
use crate::srp::{self, Claim, Ephemeral, Prover, SrpError};
use crate::time::UnixTime;

/// A sign-in that waits for the service's first answer. It holds the password until then.
#[derive(Debug)]
pub struct PasswordSignIn {
    username: Username,
    password: Password,
    proof: Proof,
}

/// How the password will be proved.
#[derive(Debug)]
enum Proof {
    Srp { ephemeral: Ephemeral, srp_a: String },
    SendPassword,
}

impl PasswordSignIn {
    /// Begins; `ephemeral` may have been made long before, as it depends on nobody.
    pub fn start(
        flow: ConfiguredFlow,
        username: Username,
        password: Password,
        ephemeral: Ephemeral,
    ) -> Self {
        let proof = match flow {
            ConfiguredFlow::UserSrp => {
                let srp_a = ephemeral.srp_a();
                Proof::Srp { ephemeral, srp_a }
            }
            ConfiguredFlow::UserPassword => Proof::SendPassword,
        };
        Self {
            username,
            password,
            proof,
        }
    }

    /// What to send first.
    pub fn request<'a>(&'a self, client: &'a ClientId) -> InitiateAuth<'a> {
        let username = &self.username;
        let flow = match &self.proof {
            Proof::Srp { srp_a, .. } => AuthFlow::UserSrp { username, srp_a },
            Proof::SendPassword => AuthFlow::UserPassword {
                username,
                password: &self.password,
            },
        };
        InitiateAuth { client, flow }
    }

    /// Takes the first answer and says how it goes on. The password ends here.
    pub fn answer(
        self,
        reply: AuthReply,
        pool: &UserPoolId,
        now: UnixTime,
    ) -> Result<NextStep, SignInFault> {
        let challenge = match reply {
            AuthReply::Granted(result) => return Ok(NextStep::Granted(result)),
            AuthReply::Challenged(challenge) => challenge,
        };
        // The password is proved only where SRP is configured, and never sent whatever is asked.
        let (ChallengeName::PasswordVerifier, Proof::Srp { ephemeral, .. }) =
            (challenge.name, self.proof)
        else {
            return Ok(NextStep::Unsupported(challenge.name));
        };
        let user = challenge.parameter("USER_ID_FOR_SRP")?;
        let parameters = srp::Challenge::parse(
            challenge.parameter("SRP_B")?,
            challenge.parameter("SALT")?,
            challenge.parameter("SECRET_BLOCK")?,
        )?;
        let claim = ephemeral.prove(
            Prover::user(pool.pool_name(), user),
            self.password.reveal(),
            &parameters,
            &now.srp_timestamp().to_string(),
        )?;
        Ok(NextStep::Prove(PasswordProof {
            username: user.to_owned(),
            session: challenge.session,
            claim,
        }))
    }
}

/// How a sign-in goes on.
#[derive(Debug)]
pub enum NextStep {
    /// It is done.
    Granted(AuthenticationResult),
    /// The proof is to be sent.
    Prove(PasswordProof),
    /// The service asks for something that is not offered here.
    Unsupported(ChallengeName),
}

/// The proof that we know the password, ready to be sent once.
#[derive(Debug)]
pub struct PasswordProof {
    username: String,
    session: Option<ChallengeSession>,
    claim: Claim,
}

impl PasswordProof {
    /// What to send.
    pub fn into_request(self, client: &ClientId) -> RespondToAuthChallenge<'_> {
        RespondToAuthChallenge {
            client,
            username: self.username,
            session: self.session,
            answer: ChallengeAnswer::PasswordVerifier(self.claim),
        }
    }

    /// How it goes on after the proof was answered: with tokens, or with a challenge that is not
    /// offered here.
    pub fn answered(reply: AuthReply) -> Result<AuthenticationResult, ChallengeName> {
        match reply {
            AuthReply::Granted(result) => Ok(result),
            AuthReply::Challenged(challenge) => Err(challenge.name),
        }
    }
}

/// Why a conversation cannot go on: the service's parameters are not to be trusted with a proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignInFault {
    /// The numbers are wrong (RFC 5054 §2.5.4).
    Srp(SrpError),
    /// A parameter is missing.
    Malformed(Malformed),
}

impl From<SrpError> for SignInFault {
    fn from(fault: SrpError) -> Self {
        Self::Srp(fault)
    }
}

impl From<Malformed> for SignInFault {
    fn from(fault: Malformed) -> Self {
        Self::Malformed(fault)
    }
}
