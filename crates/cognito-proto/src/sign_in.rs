//! A sign-in from the username to the tokens. It consists of rounds: the app sends a request, and the service's
//! response becomes the next [`Step`]. Each method takes `self`, so that the app cannot send the same answer twice.
//!
//! [`SignIn`] → [`Round`] → [`Step`] → the user's answer → [`Round`] → … → [`Step::Granted`]
//!
//! | type | meaning |
//! |---|---|
//! | [`SignIn`] | a sign-in with only a username; the configured flow decides about the first request |
//! | [`Round`] | the next request; handles its response ([`Round::answered`]) or error ([`Round::refused`]) |
//! | [`Step`] | the next step: tokens, a request that needs no user, or a question |
//! | [`Asked`] | a question, with the data for its answer: the newest session, the username, the device |
//! | [`AfterRefusal`] | the rule that decides if an error keeps a question open, restarts the sign-in or ends it |

mod asked;
mod code;
mod conversation;
mod custom;
mod first_factor;
mod first_proof;
mod new_password;
mod passkey;
mod proof;
mod refusal;
mod remembered;
mod restart;
mod round;
mod second_factor;
mod set_up;

pub use asked::Asked;
pub use code::{CodeAsked, CodeChallenge};
pub use custom::CustomAsked;
pub use first_factor::{ChooseFirstFactor, PasswordAsked};
pub use new_password::NewPasswordAsked;
pub use passkey::PasskeyAsked;
pub use refusal::{AfterRefusal, Place};
pub use remembered::DeviceAsked;
pub use round::{Refused, Request, Round};
pub use second_factor::ChooseSecondFactor;
pub use set_up::{AuthenticatorOffered, SetUpAsked};

use crate::action::{AuthenticationResult, ChallengeName, Malformed};
use crate::config::ConfiguredFlow;
use crate::device::RememberedDevice;
use crate::factor::FirstFactor;
use crate::ids::{UserPoolId, Username};
use crate::secret::{ChallengeSession, Password};
use crate::srp::{Ephemeral, SrpError};
use conversation::Conversation;
use proof::Knowledge;
use round::Said;

/// A sign-in for which only the username is known.
#[derive(Debug)]
pub struct SignIn(Box<Conversation>);

impl SignIn {
    /// Creates a sign-in. `device` is the remembered device that this browser has for the username, if there is one.
    pub fn new(
        flow: ConfiguredFlow,
        pool: &UserPoolId,
        username: Username,
        device: Option<RememberedDevice>,
    ) -> Self {
        Self(Conversation::new(flow, pool, username, device))
    }

    /// Starts the sign-in with a password. The caller may have made `ephemeral` much earlier, because it does not
    /// depend on the user. A flow that asks for no password drops the password and does not send it.
    pub fn with_password(self, password: Password, ephemeral: Ephemeral) -> Round {
        match self.flow() {
            ConfiguredFlow::Custom { srp_first: false } => self.start(None),
            flow => self
                .ask_for_password(flow.sends_password())
                .answer(password, ephemeral),
        }
    }

    /// Starts the sign-in without a password. If the flow begins with a password, the next step asks for it before any
    /// request. `preferred` is the user's choice of the first factor. Only `USER_AUTH` has a choice, and without the
    /// user's choice the configuration decides.
    pub fn with_name_alone(self, preferred: Option<FirstFactor>) -> Step {
        let sent = match self.flow() {
            ConfiguredFlow::UserAuth {
                preferred: configured,
            } => match preferred.or(configured) {
                Some(FirstFactor::Password) => true,
                Some(FirstFactor::PasswordSrp) => false,
                factor => return Step::Send(self.start(factor)),
            },
            ConfiguredFlow::Custom { srp_first: false } => return Step::Send(self.start(None)),
            ConfiguredFlow::UserPassword => true,
            ConfiguredFlow::UserSrp | ConfiguredFlow::Custom { srp_first: true } => false,
        };
        Step::Password(self.ask_for_password(sent))
    }

    /// Starts a `USER_AUTH` sign-in with the session from the response of `ConfirmSignUp`. The service asks for nothing
    /// else.
    pub fn with_sign_up_session(self, session: ChallengeSession) -> Round {
        Round::new(self.0, Said::SignedUp(session))
    }

    fn flow(&self) -> ConfiguredFlow {
        self.0.flow
    }

    fn ask_for_password(self, sent: bool) -> Asked<PasswordAsked> {
        Asked::new(self.0, PasswordAsked::first(sent))
    }

    fn start(self, factor: Option<FirstFactor>) -> Round {
        Round::new(self.0, Said::Start(factor, Knowledge::Nothing))
    }
}

/// The next step of a sign-in.
#[derive(Debug)]
pub enum Step {
    /// The user is signed in.
    Granted(Granted),
    /// The next request needs no user.
    Send(Round),
    /// The browser must prove that it is the remembered device, with a new ephemeral key pair. This step needs no user.
    ProveDevice(Asked<DeviceAsked>),
    /// `NEW_PASSWORD_REQUIRED`: the user must replace the temporary password.
    NewPassword(Asked<NewPasswordAsked>),
    /// `SMS_MFA`, `SMS_OTP`, `EMAIL_OTP` or `SOFTWARE_TOKEN_MFA`: the user must enter a code.
    Code(Asked<CodeAsked>),
    /// `SELECT_MFA_TYPE`: the user must choose a second factor.
    ChooseSecondFactor(Asked<ChooseSecondFactor>),
    /// `MFA_SETUP`: the pool requires a second factor, and the user has none.
    SetUpSecondFactor(Asked<SetUpAsked>),
    /// `SELECT_CHALLENGE`: the user must choose a first factor.
    ChooseFirstFactor(Asked<ChooseFirstFactor>),
    /// The user must enter the password. Either the service asked for it (`PASSWORD`, `PASSWORD_SRP`), or the flow
    /// begins with it.
    Password(Asked<PasswordAsked>),
    /// `WEB_AUTHN`: a passkey must sign.
    Passkey(Asked<PasskeyAsked>),
    /// `CUSTOM_CHALLENGE`: the pool's Lambda trigger asks for an answer.
    Custom(Asked<CustomAsked>),
    /// A challenge that this crate cannot answer: its name is unknown, all its choices are unknown, or no request of
    /// this sign-in allows it.
    Unknown(ChallengeName),
}

/// The result of a successful sign-in.
#[derive(Debug, PartialEq, Eq)]
pub struct Granted {
    /// The tokens, not validated yet, and a new device if the service sent one.
    pub result: AuthenticationResult,
    /// `USER_ID_FOR_SRP`, if a challenge named it. The tokens must be for this user. The typed username can be an
    /// alias.
    pub user_id: Option<String>,
}

/// The reason for which a sign-in cannot continue after a successful response: its parameters are unsafe or malformed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignInFault {
    /// The SRP values are invalid (RFC 5054 §2.5.4).
    Srp(SrpError),
    /// A parameter is missing or has the wrong format.
    Malformed(Malformed),
    /// The service sent tokens before the first factor was given.
    Unproven,
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
