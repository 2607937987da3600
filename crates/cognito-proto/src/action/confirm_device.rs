use super::{Action, Malformed, texts};
use crate::ids::DeviceKey;
use crate::json::Json;
use crate::secret::AccessToken;
use crate::srp::Verifier;

/// Makes a new device known to the pool, by what its password can be checked against.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmDevice.html>
#[derive(Debug)]
pub struct ConfirmDevice<'a> {
    /// A token of the sign-in that announced the device.
    pub access_token: &'a AccessToken,
    /// The device.
    pub device_key: &'a DeviceKey,
    /// What the person will know it by.
    pub name: &'a str,
    /// Salt and verifier of its password.
    pub verifier: &'a Verifier,
}

impl Action for ConfirmDevice<'_> {
    const OPERATION: &'static str = "ConfirmDevice";
    /// `UserConfirmationNecessary`: whether the person is to be asked first, and the answer told by
    /// [`UpdateDeviceStatus`](super::UpdateDeviceStatus).
    type Answer = bool;

    fn body(&self) -> Json {
        Json::object([
            ("AccessToken", self.access_token.reveal().into()),
            ("DeviceKey", self.device_key.as_str().into()),
            ("DeviceName", self.name.into()),
            (
                "DeviceSecretVerifierConfig",
                texts(&[
                    (
                        "PasswordVerifier",
                        Some(&self.verifier.confirm_device_password_verifier()),
                    ),
                    ("Salt", Some(&self.verifier.confirm_device_salt())),
                ]),
            ),
        ])
    }

    fn read(answer: &Json) -> Result<bool, Malformed> {
        Ok(answer.get("UserConfirmationNecessary").as_bool() == Some(true))
    }
}
