//! What every step of a sign-in may answer: tokens, or one more challenge.

use super::{Malformed, session, text};
use crate::device::NewDevice;
use crate::factor::FirstFactor;
use crate::ids::DeviceKey;
use crate::json::Json;
use crate::secret::{AccessToken, ChallengeSession, IdToken, RefreshToken};

/// The answer to [`InitiateAuth`](super::InitiateAuth) and
/// [`RespondToAuthChallenge`](super::RespondToAuthChallenge).
#[derive(Debug, PartialEq, Eq)]
pub enum AuthReply {
    /// Signed in.
    Granted(AuthenticationResult),
    /// Something more is asked.
    Challenged(Challenge),
}

impl AuthReply {
    /// A challenge goes before tokens that come with it: the user has not answered it yet.
    pub(super) fn read(answer: &Json) -> Result<Self, Malformed> {
        let has_challenge = match answer.get("ChallengeName") {
            Json::Null => false,
            Json::Text(name) => !name.is_empty(),
            _ => true,
        };
        let result = answer.get("AuthenticationResult");
        if !has_challenge && matches!(result, Json::Object(_)) {
            return AuthenticationResult::read(result).map(Self::Granted);
        }
        Ok(Self::Challenged(Challenge {
            name: ChallengeName::from_wire(text(answer, "ChallengeName")?),
            parameters: answer.get("ChallengeParameters").clone(),
            session: session(answer),
            available: answer
                .get("AvailableChallenges")
                .texts()
                .filter_map(FirstFactor::from_wire)
                .collect(),
        }))
    }
}

/// Tokens as they came, unchecked.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AuthenticationResultType.html>
#[derive(Debug, PartialEq, Eq)]
pub struct AuthenticationResult {
    /// Who signed in.
    pub id_token: IdToken,
    /// Opens the pool's API.
    pub access_token: AccessToken,
    /// Absent from renewals where the client does not rotate: the old one then stays.
    pub refresh_token: Option<RefreshToken>,
    /// `NewDeviceMetadata`: there where the pool remembers devices and was shown none that it knows.
    pub new_device: Option<NewDevice>,
}

impl AuthenticationResult {
    pub(super) fn read(result: &Json) -> Result<Self, Malformed> {
        // RFC 6749 §5.1: the token type is compared without regard to case.
        if !text(result, "TokenType")?.eq_ignore_ascii_case("bearer") {
            return Err(Malformed {
                member: "TokenType",
            });
        }
        Ok(Self {
            id_token: IdToken::new(text(result, "IdToken")?),
            access_token: AccessToken::new(text(result, "AccessToken")?),
            refresh_token: result.get("RefreshToken").as_text().map(RefreshToken::new),
            new_device: new_device(result.get("NewDeviceMetadata")),
        })
    }
}

/// A device that cannot be read is not remembered: the person is signed in all the same.
fn new_device(metadata: &Json) -> Option<NewDevice> {
    let group_key = metadata.get("DeviceGroupKey").as_text()?;
    Some(NewDevice {
        key: DeviceKey::parse(metadata.get("DeviceKey").as_text()?)?,
        group_key: group_key.to_owned(),
    })
}

/// A challenge as it came.
#[derive(Debug, PartialEq, Eq)]
pub struct Challenge {
    /// Which.
    pub name: ChallengeName,
    /// Its parameters, all texts.
    pub parameters: Json,
    /// To be sent back with the answer, where there is one.
    pub session: Option<ChallengeSession>,
    /// `AvailableChallenges`: what `USER_AUTH` offers to begin with; what is not known here is left out.
    pub available: Vec<FirstFactor>,
}

impl Challenge {
    /// A parameter that must be there.
    pub fn parameter(&self, member: &'static str) -> Result<&str, Malformed> {
        self.parameters
            .get(member)
            .as_text()
            .ok_or(Malformed { member })
    }

    /// A parameter that is itself JSON text; `null` where it is missing.
    pub fn json(&self, member: &'static str) -> Result<Json, Malformed> {
        match self.parameters.get(member).as_text() {
            None => Ok(Json::Null),
            Some(text) => Json::parse(text).map_err(|_| Malformed { member }),
        }
    }
}

/// Declares the challenges once, each with its name on the wire.
macro_rules! challenges {
    ($($name:ident = $wire:literal),* $(,)?) => {
        /// Which challenge: `ChallengeNameType` of the reference.
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each is the challenge of that name in Amazon's reference")]
        pub enum ChallengeName {
            $($name,)*
            /// One that came after this client was written, by its name.
            Unknown(String),
        }

        impl ChallengeName {
            fn from_wire(text: String) -> Self {
                match text.as_str() {
                    $($wire => Self::$name,)*
                    _ => Self::Unknown(text),
                }
            }

            /// The name on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$name => $wire,)*
                    Self::Unknown(text) => text,
                }
            }
        }
    };
}

challenges! {
    CustomChallenge = "CUSTOM_CHALLENGE",
    DevicePasswordVerifier = "DEVICE_PASSWORD_VERIFIER",
    DeviceSrpAuth = "DEVICE_SRP_AUTH",
    EmailOtp = "EMAIL_OTP",
    MfaSetup = "MFA_SETUP",
    NewPasswordRequired = "NEW_PASSWORD_REQUIRED",
    Password = "PASSWORD",
    PasswordSrp = "PASSWORD_SRP",
    PasswordVerifier = "PASSWORD_VERIFIER",
    SelectChallenge = "SELECT_CHALLENGE",
    SelectMfaType = "SELECT_MFA_TYPE",
    SmsMfa = "SMS_MFA",
    SmsOtp = "SMS_OTP",
    SoftwareTokenMfa = "SOFTWARE_TOKEN_MFA",
    WebAuthn = "WEB_AUTHN",
}
