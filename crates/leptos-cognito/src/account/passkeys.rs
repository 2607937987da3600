//! The operations on the user's passkeys: list, add and delete.

use cognito_proto::action::{
    Action, CompleteWebAuthnRegistration, DeleteWebAuthnCredential, ListWebAuthnCredentials,
    RegistrationResponse, StartWebAuthnRegistration, WebAuthnCredential, target_header,
};
use cognito_proto::error::ErrorKind;
use cognito_proto::secret::AccessToken;

use super::errors::AccountRequestError;
use super::{Account, AccountError, MAX_PAGES, PasskeyError, parse_response};
use crate::browser::passkey::{self, WebAuthnError};

impl Account {
    /// Lists the user's passkeys (`ListWebAuthnCredentials`).
    pub async fn list_passkeys(self) -> Result<Vec<WebAuthnCredential>, PasskeyError> {
        let account = self.client();
        let mut passkeys = Vec::new();
        let mut next = None::<String>;
        for _ in 0..MAX_PAGES {
            let body = |access_token: &AccessToken| {
                ListWebAuthnCredentials {
                    access_token,
                    next_token: next.as_deref(),
                }
                .request_body()
            };
            let response = account
                .request(target_header::<ListWebAuthnCredentials<'_>>(), &body)
                .await
                .map_err(AccountRequestError::into_error::<PasskeyError>)?;
            let page = parse_response::<ListWebAuthnCredentials<'_>>(&response)?;
            passkeys.extend(page.credentials);
            next = page.next_token;
            if next.is_none() {
                break;
            }
        }
        Ok(passkeys)
    }

    /// Adds a passkey: requests its options (`StartWebAuthnRegistration`), opens the browser's dialog, and registers
    /// the result (`CompleteWebAuthnRegistration`).
    pub async fn add_passkey(self) -> Result<(), PasskeyError> {
        // Without browser support the pool's options could not be used.
        if !passkey::is_available() {
            return Err(PasskeyError::Browser(WebAuthnError::Unsupported));
        }
        let account = self.client();
        let body =
            |access_token: &AccessToken| StartWebAuthnRegistration { access_token }.request_body();
        let response = account
            .request(target_header::<StartWebAuthnRegistration<'_>>(), &body)
            .await
            .map_err(AccountRequestError::into_error::<PasskeyError>)?;
        let options = parse_response::<StartWebAuthnRegistration<'_>>(&response)?;
        let created = passkey::create_passkey(&options);
        // The browser's dialog closes when the user signs out.
        let created = self.store().cancel_on_user_change(created).await;
        let created = created
            .ok_or(AccountError::SignedOut)?
            .map_err(PasskeyError::Browser)?;
        let credential = &RegistrationResponse::parse(&created)
            .ok_or(PasskeyError::Browser(WebAuthnError::Failed))?;
        let body = |access_token: &AccessToken| {
            CompleteWebAuthnRegistration {
                access_token,
                credential,
            }
            .request_body()
        };
        account
            .execute(target_header::<CompleteWebAuthnRegistration<'_>>(), &body)
            .await
    }

    /// Deletes a passkey (`DeleteWebAuthnCredential`). A passkey that the pool does not know is not an error.
    pub async fn delete_passkey(self, credential_id: &str) -> Result<(), PasskeyError> {
        let body = |access_token: &AccessToken| {
            DeleteWebAuthnCredential {
                access_token,
                credential_id,
            }
            .request_body()
        };
        let account = self.client();
        match account
            .request(target_header::<DeleteWebAuthnCredential<'_>>(), &body)
            .await
        {
            Err(error) if error.is(ErrorKind::ResourceNotFound) => Ok(()),
            Err(error) => Err(error.into_error()),
            Ok(_) => Ok(()),
        }
    }
}
