//! Remembered devices: registers this browser with the pool, and reads its record for later sign-ins.

use cognito_proto::action::{NewDevice, UpdateDeviceStatus};
use cognito_proto::device::{self, RememberedDevice, UnconfirmedDevice};
use cognito_proto::ids::Username;
use leptos::prelude::*;

use crate::browser::fetch::FetchError;
use crate::browser::timer::OPERATION_TIMEOUT;
use crate::browser::{random, storage, timer, user_agent};
use crate::errors::{RequestError, SignInError};
use crate::{AuthContext, user_pool};

impl AuthContext {
    /// Registers this browser with the pool as a device, in the background. Errors are ignored, because the user is
    /// already signed in. If the pool requires the user's consent, the app asks whether to trust the device.
    pub(crate) async fn confirm_device(self, username: Username, device: NewDevice) {
        let config = self.config();
        let Ok(random) = random::bytes::<{ device::RANDOM_LENGTH }>() else {
            return;
        };
        let Ok(tokens) = self.valid_tokens().await else {
            return;
        };
        let unconfirmed = UnconfirmedDevice::prepare(device, &random);
        let device_name = user_agent::device_name();
        let request = unconfirmed.confirm_request(tokens.access_token(), &device_name);
        let Some(Ok(must_ask)) = self
            .cancel_on_user_change(user_pool::send_action(&config, &request))
            .await
        else {
            return;
        };
        let device = unconfirmed.into_confirmed();
        let name = device::storage_key(&config.pool, &username);
        let key = device.key().clone();
        // If the record cannot be stored, the browser counts as a new device at the next sign-in.
        storage::write_device(&name, &device.to_json(&config.pool, &username));
        if must_ask && let Some(subject) = self.user_id() {
            self.device_offer.set(Some((subject, key)));
        }
    }

    /// Returns true if the app still has to ask the signed-in user whether to trust this device. For views.
    pub fn is_device_offered(self) -> bool {
        let user_id = self.user_id.get();
        self.device_offer.with(|offer| {
            let offered_to = offer.as_ref().map(|(subject, _)| subject);
            offered_to.is_some() && offered_to == user_id.as_ref()
        })
    }

    /// Sends the user's answer to the question whether to trust this device. Fails after [`OPERATION_TIMEOUT`].
    pub async fn answer_device_offer(self, remembered: bool) -> Result<(), SignInError> {
        let timed_out = SignInError::Request(RequestError::Fetch(FetchError::TimedOut));
        timer::timeout(OPERATION_TIMEOUT, self.update_device_status(remembered))
            .await
            .unwrap_or(Err(timed_out))
    }

    async fn update_device_status(self, remembered: bool) -> Result<(), SignInError> {
        let offer = self.device_offer.get_untracked();
        let Some((subject, key)) = offer.clone() else {
            return Ok(());
        };
        if remembered {
            let unreachable = SignInError::Request(RequestError::Fetch(FetchError::Unreachable));
            let tokens = self.valid_tokens().await.map_err(|_| unreachable)?;
            if tokens.claims().subject != subject {
                return Ok(());
            }
            let update = UpdateDeviceStatus {
                access_token: tokens.access_token(),
                device_key: &key,
                remembered,
            };
            match self
                .cancel_on_user_change(user_pool::send_action(&self.config(), &update))
                .await
            {
                None => return Ok(()),
                Some(response) => response.map_err(|error| SignInError::Request(error.into()))?,
            }
        }
        if self.device_offer.get_untracked() == offer {
            self.device_offer.set(None);
        }
        Ok(())
    }

    pub(crate) fn remembered_device(self, username: &Username) -> Option<RememberedDevice> {
        let config = self.config();
        let name = device::storage_key(&config.pool, username);
        let record = storage::read_device(&name)?;
        let device = RememberedDevice::from_json(&record, &config.pool, username);
        if device.is_none() {
            storage::remove_device(&name);
        }
        device
    }

    pub(crate) fn remove_device_record(self, username: &Username) {
        let name = device::storage_key(&self.config().pool, username);
        storage::remove_device(&name);
    }
}
