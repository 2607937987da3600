use serde::{Serialize, Serializer};

use super::{Action, MemberError, parse_empty};
use crate::ids::DeviceKey;
use crate::secret::AccessToken;

/// Sets whether the pool remembers a device. The proof of a remembered device replaces the second factor.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateDeviceStatus.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct UpdateDeviceStatus<'a> {
    /// A token with the scope `aws.cognito.signin.user.admin`.
    pub access_token: &'a AccessToken,
    /// The key of the device whose status changes.
    pub device_key: &'a DeviceKey,
    /// True to remember the device, false to stop remembering it.
    #[serde(
        rename = "DeviceRememberedStatus",
        serialize_with = "remembered_status"
    )]
    pub remembered: bool,
}

/// Serializes `remembered` as `"remembered"` or `"not_remembered"` (`DeviceRememberedStatusType`).
fn remembered_status<S: Serializer>(remembered: &bool, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(if *remembered {
        "remembered"
    } else {
        "not_remembered"
    })
}

impl Action for UpdateDeviceStatus<'_> {
    const OPERATION: &'static str = "UpdateDeviceStatus";
    type Response = ();

    fn parse_response(body: &str) -> Result<(), MemberError> {
        parse_empty(body)
    }
}
