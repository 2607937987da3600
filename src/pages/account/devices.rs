//! The section with the devices that the pool remembers, with a button to remove each of them.

use cognito_proto::action::Device;
use cognito_proto::ids::DeviceKey;
use leptos::prelude::*;
use leptos_cognito::browser::clock;
use leptos_cognito::{AuthContext, use_auth};
use ui_texts::{Message, account as texts, labels};

use super::removable_list::{Confirmation, Item, Items, ListKind, ListState, RemovableList};
use crate::messages;

/// The content of the section with the remembered devices.
#[component]
pub(super) fn DevicesSection() -> impl IntoView {
    let list = ListState::<DeviceList>::new(use_auth());
    view! { <RemovableList list/> }
}

struct DeviceList;

impl ListKind for DeviceList {
    type Id = DeviceKey;

    const TITLE: &'static str = texts::DEVICES;
    const DESCRIPTION: &'static str = texts::DEVICES_INTRO;
    const EMPTY_TEXT: &'static str = texts::NO_DEVICES;
    const REMOVE_LABEL: &'static str = labels::REMOVE;
    const REMOVED_TEXT: &'static str = texts::DEVICE_REMOVED;
    /// The page asks for no confirmation, because removing a device only costs the user a code at the next sign-in
    /// there.
    const CONFIRMATION: Option<Confirmation> = None;

    async fn load(auth: AuthContext) -> Result<Items<DeviceKey>, Message> {
        let devices = match auth.account().list_devices().await {
            Ok(Some(devices)) => devices,
            Ok(None) => return Ok(Items::Unsupported(texts::NO_DEVICE_TRACKING.clone())),
            Err(error) => return Err(messages::account_error(&error)),
        };
        let this_device = auth.account().device_key();
        let item = |device| list_item(device, this_device.as_ref());
        Ok(Items::List(devices.into_iter().map(item).collect()))
    }

    async fn remove(auth: AuthContext, key: DeviceKey) -> Result<(), Message> {
        let result = auth.account().forget_device(&key).await;
        result.map_err(|error| messages::account_error(&error))
    }
}

fn list_item(device: Device, this_device: Option<&DeviceKey>) -> Item<DeviceKey> {
    let last_used = device.last_authenticated_at.or(device.created_at);
    Item {
        details: messages::device_details(
            this_device == Some(&device.key),
            device.remembered == Some(true),
            last_used.map(clock::format_local).as_deref(),
            device.last_ip.as_deref(),
        ),
        id: device.key,
        title: device
            .name
            .unwrap_or_else(|| texts::UNNAMED_DEVICE.to_owned()),
    }
}
