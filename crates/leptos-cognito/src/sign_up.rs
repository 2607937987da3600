//! The operations before sign-in: creating an account, confirming it, and resetting a password. Each function belongs
//! to one button.

use core::time::Duration;

use cognito_proto::action::{
    CodeDelivery, ConfirmForgotPassword, ConfirmSignUp, ForgotPassword, ResendConfirmationCode,
    SignUp,
};
use cognito_proto::config::InitialStep;
use cognito_proto::error::{ErrorKind, ServiceError};
use cognito_proto::ids::{AttributeName, Username};
use cognito_proto::secret::{ChallengeSession, Password, VerificationCode};
use leptos::prelude::*;

use crate::browser::timer;
use crate::errors::{
    CallError, ForgotError, NewPasswordError, RegisterError, ResendError, VerifyError,
};
use crate::sign_in::SignInFuture;
use crate::{AuthContext, user_pool};

/// A registration that waits for its verification code. It is kept only in memory. With it, the user need not enter the
/// password again.
#[derive(Debug)]
pub struct PendingSignUp {
    username: Username,
    /// The password, or `None` if the registration is passwordless.
    password: Option<Password>,
    /// The authentication session with which the user can sign in after the confirmation (`USER_AUTH`).
    session: Option<ChallengeSession>,
    /// Where the pool has sent the code, if it said so.
    delivery: Option<CodeDelivery>,
}

/// How long the app keeps the password of a registration in memory, while the user fetches the code.
const PENDING_SIGN_UP_TTL: Duration = Duration::from_secs(15 * 60);

/// The result of a registration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignUpStatus {
    /// The pool confirmed the account at once, so the user can sign in.
    Confirmed,
    /// The user has to enter a verification code first.
    ConfirmationRequired,
}

impl AuthContext {
    /// Creates an account (`SignUp`). The app keeps the password for [`AuthContext::sign_in_after_confirmation`].
    pub async fn register(
        self,
        username: Username,
        password: Option<Password>,
        attributes: Vec<(AttributeName, String)>,
    ) -> Result<SignUpStatus, RegisterError> {
        let config = self.config();
        let sign_up = SignUp {
            client: &config.client,
            username: &username,
            password: password.as_ref(),
            attributes: &attributes,
        };
        let response = user_pool::send_action(&config, &sign_up).await?;
        self.store_pending_sign_up(PendingSignUp {
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

    /// Confirms an account with a verification code (`ConfirmSignUp`). [`AuthContext::sign_in_after_confirmation`] can
    /// then sign the user in.
    pub async fn confirm_sign_up(
        self,
        username: &Username,
        code: &VerificationCode,
        pending: Option<&mut PendingSignUp>,
    ) -> Result<(), VerifyError> {
        let config = self.config();
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
        let config = self.config();
        let resend = ResendConfirmationCode {
            client: &config.client,
            username,
        };
        match user_pool::send_action(&config, &resend).await {
            Err(error) if is_unknown_user(&error) => Ok(()),
            response => Ok(response.map(drop)?),
        }
    }

    /// Removes the registration of `username` from memory and returns it, for
    /// [`AuthContext::sign_in_after_confirmation`]. The page calls it before it sends the code, because leaving the
    /// page removes the registration from memory.
    pub fn take_pending_sign_up(self, username: &Username) -> Option<PendingSignUp> {
        self.pending_sign_up
            .try_update_value(|pending| pending.take_if(|pending| pending.username == *username))?
    }

    /// Signs in a user who has just confirmed an account, with the pool's authentication session or with the password.
    /// Returns `None` if there is neither.
    pub fn sign_in_after_confirmation(self, pending: PendingSignUp) -> Option<SignInFuture> {
        match (pending.session, pending.password) {
            (Some(session), _)
                if self.config().auth_flow.initial_step() == InitialStep::ChooseFactor =>
            {
                Some(self.sign_in_with_session(pending.username, session))
            }
            (_, Some(password)) => Some(self.sign_in(pending.username, Some(password))),
            (_, None) => None,
        }
    }

    /// Requests a verification code for a new password (`ForgotPassword`). The result is the same for an unknown user.
    pub async fn forgot_password(self, username: &Username) -> Result<(), ForgotError> {
        let config = self.config();
        let forgot = ForgotPassword {
            client: &config.client,
            username,
        };
        match user_pool::send_action(&config, &forgot).await {
            // An account without a verified address gets the same result as an unknown user.
            Err(CallError::Refused(ServiceError {
                kind: ErrorKind::InvalidParameter,
                ..
            })) => Ok(()),
            Err(error) if is_unknown_user(&error) => Ok(()),
            response => Ok(response.map(drop)?),
        }
    }

    /// Sets a new password with a verification code (`ConfirmForgotPassword`).
    pub async fn confirm_forgot_password(
        self,
        username: &Username,
        code: &VerificationCode,
        password: &Password,
    ) -> Result<(), NewPasswordError> {
        let config = self.config();
        let confirm = ConfirmForgotPassword {
            client: &config.client,
            username,
            code,
            password,
        };
        Ok(user_pool::send_action(&config, &confirm).await?)
    }

    /// Returns where the pool has sent the verification code for this user's registration. Returns `None` if this tab
    /// did not start the registration, or if the pool sent no code.
    pub fn sign_up_code_delivery(self, username: &str) -> Option<CodeDelivery> {
        self.pending_sign_up.with_value(|pending| {
            let pending = pending.as_ref()?;
            (pending.username.as_str() == username).then(|| pending.delivery.clone())?
        })
    }

    /// Returns true if this user has just created the account in this tab.
    pub fn has_pending_sign_up(self, username: &str) -> bool {
        self.pending_sign_up.with_value(|pending| {
            let pending = pending.as_ref();
            pending.is_some_and(|pending| pending.username.as_str() == username)
        })
    }

    /// Keeps the username and password of a user in memory whose account is not confirmed.
    pub(crate) fn store_unconfirmed_sign_up(self, username: Username, password: Option<Password>) {
        self.store_pending_sign_up(PendingSignUp {
            username,
            password,
            session: None,
            delivery: None,
        });
    }

    /// Keeps a registration in memory until the user enters the code, at most for `PENDING_SIGN_UP_TTL`.
    pub fn store_pending_sign_up(self, pending: PendingSignUp) {
        self.pending_sign_up.set_value(Some(pending));
        let timer = timer::set_timeout(PENDING_SIGN_UP_TTL, move || self.clear_pending_sign_up());
        self.pending_sign_up_timer.set_value(Some(timer));
    }

    /// Removes the registration and its password from memory, because the user left or signed in.
    pub fn clear_pending_sign_up(self) {
        self.pending_sign_up.set_value(None);
        self.pending_sign_up_timer.set_value(None);
    }
}

fn is_unknown_user(error: &CallError) -> bool {
    matches!(
        error,
        CallError::Refused(ServiceError {
            kind: ErrorKind::UserNotFound,
            ..
        })
    )
}
