//! The response to each request of a sign-in: tokens or another challenge.

use super::{MemberError, optional_session, required_string};
use crate::device::NewDevice;
use crate::factor::FirstFactor;
use crate::ids::DeviceKey;
use crate::json::Json;
use crate::secret::{AccessToken, ChallengeSession, IdToken, RefreshToken};

/// The response to [`InitiateAuth`](super::InitiateAuth) and [`RespondToAuthChallenge`](super::RespondToAuthChallenge).
#[derive(Debug, PartialEq, Eq)]
pub enum AuthResponse {
    /// The user is signed in.
    Authenticated(AuthenticationResult),
    /// The service asks for one more proof.
    Challenge(Challenge),
}

impl AuthResponse {
    /// Parses the response to a request of a sign-in. If it has both a challenge and tokens, the result is the
    /// challenge, because the user has not answered it yet.
    pub(super) fn parse(response: &Json) -> Result<Self, MemberError> {
        let has_challenge = match response.get("ChallengeName") {
            Json::Null => false,
            Json::String(name) => !name.is_empty(),
            _ => true,
        };
        let result = response.get("AuthenticationResult");
        if !has_challenge && matches!(result, Json::Object(_)) {
            return AuthenticationResult::parse(result).map(Self::Authenticated);
        }
        Ok(Self::Challenge(Challenge {
            name: ChallengeName::from_wire(required_string(response, "ChallengeName")?),
            parameters: response.get("ChallengeParameters").clone(),
            session: optional_session(response),
            available: response
                .get("AvailableChallenges")
                .strings()
                .filter_map(FirstFactor::from_wire)
                .collect(),
        }))
    }
}

/// The tokens of a response, not validated yet.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AuthenticationResultType.html>
#[derive(Debug, PartialEq, Eq)]
pub struct AuthenticationResult {
    /// The token that says who the user is.
    pub id_token: IdToken,
    /// The token that the user-pool API accepts.
    pub access_token: AccessToken,
    /// Absent after a refresh if the app client does not rotate refresh tokens. The old one then stays valid.
    pub refresh_token: Option<RefreshToken>,
    /// `NewDeviceMetadata`: present if the pool remembers devices and the request named no device that the pool knows.
    pub new_device: Option<NewDevice>,
}

impl AuthenticationResult {
    pub(super) fn parse(result: &Json) -> Result<Self, MemberError> {
        // RFC 6749 §5.1: the token type is compared without regard to case.
        if !required_string(result, "TokenType")?.eq_ignore_ascii_case("bearer") {
            return Err(MemberError {
                member: "TokenType",
            });
        }
        Ok(Self {
            id_token: IdToken::new(required_string(result, "IdToken")?),
            access_token: AccessToken::new(required_string(result, "AccessToken")?),
            refresh_token: result.get("RefreshToken").as_str().map(RefreshToken::new),
            new_device: parse_new_device(result.get("NewDeviceMetadata")),
        })
    }
}

/// Parses `NewDeviceMetadata`. Returns `None` if it is missing or malformed. The device is then not remembered, and the
/// sign-in still succeeds.
fn parse_new_device(metadata: &Json) -> Option<NewDevice> {
    let group_key = metadata.get("DeviceGroupKey").as_str()?;
    Some(NewDevice {
        key: DeviceKey::parse(metadata.get("DeviceKey").as_str()?)?,
        group_key: group_key.to_owned(),
    })
}

/// A challenge from the service.
#[derive(Debug, PartialEq, Eq)]
pub struct Challenge {
    /// The name of the challenge.
    pub name: ChallengeName,
    /// `ChallengeParameters`. All values are strings.
    pub parameters: Json,
    /// The session to send with the answer, if the service sent one.
    pub session: Option<ChallengeSession>,
    /// `AvailableChallenges`: the first factors that `USER_AUTH` offers. Unknown ones are left out.
    pub available: Vec<FirstFactor>,
}

impl Challenge {
    /// Returns the value of the required parameter `name`. The error names the parameter if it is missing.
    pub fn required_parameter(&self, name: &'static str) -> Result<&str, MemberError> {
        self.parameters
            .get(name)
            .as_str()
            .ok_or(MemberError { member: name })
    }

    /// Parses the parameter `name`, whose value is JSON text. Returns `null` if the parameter is missing, and an error
    /// if its value is not JSON.
    pub fn json_parameter(&self, name: &'static str) -> Result<Json, MemberError> {
        match self.parameters.get(name).as_str() {
            None => Ok(Json::Null),
            Some(text) => Json::parse(text).map_err(|_| MemberError { member: name }),
        }
    }
}

/// Declares each challenge once, together with its wire name.
macro_rules! challenges {
    ($($name:ident = $wire:literal),* $(,)?) => {
        /// The challenge's name: `ChallengeNameType` in Amazon's API reference.
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        #[allow(missing_docs, reason = "each is the challenge of that name in Amazon's reference")]
        pub enum ChallengeName {
            $($name,)*
            /// A challenge that this crate does not know, with its wire name.
            Unknown(String),
        }

        impl ChallengeName {
            fn from_wire(text: String) -> Self {
                match text.as_str() {
                    $($wire => Self::$name,)*
                    _ => Self::Unknown(text),
                }
            }

            /// Returns the name of the challenge in the API.
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
