//! The operations of the account page, one function per button.
//!
//! Every request goes through [`Account::ask`]. It waits for valid tokens, and retries once with refreshed tokens if
//! the pool rejects them. It aborts when the user signs out, and never sends another user's token.

mod attributes;
mod errors;
mod factors;
mod leaving;
mod passkeys;

pub use factors::FactorChange;

pub use errors::{
    AccountError, AttributeCodeError, ChangeAttributeError, ChangePasswordError, PasskeyFault,
    SecondFactorError,
};

use cognito_proto::action::{Action, Device, ForgetDevice, ListDevices, target};
use cognito_proto::error::{ErrorKind, ServiceError, Sign};
use cognito_proto::ids::DeviceKey;
use cognito_proto::json::Json;
use cognito_proto::secret::AccessToken;
use cognito_proto::tokens::Tokens;
use leptos::prelude::*;

use self::errors::{Refusals, Unanswered};
use super::parting::ADMIN_SCOPE;
use super::{Auth, CallError, NoTokens, user_pool};
use crate::browser::fetch::FetchError;
use crate::browser::storage;
use crate::browser::timer::{self, OPERATION_TIMEOUT};

/// The maximum number of pages of a list. It limits a service that never returns the last page.
const MOST_PAGES: usize = 20;

/// Account requests bound to the user who started them. They fail if another user signs in.
struct Account {
    auth: Auth,
    subject: Option<String>,
}

impl Auth {
    /// Whether the tokens allow account changes. Tokens from the hosted pages do only with `ADMIN_SCOPE`.
    pub fn may_change_account(self) -> bool {
        self.session.with_untracked(|session| {
            session
                .tokens()
                .is_some_and(|tokens| tokens.has_scope(ADMIN_SCOPE))
        })
    }

    /// The device key that this session is bound to, if there is one.
    pub fn device_key(self) -> Option<DeviceKey> {
        self.session
            .with_untracked(|session| session.tokens()?.device_key().cloned())
    }

    /// Refreshes the tokens, so that their claims contain the latest change. Without a refresh token the change appears
    /// after the next sign-in.
    pub fn renew_claims(self) {
        let tokens = self
            .session
            .with_untracked(|session| session.tokens().cloned());
        if let Some(tokens) = tokens {
            self.dispatch(super::Event::Doubted(tokens));
        }
    }

    /// Lists the user's devices (`ListDevices`). `None` if the pool does not remember devices.
    pub async fn devices(self) -> Result<Option<Vec<Device>>, AccountError> {
        let account = self.account();
        let mut devices = Vec::new();
        let mut next = None::<String>;
        for _ in 0..MOST_PAGES {
            let body = |access_token: &AccessToken| {
                ListDevices {
                    access_token,
                    pagination_token: next.as_deref(),
                }
                .body()
            };
            let page = match account.ask(target::<ListDevices<'_>>(), &body).await {
                Ok(answer) => read::<ListDevices<'_>>(&answer)?,
                Err(unanswered) if unanswered.is(ErrorKind::InvalidUserPoolConfiguration) => {
                    return Ok(None);
                }
                Err(unanswered) => return Err(unanswered.into()),
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
            .body()
        };
        let account = self.account();
        match account.ask(target::<ForgetDevice<'_>>(), &body).await {
            Ok(_) => {}
            Err(unanswered) if unanswered.is(ErrorKind::ResourceNotFound) => {}
            Err(unanswered) => return Err(unanswered.into()),
        }
        drop_device_records(|record| {
            record.get("deviceKey").as_text() == Some(device_key.as_str())
        });
        Ok(())
    }

    fn account(self) -> Account {
        Account {
            auth: self,
            subject: self.subject(),
        }
    }
}

impl Account {
    /// Sends an action with the user's access token, from which `body` makes the request body. Fails after
    /// [`OPERATION_TIMEOUT`], the wait for fresh tokens included.
    async fn ask(
        &self,
        target: String,
        body: &dyn Fn(&AccessToken) -> Json,
    ) -> Result<Json, Unanswered> {
        timer::timeout(OPERATION_TIMEOUT, self.ask_with_retry(target, body))
            .await
            .unwrap_or(Err(Unanswered::Call(CallError::Fetch(
                FetchError::TimedOut,
            ))))
    }

    /// Sends an action. When the pool refuses the access token, it refreshes the tokens and sends the action once more.
    async fn ask_with_retry(
        &self,
        target: String,
        body: &dyn Fn(&AccessToken) -> Json,
    ) -> Result<Json, Unanswered> {
        if self.auth.subject() != self.subject {
            return Err(NoTokens::SignedOut.into());
        }
        let tokens = self.auth.usable_tokens().await?;
        if !tokens.has_scope(ADMIN_SCOPE) {
            return Err(Unanswered::NoScope);
        }
        match self.send(&tokens, &target, body).await {
            Err(Unanswered::Call(CallError::Refused(refusal))) if is_of_the_token(&refusal) => {
                let renewed = self.auth.tokens_after_refusal(tokens).await?;
                self.send(&renewed, &target, body).await
            }
            answer => answer,
        }
    }

    async fn send(
        &self,
        tokens: &Tokens,
        target: &str,
        body: &dyn Fn(&AccessToken) -> Json,
    ) -> Result<Json, Unanswered> {
        // Another user may have signed in during the wait for tokens.
        if Some(&tokens.claims().subject) != self.subject.as_ref() {
            return Err(NoTokens::SignedOut.into());
        }
        let config = self.auth.config();
        let sent = user_pool::exchange(&config, target, body(tokens.access()));
        match self.auth.while_here(sent).await {
            Some(answer) => answer.map_err(Unanswered::Call),
            None => Err(NoTokens::SignedOut.into()),
        }
    }

    /// Sends an action whose response has no content, and converts the error.
    async fn tell<E: Refusals>(
        &self,
        target: String,
        body: &dyn Fn(&AccessToken) -> Json,
    ) -> Result<(), E> {
        match self.ask(target, body).await {
            Ok(_) => Ok(()),
            Err(unanswered) => Err(unanswered.into_error()),
        }
    }
}

/// Removes the device records that `is_over` selects. They have no use once the pool has forgotten the device or user.
fn drop_device_records(is_over: impl Fn(&Json) -> bool) {
    for (name, record) in storage::all_devices() {
        if Json::parse(&record).is_ok_and(|record| is_over(&record)) {
            storage::remove_device(&name);
        }
    }
}

/// Whether the pool rejected the access token, and not the request. Both errors are `NotAuthorizedException`, and a
/// wrong password must not be sent twice. Cognito's messages about the token contain "Access Token".
fn is_of_the_token(refusal: &ServiceError) -> bool {
    refusal.kind == ErrorKind::NotAuthorized
        && refusal.message.contains("Access Token")
        && refusal.sign() != Some(Sign::MissingScope)
}

fn read<A: Action>(answer: &Json) -> Result<A::Answer, AccountError> {
    A::read(answer).map_err(|malformed| Unanswered::Call(CallError::Malformed(malformed)).into())
}
