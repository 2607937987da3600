//! Deleting one's account.

use cognito_proto::action::{Action, DeleteUser, target};
use cognito_proto::error::ErrorKind;
use cognito_proto::secret::AccessToken;

use super::{AccountError, Auth};

impl Auth {
    /// `DeleteUser`, for good; then all that this browser holds of the person goes as well. An account that is gone
    /// already has been deleted.
    pub async fn delete_account(self) -> Result<(), AccountError> {
        let account = self.account();
        let body = |access_token: &AccessToken| DeleteUser { access_token }.body();
        match account.ask(target::<DeleteUser<'_>>(), &body).await {
            Ok(_) => {}
            Err(unanswered) if unanswered.is(ErrorKind::UserNotFound) => {}
            Err(unanswered) => return Err(unanswered.into()),
        }
        // Somebody else may have signed in meanwhile.
        if self.subject() == account.subject {
            self.farewell();
        }
        Ok(())
    }
}
