//! Codes: by text message, by mail, of an authenticator app.

use super::asked::Asked;
use super::round::{Round, Said};
use crate::action::Challenge;
use crate::secret::ConfirmationCode;

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
