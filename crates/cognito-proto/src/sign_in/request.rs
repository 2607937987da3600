//! One round of a sign-in: a request, and the handling of its response or error.

use super::context::FlowContext;
use super::custom::CustomChallenge;
use super::first_factor::{FirstFactorChoice, PasswordChallenge};
use super::mfa_setup::MfaSetupChallenge;
use super::new_password::NewPasswordChallenge;
use super::open_challenge::OpenChallenge;
use super::otp::{OtpChallenge, OtpKind};
use super::passkey::PasskeyChallenge;
use super::proof::{ClientKeyPair, PasswordMethod, PendingProof};
use super::recovery::{Recovery, RequestKind};
use super::second_factor::SecondFactorChoice;
use super::{ProtocolError, Step};
use crate::action::{
    AuthFlow, AuthResponse, ChallengeAnswer, FirstFactorAnswer, InitiateAuth,
    RespondToAuthChallenge,
};
use crate::config::ConfiguredFlow;
use crate::error::ServiceError;
use crate::factor::{FirstFactor, SecondFactor};
use crate::ids::{AttributeName, ClientId};
use crate::secret::{ChallengeSession, CustomAnswer, PasskeyAssertion, Password, VerificationCode};
use crate::srp::PasswordClaim;
use crate::time::UnixTime;

/// The next request of a sign-in, with the state that is needed to handle its response.
#[derive(Debug)]
pub struct AuthRequest {
    context: Box<FlowContext>,
    answer: SentAnswer,
}

/// The content of a request, together with the question that it answers.
#[derive(Debug)]
pub(super) enum SentAnswer {
    /// The first request of the flow.
    Start(Option<FirstFactor>, PasswordMethod),
    SignUpSession(ChallengeSession),
    PasswordProof(PasswordClaim),
    NewPassword(NewPasswordChallenge, Password, Vec<(AttributeName, String)>),
    Code(OtpChallenge, VerificationCode),
    SecondFactor(SecondFactorChoice, SecondFactor),
    /// The email address for codes, or `None` if an authenticator app has been set up.
    MfaSetup(MfaSetupChallenge, Option<String>),
    FirstFactor(FirstFactorChoice, FirstFactor),
    Password(PasswordChallenge, PasswordMethod),
    Passkey(PasskeyChallenge, PasskeyAssertion),
    Custom(CustomChallenge, CustomAnswer),
    DeviceStart(ClientKeyPair),
    DeviceProof(PasswordClaim),
}

/// The request of a round: one of two actions with the same response type.
#[derive(Debug)]
pub enum AuthAction<'a> {
    /// The first request of a sign-in.
    Initiate(InitiateAuth<'a>),
    /// A later request of a sign-in.
    Respond(RespondToAuthChallenge<'a>),
}

/// The next action after the service refused a round's request.
#[derive(Debug)]
pub enum AfterError {
    /// The question is still open. Ask the user again.
    RetryAnswer(Step),
    /// Delete the device's record and send this round, which is the same request without the device.
    RetryWithoutDevice(AuthRequest),
    /// The session was used or has expired. Start the sign-in again with the same username.
    StartOver,
    /// Delete the device's record and start the sign-in again with the same username.
    StartOverWithoutDevice,
    /// The username or the password is wrong.
    WrongPassword,
    /// The user must first set a new password with a code.
    ResetPassword,
    /// The user must first enter the verification code of the registration.
    ConfirmSignUp,
    /// The sign-in has ended. The error says why.
    Fatal,
}

impl AuthRequest {
    pub(super) fn new(conversation: Box<FlowContext>, said: SentAnswer) -> Self {
        Self {
            context: conversation,
            answer: said,
        }
    }

    /// Returns the request. The caller may send it again if no response came.
    pub fn action<'a>(&'a self, client: &'a ClientId) -> AuthAction<'a> {
        let conversation = &self.context;
        let device_key = conversation.device.as_ref().map(|device| device.key());
        let initiate = |flow| {
            AuthAction::Initiate(InitiateAuth {
                client,
                device_key,
                flow,
            })
        };
        let username = &conversation.entered_username;
        let answer = match &self.answer {
            SentAnswer::Start(factor, knowledge) => {
                return initiate(self.auth_flow(*factor, knowledge));
            }
            SentAnswer::SignUpSession(session) => {
                return initiate(AuthFlow::SignUpSession { username, session });
            }
            SentAnswer::PasswordProof(claim) => ChallengeAnswer::PasswordVerifier(claim),
            SentAnswer::NewPassword(_, password, attributes) => ChallengeAnswer::NewPassword {
                password,
                attributes,
            },
            SentAnswer::Code(asked, code) => match asked.kind {
                OtpKind::SmsMfa => ChallengeAnswer::SmsMfa(code),
                OtpKind::SmsOtp => ChallengeAnswer::SmsOtp(code),
                OtpKind::EmailOtp => ChallengeAnswer::EmailOtp(code),
                OtpKind::SoftwareTokenMfa => ChallengeAnswer::SoftwareTokenMfa(code),
            },
            SentAnswer::SecondFactor(_, factor) => ChallengeAnswer::SelectMfaType(*factor),
            SentAnswer::MfaSetup(_, address) => ChallengeAnswer::MfaSetup(address.as_deref()),
            SentAnswer::FirstFactor(_, factor) => {
                ChallengeAnswer::SelectChallenge(FirstFactorAnswer::NameOnly(*factor))
            }
            SentAnswer::Password(asked, knowledge) => match (asked.is_challenge(), knowledge) {
                (true, PasswordMethod::Plaintext(password)) => ChallengeAnswer::Password(password),
                (true, PasswordMethod::Srp(keys)) => ChallengeAnswer::PasswordSrp(keys.srp_a()),
                (_, knowledge) => {
                    ChallengeAnswer::SelectChallenge(knowledge.first_factor_answer(asked.factor()))
                }
            },
            SentAnswer::Passkey(_, assertion) => ChallengeAnswer::WebAuthn(assertion),
            SentAnswer::Custom(_, answer) => ChallengeAnswer::Custom(answer),
            SentAnswer::DeviceStart(pair) => ChallengeAnswer::DeviceSrp(&pair.srp_a),
            SentAnswer::DeviceProof(claim) => ChallengeAnswer::DevicePasswordVerifier(claim),
        };
        AuthAction::Respond(RespondToAuthChallenge {
            client,
            username: conversation.username(),
            session: conversation.session.as_ref(),
            device_key,
            answer,
        })
    }

    /// Returns the flow of the first request.
    fn auth_flow<'a>(
        &'a self,
        factor: Option<FirstFactor>,
        knowledge: &'a PasswordMethod,
    ) -> AuthFlow<'a> {
        let username = &self.context.entered_username;
        match (self.context.flow, knowledge) {
            (ConfiguredFlow::UserAuth { .. }, knowledge) => AuthFlow::UserAuth {
                username,
                preferred: factor.map(|factor| knowledge.first_factor_answer(factor)),
            },
            (ConfiguredFlow::Custom { .. }, knowledge) => AuthFlow::Custom {
                username,
                srp_a: knowledge.srp_a(),
            },
            (_, PasswordMethod::Plaintext(password)) => {
                AuthFlow::UserPassword { username, password }
            }
            (_, knowledge) => AuthFlow::UserSrp {
                username,
                srp_a: knowledge.srp_a().unwrap_or_default(),
            },
        }
    }

    /// Takes the response and returns the next step. The password is dropped here or after the proof that follows,
    /// unless the service may send a code next: see [`OpenChallenge::password_retained_until`].
    ///
    /// # Errors
    /// [`ProtocolError`] if the response breaks the protocol. The caller must then send no further request.
    pub fn on_response(self, reply: AuthResponse, now: UnixTime) -> Result<Step, ProtocolError> {
        let mut conversation = self.context;
        conversation.record_accepted(&self.answer);
        let answers = &mut conversation.answers;
        let mut proving = PendingProof::None;
        match self.answer {
            SentAnswer::Start(_, PasswordMethod::Srp(keys))
            | SentAnswer::Password(_, PasswordMethod::Srp(keys)) => {
                proving = PendingProof::Password(keys);
            }
            SentAnswer::Start(_, PasswordMethod::Plaintext(password))
            | SentAnswer::Password(_, PasswordMethod::Plaintext(password)) => {
                answers.record_password(password, true, now);
            }
            SentAnswer::Start(factor, PasswordMethod::None) => answers.record_username(factor),
            SentAnswer::FirstFactor(_, factor) => answers.record_username(Some(factor)),
            SentAnswer::NewPassword(_, password, _) => answers.record_new_password(password, now),
            SentAnswer::SecondFactor(_, factor) => answers.record_second_factor(factor),
            SentAnswer::MfaSetup(_, Some(address)) => answers.record_email(address),
            SentAnswer::DeviceStart(pair) => proving = PendingProof::Device(pair),
            SentAnswer::Password(_, PasswordMethod::None)
            | SentAnswer::SignUpSession(_)
            | SentAnswer::Code(..)
            | SentAnswer::MfaSetup(_, None)
            | SentAnswer::Passkey(..)
            | SentAnswer::Custom(..) => answers.record_one_time_answer(),
            SentAnswer::PasswordProof(_) | SentAnswer::DeviceProof(_) => {}
        }
        conversation.next_step(reply, proving, now)
    }

    /// Returns the next action after the service refused the request.
    pub fn on_error(mut self, error: &ServiceError) -> AfterError {
        match Recovery::for_error(error, self.kind()) {
            Recovery::RetryAnswer => self
                .on_no_response()
                .map_or(AfterError::Fatal, AfterError::RetryAnswer),
            Recovery::RetryWithoutDevice if self.context.device.take().is_some() => {
                AfterError::RetryWithoutDevice(self)
            }
            Recovery::StartOver => AfterError::StartOver,
            Recovery::StartOverWithoutDevice => AfterError::StartOverWithoutDevice,
            Recovery::WrongPassword => AfterError::WrongPassword,
            Recovery::ResetPassword => AfterError::ResetPassword,
            Recovery::ConfirmSignUp => AfterError::ConfirmSignUp,
            Recovery::RetryWithoutDevice | Recovery::Fatal => AfterError::Fatal,
        }
    }

    /// Handles a request without a response: returns the question that it answers, if any, with its session.
    pub fn on_no_response(self) -> Option<Step> {
        let conversation = self.context;
        Some(match self.answer {
            SentAnswer::NewPassword(question, ..) => {
                Step::NewPassword(OpenChallenge::new(conversation, question))
            }
            SentAnswer::Code(question, _) => Step::Code(OpenChallenge::new(conversation, question)),
            SentAnswer::SecondFactor(question, _) => {
                Step::ChooseSecondFactor(OpenChallenge::new(conversation, question))
            }
            SentAnswer::MfaSetup(question, Some(_)) => {
                Step::SetUpSecondFactor(OpenChallenge::new(conversation, question))
            }
            SentAnswer::FirstFactor(question, _) => {
                Step::ChooseFirstFactor(OpenChallenge::new(conversation, question))
            }
            SentAnswer::Password(question, _) => {
                Step::Password(OpenChallenge::new(conversation, question))
            }
            SentAnswer::Passkey(question, _) => {
                Step::Passkey(OpenChallenge::new(conversation, question))
            }
            SentAnswer::Custom(question, _) => {
                Step::Custom(OpenChallenge::new(conversation, question))
            }
            // An authenticator app that is set up must not be set up again.
            SentAnswer::MfaSetup(_, None)
            | SentAnswer::Start(..)
            | SentAnswer::SignUpSession(_)
            | SentAnswer::PasswordProof(_)
            | SentAnswer::DeviceStart(_)
            | SentAnswer::DeviceProof(_) => return None,
        })
    }

    /// Returns the type of the request.
    fn kind(&self) -> RequestKind {
        match &self.answer {
            SentAnswer::Start(_, PasswordMethod::None) => RequestKind::Username,
            SentAnswer::Start(..) | SentAnswer::PasswordProof(_) | SentAnswer::Password(..) => {
                RequestKind::Password
            }
            SentAnswer::SignUpSession(_) => RequestKind::SignUpSession,
            SentAnswer::NewPassword(..) => RequestKind::NewPassword,
            SentAnswer::Code(asked, _) if asked.kind == OtpKind::SoftwareTokenMfa => {
                RequestKind::TotpCode
            }
            SentAnswer::Code(..) => RequestKind::SentCode,
            SentAnswer::SecondFactor(..) | SentAnswer::FirstFactor(..) => RequestKind::FactorChoice,
            SentAnswer::MfaSetup(..) => RequestKind::MfaSetup,
            SentAnswer::Passkey(..) => RequestKind::Passkey,
            SentAnswer::Custom(..) => RequestKind::Custom,
            SentAnswer::DeviceStart(_) | SentAnswer::DeviceProof(_) => RequestKind::Device,
        }
    }
}
