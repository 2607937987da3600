use super::{Action, Malformed, moment, text, texts};
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
    /// The device's key.
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
    fn read(device: &Json) -> Result<Self, Malformed> {
        let member = "DeviceKey";
        let key = DeviceKey::parse(&text(device, member)?).ok_or(Malformed { member })?;
        let attribute = |name| {
            device
                .get("DeviceAttributes")
                .items()
                .iter()
                .find(|attribute| attribute.get("Name").as_text() == Some(name))?
                .get("Value")
                .as_text()
        };
        // The service has used this name with and without the prefix `dev:`.
        let status = attribute("dev:device_remembered_status")
            .or_else(|| attribute("device_remembered_status"));
        Ok(Self {
            key,
            name: attribute("device_name").map(str::to_owned),
            last_ip: attribute("last_ip_used").map(str::to_owned),
            remembered: status.map(|status| status == "remembered"),
            created_at: moment(device, "DeviceCreateDate"),
            last_authenticated_at: moment(device, "DeviceLastAuthenticatedDate"),
        })
    }
}

impl Action for ListDevices<'_> {
    const OPERATION: &'static str = "ListDevices";
    type Answer = Devices;

    fn body(&self) -> Json {
        texts(&[
            ("AccessToken", Some(self.access_token.reveal())),
            ("PaginationToken", self.pagination_token),
        ])
    }

    fn read(answer: &Json) -> Result<Devices, Malformed> {
        Ok(Devices {
            devices: answer
                .get("Devices")
                .items()
                .iter()
                .map(Device::read)
                .collect::<Result<_, _>>()?,
            pagination_token: answer.get("PaginationToken").as_text().map(str::to_owned),
        })
    }
}
