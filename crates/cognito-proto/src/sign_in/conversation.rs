//! The state of one sign-in, and the function that turns a response into the next step.

use super::asked::Asked;
use super::code::{CodeAsked, CodeChallenge};
use super::custom::CustomAsked;
use super::first_factor::{ChooseFirstFactor, PasswordAsked};
use super::first_proof::gives_first_factor;
use super::new_password::NewPasswordAsked;
use super::passkey::PasskeyAsked;
use super::proof::{Pair, Proving, SrpKeys};
use super::remembered::DeviceAsked;
use super::restart::Answers;
use super::round::{Round, Said};
use super::second_factor::ChooseSecondFactor;
use super::set_up::SetUpAsked;
use super::{Granted, SignInFault, Step};
use crate::action::{AuthReply, Challenge, ChallengeName};
use crate::config::ConfiguredFlow;
use crate::device::RememberedDevice;
use crate::ids::{UserPoolId, Username};
use crate::secret::{ChallengeSession, Password};
use crate::srp::{PasswordClaim, SrpIdentity};
use crate::time::UnixTime;

/// The state that one sign-in keeps between its rounds. It is boxed because it is large.
#[derive(Debug)]
pub(super) struct Conversation {
    pub(super) flow: ConfiguredFlow,
    pub(super) pool: UserPoolId,
    /// The username as the user typed it.
    pub(super) typed: Username,
    /// The username in the newest challenge that had one.
    pub(super) called: Option<String>,
    /// `USER_ID_FOR_SRP`: the user of the password proof, or else the first user that a challenge names.
    user_id: Option<String>,
    /// True after the first factor was given. Before that, tokens are refused.
    has_first_factor: bool,
    /// The newest session from the service.
    pub(super) session: Option<ChallengeSession>,
    pub(super) device: Option<RememberedDevice>,
    /// The answers so far.
    pub(super) answers: Answers,
    /// The answers that a sign-in for a new code gives again without asking the user.
    pub(super) repeated: Answers,
}

impl Conversation {
    pub(super) fn new(
        flow: ConfiguredFlow,
        pool: &UserPoolId,
        typed: Username,
        device: Option<RememberedDevice>,
    ) -> Box<Self> {
        Box::new(Self {
            flow,
            pool: pool.clone(),
            typed,
            called: None,
            user_id: None,
            has_first_factor: false,
            session: None,
            device,
            answers: Answers::default(),
            repeated: Answers::default(),
        })
    }

    /// Returns the username for the answers.
    pub(super) fn username(&self) -> &str {
        self.called.as_deref().unwrap_or(self.typed.as_str())
    }

    /// Records that the service accepted `said`.
    pub(super) fn note_answered(&mut self, said: &Said) {
        self.has_first_factor |= gives_first_factor(self.flow, said);
    }

    /// Replaces the session. If a response has none, the previous session stays, as in Amazon's client: the responses
    /// to the two device requests have no session.
    pub(super) fn take_session(&mut self, session: Option<ChallengeSession>) {
        if session.is_some() {
            self.session = session;
        }
    }

    /// Turns `reply` into the next step. `proving` is the key pair for which the previous request needs a proof.
    pub(super) fn next(
        mut self: Box<Self>,
        reply: AuthReply,
        proving: Proving,
        now: UnixTime,
    ) -> Result<Step, SignInFault> {
        let mut challenge = match reply {
            AuthReply::Granted(_) if !self.has_first_factor => return Err(SignInFault::Unproven),
            AuthReply::Granted(result) => {
                let user_id = self.user_id;
                return Ok(Step::Granted(Granted { result, user_id }));
            }
            AuthReply::Challenged(challenge) => challenge,
        };
        self.take_session(challenge.session.take());
        self.answers.challenged(&challenge.name, now);
        let called = ["USER_ID_FOR_SRP", "USERNAME"]
            .into_iter()
            .find_map(|name| challenge.parameters.get(name).as_text());
        if let Some(name) = called {
            self.called = Some(name.to_owned());
        }
        if self.user_id.is_none() {
            let user_id = challenge.parameters.get("USER_ID_FOR_SRP").as_text();
            self.user_id = user_id.map(str::to_owned);
        }
        let by_choice = matches!(self.flow, ConfiguredFlow::UserAuth { .. });
        Ok(match (&challenge.name, proving) {
            (ChallengeName::PasswordVerifier, Proving::Password(keys)) => {
                let (claim, password) = self.prove_password(keys, &challenge, now)?;
                self.answers.password(password, false, now);
                Step::Send(Round::new(self, Said::Proof(claim)))
            }
            (ChallengeName::DevicePasswordVerifier, Proving::Device(pair)) => {
                match self.prove_device(pair, &challenge, now)? {
                    Some(claim) => Step::Send(Round::new(self, Said::DeviceProof(claim))),
                    None => Step::Unknown(challenge.name),
                }
            }
            (ChallengeName::DeviceSrpAuth, _) if self.device.is_some() => {
                Step::ProveDevice(Asked::new(self, DeviceAsked))
            }
            (ChallengeName::NewPasswordRequired, _) => {
                Step::NewPassword(Asked::new(self, NewPasswordAsked::read(&challenge)?))
            }
            (ChallengeName::SmsMfa, _) => self.code(CodeChallenge::SmsMfa, &challenge),
            (ChallengeName::SmsOtp, _) => self.code(CodeChallenge::SmsOtp, &challenge),
            (ChallengeName::EmailOtp, _) => self.code(CodeChallenge::EmailOtp, &challenge),
            (ChallengeName::SoftwareTokenMfa, _) => {
                self.code(CodeChallenge::SoftwareTokenMfa, &challenge)
            }
            (ChallengeName::SelectMfaType, _) => match ChooseSecondFactor::read(&challenge)? {
                Some(choice) => match self.repeated.take_second_factor(&choice.offered) {
                    Some(factor) => Step::Send(Asked::new(self, choice).choose(factor)),
                    None => Step::ChooseSecondFactor(Asked::new(self, choice)),
                },
                None => Step::Unknown(challenge.name),
            },
            (ChallengeName::MfaSetup, _) => {
                let set_up = SetUpAsked::read(&challenge)?;
                match self.repeated.take_email() {
                    Some(address) => Step::Send(Asked::new(self, set_up).by_email(address)),
                    None => Step::SetUpSecondFactor(Asked::new(self, set_up)),
                }
            }
            (ChallengeName::SelectChallenge, _) if by_choice => {
                match ChooseFirstFactor::read(challenge.available, self.flow) {
                    Some(choice) => Step::ChooseFirstFactor(Asked::new(self, choice)),
                    None => Step::Unknown(challenge.name),
                }
            }
            (ChallengeName::PasswordSrp, _) if by_choice => {
                Step::Password(Asked::new(self, PasswordAsked::challenge(false)))
            }
            // The app sends the password to the pool only if the operator configured it.
            (ChallengeName::Password, _) if by_choice && self.flow.sends_password() => {
                Step::Password(Asked::new(self, PasswordAsked::challenge(true)))
            }
            (ChallengeName::WebAuthn, _) => {
                Step::Passkey(Asked::new(self, PasskeyAsked::read(&challenge)?))
            }
            (ChallengeName::CustomChallenge, _) => {
                Step::Custom(Asked::new(self, CustomAsked::read(&challenge)))
            }
            // A pool that asks for a second proof could compare two proofs of the same password. A pool that asks for
            // the password in plain text gets nothing.
            _ => Step::Unknown(challenge.name),
        })
    }

    fn code(self: Box<Self>, kind: CodeChallenge, challenge: &Challenge) -> Step {
        Step::Code(Asked::new(self, CodeAsked::read(kind, challenge)))
    }

    fn prove_password(
        &mut self,
        keys: SrpKeys,
        challenge: &Challenge,
        now: UnixTime,
    ) -> Result<(PasswordClaim, Password), SignInFault> {
        let user = challenge.parameter("USER_ID_FOR_SRP")?;
        self.user_id = Some(user.to_owned());
        let identity = SrpIdentity::user(self.pool.pool_name(), user);
        keys.prove(identity, challenge, now)
    }

    fn prove_device(
        &self,
        pair: Pair,
        challenge: &Challenge,
        now: UnixTime,
    ) -> Result<Option<PasswordClaim>, SignInFault> {
        let Some(device) = &self.device else {
            return Ok(None);
        };
        let (identity, password) = device.srp_identity();
        pair.prove(identity, password, challenge, now).map(Some)
    }
}
