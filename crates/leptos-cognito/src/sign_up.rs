//! Registration: creates an account and confirms it. Each function belongs to one button.

use cognito_proto::action::{self, CodeDelivery, ConfirmSignUp, ResendConfirmationCode};
use cognito_proto::ids::{AttributeName, Username};
use cognito_proto::secret::{Password, VerificationCode};
use leptos::prelude::*;

use crate::context::SharedConfig;
use crate::errors::{RegisterError, ResendError, VerifyError};
use crate::pending_sign_up::{PendingSignUp, PendingSignUpStore};
use crate::user_pool;

/// The result of a registration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignUpStatus {
    /// The pool confirmed the account at once, so the user can sign in.
    Confirmed,
    /// The user has to enter a verification code first.
    ConfirmationRequired,
}

/// The operations of a registration. [`AuthContext::sign_up`](crate::AuthContext::sign_up) returns it.
#[derive(Clone, Copy, Debug)]
pub struct SignUp {
    config: SharedConfig,
    pending: PendingSignUpStore,
}

impl SignUp {
    pub(crate) fn new(config: SharedConfig, pending: PendingSignUpStore) -> Self {
        Self { config, pending }
    }

    /// Creates an account (`SignUp`). The app keeps the password for the sign-in after the confirmation.
    pub async fn register(
        self,
        username: Username,
        password: Option<Password>,
        attributes: Vec<(AttributeName, String)>,
    ) -> Result<SignUpStatus, RegisterError> {
        let config = self.config.get_value();
        let sign_up = action::SignUp {
            client: &config.client,
            username: &username,
            password: password.as_ref(),
            attributes: &attributes,
        };
        let response = user_pool::send_action(&config, &sign_up).await?;
        self.pending.store(PendingSignUp {
            username,
            password,
            session: response.session,
            delivery: response.delivery,
        });
        Ok(if response.confirmed {
            SignUpStatus::Confirmed
        } else {
            SignUpStatus::ConfirmationRequired
        })
    }

    /// Confirms an account with a verification code (`ConfirmSignUp`). [`SignInClient::sign_in_after_confirmation`] can
    /// then sign the user in.
    ///
    /// [`SignInClient::sign_in_after_confirmation`]: crate::SignInClient::sign_in_after_confirmation
    pub async fn confirm(
        self,
        username: &Username,
        code: &VerificationCode,
        pending: Option<&mut PendingSignUp>,
    ) -> Result<(), VerifyError> {
        let config = self.config.get_value();
        let confirm = ConfirmSignUp {
            client: &config.client,
            username,
            code,
            session: pending
                .as_ref()
                .and_then(|pending| pending.session.as_ref()),
        };
        let session = user_pool::send_action(&config, &confirm).await?;
        if let Some(pending) = pending {
            pending.session = session;
        }
        Ok(())
    }

    /// Requests a new verification code for a registration (`ResendConfirmationCode`). The result is the same for an
    /// unknown user, so that accounts stay secret.
    pub async fn resend_code(self, username: &Username) -> Result<(), ResendError> {
        let config = self.config.get_value();
        let resend = ResendConfirmationCode {
            client: &config.client,
            username,
        };
        match user_pool::send_action(&config, &resend).await {
            Err(error) if error.is_unknown_user() => Ok(()),
            response => Ok(response.map(drop)?),
        }
    }

    /// Returns where the pool has sent the verification code for this user's registration. Returns `None` if this tab
    /// did not start the registration, or if the pool sent no code.
    pub fn code_delivery(self, username: &str) -> Option<CodeDelivery> {
        self.pending
            .with(username, |pending| pending.delivery.clone())?
    }

    /// Returns true if this user has just created the account in this tab.
    pub fn has_pending(self, username: &str) -> bool {
        self.pending.with(username, |_| ()).is_some()
    }

    /// Removes the registration of `username` from memory and returns it, for
    /// [`SignInClient::sign_in_after_confirmation`]. The page calls it before it sends the code, because leaving the
    /// page removes the registration from memory.
    ///
    /// [`SignInClient::sign_in_after_confirmation`]: crate::SignInClient::sign_in_after_confirmation
    pub fn take_pending(self, username: &Username) -> Option<PendingSignUp> {
        self.pending.take(username)
    }

    /// Keeps a registration in memory until the user enters the code, at most for fifteen minutes.
    pub fn store_pending(self, pending: PendingSignUp) {
        self.pending.store(pending);
    }

    /// Removes the registration and its password from memory, because the user left or signed in.
    pub fn clear_pending(self) {
        self.pending.clear();
    }
}
