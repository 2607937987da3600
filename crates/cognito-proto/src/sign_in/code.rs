//! Challenges that ask for a code: from a text message, an email or an authenticator app.

use super::asked::Asked;
use super::round::{Round, Said};
use crate::action::Challenge;
use crate::secret::ConfirmationCode;

/// The challenge that asks for a code. It has nothing to do with the code challenge of PKCE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeChallenge {
    /// `SMS_MFA`: a text message, after the first factor.
    SmsMfa,
    /// `SMS_OTP`: a text message, as the first factor.
    SmsOtp,
    /// `EMAIL_OTP`: an email, as the first or the second factor.
    EmailOtp,
    /// `SOFTWARE_TOKEN_MFA`: an authenticator app.
    SoftwareTokenMfa,
}

/// The question for a code. The length of the code is unknown: most have six digits, `EMAIL_OTP` can have eight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeAsked {
    /// The challenge that asks for the code.
    pub challenge: CodeChallenge,
    /// The destination of the code. The service masks it.
    pub destination: Option<String>,
    /// The user's name for the authenticator app.
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
    /// Answers with the code, exactly as typed.
    pub fn answer(self, code: ConfirmationCode) -> Round {
        Round::new(self.conversation, Said::Code(self.question, code))
    }
}
