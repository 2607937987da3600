use serde::{Deserialize, Serialize};

use super::{Action, MemberError, parse_body};
use crate::ids::DeviceKey;
use crate::secret::AccessToken;
use crate::time::UnixTime;
use crate::wire::{Member, WholeNumber};

/// Lists the devices that the pool has stored for a user, one page per request.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListDevices.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListDevices<'a> {
    /// A token with the scope `aws.cognito.signin.user.admin`.
    pub access_token: &'a AccessToken,
    /// The token for the requested page, from the previous response. `None` requests the first page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pagination_token: Option<&'a str>,
}

/// One page of a user's devices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Devices {
    /// The devices, in no promised order.
    pub devices: Vec<Device>,
    /// The token for the next page, if there is one.
    pub pagination_token: Option<String>,
}

/// A device that the pool has stored for a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// The key that identifies the device.
    pub key: DeviceKey,
    /// The device's name, which the app gave when it confirmed the device.
    pub name: Option<String>,
    /// The IP address of the device's last sign-in.
    pub last_ip: Option<String>,
    /// True if the device's proof replaces the second factor, false if not, `None` if the pool does not say.
    pub remembered: Option<bool>,
    /// The time at which the pool first saw the device.
    pub created_at: Option<UnixTime>,
    /// The time of the device's last sign-in.
    pub last_authenticated_at: Option<UnixTime>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
struct ResponseBody<'a> {
    devices: Member<'a, Vec<DeviceBody<'a>>>,
    pagination_token: Member<'a, String>,
}

/// The wire format of [`Device`]: `DeviceType` in Amazon's API reference.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
struct DeviceBody<'a> {
    device_key: Member<'a, DeviceKey>,
    device_attributes: Member<'a, Vec<Attribute<'a>>>,
    device_create_date: Member<'a, WholeNumber>,
    device_last_authenticated_date: Member<'a, WholeNumber>,
}

/// The wire format of one attribute of a device: `AttributeType` in Amazon's API reference.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
struct Attribute<'a> {
    name: String,
    #[serde(default)]
    value: Member<'a, String>,
}

impl TryFrom<DeviceBody<'_>> for Device {
    type Error = MemberError;

    fn try_from(device: DeviceBody<'_>) -> Result<Self, MemberError> {
        let mut attributes = device.device_attributes.optional().unwrap_or_default();
        let mut take_attribute = |name| {
            let index = attributes.iter().position(|other| other.name == name)?;
            attributes.swap_remove(index).value.optional()
        };
        // The service has used this name with and without the prefix `dev:`.
        let status = take_attribute("dev:device_remembered_status")
            .or_else(|| take_attribute("device_remembered_status"));
        Ok(Self {
            key: device.device_key.required("DeviceKey")?,
            name: take_attribute("device_name"),
            last_ip: take_attribute("last_ip_used"),
            remembered: status.map(|status| status == "remembered"),
            created_at: device.device_create_date.optional_time(),
            last_authenticated_at: device.device_last_authenticated_date.optional_time(),
        })
    }
}

impl Action for ListDevices<'_> {
    const OPERATION: &'static str = "ListDevices";
    type Response = Devices;

    fn parse_response(body: &str) -> Result<Devices, MemberError> {
        let body: ResponseBody = parse_body(body)?;
        let devices = body.devices.optional().unwrap_or_default();
        Ok(Devices {
            devices: devices
                .into_iter()
                .map(Device::try_from)
                .collect::<Result<_, _>>()?,
            pagination_token: body.pagination_token.optional(),
        })
    }
}
