use super::{Action, AuthReply, ChallengeName, FirstFactorAnswer, Malformed, texts};
use crate::factor::SecondFactor;
use crate::ids::{AttributeName, ClientId, DeviceKey};
use crate::json::Json;
use crate::secret::{ChallengeSession, ConfirmationCode, CustomAnswer, PasskeyAssertion, Password};
use crate::srp::PasswordClaim;

/// Answers the challenge of a sign-in.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html>
#[derive(Debug)]
pub struct RespondToAuthChallenge<'a> {
    /// The app client.
    pub client: &'a ClientId,
    /// The name to answer under: the one the challenge gave, else what the person typed.
    pub username: &'a str,
    /// The newest session; `PASSWORD_VERIFIER` of `USER_SRP_AUTH` has none.
    pub session: Option<&'a ChallengeSession>,
    /// The device that this browser is remembered as.
    pub device_key: Option<&'a DeviceKey>,
    /// The answer.
    pub answer: ChallengeAnswer<'a>,
}

/// `ChallengeName` and its `ChallengeResponses`.
#[derive(Debug)]
pub enum ChallengeAnswer<'a> {
    /// `PASSWORD_VERIFIER`: the proof that we know the password.
    PasswordVerifier(&'a PasswordClaim),
    /// `NEW_PASSWORD_REQUIRED`: a password of one's own, and the attributes that are still missing.
    NewPassword {
        /// The password, exactly as typed.
        password: &'a Password,
        /// Attributes; one that has a value already must not be among them.
        attributes: &'a [(AttributeName, String)],
    },
    /// `SMS_MFA`: the code of a text message.
    SmsMfa(&'a ConfirmationCode),
    /// `SOFTWARE_TOKEN_MFA`: the code of an authenticator app.
    SoftwareTokenMfa(&'a ConfirmationCode),
    /// `EMAIL_OTP`: the code of a mail.
    EmailOtp(&'a ConfirmationCode),
    /// `SMS_OTP`: the code of a text message, as the first factor.
    SmsOtp(&'a ConfirmationCode),
    /// `SELECT_MFA_TYPE`: which second factor.
    SelectMfaType(SecondFactor),
    /// `MFA_SETUP`: done by an authenticator app (`None`), or to be done by codes to this address.
    MfaSetup(Option<&'a str>),
    /// `SELECT_CHALLENGE`: which first factor.
    SelectChallenge(FirstFactorAnswer<'a>),
    /// `PASSWORD`: the password goes to the pool.
    Password(&'a Password),
    /// `PASSWORD_SRP`: A in lower-case hex.
    PasswordSrp(&'a str),
    /// `WEB_AUTHN`: what the passkey signed.
    WebAuthn(&'a PasskeyAssertion),
    /// `CUSTOM_CHALLENGE`: whatever the pool's own code asked for.
    Custom(&'a CustomAnswer),
    /// `DEVICE_SRP_AUTH`: A in lower-case hex.
    DeviceSrp(&'a str),
    /// `DEVICE_PASSWORD_VERIFIER`: the proof that this browser knows the device's password.
    DevicePasswordVerifier(&'a PasswordClaim),
}

/// The members of `ChallengeResponses` that one kind of answer needs.
#[derive(Default)]
struct Responses<'a> {
    claim: Option<&'a PasswordClaim>,
    /// One more, by its name.
    named: Option<(&'static str, &'a str)>,
    password: Option<&'a str>,
    srp_a: Option<&'a str>,
    attributes: &'a [(AttributeName, String)],
}

impl<'a> ChallengeAnswer<'a> {
    fn responses(&self) -> (ChallengeName, Responses<'a>) {
        let mut responses = Responses::default();
        let mut named = |name, value| responses.named = Some((name, value));
        let name = match self {
            Self::PasswordVerifier(claim) => {
                responses.claim = Some(claim);
                ChallengeName::PasswordVerifier
            }
            Self::NewPassword {
                password,
                attributes,
            } => {
                named("NEW_PASSWORD", password.reveal());
                responses.attributes = attributes;
                ChallengeName::NewPasswordRequired
            }
            Self::SmsMfa(code) => {
                named("SMS_MFA_CODE", code.reveal());
                ChallengeName::SmsMfa
            }
            Self::SoftwareTokenMfa(code) => {
                named("SOFTWARE_TOKEN_MFA_CODE", code.reveal());
                ChallengeName::SoftwareTokenMfa
            }
            Self::EmailOtp(code) => {
                named("EMAIL_OTP_CODE", code.reveal());
                ChallengeName::EmailOtp
            }
            Self::SmsOtp(code) => {
                named("SMS_OTP_CODE", code.reveal());
                ChallengeName::SmsOtp
            }
            Self::SelectMfaType(factor) => {
                named("ANSWER", factor.as_str());
                ChallengeName::SelectMfaType
            }
            Self::MfaSetup(email) => {
                if let Some(email) = email {
                    named("EMAIL", email);
                }
                ChallengeName::MfaSetup
            }
            Self::SelectChallenge(factor) => {
                let (factor, password, srp_a) = factor.members();
                named("ANSWER", factor);
                (responses.password, responses.srp_a) = (password, srp_a);
                ChallengeName::SelectChallenge
            }
            Self::Password(password) => {
                responses.password = Some(password.reveal());
                ChallengeName::Password
            }
            Self::PasswordSrp(srp_a) => {
                responses.srp_a = Some(srp_a);
                ChallengeName::PasswordSrp
            }
            Self::WebAuthn(assertion) => {
                named("CREDENTIAL", assertion.reveal());
                ChallengeName::WebAuthn
            }
            Self::Custom(answer) => {
                named("ANSWER", answer.reveal());
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
    type Answer = AuthReply;

    fn body(&self) -> Json {
        let (name, responses) = self.answer.responses();
        let Responses {
            claim,
            named,
            password,
            srp_a,
            attributes,
        } = responses;
        let (other, value) = named.unzip();
        let claim = |part: fn(&PasswordClaim) -> &String| claim.map(|claim| part(claim).as_str());
        let attributes: Vec<_> = attributes
            .iter()
            .map(|(name, value)| (format!("userAttributes.{name}"), value))
            .collect();
        let mut members = vec![
            ("USERNAME", Some(self.username)),
            (other.unwrap_or_default(), value),
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
                    .map_or(Json::Null, |session| session.reveal().into()),
            ),
            ("ChallengeResponses", texts(&members)),
        ])
    }

    fn read(answer: &Json) -> Result<AuthReply, Malformed> {
        AuthReply::read(answer)
    }
}
