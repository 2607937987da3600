use cognito_proto::action::{
    AuthFlow, Device, Devices, ForgetDevice, GetTokensFromRefreshToken, InitiateAuth, ListDevices,
    UpdateDeviceStatus, parse_http_response,
};
use cognito_proto::ids::DeviceKey;
use cognito_proto::secret::RefreshToken;
use cognito_proto::time::UnixTime;
use serde_json::json;

use crate::recorded::client;
use crate::{access_token, missing_member, parse, request, sent_by};

const KEY: &str = "us-east-1_3f1c8d0e-6d0b-4a55-9f5b-0d3c1d5e9b11";

fn key() -> DeviceKey {
    DeviceKey::parse(KEY).expect("a device key")
}

#[test]
fn update_device_status_sends_remembered_or_not_remembered() {
    for (remembered, status) in [(true, "remembered"), (false, "not_remembered")] {
        assert_eq!(
            sent_by(&UpdateDeviceStatus {
                access_token: &access_token(),
                device_key: &key(),
                remembered,
            }),
            request(
                "UpdateDeviceStatus",
                json!({"AccessToken":"eyJraWQ","DeviceKey":KEY,"DeviceRememberedStatus":status})
            )
        );
    }
    assert_eq!(parse::<UpdateDeviceStatus<'_>>(&json!({})), Ok(()));
}

/// The service responds with an empty body.
#[test]
fn forget_device_sends_the_device_key() {
    assert_eq!(
        sent_by(&ForgetDevice {
            access_token: &access_token(),
            device_key: &key(),
        }),
        request(
            "ForgetDevice",
            json!({"AccessToken":"eyJraWQ","DeviceKey":KEY})
        )
    );
    assert_eq!(
        parse_http_response::<ForgetDevice<'_>>(200, None, ""),
        Ok(())
    );
}

#[test]
fn list_devices_parses_pages_and_attributes() {
    let listed = |pagination_token| {
        sent_by(&ListDevices {
            access_token: &access_token(),
            pagination_token,
        })
    };
    assert_eq!(
        listed(None),
        request("ListDevices", json!({"AccessToken":"eyJraWQ"}))
    );
    assert_eq!(
        listed(Some("page-2")).1,
        json!({"AccessToken":"eyJraWQ","PaginationToken":"page-2"})
    );
    let bare = Device {
        key: key(),
        name: None,
        last_ip: None,
        remembered: None,
        created_at: None,
        last_authenticated_at: None,
    };
    let known = Device {
        name: Some("Mozilla/5.0".to_owned()),
        last_ip: Some("203.0.113.7".to_owned()),
        remembered: Some(true),
        created_at: Some(UnixTime::from_secs(1_726_247_595)),
        last_authenticated_at: Some(UnixTime::from_secs(1_726_247_999)),
        ..bare.clone()
    };
    assert_eq!(
        parse::<ListDevices<'_>>(&json!({"Devices":[
            {"DeviceKey":KEY,"DeviceAttributes":[{"Name":"device_status","Value":"valid"},{"Name":"device_name","Value":"Mozilla/5.0"},
                {"Name":"last_ip_used","Value":"203.0.113.7"},{"Name":"dev:device_remembered_status","Value":"remembered"}],
                "DeviceCreateDate":1726247595.861,"DeviceLastModifiedDate":1726247595.861,"DeviceLastAuthenticatedDate":1726247999},
            {"DeviceKey":KEY}],"PaginationToken":"page-2"})),
        Ok(Devices {
            devices: vec![known, bare],
            pagination_token: Some("page-2".to_owned()),
        })
    );
    let status = |name: &str, value: &str| {
        let body =
            json!({"Devices":[{"DeviceKey":KEY,"DeviceAttributes":[{"Name":name,"Value":value}]}]});
        parse::<ListDevices<'_>>(&body).map(|page| page.devices[0].remembered)
    };
    assert_eq!(
        status("dev:device_remembered_status", "not_remembered"),
        Ok(Some(false))
    );
    assert_eq!(
        status("device_remembered_status", "remembered"),
        Ok(Some(true))
    );
    assert_eq!(
        parse::<ListDevices<'_>>(&json!({})),
        Ok(Devices {
            devices: Vec::new(),
            pagination_token: None
        })
    );
    for wrong in [json!({}), json!({"DeviceKey":"../x"})] {
        assert_eq!(
            parse::<ListDevices<'_>>(&json!({"Devices":[wrong]})),
            missing_member("DeviceKey")
        );
    }
}

/// The pool refreshes tokens of a remembered device only if the request names the device.
#[test]
fn every_token_refresh_action_sends_the_device_key() {
    let token = RefreshToken::new("eyJjdHki");
    assert_eq!(
        sent_by(&GetTokensFromRefreshToken {
            client: &client(),
            refresh_token: &token,
            device_key: Some(&key()),
        })
        .1,
        json!({"ClientId":"1example23456789012345678","RefreshToken":"eyJjdHki","DeviceKey":KEY})
    );
    assert_eq!(
        sent_by(&InitiateAuth {
            client: &client(),
            device_key: Some(&key()),
            flow: AuthFlow::RefreshToken(&token),
        })
        .1,
        json!({"AuthFlow":"REFRESH_TOKEN_AUTH","ClientId":"1example23456789012345678",
            "AuthParameters":{"REFRESH_TOKEN":"eyJjdHki","DEVICE_KEY":KEY}})
    );
}
