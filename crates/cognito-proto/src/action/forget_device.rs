use serde::Serialize;

use super::{Action, MemberError, parse_empty};
use crate::ids::DeviceKey;
use crate::secret::AccessToken;

/// Deletes a device's record in the pool. The response body is empty.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ForgetDevice.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ForgetDevice<'a> {
    /// A token with the scope `aws.cognito.signin.user.admin`.
    pub access_token: &'a AccessToken,
    /// The key of the device to delete.
    pub device_key: &'a DeviceKey,
}

impl Action for ForgetDevice<'_> {
    const OPERATION: &'static str = "ForgetDevice";
    type Response = ();

    fn parse_response(body: &str) -> Result<(), MemberError> {
        parse_empty(body)
    }
}
