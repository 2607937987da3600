//! The user's passkeys: list, add and delete.

use cognito_proto::action::{
    Action, CompleteWebAuthnRegistration, DeleteWebAuthnCredential, ListWebAuthnCredentials,
    StartWebAuthnRegistration, WebAuthnCredential, target,
};
use cognito_proto::error::ErrorKind;
use cognito_proto::json::Json;
use cognito_proto::secret::AccessToken;

use super::errors::Unanswered;
use super::{AccountError, Auth, MOST_PAGES, PasskeyFault, read};
use crate::browser::passkey::{self, WebAuthnError};

impl Auth {
    /// Lists the user's passkeys (`ListWebAuthnCredentials`).
    pub async fn passkeys(self) -> Result<Vec<WebAuthnCredential>, PasskeyFault> {
        let account = self.account();
        let mut passkeys = Vec::new();
        let mut next = None::<String>;
        for _ in 0..MOST_PAGES {
            let body = |access_token: &AccessToken| {
                ListWebAuthnCredentials {
                    access_token,
                    next_token: next.as_deref(),
                }
                .body()
            };
            let answer = account
                .ask(target::<ListWebAuthnCredentials<'_>>(), &body)
                .await
                .map_err(Unanswered::into_error::<PasskeyFault>)?;
            let page = read::<ListWebAuthnCredentials<'_>>(&answer)?;
            passkeys.extend(page.credentials);
            next = page.next_token;
            if next.is_none() {
                break;
            }
        }
        Ok(passkeys)
    }

    /// Adds a passkey: `StartWebAuthnRegistration`, the browser's dialog, `CompleteWebAuthnRegistration`.
    pub async fn add_passkey(self) -> Result<(), PasskeyFault> {
        // Without browser support the pool's options could not be used.
        if !passkey::is_available() {
            return Err(PasskeyFault::Browser(WebAuthnError::Unsupported));
        }
        let account = self.account();
        let body = |access_token: &AccessToken| StartWebAuthnRegistration { access_token }.body();
        let answer = account
            .ask(target::<StartWebAuthnRegistration<'_>>(), &body)
            .await
            .map_err(Unanswered::into_error::<PasskeyFault>)?;
        let options = read::<StartWebAuthnRegistration<'_>>(&answer)?;
        let made = passkey::create(&options.to_string());
        // The browser's dialog closes when the user signs out.
        let made = self.while_here(made).await;
        let made = made
            .ok_or(AccountError::SignedOut)?
            .map_err(PasskeyFault::Browser)?;
        let credential =
            &Json::parse(&made).map_err(|_| PasskeyFault::Browser(WebAuthnError::Failed))?;
        let body = |access_token: &AccessToken| {
            CompleteWebAuthnRegistration {
                access_token,
                credential,
            }
            .body()
        };
        account
            .tell(target::<CompleteWebAuthnRegistration<'_>>(), &body)
            .await
    }

    /// Deletes a passkey (`DeleteWebAuthnCredential`). A passkey that the pool does not know is not an error.
    pub async fn delete_passkey(self, credential_id: &str) -> Result<(), PasskeyFault> {
        let body = |access_token: &AccessToken| {
            DeleteWebAuthnCredential {
                access_token,
                credential_id,
            }
            .body()
        };
        let account = self.account();
        match account
            .ask(target::<DeleteWebAuthnCredential<'_>>(), &body)
            .await
        {
            Err(unanswered) if unanswered.is(ErrorKind::ResourceNotFound) => Ok(()),
            Err(unanswered) => Err(unanswered.into_error()),
            Ok(_) => Ok(()),
        }
    }
}
