use super::{Action, AuthResponse, ChallengeName, FirstFactorAnswer, MemberError, string_object};
use crate::factor::SecondFactor;
use crate::ids::{AttributeName, ClientId, DeviceKey};
use crate::json::Json;
use crate::secret::{ChallengeSession, CustomAnswer, PasskeyAssertion, Password, VerificationCode};
use crate::srp::PasswordClaim;

/// Answers a challenge of a sign-in.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html>
#[derive(Debug)]
pub struct RespondToAuthChallenge<'a> {
    /// The app client.
    pub client: &'a ClientId,
    /// The username for the answer: the name from the challenge, or else the typed name.
    pub username: &'a str,
    /// The newest session. `PASSWORD_VERIFIER` in `USER_SRP_AUTH` has none.
    pub session: Option<&'a ChallengeSession>,
    /// The remembered device that this browser has, if there is one.
    pub device_key: Option<&'a DeviceKey>,
    /// The answer to the challenge.
    pub answer: ChallengeAnswer<'a>,
}

/// `ChallengeName` and its `ChallengeResponses`.
#[derive(Debug)]
pub enum ChallengeAnswer<'a> {
    /// `PASSWORD_VERIFIER`: the proof that the browser knows the password.
    PasswordVerifier(&'a PasswordClaim),
    /// `NEW_PASSWORD_REQUIRED`: the user's new password and the missing attributes.
    NewPassword {
        /// The password, exactly as typed.
        password: &'a Password,
        /// The missing attributes. An attribute that has a value already must not be in the list.
        attributes: &'a [(AttributeName, String)],
    },
    /// `SMS_MFA`: the code from a text message.
    SmsMfa(&'a VerificationCode),
    /// `SOFTWARE_TOKEN_MFA`: the code from an authenticator app.
    SoftwareTokenMfa(&'a VerificationCode),
    /// `EMAIL_OTP`: the code from an email.
    EmailOtp(&'a VerificationCode),
    /// `SMS_OTP`: the code from a text message, as the first factor.
    SmsOtp(&'a VerificationCode),
    /// `SELECT_MFA_TYPE`: the chosen second factor.
    SelectMfaType(SecondFactor),
    /// `MFA_SETUP`: `None` if an authenticator app has been set up, or the email address that will receive codes.
    MfaSetup(Option<&'a str>),
    /// `SELECT_CHALLENGE`: the chosen first factor.
    SelectChallenge(FirstFactorAnswer<'a>),
    /// `PASSWORD`: the app sends the password to the pool.
    Password(&'a Password),
    /// `PASSWORD_SRP`: the public SRP value A in lower-case hex.
    PasswordSrp(&'a str),
    /// `WEB_AUTHN`: the passkey's assertion.
    WebAuthn(&'a PasskeyAssertion),
    /// `CUSTOM_CHALLENGE`: the answer to the pool's Lambda trigger.
    Custom(&'a CustomAnswer),
    /// `DEVICE_SRP_AUTH`: the public SRP value A in lower-case hex.
    DeviceSrp(&'a str),
    /// `DEVICE_PASSWORD_VERIFIER`: the proof that this browser knows the device's password.
    DevicePasswordVerifier(&'a PasswordClaim),
}

/// The members of `ChallengeResponses` for one type of answer. A member that the answer does not need is `None`.
#[derive(Default)]
struct Responses<'a> {
    claim: Option<&'a PasswordClaim>,
    /// The name and the value of one additional member.
    extra_member: Option<(&'static str, &'a str)>,
    password: Option<&'a str>,
    srp_a: Option<&'a str>,
    attributes: &'a [(AttributeName, String)],
}

impl<'a> ChallengeAnswer<'a> {
    fn challenge_responses(&self) -> (ChallengeName, Responses<'a>) {
        let mut responses = Responses::default();
        let mut extra_member = |name, value| responses.extra_member = Some((name, value));
        let name = match self {
            Self::PasswordVerifier(claim) => {
                responses.claim = Some(claim);
                ChallengeName::PasswordVerifier
            }
            Self::NewPassword {
                password,
                attributes,
            } => {
                extra_member("NEW_PASSWORD", password.expose_secret());
                responses.attributes = attributes;
                ChallengeName::NewPasswordRequired
            }
            Self::SmsMfa(code) => {
                extra_member("SMS_MFA_CODE", code.expose_secret());
                ChallengeName::SmsMfa
            }
            Self::SoftwareTokenMfa(code) => {
                extra_member("SOFTWARE_TOKEN_MFA_CODE", code.expose_secret());
                ChallengeName::SoftwareTokenMfa
            }
            Self::EmailOtp(code) => {
                extra_member("EMAIL_OTP_CODE", code.expose_secret());
                ChallengeName::EmailOtp
            }
            Self::SmsOtp(code) => {
                extra_member("SMS_OTP_CODE", code.expose_secret());
                ChallengeName::SmsOtp
            }
            Self::SelectMfaType(factor) => {
                extra_member("ANSWER", factor.as_str());
                ChallengeName::SelectMfaType
            }
            Self::MfaSetup(email) => {
                if let Some(email) = email {
                    extra_member("EMAIL", email);
                }
                ChallengeName::MfaSetup
            }
            Self::SelectChallenge(factor) => {
                let (factor, password, srp_a) = factor.name_password_and_srp_a();
                extra_member("ANSWER", factor);
                (responses.password, responses.srp_a) = (password, srp_a);
                ChallengeName::SelectChallenge
            }
            Self::Password(password) => {
                responses.password = Some(password.expose_secret());
                ChallengeName::Password
            }
            Self::PasswordSrp(srp_a) => {
                responses.srp_a = Some(srp_a);
                ChallengeName::PasswordSrp
            }
            Self::WebAuthn(assertion) => {
                extra_member("CREDENTIAL", assertion.expose_secret());
                ChallengeName::WebAuthn
            }
            Self::Custom(answer) => {
                extra_member("ANSWER", answer.expose_secret());
                ChallengeName::CustomChallenge
            }
            Self::DeviceSrp(srp_a) => {
                responses.srp_a = Some(srp_a);
                ChallengeName::DeviceSrpAuth
            }
            Self::DevicePasswordVerifier(claim) => {
                responses.claim = Some(claim);
                ChallengeName::DevicePasswordVerifier
            }
        };
        (name, responses)
    }
}

impl Action for RespondToAuthChallenge<'_> {
    const OPERATION: &'static str = "RespondToAuthChallenge";
    type Response = AuthResponse;

    fn request_body(&self) -> Json {
        let (name, responses) = self.answer.challenge_responses();
        let Responses {
            claim,
            extra_member,
            password,
            srp_a,
            attributes,
        } = responses;
        let (extra_name, value) = extra_member.unzip();
        let claim = |part: fn(&PasswordClaim) -> &String| claim.map(|claim| part(claim).as_str());
        let attributes: Vec<_> = attributes
            .iter()
            .map(|(name, value)| (format!("userAttributes.{name}"), value))
            .collect();
        let mut members = vec![
            ("USERNAME", Some(self.username)),
            (extra_name.unwrap_or_default(), value),
            ("PASSWORD", password),
            ("SRP_A", srp_a),
            (
                "PASSWORD_CLAIM_SECRET_BLOCK",
                claim(|claim| &claim.secret_block),
            ),
            ("PASSWORD_CLAIM_SIGNATURE", claim(|claim| &claim.signature)),
            ("TIMESTAMP", claim(|claim| &claim.timestamp)),
            ("DEVICE_KEY", self.device_key.map(DeviceKey::as_str)),
        ];
        members.extend(
            attributes
                .iter()
                .map(|(name, value)| (name.as_str(), Some(value.as_str()))),
        );
        Json::object([
            ("ChallengeName", name.as_str().into()),
            ("ClientId", self.client.as_str().into()),
            (
                "Session",
                self.session
                    .map_or(Json::Null, |session| session.expose_secret().into()),
            ),
            ("ChallengeResponses", string_object(&members)),
        ])
    }

    fn parse_response(response: &Json) -> Result<AuthResponse, MemberError> {
        AuthResponse::parse(response)
    }
}
