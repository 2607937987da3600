//! Challenges that ask for a code: from a text message, an email or an authenticator app.

use super::open_challenge::OpenChallenge;
use super::request::{AuthRequest, SentAnswer};
use crate::action::Challenge;
use crate::secret::VerificationCode;

/// The type of a challenge that asks for a code.
// Not `non_exhaustive`: the app matches all kinds, so that the compiler finds a kind without a text for users.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtpKind {
    /// `SMS_MFA`: the code comes by text message, after the first factor.
    SmsMfa,
    /// `SMS_OTP`: the code comes by text message, and it is the first factor.
    SmsOtp,
    /// `EMAIL_OTP`: the code comes by email, as the first or the second factor.
    EmailOtp,
    /// `SOFTWARE_TOKEN_MFA`: the code comes from an authenticator app.
    SoftwareTokenMfa,
}

/// A challenge that asks for a code. The length of the code is unknown: most have six digits, `EMAIL_OTP` can have
/// eight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtpChallenge {
    /// The type of the challenge.
    pub kind: OtpKind,
    /// The email address or phone number to which the code was sent. The service masks it.
    pub destination: Option<String>,
    /// The user's name for the authenticator app.
    pub device_name: Option<String>,
}

impl OtpChallenge {
    pub(super) fn parse(kind: OtpKind, challenge: &Challenge) -> Self {
        let parameter = |name| {
            let text = challenge.parameters.get(name);
            text.filter(|text| !text.is_empty()).map(str::to_owned)
        };
        Self {
            kind,
            destination: parameter("CODE_DELIVERY_DESTINATION"),
            device_name: parameter("FRIENDLY_DEVICE_NAME"),
        }
    }
}

impl OpenChallenge<OtpChallenge> {
    /// Answers the challenge with the code, exactly as typed.
    pub fn answer(self, code: VerificationCode) -> AuthRequest {
        AuthRequest::new(self.context, SentAnswer::Code(self.challenge, code))
    }
}
