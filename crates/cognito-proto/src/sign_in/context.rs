//! The state of one sign-in, and the function that turns a response into the next step.

use super::custom::CustomChallenge;
use super::device::DeviceChallenge;
use super::first_factor::{FirstFactorChoice, PasswordChallenge};
use super::first_proof::provides_first_factor;
use super::mfa_setup::MfaSetupChallenge;
use super::new_password::NewPasswordChallenge;
use super::open_challenge::OpenChallenge;
use super::otp::{OtpChallenge, OtpKind};
use super::passkey::PasskeyChallenge;
use super::proof::{ClientKeyPair, PendingProof, SrpCredentials};
use super::request::{AuthRequest, SentAnswer};
use super::resend::RepeatableAnswers;
use super::second_factor::SecondFactorChoice;
use super::{CompletedSignIn, ProtocolError, Step};
use crate::action::{AuthResponse, Challenge, ChallengeName};
use crate::config::ConfiguredFlow;
use crate::device::RememberedDevice;
use crate::ids::{UserPoolId, Username};
use crate::secret::{ChallengeSession, Password};
use crate::srp::{PasswordClaim, SrpIdentity};
use crate::time::UnixTime;

/// The state that one sign-in keeps between its requests. It is boxed because it is large.
#[derive(Debug)]
pub(super) struct FlowContext {
    pub(super) flow: ConfiguredFlow,
    pub(super) pool: UserPoolId,
    /// The username as the user typed it.
    pub(super) entered_username: Username,
    /// The newest username that the service named in a challenge.
    pub(super) server_username: Option<String>,
    /// The user that the tokens must be for: the one whose password was proved, or else the first one that a challenge
    /// named (`USER_ID_FOR_SRP`).
    user_id: Option<String>,
    /// True after the user gave the first factor. Before that, the app refuses tokens.
    has_first_factor: bool,
    /// The newest authentication session that the service sent.
    pub(super) session: Option<ChallengeSession>,
    pub(super) device: Option<RememberedDevice>,
    /// The answers that the user has given so far.
    pub(super) answers: RepeatableAnswers,
    /// The user's earlier answers that this sign-in gives again without asking, because it was started to get a new
    /// code.
    pub(super) answers_to_repeat: RepeatableAnswers,
}

impl FlowContext {
    pub(super) fn new(
        flow: ConfiguredFlow,
        pool: &UserPoolId,
        entered_username: Username,
        device: Option<RememberedDevice>,
    ) -> Box<Self> {
        Box::new(Self {
            flow,
            pool: pool.clone(),
            entered_username,
            server_username: None,
            user_id: None,
            has_first_factor: false,
            session: None,
            device,
            answers: RepeatableAnswers::default(),
            answers_to_repeat: RepeatableAnswers::default(),
        })
    }

    /// Returns the username for the next answer: the one that the service named, or else the one that the user typed.
    pub(super) fn username(&self) -> &str {
        self.server_username
            .as_deref()
            .unwrap_or(self.entered_username.as_str())
    }

    /// Records that the service accepted `answer`.
    pub(super) fn record_accepted(&mut self, answer: &SentAnswer) {
        self.has_first_factor |= provides_first_factor(self.flow, answer);
    }

    /// Replaces the authentication session. If a response has none, the previous session stays, as in Amazon's client:
    /// the responses to the two device requests have no session.
    pub(super) fn take_session(&mut self, session: Option<ChallengeSession>) {
        if session.is_some() {
            self.session = session;
        }
    }

    /// Turns `response` into the next step of the sign-in. `pending_proof` holds the key pair and password for the SRP
    /// proof that the response may ask for.
    pub(super) fn next_step(
        mut self: Box<Self>,
        response: AuthResponse,
        pending_proof: PendingProof,
        now: UnixTime,
    ) -> Result<Step, ProtocolError> {
        let mut challenge = match response {
            AuthResponse::Authenticated(_) if !self.has_first_factor => {
                return Err(ProtocolError::TokensBeforeProof);
            }
            AuthResponse::Authenticated(result) => {
                let user_id = self.user_id;
                return Ok(Step::Completed(CompletedSignIn { result, user_id }));
            }
            AuthResponse::Challenge(challenge) => challenge,
        };
        self.take_session(challenge.session.take());
        self.answers.on_challenge(&challenge.name, now);
        let username = ["USER_ID_FOR_SRP", "USERNAME"]
            .into_iter()
            .find_map(|name| challenge.parameters.get(name));
        if let Some(name) = username {
            self.server_username = Some(name.to_owned());
        }
        if self.user_id.is_none() {
            let user_id = challenge.parameters.get("USER_ID_FOR_SRP");
            self.user_id = user_id.map(str::to_owned);
        }
        let by_choice = matches!(self.flow, ConfiguredFlow::UserAuth { .. });
        Ok(match (&challenge.name, pending_proof) {
            (ChallengeName::PasswordVerifier, PendingProof::Password(keys)) => {
                let (claim, password) = self.prove_password(keys, &challenge, now)?;
                self.answers.record_password(password, false, now);
                Step::Send(AuthRequest::new(self, SentAnswer::PasswordProof(claim)))
            }
            (ChallengeName::DevicePasswordVerifier, PendingProof::Device(key_pair)) => {
                match self.prove_device(key_pair, &challenge, now)? {
                    Some(claim) => {
                        Step::Send(AuthRequest::new(self, SentAnswer::DeviceProof(claim)))
                    }
                    None => Step::Unknown(challenge.name),
                }
            }
            (ChallengeName::DeviceSrpAuth, _) if self.device.is_some() => {
                Step::ProveDevice(OpenChallenge::new(self, DeviceChallenge))
            }
            (ChallengeName::NewPasswordRequired, _) => Step::NewPassword(OpenChallenge::new(
                self,
                NewPasswordChallenge::parse(&challenge)?,
            )),
            (ChallengeName::SmsMfa, _) => self.otp_step(OtpKind::SmsMfa, &challenge),
            (ChallengeName::SmsOtp, _) => self.otp_step(OtpKind::SmsOtp, &challenge),
            (ChallengeName::EmailOtp, _) => self.otp_step(OtpKind::EmailOtp, &challenge),
            (ChallengeName::SoftwareTokenMfa, _) => {
                self.otp_step(OtpKind::SoftwareTokenMfa, &challenge)
            }
            (ChallengeName::SelectMfaType, _) => match SecondFactorChoice::parse(&challenge)? {
                Some(choice) => match self.answers_to_repeat.take_second_factor(&choice.offered) {
                    Some(factor) => Step::Send(OpenChallenge::new(self, choice).choose(factor)),
                    None => Step::ChooseSecondFactor(OpenChallenge::new(self, choice)),
                },
                None => Step::Unknown(challenge.name),
            },
            (ChallengeName::MfaSetup, _) => {
                let mfa_setup = MfaSetupChallenge::parse(&challenge)?;
                match self.answers_to_repeat.take_email() {
                    Some(address) => {
                        Step::Send(OpenChallenge::new(self, mfa_setup).with_email(address))
                    }
                    None => Step::SetUpSecondFactor(OpenChallenge::new(self, mfa_setup)),
                }
            }
            (ChallengeName::SelectChallenge, _) if by_choice => {
                match FirstFactorChoice::new(challenge.available, self.flow) {
                    Some(choice) => Step::ChooseFirstFactor(OpenChallenge::new(self, choice)),
                    None => Step::Unknown(challenge.name),
                }
            }
            (ChallengeName::PasswordSrp, _) if by_choice => Step::Password(OpenChallenge::new(
                self,
                PasswordChallenge::from_challenge(false),
            )),
            // The app sends the password to the pool only if the operator configured it.
            (ChallengeName::Password, _) if by_choice && self.flow.sends_password() => {
                Step::Password(OpenChallenge::new(
                    self,
                    PasswordChallenge::from_challenge(true),
                ))
            }
            (ChallengeName::WebAuthn, _) => Step::Passkey(OpenChallenge::new(
                self,
                PasskeyChallenge::parse(&challenge)?,
            )),
            (ChallengeName::CustomChallenge, _) => {
                Step::Custom(OpenChallenge::new(self, CustomChallenge::parse(&challenge)))
            }
            // A pool that asks for a second proof could compare two proofs of the same password. A pool that asks for
            // the password in plain text gets nothing.
            _ => Step::Unknown(challenge.name),
        })
    }

    /// Returns the step in which the user enters a code.
    fn otp_step(self: Box<Self>, kind: OtpKind, challenge: &Challenge) -> Step {
        Step::Code(OpenChallenge::new(
            self,
            OtpChallenge::parse(kind, challenge),
        ))
    }

    /// Computes the password proof that `challenge` asks for. Returns it with the password, which a later request may
    /// need.
    fn prove_password(
        &mut self,
        keys: SrpCredentials,
        challenge: &Challenge,
        now: UnixTime,
    ) -> Result<(PasswordClaim, Password), ProtocolError> {
        let user = challenge.required_parameter("USER_ID_FOR_SRP")?;
        self.user_id = Some(user.to_owned());
        let identity = SrpIdentity::user(self.pool.pool_name(), user);
        keys.prove(identity, challenge, now)
    }

    /// Computes the device's SRP proof that `challenge` asks for. Returns `None` if this sign-in has no remembered
    /// device.
    fn prove_device(
        &self,
        key_pair: ClientKeyPair,
        challenge: &Challenge,
        now: UnixTime,
    ) -> Result<Option<PasswordClaim>, ProtocolError> {
        let Some(device) = &self.device else {
            return Ok(None);
        };
        let (identity, password) = device.srp_identity();
        key_pair.prove(identity, password, challenge, now).map(Some)
    }
}
