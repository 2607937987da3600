//! One request of a sign-in, and the handling of its response or error.

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
use crate::ids::{AttributeName, ClientId, EmailAddress};
use crate::secret::{ChallengeSession, CustomAnswer, PasskeyAssertion, Password, VerificationCode};
use crate::srp::PasswordClaim;
use crate::time::UnixTime;

/// The next request of a sign-in, with the data that is needed to handle its response.
#[derive(Debug)]
pub struct AuthRequest {
    context: Box<FlowContext>,
    answer: SentAnswer,
}

/// The content of a sign-in request, together with the challenge that it answers.
#[derive(Debug)]
pub(super) enum SentAnswer {
    /// The first request of the flow, with the preferred first factor and the password, if there are any.
    Start(Option<FirstFactor>, PasswordMethod),
    SignUpSession(ChallengeSession),
    PasswordProof(PasswordClaim),
    NewPassword(NewPasswordChallenge, Password, Vec<(AttributeName, String)>),
    Code(OtpChallenge, VerificationCode),
    SecondFactor(SecondFactorChoice, SecondFactor),
    /// The answer to `MFA_SETUP`: the email address for codes, or `None` if an authenticator app has been set up.
    MfaSetup(MfaSetupChallenge, Option<EmailAddress>),
    FirstFactor(FirstFactorChoice, FirstFactor),
    Password(PasswordChallenge, PasswordMethod),
    Passkey(PasskeyChallenge, PasskeyAssertion),
    Custom(CustomChallenge, CustomAnswer),
    DeviceStart(ClientKeyPair),
    DeviceProof(PasswordClaim),
}

/// A sign-in request in the format of the API: one of two actions with the same response type.
#[derive(Debug)]
pub enum AuthAction<'a> {
    /// The first request of a sign-in.
    Initiate(InitiateAuth<'a>),
    /// A later request of a sign-in.
    Respond(RespondToAuthChallenge<'a>),
}

/// What the app has to do after the service refused a sign-in request.
#[derive(Debug)]
pub enum AfterError {
    /// The challenge is still open. Ask the user again.
    RetryAnswer(Step),
    /// Delete the device's record and send this request, which is the same one without the device.
    RetryWithoutDevice(AuthRequest),
    /// The authentication session was used or has expired. Start the sign-in again with the same username.
    StartOver,
    /// Delete the stored record of the device and start the sign-in again with the same username.
    StartOverWithoutDevice,
    /// The username or the password is wrong.
    WrongPassword,
    /// The user must first set a new password with a verification code.
    ResetPassword,
    /// The user must first enter the verification code of the registration.
    ConfirmSignUp,
    /// The sign-in has ended. The error says for what reason.
    Fatal,
}

impl AuthRequest {
    pub(super) fn new(context: Box<FlowContext>, answer: SentAnswer) -> Self {
        Self { context, answer }
    }

    /// Returns the request in the format of the API. The caller may send it again if no response came.
    pub fn action<'a>(&'a self, client: &'a ClientId) -> AuthAction<'a> {
        let context = &self.context;
        let device_key = context.device.as_ref().map(|device| device.key());
        let initiate = |flow| {
            AuthAction::Initiate(InitiateAuth {
                client,
                device_key,
                flow,
            })
        };
        let username = &context.entered_username;
        let answer = match &self.answer {
            SentAnswer::Start(factor, method) => {
                return initiate(self.auth_flow(*factor, method));
            }
            SentAnswer::SignUpSession(session) => {
                return initiate(AuthFlow::SignUpSession { username, session });
            }
            SentAnswer::PasswordProof(claim) => ChallengeAnswer::PasswordVerifier(claim),
            SentAnswer::NewPassword(_, password, attributes) => ChallengeAnswer::NewPassword {
                password,
                attributes,
            },
            SentAnswer::Code(challenge, code) => match challenge.kind {
                OtpKind::SmsMfa => ChallengeAnswer::SmsMfa(code),
                OtpKind::SmsOtp => ChallengeAnswer::SmsOtp(code),
                OtpKind::EmailOtp => ChallengeAnswer::EmailOtp(code),
                OtpKind::SoftwareTokenMfa => ChallengeAnswer::SoftwareTokenMfa(code),
            },
            SentAnswer::SecondFactor(_, factor) => ChallengeAnswer::SelectMfaType(*factor),
            SentAnswer::MfaSetup(_, address) => {
                ChallengeAnswer::MfaSetup(address.as_ref().map(EmailAddress::as_str))
            }
            SentAnswer::FirstFactor(_, factor) => {
                ChallengeAnswer::SelectChallenge(FirstFactorAnswer::NameOnly(*factor))
            }
            SentAnswer::Password(challenge, method) => match (challenge.is_challenge(), method) {
                (true, PasswordMethod::Plaintext(password)) => ChallengeAnswer::Password(password),
                (true, PasswordMethod::Srp(keys)) => ChallengeAnswer::PasswordSrp(keys.srp_a()),
                (_, method) => {
                    ChallengeAnswer::SelectChallenge(method.first_factor_answer(challenge.factor()))
                }
            },
            SentAnswer::Passkey(_, assertion) => ChallengeAnswer::WebAuthn(assertion),
            SentAnswer::Custom(_, answer) => ChallengeAnswer::Custom(answer),
            SentAnswer::DeviceStart(key_pair) => ChallengeAnswer::DeviceSrp(&key_pair.srp_a),
            SentAnswer::DeviceProof(claim) => ChallengeAnswer::DevicePasswordVerifier(claim),
        };
        AuthAction::Respond(RespondToAuthChallenge {
            client,
            username: context.username(),
            session: context.session.as_ref(),
            device_key,
            answer,
        })
    }

    /// Returns the authentication flow and its parameters for the first request of the sign-in.
    fn auth_flow<'a>(
        &'a self,
        factor: Option<FirstFactor>,
        method: &'a PasswordMethod,
    ) -> AuthFlow<'a> {
        let username = &self.context.entered_username;
        match (self.context.flow, method) {
            (ConfiguredFlow::UserAuth { .. }, method) => AuthFlow::UserAuth {
                username,
                preferred: factor.map(|factor| method.first_factor_answer(factor)),
            },
            (ConfiguredFlow::Custom { .. }, method) => AuthFlow::Custom {
                username,
                srp_a: method.srp_a(),
            },
            (_, PasswordMethod::Plaintext(password)) => {
                AuthFlow::UserPassword { username, password }
            }
            (_, method) => AuthFlow::UserSrp {
                username,
                srp_a: method.srp_a().unwrap_or_default(),
            },
        }
    }

    /// Takes the response to this request and returns the next step. The password is dropped here or after the proof
    /// that follows, unless the service may send a code next: see [`OpenChallenge::password_retained_until`].
    ///
    /// # Errors
    /// [`ProtocolError`] if the response breaks the protocol. The caller must then send no further request.
    pub fn on_response(self, response: AuthResponse, now: UnixTime) -> Result<Step, ProtocolError> {
        let mut context = self.context;
        context.record_accepted(&self.answer);
        let answers = &mut context.answers;
        let mut pending_proof = PendingProof::None;
        match self.answer {
            SentAnswer::Start(_, PasswordMethod::Srp(keys))
            | SentAnswer::Password(_, PasswordMethod::Srp(keys)) => {
                pending_proof = PendingProof::Password(keys);
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
            SentAnswer::DeviceStart(key_pair) => pending_proof = PendingProof::Device(key_pair),
            SentAnswer::Password(_, PasswordMethod::None)
            | SentAnswer::SignUpSession(_)
            | SentAnswer::Code(..)
            | SentAnswer::MfaSetup(_, None)
            | SentAnswer::Passkey(..)
            | SentAnswer::Custom(..) => answers.record_one_time_answer(),
            SentAnswer::PasswordProof(_) | SentAnswer::DeviceProof(_) => {}
        }
        context.next_step(response, pending_proof, now)
    }

    /// Returns what to do after the service refused this request.
    pub fn on_error(mut self, error: &ServiceError) -> AfterError {
        match Recovery::for_error(error, self.request_kind()) {
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

    /// Returns the challenge that this request answers, so that the user can answer it again after no response came.
    /// Returns `None` if the request answers no challenge, or if it must not be repeated with another answer.
    pub fn on_no_response(self) -> Option<Step> {
        let context = self.context;
        Some(match self.answer {
            SentAnswer::NewPassword(challenge, ..) => {
                Step::NewPassword(OpenChallenge::new(context, challenge))
            }
            SentAnswer::Code(challenge, _) => Step::Code(OpenChallenge::new(context, challenge)),
            SentAnswer::SecondFactor(challenge, _) => {
                Step::ChooseSecondFactor(OpenChallenge::new(context, challenge))
            }
            SentAnswer::MfaSetup(challenge, Some(_)) => {
                Step::SetUpSecondFactor(OpenChallenge::new(context, challenge))
            }
            SentAnswer::FirstFactor(challenge, _) => {
                Step::ChooseFirstFactor(OpenChallenge::new(context, challenge))
            }
            SentAnswer::Password(challenge, _) => {
                Step::Password(OpenChallenge::new(context, challenge))
            }
            SentAnswer::Passkey(challenge, _) => {
                Step::Passkey(OpenChallenge::new(context, challenge))
            }
            SentAnswer::Custom(challenge, _) => {
                Step::Custom(OpenChallenge::new(context, challenge))
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

    /// Returns the kind of this request.
    fn request_kind(&self) -> RequestKind {
        match &self.answer {
            SentAnswer::Start(_, PasswordMethod::None) => RequestKind::Username,
            SentAnswer::Start(..) | SentAnswer::PasswordProof(_) | SentAnswer::Password(..) => {
                RequestKind::Password
            }
            SentAnswer::SignUpSession(_) => RequestKind::SignUpSession,
            SentAnswer::NewPassword(..) => RequestKind::NewPassword,
            SentAnswer::Code(challenge, _) if challenge.kind == OtpKind::SoftwareTokenMfa => {
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
