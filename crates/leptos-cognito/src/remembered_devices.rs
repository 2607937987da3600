//! Remembered devices: registers this browser with the pool, and reads its record for later sign-ins.

use cognito_proto::action::{NewDevice, UpdateDeviceStatus};
use cognito_proto::device::{self, DeviceRecordOwner, RememberedDevice, UnconfirmedDevice};
use cognito_proto::ids::{DeviceKey, Username};
use leptos::prelude::*;

use crate::browser::fetch::FetchError;
use crate::browser::timer::OPERATION_TIMEOUT;
use crate::browser::{random, storage, timer, user_agent};
use crate::context::SharedConfig;
use crate::errors::{RequestError, SignInError};
use crate::refresh::Refresher;
use crate::user_pool;

/// The records of this browser as a remembered device, and the offer to trust the device.
/// [`AuthContext::remembered_devices`](crate::AuthContext::remembered_devices) returns it.
#[derive(Clone, Copy, Debug)]
pub struct RememberedDevices {
    config: SharedConfig,
    refresher: Refresher,
    /// The device for which the app still has to ask whether to trust it.
    offer: RwSignal<Option<DeviceOffer>>,
}

/// A device that the user may trust.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DeviceOffer {
    /// The user (`sub`) who signed in on the device.
    user_id: String,
    device_key: DeviceKey,
}

impl RememberedDevices {
    pub(crate) fn new(
        config: SharedConfig,
        refresher: Refresher,
        offer: RwSignal<Option<DeviceOffer>>,
    ) -> Self {
        Self {
            config,
            refresher,
            offer,
        }
    }

    /// Registers this browser with the pool as a device, in the background. Errors are ignored, because the user is
    /// already signed in. If the pool requires the user's consent, the app asks whether to trust the device.
    pub(crate) async fn confirm(self, username: Username, device: NewDevice) {
        let config = self.config.get_value();
        let Ok(random) = random::bytes::<{ device::RANDOM_LENGTH }>() else {
            return;
        };
        let Ok(tokens) = self.refresher.valid_tokens().await else {
            return;
        };
        let unconfirmed = UnconfirmedDevice::prepare(device, &random);
        let device_name = user_agent::device_name();
        let request = unconfirmed.confirm_request(tokens.access_token(), &device_name);
        let Some(Ok(must_ask)) = self
            .refresher
            .store()
            .cancel_on_user_change(user_pool::send_action(&config, &request))
            .await
        else {
            return;
        };
        let device = unconfirmed.into_confirmed();
        let name = device::storage_key(&config.pool, &username);
        let device_key = device.key().clone();
        // If the record cannot be stored, the browser counts as a new device at the next sign-in.
        storage::write_device(&name, &device.to_json(&config.pool, &username));
        if must_ask && let Some(user_id) = self.refresher.store().user_id() {
            self.offer.set(Some(DeviceOffer {
                user_id,
                device_key,
            }));
        }
    }

    /// Returns true if the app still has to ask the signed-in user whether to trust this device. For views.
    pub fn is_offer_open(self) -> bool {
        let user_id = self.refresher.store().user_id_signal().get();
        self.offer.with(|offer| {
            let offered_to = offer.as_ref().map(|offer| &offer.user_id);
            offered_to.is_some() && offered_to == user_id.as_ref()
        })
    }

    /// Sends the user's answer to the question whether to trust this device. Fails after [`OPERATION_TIMEOUT`].
    pub async fn answer_offer(self, remembered: bool) -> Result<(), SignInError> {
        let timed_out = SignInError::Request(RequestError::Fetch(FetchError::TimedOut));
        timer::timeout(OPERATION_TIMEOUT, self.update_status(remembered))
            .await
            .unwrap_or(Err(timed_out))
    }

    async fn update_status(self, remembered: bool) -> Result<(), SignInError> {
        let Some(offer) = self.offer.get_untracked() else {
            return Ok(());
        };
        if remembered {
            let unreachable = SignInError::Request(RequestError::Fetch(FetchError::Unreachable));
            let tokens = self
                .refresher
                .valid_tokens()
                .await
                .map_err(|_| unreachable)?;
            if tokens.claims().subject != offer.user_id {
                return Ok(());
            }
            let update = UpdateDeviceStatus {
                access_token: tokens.access_token(),
                device_key: &offer.device_key,
                remembered,
            };
            match self
                .refresher
                .store()
                .cancel_on_user_change(user_pool::send_action(&self.config.get_value(), &update))
                .await
            {
                None => return Ok(()),
                Some(response) => response.map_err(|error| SignInError::Request(error.into()))?,
            }
        }
        if self.offer.get_untracked().as_ref() == Some(&offer) {
            self.offer.set(None);
        }
        Ok(())
    }

    /// Reads the record of this browser as a remembered device of `username`. A damaged record is removed.
    pub(crate) fn load(self, username: &Username) -> Option<RememberedDevice> {
        let config = self.config.get_value();
        let name = device::storage_key(&config.pool, username);
        let record = storage::read_device(&name)?;
        let device = RememberedDevice::from_json(&record, &config.pool, username);
        if device.is_none() {
            storage::remove_device(&name);
        }
        device
    }

    /// Removes the record of this browser as a remembered device of `username`.
    pub(crate) fn remove(self, username: &Username) {
        let name = device::storage_key(&self.config.get_value().pool, username);
        storage::remove_device(&name);
    }
}

/// Removes the stored device records that `is_obsolete` selects. They have no use once the pool has forgotten the
/// device or user.
pub(crate) fn remove_device_records(is_obsolete: impl Fn(&DeviceRecordOwner) -> bool) {
    for (name, record) in storage::all_devices() {
        if DeviceRecordOwner::from_json(&record).is_some_and(|owner| is_obsolete(&owner)) {
            storage::remove_device(&name);
        }
    }
}
