//! The devices that the pool remembers, with a button to forget each of them.

use cognito_proto::ids::DeviceKey;
use leptos::prelude::*;
use ui_texts::{Message, account as texts, labels};

use super::removable_list::{Item, Items, ListConfig, RemovableList};
use crate::auth::AuthContext;
use crate::browser::{LocalBoxFuture, clock};
use crate::messages;

/// The heading of the section.
pub(super) const TITLE: &str = texts::DEVICES;

/// The texts and operations of the list of devices. There is no confirmation, because forgetting a device only costs
/// the user a code at the next sign-in there.
static DEVICES: ListConfig = ListConfig {
    title: TITLE,
    description: texts::DEVICES_INTRO,
    empty_text: texts::NO_DEVICES,
    remove_label: labels::REMOVE,
    confirmation: None,
    load: load_devices,
    remove: remove_device,
};

pub(super) fn devices(auth: AuthContext) -> AnyView {
    RemovableList::new(auth, &DEVICES).view(None)
}

fn load_devices(auth: AuthContext) -> LocalBoxFuture<Result<Items, Message>> {
    Box::pin(async move {
        let devices = match auth.list_devices().await {
            Ok(Some(devices)) => devices,
            Ok(None) => return Ok(Items::Unsupported(texts::NO_DEVICE_TRACKING.clone())),
            Err(error) => return Err(messages::account_error(&error)),
        };
        let this = auth.device_key();
        let devices = devices.into_iter().map(|device| {
            let used = device.last_authenticated_at.or(device.created_at);
            Item {
                details: messages::device_details(
                    this.as_ref() == Some(&device.key),
                    device.remembered == Some(true),
                    used.map(clock::format_local).as_deref(),
                    device.last_ip.as_deref(),
                ),
                id: device.key.as_str().to_owned(),
                title: device
                    .name
                    .unwrap_or_else(|| texts::UNNAMED_DEVICE.to_owned()),
            }
        });
        Ok(Items::List(devices.collect()))
    })
}

fn remove_device(
    auth: AuthContext,
    device_key: String,
) -> LocalBoxFuture<Result<&'static str, Message>> {
    Box::pin(async move {
        // The id was parsed from a device key when the list was loaded, so this does not happen.
        let Some(key) = DeviceKey::parse(&device_key) else {
            return Ok(texts::DEVICE_REMOVED);
        };
        match auth.forget_device(&key).await {
            Ok(()) => Ok(texts::DEVICE_REMOVED),
            Err(error) => Err(messages::account_error(&error)),
        }
    })
}
