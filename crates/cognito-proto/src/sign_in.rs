//! The conversation from a name to tokens. It is made of rounds: something is said, the service answers, and the answer
//! is the next [`Step`]. Each part consumes itself, so that no answer is given twice.
//!
//! [`SignIn`] → [`Round`] → [`Step`] → a person's answer → [`Round`] → … → [`Step::Granted`]
//!
//! | part | what it is |
//! |---|---|
//! | [`SignIn`] | a name was given; the configured flow says what is sent first |
//! | [`Round`] | what is to be sent now, what its answer means ([`Round::answered`]) and what its refusal means ([`Round::refused`]) |
//! | [`Step`] | how it goes on: tokens, a round that needs no person, or a question |
//! | [`Asked`] | a question, and what its answer is sent with: the newest session, the name, the device |
//! | [`AfterRefusal`] | the rule by which a refusal keeps a question open, starts over, or ends it |

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

/// A sign-in that has a name and nothing else yet.
#[derive(Debug)]
pub struct SignIn(Box<Conversation>);

impl SignIn {
    /// Begins; `device` is what this browser is remembered as under that name, if it is.
    pub fn new(
        flow: ConfiguredFlow,
        pool: &UserPoolId,
        username: Username,
        device: Option<RememberedDevice>,
    ) -> Self {
        Self(Conversation::new(flow, pool, username, device))
    }

    /// The password was given along with the name. `ephemeral` may have been made long before, as it depends on nobody.
    /// A flow that asks for no password drops it unsent.
    pub fn with_password(self, password: Password, ephemeral: Ephemeral) -> Round {
        match self.flow() {
            ConfiguredFlow::Custom { srp_first: false } => self.start(None),
            flow => self
                .ask_for_password(flow.sends_password())
                .answer(password, ephemeral),
        }
    }

    /// The name alone was given. A flow that begins with a password asks for it, before anything is sent. `preferred`
    /// is what the person chose to begin with; only `USER_AUTH` knows a choice, and where they made none it is the
    /// configuration's.
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

    /// The session that the confirmation of a registration answered stands for everything else (`USER_AUTH`).
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

/// How a sign-in goes on.
#[derive(Debug)]
pub enum Step {
    /// The user is signed in.
    Granted(Granted),
    /// Nobody need be asked: this is to be sent.
    Send(Round),
    /// Nobody need be asked: this browser is remembered, and proves it with a fresh pair.
    ProveDevice(Asked<DeviceAsked>),
    /// `NEW_PASSWORD_REQUIRED`: a password of one's own instead of the temporary one.
    NewPassword(Asked<NewPasswordAsked>),
    /// `SMS_MFA`, `SMS_OTP`, `EMAIL_OTP`, `SOFTWARE_TOKEN_MFA`: a code.
    Code(Asked<CodeAsked>),
    /// `SELECT_MFA_TYPE`: which second factor.
    ChooseSecondFactor(Asked<ChooseSecondFactor>),
    /// `MFA_SETUP`: no second factor is there, and the pool wants one.
    SetUpSecondFactor(Asked<SetUpAsked>),
    /// `SELECT_CHALLENGE`: how to begin.
    ChooseFirstFactor(Asked<ChooseFirstFactor>),
    /// The password, whether the service asked (`PASSWORD`, `PASSWORD_SRP`) or the flow begins with it.
    Password(Asked<PasswordAsked>),
    /// `WEB_AUTHN`: a passkey's signature.
    Passkey(Asked<PasskeyAsked>),
    /// `CUSTOM_CHALLENGE`: what the pool's own code asks.
    Custom(Asked<CustomAsked>),
    /// Something that cannot be answered here: a challenge of tomorrow, one without a choice that is known here, or one
    /// that nothing we said called for.
    Unknown(ChallengeName),
}

/// What a sign-in ends with.
#[derive(Debug, PartialEq, Eq)]
pub struct Granted {
    /// The tokens, unchecked; a new device may come with them.
    pub result: AuthenticationResult,
    /// `USER_ID_FOR_SRP`, where a challenge named it: the user whom the tokens must name. What the user typed may be an
    /// alias.
    pub user_id: Option<String>,
}

/// Why a conversation cannot go on: the service's parameters are not to be trusted with a proof, or make no sense.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignInFault {
    /// The numbers are wrong (RFC 5054 §2.5.4).
    Srp(SrpError),
    /// A parameter is missing or is not what it should be.
    Malformed(Malformed),
    /// Tokens came before the first factor was given.
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
