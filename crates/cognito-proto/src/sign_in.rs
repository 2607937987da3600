//! A sign-in from the username to the tokens. The app sends one request after another, and each response of the
//! service becomes the next [`Step`]. Each method takes `self`, so that the app cannot send the same answer twice.
//!
//! [`SignIn`] → [`AuthRequest`] → [`Step`] → the user's answer → [`AuthRequest`] → … → [`Step::Completed`]
//!
//! | type | meaning |
//! |---|---|
//! | [`SignIn`] | a sign-in with only a username; the configured flow decides about the first request |
//! | [`AuthRequest`] | the next request; handles its response ([`AuthRequest::on_response`]) or error ([`AuthRequest::on_error`]) |
//! | [`Step`] | the next step: tokens, a request that needs no user, or a challenge |
//! | [`OpenChallenge`] | a challenge with the data for its answer: the newest session, the username, the device |
//! | [`Recovery`] | the rule that decides if an error keeps a challenge open, restarts the sign-in or ends it |

mod context;
mod custom;
mod device;
mod first_factor;
mod first_proof;
mod mfa_setup;
mod new_password;
mod open_challenge;
mod otp;
mod passkey;
mod proof;
mod recovery;
mod request;
mod resend;
mod second_factor;

pub use custom::CustomChallenge;
pub use device::DeviceChallenge;
pub use first_factor::{FirstFactorChoice, PasswordChallenge};
pub use mfa_setup::{MfaSetupChallenge, TotpSetup};
pub use new_password::NewPasswordChallenge;
pub use open_challenge::OpenChallenge;
pub use otp::{OtpChallenge, OtpKind};
pub use passkey::PasskeyChallenge;
pub use recovery::{Recovery, RequestKind};
pub use request::{AfterError, AuthAction, AuthRequest};
pub use second_factor::SecondFactorChoice;

use crate::action::{AuthenticationResult, ChallengeName, MemberError};
use crate::config::ConfiguredFlow;
use crate::device::RememberedDevice;
use crate::factor::FirstFactor;
use crate::ids::{UserPoolId, Username};
use crate::secret::{ChallengeSession, Password};
use crate::srp::{ClientEphemeral, SrpError};
use context::FlowContext;
use proof::PasswordMethod;
use request::SentAnswer;

/// A sign-in that has not started: only the username is known.
#[derive(Debug)]
pub struct SignIn(Box<FlowContext>);

impl SignIn {
    /// Creates a sign-in. `device` is the remembered device that this browser has for the username, if there is one.
    pub fn new(
        flow: ConfiguredFlow,
        pool: &UserPoolId,
        username: Username,
        device: Option<RememberedDevice>,
    ) -> Self {
        Self(FlowContext::new(flow, pool, username, device))
    }

    /// Starts the sign-in with a password. The caller may have made the key pair `ephemeral` much earlier, because it
    /// does not depend on the user. A flow that asks for no password drops the password and does not send it.
    pub fn with_password(self, password: Password, ephemeral: ClientEphemeral) -> AuthRequest {
        match self.flow() {
            ConfiguredFlow::Custom { srp_first: false } => self.start_without_password(None),
            flow => self
                .password_challenge(flow.sends_password())
                .answer(password, ephemeral),
        }
    }

    /// Starts the sign-in without a password. If the flow begins with a password, the next step asks for it before any
    /// request. `preferred` is the user's choice of the first factor. Only `USER_AUTH` has a choice, and without the
    /// user's choice the configuration decides.
    pub fn with_username_only(self, preferred: Option<FirstFactor>) -> Step {
        let is_sent = match self.flow() {
            ConfiguredFlow::UserAuth {
                preferred: configured,
            } => match preferred.or(configured) {
                Some(FirstFactor::Password) => true,
                Some(FirstFactor::PasswordSrp) => false,
                factor => return Step::Send(self.start_without_password(factor)),
            },
            ConfiguredFlow::Custom { srp_first: false } => {
                return Step::Send(self.start_without_password(None));
            }
            ConfiguredFlow::UserPassword => true,
            ConfiguredFlow::UserSrp | ConfiguredFlow::Custom { srp_first: true } => false,
        };
        Step::Password(self.password_challenge(is_sent))
    }

    /// Starts a `USER_AUTH` sign-in right after a registration, with the authentication session from the response of
    /// `ConfirmSignUp`. The service asks for no other proof.
    pub fn with_sign_up_session(self, session: ChallengeSession) -> AuthRequest {
        AuthRequest::new(self.0, SentAnswer::SignUpSession(session))
    }

    fn flow(&self) -> ConfiguredFlow {
        self.0.flow
    }

    /// Returns a challenge that asks the user for the password before any request. `is_sent` is true if the app will
    /// send the password, and false if it will prove it with SRP.
    fn password_challenge(self, is_sent: bool) -> OpenChallenge<PasswordChallenge> {
        OpenChallenge::new(self.0, PasswordChallenge::at_flow_start(is_sent))
    }

    /// Returns the first request of a sign-in that begins with the username only. It names the chosen or preferred
    /// first factor if there is one.
    fn start_without_password(self, factor: Option<FirstFactor>) -> AuthRequest {
        AuthRequest::new(self.0, SentAnswer::Start(factor, PasswordMethod::None))
    }
}

/// What the app has to do next in a sign-in.
#[derive(Debug)]
pub enum Step {
    /// The user is signed in.
    Completed(CompletedSignIn),
    /// The app must send this request. The user need not do anything.
    Send(AuthRequest),
    /// The browser must prove that it is the remembered device, with a new ephemeral key pair. This step needs no user.
    ProveDevice(OpenChallenge<DeviceChallenge>),
    /// `NEW_PASSWORD_REQUIRED`: the user must replace the temporary password.
    NewPassword(OpenChallenge<NewPasswordChallenge>),
    /// `SMS_MFA`, `SMS_OTP`, `EMAIL_OTP` or `SOFTWARE_TOKEN_MFA`: the user must enter a code.
    Code(OpenChallenge<OtpChallenge>),
    /// `SELECT_MFA_TYPE`: the user must choose a second factor.
    ChooseSecondFactor(OpenChallenge<SecondFactorChoice>),
    /// `MFA_SETUP`: the pool requires a second factor, and the user has none.
    SetUpSecondFactor(OpenChallenge<MfaSetupChallenge>),
    /// `SELECT_CHALLENGE`: the user must choose a first factor.
    ChooseFirstFactor(OpenChallenge<FirstFactorChoice>),
    /// The user must enter the password, because the service asked for it (`PASSWORD`, `PASSWORD_SRP`) or because the
    /// flow begins with it.
    Password(OpenChallenge<PasswordChallenge>),
    /// `WEB_AUTHN`: the user must confirm with a passkey.
    Passkey(OpenChallenge<PasskeyChallenge>),
    /// `CUSTOM_CHALLENGE`: the user must answer a challenge of the pool's Lambda trigger.
    Custom(OpenChallenge<CustomChallenge>),
    /// A challenge that this crate cannot answer: its name is unknown, all its choices are unknown, or no request of
    /// this sign-in allows it.
    Unknown(ChallengeName),
}

/// The result of a successful sign-in: the tokens, and the user whose tokens they must be.
#[derive(Debug, PartialEq, Eq)]
pub struct CompletedSignIn {
    /// The tokens, which are not validated yet, and the device that the pool has created for this browser, if it did.
    pub result: AuthenticationResult,
    /// The user that the challenges named (`USER_ID_FOR_SRP`), if they named one. The tokens must be for this user. The
    /// username that the user typed can be an alias.
    pub user_id: Option<String>,
}

/// The reason why a sign-in cannot continue although the service did not report an error: the response is unsafe or
/// malformed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProtocolError {
    /// The SRP values are invalid (RFC 5054 §2.5.4).
    #[error("the SRP values are not valid")]
    Srp(#[from] SrpError),
    /// A parameter of a challenge is missing or has the wrong format.
    #[error("the challenge is malformed")]
    Malformed(#[from] MemberError),
    /// The service sent tokens before the user gave the first factor.
    #[error("the service sent tokens before the first factor was given")]
    TokensBeforeProof,
}
