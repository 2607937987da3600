use cognito_proto::action::{
    AuthFlow, Device, Devices, ForgetDevice, GetTokensFromRefreshToken, InitiateAuth, ListDevices,
    UpdateDeviceStatus, parse_http_response,
};
use cognito_proto::ids::DeviceKey;
use cognito_proto::secret::RefreshToken;
use cognito_proto::time::UnixTime;
use serde_json::json;

use crate::recorded::client;
use crate::{access_token, answer, lacks, sent, targeted};

const KEY: &str = "us-east-1_3f1c8d0e-6d0b-4a55-9f5b-0d3c1d5e9b11";

fn key() -> DeviceKey {
    DeviceKey::parse(KEY).expect("a device key")
}

#[test]
fn a_device_is_remembered_or_not_as_the_person_says() {
    for (remembered, status) in [(true, "remembered"), (false, "not_remembered")] {
        assert_eq!(
            sent(&UpdateDeviceStatus {
                access_token: &access_token(),
                device_key: &key(),
                remembered,
            }),
            targeted(
                "UpdateDeviceStatus",
                json!({"AccessToken":"eyJraWQ","DeviceKey":KEY,"DeviceRememberedStatus":status})
            )
        );
    }
    assert_eq!(answer::<UpdateDeviceStatus<'_>>(&json!({})), Ok(()));
}

/// The service responds with an empty body.
#[test]
fn a_device_is_forgotten_by_its_key() {
    assert_eq!(
        sent(&ForgetDevice {
            access_token: &access_token(),
            device_key: &key(),
        }),
        targeted(
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
fn devices_are_listed_page_by_page_with_what_is_told_of_each() {
    let listed = |pagination_token| {
        sent(&ListDevices {
            access_token: &access_token(),
            pagination_token,
        })
    };
    assert_eq!(
        listed(None),
        targeted("ListDevices", json!({"AccessToken":"eyJraWQ"}))
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
        answer::<ListDevices<'_>>(&json!({"Devices":[
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
        answer::<ListDevices<'_>>(&body).map(|page| page.devices[0].remembered)
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
        answer::<ListDevices<'_>>(&json!({})),
        Ok(Devices {
            devices: Vec::new(),
            pagination_token: None
        })
    );
    for wrong in [json!({}), json!({"DeviceKey":"../x"})] {
        assert_eq!(
            answer::<ListDevices<'_>>(&json!({"Devices":[wrong]})),
            lacks("DeviceKey")
        );
    }
}

/// The pool refreshes tokens of a remembered device only if the request names the device.
#[test]
fn a_renewal_names_the_device_by_either_operation() {
    let spent = RefreshToken::new("eyJjdHki");
    assert_eq!(
        sent(&GetTokensFromRefreshToken {
            client: &client(),
            refresh_token: &spent,
            device_key: Some(&key()),
        })
        .1,
        json!({"ClientId":"1example23456789012345678","RefreshToken":"eyJjdHki","DeviceKey":KEY})
    );
    assert_eq!(
        sent(&InitiateAuth {
            client: &client(),
            device_key: Some(&key()),
            flow: AuthFlow::RefreshToken(&spent),
        })
        .1,
        json!({"AuthFlow":"REFRESH_TOKEN_AUTH","ClientId":"1example23456789012345678",
            "AuthParameters":{"REFRESH_TOKEN":"eyJjdHki","DEVICE_KEY":KEY}})
    );
}
