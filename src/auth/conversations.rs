//! The operations before sign-in: creating an account, confirming it, and resetting a password. Each function belongs
//! to one button.

use core::time::Duration;

use cognito_proto::action::{
    CodeDelivery, ConfirmForgotPassword, ConfirmSignUp, ForgotPassword, ResendConfirmationCode,
    SignUp,
};
use cognito_proto::config::BeginsWith;
use cognito_proto::error::{ErrorKind, ServiceError};
use cognito_proto::ids::{AttributeName, Username};
use cognito_proto::secret::{ChallengeSession, ConfirmationCode, Password};
use leptos::prelude::*;

use super::errors::{
    CallError, ForgotError, NewPasswordError, RegisterError, ResendError, VerifyError,
};
use super::sign_in::Answered;
use super::{Auth, user_pool};
use crate::browser::timer;

/// A registration that waits for its verification code. It is kept only in memory, so that the user need not enter the
/// password again.
#[derive(Debug)]
pub struct Newcomer {
    username: Username,
    /// `None` if the registration is passwordless.
    password: Option<Password>,
    /// The authentication session with which the user can sign in after the confirmation (`USER_AUTH`).
    session: Option<ChallengeSession>,
    /// Where the pool sent the code, if it said so.
    delivery: Option<CodeDelivery>,
}

/// How long the password is kept for a user who has to fetch the code.
const NEWCOMER_LIMIT: Duration = Duration::from_secs(15 * 60);

/// The result of a registration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Registered {
    /// The pool confirmed the account at once, so the user can sign in.
    Confirmed,
    /// The user has to enter a verification code first.
    CodeNeeded,
}

impl Auth {
    /// Creates an account (`SignUp`). The password is kept for [`Auth::sign_in_newcomer`].
    pub async fn register(
        self,
        username: Username,
        password: Option<Password>,
        attributes: Vec<(AttributeName, String)>,
    ) -> Result<Registered, RegisterError> {
        let config = self.config();
        let sign_up = SignUp {
            client: &config.client,
            username: &username,
            password: password.as_ref(),
            attributes: &attributes,
        };
        let signed_up = user_pool::send(&config, &sign_up).await?;
        self.remember_newcomer(Newcomer {
            username,
            password,
            session: signed_up.session,
            delivery: signed_up.delivery,
        });
        Ok(if signed_up.confirmed {
            Registered::Confirmed
        } else {
            Registered::CodeNeeded
        })
    }

    /// Confirms an account with a code (`ConfirmSignUp`). [`Auth::sign_in_newcomer`] can then sign the user in.
    pub async fn verify(
        self,
        username: &Username,
        code: &ConfirmationCode,
        newcomer: Option<&mut Newcomer>,
    ) -> Result<(), VerifyError> {
        let config = self.config();
        let confirm = ConfirmSignUp {
            client: &config.client,
            username,
            code,
            session: newcomer
                .as_ref()
                .and_then(|newcomer| newcomer.session.as_ref()),
        };
        let session = user_pool::send(&config, &confirm).await?;
        if let Some(newcomer) = newcomer {
            newcomer.session = session;
        }
        Ok(())
    }

    /// Requests a new code (`ResendConfirmationCode`). An unknown user gets the same result, so that accounts stay
    /// secret.
    pub async fn resend_code(self, username: &Username) -> Result<(), ResendError> {
        let config = self.config();
        let resend = ResendConfirmationCode {
            client: &config.client,
            username,
        };
        match user_pool::send(&config, &resend).await {
            Err(error) if is_unknown_user(&error) => Ok(()),
            answer => Ok(answer.map(drop)?),
        }
    }

    /// Takes the registration of `username` out of memory, for [`Auth::sign_in_newcomer`]. The page calls it before it
    /// sends the code, because leaving the page removes the registration from memory.
    pub fn take_newcomer(self, username: &Username) -> Option<Newcomer> {
        self.newcomer.try_update_value(|newcomer| {
            newcomer.take_if(|newcomer| newcomer.username == *username)
        })?
    }

    /// Signs in a user who has just confirmed an account, with the pool's authentication session or with the password.
    /// Returns `None` if there is neither.
    pub fn sign_in_newcomer(self, newcomer: Newcomer) -> Option<Answered> {
        match (newcomer.session, newcomer.password) {
            (Some(session), _) if self.config().auth_flow.begins_with() == BeginsWith::Choice => {
                Some(self.sign_in_by_session(newcomer.username, session))
            }
            (_, Some(password)) => Some(self.sign_in(newcomer.username, Some(password))),
            (_, None) => None,
        }
    }

    /// Requests a code for a new password (`ForgotPassword`). An unknown user gets the same result.
    pub async fn forgot_password(self, username: &Username) -> Result<(), ForgotError> {
        let config = self.config();
        let forgot = ForgotPassword {
            client: &config.client,
            username,
        };
        match user_pool::send(&config, &forgot).await {
            // An account without a verified address gets the same result as an unknown user.
            Err(CallError::Refused(ServiceError {
                kind: ErrorKind::InvalidParameter,
                ..
            })) => Ok(()),
            Err(error) if is_unknown_user(&error) => Ok(()),
            answer => Ok(answer.map(drop)?),
        }
    }

    /// Sets a new password with a code (`ConfirmForgotPassword`).
    pub async fn set_new_password(
        self,
        username: &Username,
        code: &ConfirmationCode,
        password: &Password,
    ) -> Result<(), NewPasswordError> {
        let config = self.config();
        let confirm = ConfirmForgotPassword {
            client: &config.client,
            username,
            code,
            password,
        };
        Ok(user_pool::send(&config, &confirm).await?)
    }

    /// Where the code for this user's registration was sent, if the registration was started here.
    pub fn newcomer_delivery(self, username: &str) -> Option<CodeDelivery> {
        self.newcomer.with_value(|newcomer| {
            let newcomer = newcomer.as_ref()?;
            (newcomer.username.as_str() == username).then(|| newcomer.delivery.clone())?
        })
    }

    /// Whether this user has just created the account here.
    pub fn is_newcomer(self, username: &str) -> bool {
        self.newcomer.with_value(|newcomer| {
            let newcomer = newcomer.as_ref();
            newcomer.is_some_and(|newcomer| newcomer.username.as_str() == username)
        })
    }

    /// Keeps a user whose account is not confirmed, and the password, in memory.
    pub(super) fn remember_unconfirmed(self, username: Username, password: Option<Password>) {
        self.remember_newcomer(Newcomer {
            username,
            password,
            session: None,
            delivery: None,
        });
    }

    /// Keeps a registration in memory until the code is entered, at most for `NEWCOMER_LIMIT`.
    pub fn remember_newcomer(self, newcomer: Newcomer) {
        self.newcomer.set_value(Some(newcomer));
        let limit = timer::set_timeout(NEWCOMER_LIMIT, move || self.forget_newcomer());
        self.newcomer_limit.set_value(Some(limit));
    }

    /// Removes the registration and its password from memory, because the user left or signed in.
    pub fn forget_newcomer(self) {
        self.newcomer.set_value(None);
        self.newcomer_limit.set_value(None);
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
