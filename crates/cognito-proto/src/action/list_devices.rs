use super::{Action, MemberError, optional_time, required_string, string_object};
use crate::ids::DeviceKey;
use crate::json::Json;
use crate::secret::AccessToken;
use crate::time::UnixTime;

/// Lists the devices that the pool has stored for a user, one page per request.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListDevices.html>
#[derive(Debug)]
pub struct ListDevices<'a> {
    /// A token with the scope `aws.cognito.signin.user.admin`.
    pub access_token: &'a AccessToken,
    /// The pagination token of the previous page.
    pub pagination_token: Option<&'a str>,
}

/// One page of devices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Devices {
    /// The devices, in no promised order.
    pub devices: Vec<Device>,
    /// The token for the next page, if there is one.
    pub pagination_token: Option<String>,
}

/// A device in the pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// The key that identifies the device.
    pub key: DeviceKey,
    /// The name under which the device was confirmed.
    pub name: Option<String>,
    /// The IP address of the device's last sign-in.
    pub last_ip: Option<String>,
    /// True if the device's proof replaces the second factor, `None` if the pool does not say.
    pub remembered: Option<bool>,
    /// The time at which the pool first saw the device.
    pub created_at: Option<UnixTime>,
    /// The time of the device's last sign-in.
    pub last_authenticated_at: Option<UnixTime>,
}

impl Device {
    fn parse(device: &Json) -> Result<Self, MemberError> {
        let member = "DeviceKey";
        let key =
            DeviceKey::parse(&required_string(device, member)?).ok_or(MemberError { member })?;
        let attribute = |name| {
            device
                .get("DeviceAttributes")
                .items()
                .iter()
                .find(|attribute| attribute.get("Name").as_str() == Some(name))?
                .get("Value")
                .as_str()
        };
        // The service has used this name with and without the prefix `dev:`.
        let status = attribute("dev:device_remembered_status")
            .or_else(|| attribute("device_remembered_status"));
        Ok(Self {
            key,
            name: attribute("device_name").map(str::to_owned),
            last_ip: attribute("last_ip_used").map(str::to_owned),
            remembered: status.map(|status| status == "remembered"),
            created_at: optional_time(device, "DeviceCreateDate"),
            last_authenticated_at: optional_time(device, "DeviceLastAuthenticatedDate"),
        })
    }
}

impl Action for ListDevices<'_> {
    const OPERATION: &'static str = "ListDevices";
    type Response = Devices;

    fn request_body(&self) -> Json {
        string_object(&[
            ("AccessToken", Some(self.access_token.expose_secret())),
            ("PaginationToken", self.pagination_token),
        ])
    }

    fn parse_response(response: &Json) -> Result<Devices, MemberError> {
        Ok(Devices {
            devices: response
                .get("Devices")
                .items()
                .iter()
                .map(Device::parse)
                .collect::<Result<_, _>>()?,
            pagination_token: response.get("PaginationToken").as_str().map(str::to_owned),
        })
    }
}
