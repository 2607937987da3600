use super::{Action, MemberError, string_object};
use crate::ids::DeviceKey;
use crate::json::Json;
use crate::secret::AccessToken;
use crate::srp::Verifier;

/// Registers a new device with the pool, together with the SRP verifier of its password.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmDevice.html>
#[derive(Debug)]
pub struct ConfirmDevice<'a> {
    /// An access token of the sign-in that announced the device.
    pub access_token: &'a AccessToken,
    /// The key of the new device.
    pub device_key: &'a DeviceKey,
    /// The name under which the user will see the device.
    pub name: &'a str,
    /// The salt and the SRP verifier of the device's password.
    pub verifier: &'a Verifier,
}

impl Action for ConfirmDevice<'_> {
    const OPERATION: &'static str = "ConfirmDevice";
    /// `UserConfirmationNecessary`: true if the app must ask the user, and send the user's answer with
    /// [`UpdateDeviceStatus`](super::UpdateDeviceStatus).
    type Response = bool;

    fn request_body(&self) -> Json {
        Json::object([
            ("AccessToken", self.access_token.expose_secret().into()),
            ("DeviceKey", self.device_key.as_str().into()),
            ("DeviceName", self.name.into()),
            (
                "DeviceSecretVerifierConfig",
                string_object(&[
                    (
                        "PasswordVerifier",
                        Some(&self.verifier.confirm_device_password_verifier()),
                    ),
                    ("Salt", Some(&self.verifier.confirm_device_salt())),
                ]),
            ),
        ])
    }

    fn parse_response(response: &Json) -> Result<bool, MemberError> {
        Ok(response.get("UserConfirmationNecessary").as_bool() == Some(true))
    }
}
