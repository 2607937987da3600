//! Deletes the user's account.

use cognito_proto::action::{Action, DeleteUser, target_header};
use cognito_proto::error::ErrorKind;
use cognito_proto::jwt;
use cognito_proto::secret::AccessToken;
use cognito_proto::tokens::Tokens;

use super::{Account, AccountError};
use crate::browser::storage;
use crate::remembered_devices::remove_device_records;

impl Account {
    /// Deletes the user's account (`DeleteUser`), then removes the user's data from this browser. An account that does
    /// not exist any more is not an error.
    pub async fn delete(self) -> Result<(), AccountError> {
        let account = self.client();
        let tokens = self.store().tokens();
        let body = |access_token: &AccessToken| DeleteUser { access_token }.request_body();
        match account
            .request(target_header::<DeleteUser<'_>>(), &body)
            .await
        {
            Ok(_) => {}
            Err(error) if error.is(ErrorKind::UserNotFound) => {}
            Err(error) => return Err(error.into()),
        }
        if let Some(tokens) = tokens {
            remove_local_data(&tokens);
        }
        // Another user may have signed in during the request.
        if self.store().user_id() == account.user_id {
            self.sign_out.finish_account_deletion();
        }
        Ok(())
    }
}

/// Removes the data that the browser keeps after a session: the user's device records and the username for passkey
/// sign-in.
fn remove_local_data(tokens: &Tokens) {
    let names = jwt::id_token_claims(tokens.id_token());
    // Users sign in with any of their names, in upper or lower case.
    let is_name_of_user = |name: &str| {
        let mut names = names.iter();
        names.any(|(_, value)| value.eq_ignore_ascii_case(name))
    };
    remove_device_records(|owner| {
        is_name_of_user(&owner.username) || tokens.device_key() == Some(&owner.device_key)
    });
    if storage::read_passkey_username().is_some_and(|name| is_name_of_user(&name)) {
        storage::remove_passkey_username();
    }
}
