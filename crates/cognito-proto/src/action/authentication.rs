//! The response to each request of a sign-in: tokens or another challenge.

use serde::{Deserialize, Deserializer};

use super::{MemberError, parse_body};
use crate::factor::FirstFactor;
use crate::ids::DeviceKey;
use crate::secret::{AccessToken, ChallengeSession, IdToken, RefreshToken};
use crate::wire::{self, Entries, Member, WrongMember};

/// The response to [`InitiateAuth`](super::InitiateAuth) and [`RespondToAuthChallenge`](super::RespondToAuthChallenge).
#[derive(Debug, PartialEq, Eq)]
pub enum AuthResponse {
    /// The user is signed in.
    Authenticated(AuthenticationResult),
    /// The service asks for one more proof, such as a verification code.
    Challenge(Challenge),
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
struct ResponseBody<'a> {
    challenge_name: Member<'a, String>,
    challenge_parameters: Member<'a, ChallengeParameters>,
    session: Member<'a, ChallengeSession>,
    available_challenges: Member<'a, Vec<String>>,
    authentication_result: Member<'a, AuthenticationResultBody<'a>>,
}

impl AuthResponse {
    /// Parses the response to a request of a sign-in. If it has both a challenge and tokens, the result is the
    /// challenge, because the user has not answered it yet.
    pub(super) fn parse(body: &str) -> Result<Self, MemberError> {
        let body: ResponseBody = parse_body(body)?;
        let has_challenge = match body.challenge_name.checked() {
            Ok(name) => name.is_some_and(|name| !name.is_empty()),
            Err(WrongMember) => true,
        };
        if !has_challenge && let Some(result) = body.authentication_result.optional() {
            return AuthenticationResult::try_from(result).map(Self::Authenticated);
        }
        let name = body.challenge_name.required("ChallengeName")?;
        let available = body.available_challenges.optional().unwrap_or_default();
        Ok(Self::Challenge(Challenge {
            name: ChallengeName::from_wire(name),
            parameters: body.challenge_parameters.optional().unwrap_or_default(),
            session: body.session.optional(),
            available: available
                .iter()
                .filter_map(|name| FirstFactor::from_wire(name))
                .collect(),
        }))
    }
}

/// The tokens in a response, not validated yet.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AuthenticationResultType.html>
#[derive(Debug, PartialEq, Eq)]
pub struct AuthenticationResult {
    /// The token that says who the user is.
    pub id_token: IdToken,
    /// The token that the user-pool API accepts.
    pub access_token: AccessToken,
    /// The new refresh token. It is `None` after a refresh if the app client does not rotate refresh tokens. The old
    /// one then stays valid.
    pub refresh_token: Option<RefreshToken>,
    /// A device that the pool has created for this browser (`NewDeviceMetadata`). It is present if the pool remembers
    /// devices and the request named no device that the pool knows.
    pub new_device: Option<NewDevice>,
}

/// A device that the pool has created for this browser and offers to remember (`NewDeviceMetadata`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDevice {
    /// The key that identifies the device in the pool (`DeviceKey`).
    pub key: DeviceKey,
    /// The group of the device (`DeviceGroupKey`). It takes the place of the pool's name in the device's SRP proof.
    pub group_key: String,
}

/// The wire format of [`AuthenticationResult`]: `AuthenticationResultType` in Amazon's API reference.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub(super) struct AuthenticationResultBody<'a> {
    token_type: Member<'a, String>,
    id_token: Member<'a, IdToken>,
    access_token: Member<'a, AccessToken>,
    refresh_token: Member<'a, RefreshToken>,
    new_device_metadata: Member<'a, NewDeviceMetadata>,
}

/// The wire format of [`NewDevice`]: `NewDeviceMetadataType` in Amazon's API reference. If it is malformed, the device
/// is not remembered, and the sign-in still succeeds.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct NewDeviceMetadata {
    device_key: DeviceKey,
    device_group_key: String,
}

impl TryFrom<AuthenticationResultBody<'_>> for AuthenticationResult {
    type Error = MemberError;

    fn try_from(result: AuthenticationResultBody<'_>) -> Result<Self, MemberError> {
        let member = "TokenType";
        // RFC 6749 §5.1: the token type is compared without regard to case.
        if !result
            .token_type
            .required(member)?
            .eq_ignore_ascii_case("bearer")
        {
            return Err(MemberError { member });
        }
        let new_device = result.new_device_metadata.optional();
        Ok(Self {
            id_token: result.id_token.required("IdToken")?,
            access_token: result.access_token.required("AccessToken")?,
            refresh_token: result.refresh_token.optional(),
            new_device: new_device.map(|device| NewDevice {
                key: device.device_key,
                group_key: device.device_group_key,
            }),
        })
    }
}

/// A challenge from the service: its request for one more proof during a sign-in.
#[derive(Debug, PartialEq, Eq)]
pub struct Challenge {
    /// The name of the challenge.
    pub name: ChallengeName,
    /// The data that comes with the challenge (`ChallengeParameters`).
    pub parameters: ChallengeParameters,
    /// The session to send with the answer, if the service sent one.
    pub session: Option<ChallengeSession>,
    /// The first factors that the pool offers in the flow `USER_AUTH` (`AvailableChallenges`). Unknown ones are left
    /// out.
    pub available: Vec<FirstFactor>,
}

impl Challenge {
    /// Returns the value of the challenge parameter `name`, or an error that names the parameter if it is missing.
    pub fn required_parameter(&self, name: &'static str) -> Result<&str, MemberError> {
        self.parameters
            .get(name)
            .ok_or(MemberError { member: name })
    }

    /// Parses the challenge parameter `name`, whose value is JSON text. Returns `None` if the parameter is missing, and
    /// an error if its value is not JSON of the type `T`.
    pub(crate) fn json_parameter<'a, T: Deserialize<'a>>(
        &'a self,
        name: &'static str,
    ) -> Result<Option<T>, MemberError> {
        let Some(json) = self.parameters.get(name) else {
            return Ok(None);
        };
        let value = wire::parse(json).ok_or(MemberError { member: name })?;
        Ok(Some(value))
    }
}

/// The parameters of a challenge: their names and values. All values are strings.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ChallengeParameters(Vec<(String, String)>);

impl ChallengeParameters {
    /// Returns the value of the parameter `name`, or `None` if there is none.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter()
            .find_map(|(other, value)| (other == name).then_some(value))
    }

    /// Returns the names and values of all challenge parameters, in the order of the response.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let parameters = self.0.iter();
        parameters.map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl FromIterator<(String, String)> for ChallengeParameters {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(parameters: I) -> Self {
        Self(parameters.into_iter().collect())
    }
}

impl<'de> Deserialize<'de> for ChallengeParameters {
    /// Deserializes the parameters and leaves out values that are not strings. A challenge that needs one of them
    /// reports it as missing.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Entries(members) = Entries::<Member<'_, String>>::deserialize(deserializer)?;
        let parameters = members.into_iter();
        Ok(parameters
            .filter_map(|(name, value)| Some((name, value.optional()?)))
            .collect())
    }
}

/// Declares the enum [`ChallengeName`] from a list of variants with their names in the API.
macro_rules! challenges {
    ($($name:ident = $wire:literal),* $(,)?) => {
        /// The name of a challenge: `ChallengeNameType` in Amazon's API reference.
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
