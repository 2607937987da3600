//! One round of a sign-in: a request, and the handling of its response or error.

use super::asked::Asked;
use super::code::{CodeAsked, CodeChallenge};
use super::conversation::Conversation;
use super::custom::CustomAsked;
use super::first_factor::{ChooseFirstFactor, PasswordAsked};
use super::new_password::NewPasswordAsked;
use super::passkey::PasskeyAsked;
use super::proof::{Knowledge, Pair, Proving};
use super::refusal::{AfterRefusal, Place};
use super::second_factor::ChooseSecondFactor;
use super::set_up::SetUpAsked;
use super::{SignInFault, Step};
use crate::action::{
    AuthFlow, AuthReply, ChallengeAnswer, FirstFactorAnswer, InitiateAuth, RespondToAuthChallenge,
};
use crate::config::ConfiguredFlow;
use crate::error::ServiceError;
use crate::factor::{FirstFactor, SecondFactor};
use crate::ids::{AttributeName, ClientId};
use crate::secret::{ChallengeSession, ConfirmationCode, CustomAnswer, PasskeyAssertion, Password};
use crate::srp::PasswordClaim;
use crate::time::UnixTime;

/// The next request of a sign-in, with the state that is needed to handle its response.
#[derive(Debug)]
pub struct Round {
    conversation: Box<Conversation>,
    said: Said,
}

/// The content of a request, together with the question that it answers.
#[derive(Debug)]
pub(super) enum Said {
    /// The first request of the flow.
    Start(Option<FirstFactor>, Knowledge),
    SignedUp(ChallengeSession),
    Proof(PasswordClaim),
    NewPassword(NewPasswordAsked, Password, Vec<(AttributeName, String)>),
    Code(CodeAsked, ConfirmationCode),
    SecondFactor(ChooseSecondFactor, SecondFactor),
    /// The email address for codes, or `None` if an authenticator app has been set up.
    SetUp(SetUpAsked, Option<String>),
    FirstFactor(ChooseFirstFactor, FirstFactor),
    Password(PasswordAsked, Knowledge),
    Passkey(PasskeyAsked, PasskeyAssertion),
    Custom(CustomAsked, CustomAnswer),
    DeviceStart(Pair),
    DeviceProof(PasswordClaim),
}

/// The request of a round: one of two actions with the same response type.
#[derive(Debug)]
pub enum Request<'a> {
    /// The first request of a sign-in.
    Initiate(InitiateAuth<'a>),
    /// A later request of a sign-in.
    Respond(RespondToAuthChallenge<'a>),
}

/// The next action after the service refused a round's request.
#[derive(Debug)]
pub enum Refused {
    /// The question is still open. Ask the user again.
    AnswerAgain(Step),
    /// Delete the device's record and send this round, which is the same request without the device.
    WithoutDevice(Round),
    /// The session was used or has expired. Start the sign-in again with the same username.
    StartOver,
    /// Delete the device's record and start the sign-in again with the same username.
    StartOverWithoutDevice,
    /// The username or the password is wrong.
    WrongPassword,
    /// The user must first set a new password with a code.
    ResetPassword,
    /// The user must first enter the verification code of the registration.
    ConfirmFirst,
    /// The sign-in has ended. The error says why.
    Over,
}

impl Round {
    pub(super) fn new(conversation: Box<Conversation>, said: Said) -> Self {
        Self { conversation, said }
    }

    /// Returns the request. The caller may send it again if no response came.
    pub fn request<'a>(&'a self, client: &'a ClientId) -> Request<'a> {
        let conversation = &self.conversation;
        let device_key = conversation.device.as_ref().map(|device| device.key());
        let initiate = |flow| {
            Request::Initiate(InitiateAuth {
                client,
                device_key,
                flow,
            })
        };
        let username = &conversation.typed;
        let answer = match &self.said {
            Said::Start(factor, knowledge) => {
                return initiate(self.opening(*factor, knowledge));
            }
            Said::SignedUp(session) => return initiate(AuthFlow::SignedUp { username, session }),
            Said::Proof(claim) => ChallengeAnswer::PasswordVerifier(claim),
            Said::NewPassword(_, password, attributes) => ChallengeAnswer::NewPassword {
                password,
                attributes,
            },
            Said::Code(asked, code) => match asked.challenge {
                CodeChallenge::SmsMfa => ChallengeAnswer::SmsMfa(code),
                CodeChallenge::SmsOtp => ChallengeAnswer::SmsOtp(code),
                CodeChallenge::EmailOtp => ChallengeAnswer::EmailOtp(code),
                CodeChallenge::SoftwareTokenMfa => ChallengeAnswer::SoftwareTokenMfa(code),
            },
            Said::SecondFactor(_, factor) => ChallengeAnswer::SelectMfaType(*factor),
            Said::SetUp(_, address) => ChallengeAnswer::MfaSetup(address.as_deref()),
            Said::FirstFactor(_, factor) => {
                ChallengeAnswer::SelectChallenge(FirstFactorAnswer::Bare(*factor))
            }
            Said::Password(asked, knowledge) => match (asked.is_challenge(), knowledge) {
                (true, Knowledge::Plain(password)) => ChallengeAnswer::Password(password),
                (true, Knowledge::Srp(keys)) => ChallengeAnswer::PasswordSrp(keys.srp_a()),
                (_, knowledge) => {
                    ChallengeAnswer::SelectChallenge(knowledge.as_answer(asked.factor()))
                }
            },
            Said::Passkey(_, assertion) => ChallengeAnswer::WebAuthn(assertion),
            Said::Custom(_, answer) => ChallengeAnswer::Custom(answer),
            Said::DeviceStart(pair) => ChallengeAnswer::DeviceSrp(&pair.srp_a),
            Said::DeviceProof(claim) => ChallengeAnswer::DevicePasswordVerifier(claim),
        };
        Request::Respond(RespondToAuthChallenge {
            client,
            username: conversation.username(),
            session: conversation.session.as_ref(),
            device_key,
            answer,
        })
    }

    /// Returns the flow of the first request.
    fn opening<'a>(
        &'a self,
        factor: Option<FirstFactor>,
        knowledge: &'a Knowledge,
    ) -> AuthFlow<'a> {
        let username = &self.conversation.typed;
        match (self.conversation.flow, knowledge) {
            (ConfiguredFlow::UserAuth { .. }, knowledge) => AuthFlow::UserAuth {
                username,
                preferred: factor.map(|factor| knowledge.as_answer(factor)),
            },
            (ConfiguredFlow::Custom { .. }, knowledge) => AuthFlow::Custom {
                username,
                srp_a: knowledge.srp_a(),
            },
            (_, Knowledge::Plain(password)) => AuthFlow::UserPassword { username, password },
            (_, knowledge) => AuthFlow::UserSrp {
                username,
                srp_a: knowledge.srp_a().unwrap_or_default(),
            },
        }
    }

    /// Takes the response and returns the next step. The password is dropped here or after the proof that follows,
    /// unless the service may send a code next: see [`Asked::password_held_until`].
    ///
    /// # Errors
    /// [`SignInFault`] if the response breaks the protocol. The caller must then send no further request.
    pub fn answered(self, reply: AuthReply, now: UnixTime) -> Result<Step, SignInFault> {
        let mut conversation = self.conversation;
        conversation.note_answered(&self.said);
        let answers = &mut conversation.answers;
        let mut proving = Proving::Nothing;
        match self.said {
            Said::Start(_, Knowledge::Srp(keys)) | Said::Password(_, Knowledge::Srp(keys)) => {
                proving = Proving::Password(keys);
            }
            Said::Start(_, Knowledge::Plain(password))
            | Said::Password(_, Knowledge::Plain(password)) => {
                answers.password(password, true, now);
            }
            Said::Start(factor, Knowledge::Nothing) => answers.name(factor),
            Said::FirstFactor(_, factor) => answers.name(Some(factor)),
            Said::NewPassword(_, password, _) => answers.new_password(password, now),
            Said::SecondFactor(_, factor) => answers.second_factor(factor),
            Said::SetUp(_, Some(address)) => answers.email(address),
            Said::DeviceStart(pair) => proving = Proving::Device(pair),
            Said::Password(_, Knowledge::Nothing)
            | Said::SignedUp(_)
            | Said::Code(..)
            | Said::SetUp(_, None)
            | Said::Passkey(..)
            | Said::Custom(..) => answers.not_repeatable(),
            Said::Proof(_) | Said::DeviceProof(_) => {}
        }
        conversation.next(reply, proving, now)
    }

    /// Returns the next action after the service refused the request.
    pub fn refused(mut self, error: &ServiceError) -> Refused {
        match AfterRefusal::of(error, self.place()) {
            AfterRefusal::AnswerAgain => self
                .unanswered()
                .map_or(Refused::Over, Refused::AnswerAgain),
            AfterRefusal::WithoutDevice if self.conversation.device.take().is_some() => {
                Refused::WithoutDevice(self)
            }
            AfterRefusal::StartOver => Refused::StartOver,
            AfterRefusal::StartOverWithoutDevice => Refused::StartOverWithoutDevice,
            AfterRefusal::WrongPassword => Refused::WrongPassword,
            AfterRefusal::ResetPassword => Refused::ResetPassword,
            AfterRefusal::ConfirmFirst => Refused::ConfirmFirst,
            AfterRefusal::WithoutDevice | AfterRefusal::Over => Refused::Over,
        }
    }

    /// Handles a request without a response: returns the question that it answers, if any, with its session.
    pub fn unanswered(self) -> Option<Step> {
        let conversation = self.conversation;
        Some(match self.said {
            Said::NewPassword(question, ..) => {
                Step::NewPassword(Asked::new(conversation, question))
            }
            Said::Code(question, _) => Step::Code(Asked::new(conversation, question)),
            Said::SecondFactor(question, _) => {
                Step::ChooseSecondFactor(Asked::new(conversation, question))
            }
            Said::SetUp(question, Some(_)) => {
                Step::SetUpSecondFactor(Asked::new(conversation, question))
            }
            Said::FirstFactor(question, _) => {
                Step::ChooseFirstFactor(Asked::new(conversation, question))
            }
            Said::Password(question, _) => Step::Password(Asked::new(conversation, question)),
            Said::Passkey(question, _) => Step::Passkey(Asked::new(conversation, question)),
            Said::Custom(question, _) => Step::Custom(Asked::new(conversation, question)),
            // An authenticator app that is set up must not be set up again.
            Said::SetUp(_, None)
            | Said::Start(..)
            | Said::SignedUp(_)
            | Said::Proof(_)
            | Said::DeviceStart(_)
            | Said::DeviceProof(_) => return None,
        })
    }

    /// Returns the type of the request.
    fn place(&self) -> Place {
        match &self.said {
            Said::Start(_, Knowledge::Nothing) => Place::Name,
            Said::Start(..) | Said::Proof(_) | Said::Password(..) => Place::Password,
            Said::SignedUp(_) => Place::SignedUp,
            Said::NewPassword(..) => Place::NewPassword,
            Said::Code(asked, _) if asked.challenge == CodeChallenge::SoftwareTokenMfa => {
                Place::AuthenticatorCode
            }
            Said::Code(..) => Place::SentCode,
            Said::SecondFactor(..) | Said::FirstFactor(..) => Place::Choice,
            Said::SetUp(..) => Place::SetUp,
            Said::Passkey(..) => Place::Passkey,
            Said::Custom(..) => Place::Custom,
            Said::DeviceStart(_) | Said::DeviceProof(_) => Place::Device,
        }
    }
}
