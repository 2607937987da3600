//! The operations of the account page, one function per button.
//!
//! Every request goes through [`AccountClient::request`]. It waits for valid tokens, and retries once with refreshed
//! tokens if the pool rejects them. It aborts when the user signs out, and never sends another user's token.

mod attributes;
mod delete_account;
mod errors;
mod factors;
mod passkeys;

use cognito_proto::action::{Action, Device, ForgetDevice, ListDevices, target_header};
use cognito_proto::error::ErrorKind;
pub use cognito_proto::factor_change::FactorChange;
use cognito_proto::ids::DeviceKey;
use cognito_proto::secret::AccessToken;
use cognito_proto::session::Event;
use cognito_proto::tokens::Tokens;
pub use errors::{
    AccountError, AttributeCodeError, ChangeAttributeError, ChangePasswordError, PasskeyError,
    SecondFactorError,
};
use leptos::prelude::*;

use self::errors::{AccountRequestError, FromServiceError};
use crate::browser::fetch::FetchError;
use crate::browser::timer::{self, OPERATION_TIMEOUT};
use crate::context::SharedConfig;
use crate::refresh::Refresher;
use crate::remembered_devices::remove_device_records;
use crate::session_store::SessionStore;
use crate::sign_out::{ADMIN_SCOPE, SignOut};
use crate::{CallError, TokenUnavailableError, user_pool};

/// The maximum number of pages of a list that are requested. It protects against a service that never returns the last
/// page.
const MAX_PAGES: usize = 20;

/// The operations of the account page. [`AuthContext::account`](crate::AuthContext::account) returns it.
#[derive(Clone, Copy, Debug)]
pub struct Account {
    config: SharedConfig,
    refresher: Refresher,
    sign_out: SignOut,
}

/// Sends the account requests of the user who is signed in when it is created. They fail if another user signs in.
struct AccountClient {
    config: SharedConfig,
    refresher: Refresher,
    user_id: Option<String>,
}

impl Account {
    pub(crate) fn new(config: SharedConfig, refresher: Refresher, sign_out: SignOut) -> Self {
        Self {
            config,
            refresher,
            sign_out,
        }
    }

    /// Returns true if the tokens allow account changes. Tokens from the hosted pages allow them only with the scope
    /// `ADMIN_SCOPE`.
    pub fn may_change(self) -> bool {
        let allows = |tokens: &Tokens| tokens.has_scope(ADMIN_SCOPE);
        self.store()
            .with(|session| session.tokens().is_some_and(allows))
    }

    /// Returns the key of the remembered device to which the session's tokens were issued, or `None` if they name no
    /// device.
    pub fn device_key(self) -> Option<DeviceKey> {
        self.store()
            .with(|session| session.tokens()?.device_key().cloned())
    }

    /// Refreshes the tokens, so that their claims contain the latest change of the account. Without a refresh token the
    /// change appears after the next sign-in.
    pub fn refresh_claims(self) {
        if let Some(tokens) = self.store().tokens() {
            self.store().dispatch(Event::TokensRejected(tokens));
        }
    }

    /// Lists the user's devices (`ListDevices`). Returns `None` if the pool does not remember devices.
    pub async fn list_devices(self) -> Result<Option<Vec<Device>>, AccountError> {
        let account = self.client();
        let mut devices = Vec::new();
        let mut next = None::<String>;
        for _ in 0..MAX_PAGES {
            let body = |access_token: &AccessToken| {
                ListDevices {
                    access_token,
                    pagination_token: next.as_deref(),
                }
                .request_body()
            };
            let page = match account
                .request(target_header::<ListDevices<'_>>(), &body)
                .await
            {
                Ok(response) => parse_response::<ListDevices<'_>>(&response)?,
                Err(error) if error.is(ErrorKind::InvalidUserPoolConfiguration) => {
                    return Ok(None);
                }
                Err(error) => return Err(error.into()),
            };
            devices.extend(page.devices);
            next = page.pagination_token;
            if next.is_none() {
                break;
            }
        }
        Ok(Some(devices))
    }

    /// Removes a device (`ForgetDevice`). A device that the pool does not know is not an error.
    pub async fn forget_device(self, device_key: &DeviceKey) -> Result<(), AccountError> {
        let body = |access_token: &AccessToken| {
            ForgetDevice {
                access_token,
                device_key,
            }
            .request_body()
        };
        let account = self.client();
        match account
            .request(target_header::<ForgetDevice<'_>>(), &body)
            .await
        {
            Ok(_) => {}
            Err(error) if error.is(ErrorKind::ResourceNotFound) => {}
            Err(error) => return Err(error.into()),
        }
        remove_device_records(|owner| owner.device_key == *device_key);
        Ok(())
    }

    fn store(self) -> SessionStore {
        self.refresher.store()
    }

    fn client(self) -> AccountClient {
        AccountClient {
            config: self.config,
            refresher: self.refresher,
            user_id: self.store().user_id(),
        }
    }
}

impl AccountClient {
    /// Sends an action of the user-pool API. `body` makes the request body from the user's access token. Fails after
    /// [`OPERATION_TIMEOUT`], the wait for fresh tokens included.
    async fn request(
        &self,
        target: String,
        body: &dyn Fn(&AccessToken) -> String,
    ) -> Result<String, AccountRequestError> {
        timer::timeout(OPERATION_TIMEOUT, self.request_with_retry(target, body))
            .await
            .unwrap_or(Err(AccountRequestError::Call(CallError::Fetch(
                FetchError::TimedOut,
            ))))
    }

    /// Sends an action of the user-pool API. If the pool refuses the access token, refreshes the tokens and sends the
    /// action once more.
    async fn request_with_retry(
        &self,
        target: String,
        body: &dyn Fn(&AccessToken) -> String,
    ) -> Result<String, AccountRequestError> {
        if self.refresher.store().user_id() != self.user_id {
            return Err(TokenUnavailableError::SignedOut.into());
        }
        let tokens = self.refresher.valid_tokens().await?;
        if !tokens.has_scope(ADMIN_SCOPE) {
            return Err(AccountRequestError::MissingScope);
        }
        match self.send_with_tokens(&tokens, &target, body).await {
            Err(AccountRequestError::Call(CallError::Refused(refusal)))
                if refusal.is_token_rejection() =>
            {
                let refreshed = self.refresher.refresh_rejected_tokens(tokens).await?;
                self.send_with_tokens(&refreshed, &target, body).await
            }
            response => response,
        }
    }

    async fn send_with_tokens(
        &self,
        tokens: &Tokens,
        target: &str,
        body: &dyn Fn(&AccessToken) -> String,
    ) -> Result<String, AccountRequestError> {
        // Another user may have signed in during the wait for tokens.
        if Some(&tokens.claims().subject) != self.user_id.as_ref() {
            return Err(TokenUnavailableError::SignedOut.into());
        }
        let config = self.config.get_value();
        let sent = user_pool::send_raw(&config, target, body(tokens.access_token()));
        match self.refresher.store().cancel_on_user_change(sent).await {
            Some(response) => response.map_err(AccountRequestError::Call),
            None => Err(TokenUnavailableError::SignedOut.into()),
        }
    }

    /// Sends an action whose response contains no data, and converts its error to the error type of the operation.
    async fn execute<E: FromServiceError>(
        &self,
        target: String,
        body: &dyn Fn(&AccessToken) -> String,
    ) -> Result<(), E> {
        match self.request(target, body).await {
            Ok(_) => Ok(()),
            Err(error) => Err(error.into_error()),
        }
    }
}

fn parse_response<A: Action>(response: &str) -> Result<A::Response, AccountError> {
    A::parse_response(response)
        .map_err(|malformed| AccountRequestError::Call(CallError::Malformed(malformed)).into())
}
