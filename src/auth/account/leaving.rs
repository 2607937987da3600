//! Deletes the user's account.

use cognito_proto::action::{Action, DeleteUser, target};
use cognito_proto::error::ErrorKind;
use cognito_proto::jwt;
use cognito_proto::secret::AccessToken;
use cognito_proto::tokens::Tokens;
use leptos::prelude::*;

use super::{AccountError, Auth, drop_device_records};
use crate::browser::storage;

impl Auth {
    /// Deletes the account (`DeleteUser`), then removes the user's data from this browser. An account that does not
    /// exist any more is not an error.
    pub async fn delete_account(self) -> Result<(), AccountError> {
        let account = self.account();
        let tokens = self
            .session
            .with_untracked(|session| session.tokens().cloned());
        let body = |access_token: &AccessToken| DeleteUser { access_token }.body();
        match account.ask(target::<DeleteUser<'_>>(), &body).await {
            Ok(_) => {}
            Err(unanswered) if unanswered.is(ErrorKind::UserNotFound) => {}
            Err(unanswered) => return Err(unanswered.into()),
        }
        if let Some(tokens) = tokens {
            forget(&tokens);
        }
        // Another user may have signed in during the request.
        if self.subject() == account.subject {
            self.farewell();
        }
        Ok(())
    }
}

/// Removes what outlives a session in this browser: the user's device records and the username for passkey sign-in.
fn forget(tokens: &Tokens) {
    let names = jwt::members(tokens.id());
    // Users sign in with any of their names, in upper or lower case.
    let is_theirs = |name: &str| {
        let mut names = names.iter();
        names.any(|(_, value)| value.eq_ignore_ascii_case(name))
    };
    drop_device_records(|record| {
        let member = |name| record.get(name).as_text();
        let key = tokens.device_key().map(|key| key.as_str());
        member("username").is_some_and(is_theirs) || key.is_some() && member("deviceKey") == key
    });
    if storage::read_passkey_username().is_some_and(|name| is_theirs(&name)) {
        storage::remove_passkey_username();
    }
}
