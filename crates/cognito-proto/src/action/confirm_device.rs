use serde::{Deserialize, Serialize, Serializer};

use super::{Action, MemberError, parse_body};
use crate::ids::DeviceKey;
use crate::secret::AccessToken;
use crate::srp::Verifier;
use crate::wire::Member;

/// Registers a new device with the pool, together with the SRP verifier of its password.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmDevice.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ConfirmDevice<'a> {
    /// The access token from the sign-in whose response contained the new device.
    pub access_token: &'a AccessToken,
    /// The key of the new device.
    pub device_key: &'a DeviceKey,
    /// The name under which the user will see the device.
    #[serde(rename = "DeviceName")]
    pub name: &'a str,
    /// The salt and the SRP verifier of the device's password. The pool stores them.
    #[serde(
        rename = "DeviceSecretVerifierConfig",
        serialize_with = "serialize_verifier"
    )]
    pub verifier: &'a Verifier,
}

/// Serializes the salt and the verifier in the format of `DeviceSecretVerifierConfigType`.
fn serialize_verifier<S: Serializer>(
    verifier: &Verifier,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    #[serde(rename_all = "PascalCase")]
    struct DeviceSecretVerifierConfig {
        password_verifier: String,
        salt: String,
    }

    DeviceSecretVerifierConfig {
        password_verifier: verifier.confirm_device_password_verifier(),
        salt: verifier.confirm_device_salt(),
    }
    .serialize(serializer)
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
struct ResponseBody<'a> {
    user_confirmation_necessary: Member<'a, bool>,
}

impl Action for ConfirmDevice<'_> {
    const OPERATION: &'static str = "ConfirmDevice";
    /// True if the user must decide whether the pool remembers the device (`UserConfirmationNecessary`). The app then
    /// sends the user's decision with [`UpdateDeviceStatus`](super::UpdateDeviceStatus).
    type Response = bool;

    fn parse_response(body: &str) -> Result<bool, MemberError> {
        let body: ResponseBody = parse_body(body)?;
        let is_necessary = body.user_confirmation_necessary.optional();
        Ok(is_necessary.unwrap_or_default())
    }
}
