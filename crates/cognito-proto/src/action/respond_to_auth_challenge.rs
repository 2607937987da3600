use std::borrow::Cow;

use serde::{Serialize, Serializer};

use super::{Action, AuthResponse, ChallengeName, FirstFactorAnswer, MemberError};
use crate::factor::SecondFactor;
use crate::ids::{AttributeName, ClientId, DeviceKey};
use crate::secret::{ChallengeSession, CustomAnswer, PasskeyAssertion, Password, VerificationCode};
use crate::srp::PasswordClaim;

/// Answers a challenge of a sign-in.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html>
#[derive(Debug)]
pub struct RespondToAuthChallenge<'a> {
    /// The app client.
    pub client: &'a ClientId,
    /// The username to send: the one that the challenge named, or else the one that the user typed.
    pub username: &'a str,
    /// The newest session of the sign-in. The challenge `PASSWORD_VERIFIER` of `USER_SRP_AUTH` has none.
    pub session: Option<&'a ChallengeSession>,
    /// The key of the remembered device, if this browser has one.
    pub device_key: Option<&'a DeviceKey>,
    /// The answer to the challenge.
    pub answer: ChallengeAnswer<'a>,
}

/// The answer to a challenge: the challenge's name (`ChallengeName`) and the data (`ChallengeResponses`).
#[derive(Debug)]
pub enum ChallengeAnswer<'a> {
    /// `PASSWORD_VERIFIER`: the proof that the browser knows the password.
    PasswordVerifier(&'a PasswordClaim),
    /// `NEW_PASSWORD_REQUIRED`: the user's new password and the missing attributes.
    NewPassword {
        /// The password, exactly as typed.
        password: &'a Password,
        /// The values for the attributes that the pool requires and the user does not have. An attribute that has a
        /// value already must not be in the list.
        attributes: &'a [(AttributeName, String)],
    },
    /// `SMS_MFA`: the code from a text message.
    SmsMfa(&'a VerificationCode),
    /// `SOFTWARE_TOKEN_MFA`: the code from an authenticator app.
    SoftwareTokenMfa(&'a VerificationCode),
    /// `EMAIL_OTP`: the code from an email.
    EmailOtp(&'a VerificationCode),
    /// `SMS_OTP`: the code from a text message, which is the first factor.
    SmsOtp(&'a VerificationCode),
    /// `SELECT_MFA_TYPE`: the chosen second factor.
    SelectMfaType(SecondFactor),
    /// `MFA_SETUP`: the email address that will receive codes, or `None` if an authenticator app has been set up.
    MfaSetup(Option<&'a str>),
    /// `SELECT_CHALLENGE`: the chosen first factor.
    SelectChallenge(FirstFactorAnswer<'a>),
    /// `PASSWORD`: the app sends the password to the pool.
    Password(&'a Password),
    /// `PASSWORD_SRP`: the public value A of the app's SRP key pair, in lower-case hex.
    PasswordSrp(&'a str),
    /// `WEB_AUTHN`: the signed response of the user's passkey.
    WebAuthn(&'a PasskeyAssertion),
    /// `CUSTOM_CHALLENGE`: the answer to the pool's Lambda trigger.
    Custom(&'a CustomAnswer),
    /// `DEVICE_SRP_AUTH`: the public value A of a new SRP key pair, in lower-case hex.
    DeviceSrp(&'a str),
    /// `DEVICE_PASSWORD_VERIFIER`: the proof that this browser knows the device's password.
    DevicePasswordVerifier(&'a PasswordClaim),
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct RequestBody<'a> {
    challenge_name: &'a str,
    client_id: &'a ClientId,
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<&'a ChallengeSession>,
    challenge_responses: ChallengeResponses<'a>,
}

/// The names and values in `ChallengeResponses`. Some names contain the name of a user attribute.
#[derive(Default)]
struct ChallengeResponses<'a>(Vec<(Cow<'static, str>, &'a str)>);

impl<'a> ChallengeResponses<'a> {
    fn push(&mut self, name: impl Into<Cow<'static, str>>, value: &'a str) {
        self.0.push((name.into(), value));
    }

    fn push_claim(&mut self, claim: &'a PasswordClaim) {
        self.push("PASSWORD_CLAIM_SECRET_BLOCK", &claim.secret_block);
        self.push("PASSWORD_CLAIM_SIGNATURE", &claim.signature);
        self.push("TIMESTAMP", &claim.timestamp);
    }
}

impl Serialize for ChallengeResponses<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl<'a> ChallengeAnswer<'a> {
    /// Returns the name of the challenge that this answers.
    fn challenge_name(&self) -> ChallengeName {
        match self {
            Self::PasswordVerifier(_) => ChallengeName::PasswordVerifier,
            Self::NewPassword { .. } => ChallengeName::NewPasswordRequired,
            Self::SmsMfa(_) => ChallengeName::SmsMfa,
            Self::SoftwareTokenMfa(_) => ChallengeName::SoftwareTokenMfa,
            Self::EmailOtp(_) => ChallengeName::EmailOtp,
            Self::SmsOtp(_) => ChallengeName::SmsOtp,
            Self::SelectMfaType(_) => ChallengeName::SelectMfaType,
            Self::MfaSetup(_) => ChallengeName::MfaSetup,
            Self::SelectChallenge(_) => ChallengeName::SelectChallenge,
            Self::Password(_) => ChallengeName::Password,
            Self::PasswordSrp(_) => ChallengeName::PasswordSrp,
            Self::WebAuthn(_) => ChallengeName::WebAuthn,
            Self::Custom(_) => ChallengeName::CustomChallenge,
            Self::DeviceSrp(_) => ChallengeName::DeviceSrpAuth,
            Self::DevicePasswordVerifier(_) => ChallengeName::DevicePasswordVerifier,
        }
    }

    /// Adds the names and values of this answer to `responses`.
    fn push_to(&self, responses: &mut ChallengeResponses<'a>) {
        match self {
            Self::PasswordVerifier(claim) | Self::DevicePasswordVerifier(claim) => {
                responses.push_claim(claim);
            }
            Self::NewPassword {
                password,
                attributes,
            } => {
                responses.push("NEW_PASSWORD", password.expose_secret());
                for (name, value) in *attributes {
                    responses.push(format!("userAttributes.{name}"), value);
                }
            }
            Self::SmsMfa(code) => responses.push("SMS_MFA_CODE", code.expose_secret()),
            Self::SoftwareTokenMfa(code) => {
                responses.push("SOFTWARE_TOKEN_MFA_CODE", code.expose_secret());
            }
            Self::EmailOtp(code) => responses.push("EMAIL_OTP_CODE", code.expose_secret()),
            Self::SmsOtp(code) => responses.push("SMS_OTP_CODE", code.expose_secret()),
            Self::SelectMfaType(factor) => responses.push("ANSWER", factor.as_str()),
            Self::MfaSetup(Some(email)) => responses.push("EMAIL", email),
            Self::MfaSetup(None) => {}
            Self::SelectChallenge(factor) => {
                responses.push("ANSWER", factor.factor_name());
                if let Some(password) = factor.password() {
                    responses.push("PASSWORD", password.expose_secret());
                }
                if let Some(srp_a) = factor.srp_a() {
                    responses.push("SRP_A", srp_a);
                }
            }
            Self::Password(password) => responses.push("PASSWORD", password.expose_secret()),
            Self::PasswordSrp(srp_a) | Self::DeviceSrp(srp_a) => responses.push("SRP_A", srp_a),
            Self::WebAuthn(assertion) => responses.push("CREDENTIAL", assertion.expose_secret()),
            Self::Custom(answer) => responses.push("ANSWER", answer.expose_secret()),
        }
    }
}

impl Serialize for RespondToAuthChallenge<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut responses = ChallengeResponses::default();
        responses.push("USERNAME", self.username);
        self.answer.push_to(&mut responses);
        if let Some(device_key) = self.device_key {
            responses.push("DEVICE_KEY", device_key.as_str());
        }
        RequestBody {
            challenge_name: self.answer.challenge_name().as_str(),
            client_id: self.client,
            session: self.session,
            challenge_responses: responses,
        }
        .serialize(serializer)
    }
}

impl Action for RespondToAuthChallenge<'_> {
    const OPERATION: &'static str = "RespondToAuthChallenge";
    type Response = AuthResponse;

    fn parse_response(body: &str) -> Result<AuthResponse, MemberError> {
        AuthResponse::parse(body)
    }
}
