//! Questions: what the service asks of a person or a browser, and how it is answered. Each is consumed by its answer,
//! and given back by [`Round::refused`] where it stays open.

use super::Step;
use super::conversation::{Conversation, Knowledge, Pair};
use super::round::{Round, Said};
use crate::action::{Challenge, Malformed};
use crate::config::ConfiguredFlow;
use crate::factor::{FirstFactor, SecondFactor};
use crate::ids::AttributeName;
use crate::json::Json;
use crate::secret::{ConfirmationCode, CustomAnswer, PasskeyAssertion, Password};
use crate::srp::Ephemeral;

/// A question, with all that its answer is sent with.
#[derive(Debug)]
pub struct Asked<Q> {
    pub(super) conversation: Conversation,
    /// What is asked.
    pub question: Q,
}

impl<Q> Asked<Q> {
    pub(super) fn new(conversation: Conversation, question: Q) -> Self {
        Self {
            conversation,
            question,
        }
    }
}

/// `NEW_PASSWORD_REQUIRED`: the password so far was a temporary one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPasswordAsked {
    /// Attributes that the pool requires and this user has not.
    pub missing: Vec<AttributeName>,
    /// Attributes that this user has, and that cannot be changed here.
    pub known: Vec<(String, String)>,
}

impl NewPasswordAsked {
    /// Two parameters are JSON texts; either may be missing and then says nothing.
    pub(super) fn read(challenge: &Challenge) -> Result<Self, Malformed> {
        let member = "userAttributes";
        let known = match json_parameter(challenge, member)? {
            Json::Null => Vec::new(),
            Json::Object(members) => members
                .into_iter()
                .filter_map(|(name, value)| {
                    Some((bare(&name).to_owned(), value.as_text()?.to_owned()))
                })
                .filter(|(_, value)| !value.is_empty())
                .collect(),
            _ => return Err(Malformed { member }),
        };
        let member = "requiredAttributes";
        let mut missing = Vec::new();
        for name in json_parameter(challenge, member)?.texts().map(bare) {
            if known.iter().all(|(held, _)| held != name) {
                missing.push(AttributeName::parse(name).ok_or(Malformed { member })?);
            }
        }
        Ok(Self { missing, known })
    }
}

/// A name without the prefix that it has in some places and lacks in others.
fn bare(name: &str) -> &str {
    name.strip_prefix("userAttributes.").unwrap_or(name)
}

/// A parameter that is JSON text, or `null` where it is missing.
fn json_parameter(challenge: &Challenge, member: &'static str) -> Result<Json, Malformed> {
    match challenge.parameters.get(member).as_text() {
        None => Ok(Json::Null),
        Some(text) => Json::parse(text).map_err(|_| Malformed { member }),
    }
}

/// A parameter that is the JSON text of a list of second factors; those that are known here.
pub(super) fn second_factors(
    challenge: &Challenge,
    member: &'static str,
) -> Result<Vec<SecondFactor>, Malformed> {
    Ok(SecondFactor::read_all(
        json_parameter(challenge, member)?.texts(),
    ))
}

impl Asked<NewPasswordAsked> {
    /// The password as typed, and attributes. One that has a value already is left out: the pool refuses all of it
    /// otherwise.
    pub fn answer(self, password: Password, attributes: Vec<(AttributeName, String)>) -> Round {
        let known = &self.question.known;
        let attributes = attributes
            .into_iter()
            .filter(|(name, _)| known.iter().all(|(held, _)| held != name.as_str()))
            .collect();
        let said = Said::NewPassword(self.question, password, attributes);
        Round::new(self.conversation, said)
    }
}

/// Which challenge asks for a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeChallenge {
    /// `SMS_MFA`: by text message, after the first factor.
    SmsMfa,
    /// `SMS_OTP`: by text message, as the first factor.
    SmsOtp,
    /// `EMAIL_OTP`: by mail, as the first factor or the second.
    EmailOtp,
    /// `SOFTWARE_TOKEN_MFA`: of an authenticator app.
    SoftwareTokenMfa,
}

/// A code is asked for. How long it is cannot be known: most have six digits, those of `EMAIL_OTP` may have eight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeAsked {
    /// By which challenge.
    pub challenge: CodeChallenge,
    /// Where it was sent, masked by the service.
    pub destination: Option<String>,
    /// What the person called their authenticator app.
    pub device_name: Option<String>,
}

impl CodeAsked {
    pub(super) fn read(kind: CodeChallenge, challenge: &Challenge) -> Self {
        let parameter = |name| {
            let text = challenge.parameters.get(name).as_text();
            text.filter(|text| !text.is_empty()).map(str::to_owned)
        };
        Self {
            challenge: kind,
            destination: parameter("CODE_DELIVERY_DESTINATION"),
            device_name: parameter("FRIENDLY_DEVICE_NAME"),
        }
    }
}

impl Asked<CodeAsked> {
    /// The code as typed.
    pub fn answer(self, code: ConfirmationCode) -> Round {
        Round::new(self.conversation, Said::Code(self.question, code))
    }
}

/// `SELECT_MFA_TYPE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChooseSecondFactor {
    /// What there is to choose from; at least one.
    pub offered: Vec<SecondFactor>,
}

impl ChooseSecondFactor {
    pub(super) fn read(challenge: &Challenge) -> Result<Option<Self>, Malformed> {
        let offered = second_factors(challenge, "MFAS_CAN_CHOOSE")?;
        Ok((!offered.is_empty()).then_some(Self { offered }))
    }
}

impl Asked<ChooseSecondFactor> {
    /// One of those that are offered; another is refused by the service.
    pub fn choose(self, factor: SecondFactor) -> Round {
        Round::new(self.conversation, Said::SecondFactor(self.question, factor))
    }
}

/// `SELECT_CHALLENGE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChooseFirstFactor {
    /// What there is to choose from, each that is known here and in the service's order; at least one.
    pub offered: Vec<FirstFactor>,
    /// Of a password's two ways, both offered, the one not to be shown.
    hidden: FirstFactor,
}

impl ChooseFirstFactor {
    pub(super) fn read(offered: Vec<FirstFactor>, flow: ConfiguredFlow) -> Option<Self> {
        let hidden = if flow.sends_password() {
            FirstFactor::PasswordSrp
        } else {
            FirstFactor::Password
        };
        (!offered.is_empty()).then_some(Self { offered, hidden })
    }

    /// What a person chooses among. A password is one choice to them: where both its ways are offered, it is proved and
    /// not sent, unless the operator chose otherwise.
    pub fn choices(&self) -> impl Iterator<Item = FirstFactor> {
        let is_password = |factor: &FirstFactor| {
            matches!(factor, FirstFactor::Password | FirstFactor::PasswordSrp)
        };
        let both = self.offered.iter().copied().filter(is_password).count() > 1;
        self.offered
            .iter()
            .copied()
            .filter(move |factor| !(both && *factor == self.hidden))
    }
}

impl Asked<ChooseFirstFactor> {
    /// One of those that are offered; another is refused by the service. For a password nothing is sent yet: the next
    /// step is to ask for it.
    pub fn choose(self, factor: FirstFactor) -> Step {
        let sent = match factor {
            FirstFactor::Password => true,
            FirstFactor::PasswordSrp => false,
            FirstFactor::EmailOtp | FirstFactor::SmsOtp | FirstFactor::WebAuthn => {
                let said = Said::FirstFactor(self.question, factor);
                return Step::Send(Round::new(self.conversation, said));
            }
        };
        let question = PasswordAsked {
            sent,
            asked: AskedBy::Choice(self.question),
        };
        Step::Password(Asked::new(self.conversation, question))
    }
}

/// The password is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordAsked {
    /// Whether it will be sent to the pool; else it is proved (SRP).
    pub sent: bool,
    pub(super) asked: AskedBy,
}

/// Why a password is asked for, and so where its answer goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum AskedBy {
    /// The flow begins with it; nothing was sent yet.
    Flow,
    /// `PASSWORD` or `PASSWORD_SRP`.
    Challenge,
    /// The person chose it at `SELECT_CHALLENGE`.
    Choice(ChooseFirstFactor),
}

impl PasswordAsked {
    pub(super) fn first(sent: bool) -> Self {
        let asked = AskedBy::Flow;
        Self { sent, asked }
    }

    pub(super) fn challenge(sent: bool) -> Self {
        let asked = AskedBy::Challenge;
        Self { sent, asked }
    }
}

impl Asked<PasswordAsked> {
    /// The password as typed. `ephemeral` may have been made long before; it is not used where the password is sent.
    pub fn answer(self, password: Password, ephemeral: Ephemeral) -> Round {
        let knowledge = if self.question.sent {
            Knowledge::Plain(password)
        } else {
            Knowledge::srp(password, ephemeral)
        };
        let said = match self.question.asked {
            AskedBy::Flow => Said::Start(Some(self.question.factor()), knowledge),
            AskedBy::Challenge | AskedBy::Choice(_) => Said::Password(self.question, knowledge),
        };
        Round::new(self.conversation, said)
    }

    /// The choice that led here, for a person who thinks better of it.
    pub fn back(self) -> Option<Asked<ChooseFirstFactor>> {
        match self.question.asked {
            AskedBy::Choice(choice) => Some(Asked::new(self.conversation, choice)),
            AskedBy::Flow | AskedBy::Challenge => None,
        }
    }
}

impl PasswordAsked {
    /// Whether the service asked for the password by its own challenge.
    pub(super) fn is_challenge(&self) -> bool {
        self.asked == AskedBy::Challenge
    }

    /// The first factor that the answer is.
    pub(super) fn factor(&self) -> FirstFactor {
        if self.sent {
            FirstFactor::Password
        } else {
            FirstFactor::PasswordSrp
        }
    }
}

/// `WEB_AUTHN`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasskeyAsked {
    /// `CREDENTIAL_REQUEST_OPTIONS`: the JSON text of `PublicKeyCredentialRequestOptionsJSON`, which browsers read by
    /// `PublicKeyCredential.parseRequestOptionsFromJSON()` (WebAuthn Level 3 §5.1.9).
    pub options: String,
}

impl PasskeyAsked {
    pub(super) fn read(challenge: &Challenge) -> Result<Self, Malformed> {
        let options = challenge.parameter("CREDENTIAL_REQUEST_OPTIONS")?;
        Ok(Self {
            options: options.to_owned(),
        })
    }
}

impl Asked<PasskeyAsked> {
    /// What the passkey signed.
    pub fn answer(self, assertion: PasskeyAssertion) -> Round {
        Round::new(self.conversation, Said::Passkey(self.question, assertion))
    }
}

/// `CUSTOM_CHALLENGE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomAsked {
    /// What the pool's own code lets be known: names and texts of its own choosing.
    pub parameters: Vec<(String, String)>,
}

impl CustomAsked {
    pub(super) fn read(challenge: &Challenge) -> Self {
        let Json::Object(members) = &challenge.parameters else {
            return Self {
                parameters: Vec::new(),
            };
        };
        let parameters = members
            .iter()
            .filter(|(name, _)| !matches!(name.as_str(), "USERNAME" | "USER_ID_FOR_SRP"))
            .filter_map(|(name, value)| Some((name.clone(), value.as_text()?.to_owned())))
            .collect();
        Self { parameters }
    }
}

impl Asked<CustomAsked> {
    /// The answer as typed. A wrong one may be followed by the same question again, as a new step.
    pub fn answer(self, answer: CustomAnswer) -> Round {
        Round::new(self.conversation, Said::Custom(self.question, answer))
    }
}

/// `DEVICE_SRP_AUTH`: this browser is to prove that it is the remembered device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeviceAsked;

impl Asked<DeviceAsked> {
    /// Begins the proof with a fresh pair: the one of the password's proof is used up.
    pub fn prove(self, ephemeral: Ephemeral) -> Round {
        Round::new(self.conversation, Said::DeviceStart(Pair::new(ephemeral)))
    }
}
