use super::{Action, MemberError, string_object};
use crate::ids::DeviceKey;
use crate::json::Json;
use crate::secret::AccessToken;

/// Deletes a device's record in the pool. The response body is empty.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ForgetDevice.html>
#[derive(Debug)]
pub struct ForgetDevice<'a> {
    /// A token with the scope `aws.cognito.signin.user.admin`.
    pub access_token: &'a AccessToken,
    /// The key of the device to delete.
    pub device_key: &'a DeviceKey,
}

impl Action for ForgetDevice<'_> {
    const OPERATION: &'static str = "ForgetDevice";
    type Response = ();

    fn request_body(&self) -> Json {
        string_object(&[
            ("AccessToken", Some(self.access_token.expose_secret())),
            ("DeviceKey", Some(self.device_key.as_str())),
        ])
    }

    fn parse_response(_: &Json) -> Result<(), MemberError> {
        Ok(())
    }
}
