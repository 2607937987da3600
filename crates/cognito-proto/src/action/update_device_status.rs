use super::{Action, MemberError, string_object};
use crate::ids::DeviceKey;
use crate::json::Json;
use crate::secret::AccessToken;

/// Sets whether a device is remembered. The proof of a remembered device replaces the second factor.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateDeviceStatus.html>
#[derive(Debug)]
pub struct UpdateDeviceStatus<'a> {
    /// A token with the scope `aws.cognito.signin.user.admin`.
    pub access_token: &'a AccessToken,
    /// The key of the device whose status changes.
    pub device_key: &'a DeviceKey,
    /// True to remember the device, false to stop remembering it.
    pub remembered: bool,
}

impl Action for UpdateDeviceStatus<'_> {
    const OPERATION: &'static str = "UpdateDeviceStatus";
    type Response = ();

    fn request_body(&self) -> Json {
        let status = if self.remembered {
            "remembered"
        } else {
            "not_remembered"
        };
        string_object(&[
            ("AccessToken", Some(self.access_token.expose_secret())),
            ("DeviceKey", Some(self.device_key.as_str())),
            ("DeviceRememberedStatus", Some(status)),
        ])
    }

    fn parse_response(_: &Json) -> Result<(), MemberError> {
        Ok(())
    }
}
