//! What a person and the pool say to each other before signing in: registering, confirming, and setting a
//! forgotten password anew. Each function is one press of a button.

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

/// Somebody on the way from registering to the code: kept in memory alone, so that they need not
/// type their password again.
#[derive(Debug)]
pub struct Newcomer {
    username: Username,
    /// None where the pool signs in without one.
    password: Option<Password>,
    /// What the pool takes for everything else once the code is in (`USER_AUTH`).
    session: Option<ChallengeSession>,
    /// Where their code went, if the pool said so.
    delivery: Option<CodeDelivery>,
}

/// How long a newcomer may take to fetch the code before the password has to be typed again.
const NEWCOMER_LIMIT: Duration = Duration::from_secs(15 * 60);

/// What came of a registration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Registered {
    /// The pool confirmed it at once; signing in is next.
    Confirmed,
    /// A code is needed first.
    CodeNeeded,
}

impl Auth {
    /// `SignUp`. The password is kept for [`Auth::sign_in_newcomer`].
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

    /// `ConfirmSignUp`. A newcomer then comes in by [`Auth::sign_in_newcomer`].
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

    /// `ResendConfirmationCode`. For an unknown user it looks as if a code had gone out.
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

    /// Hands over who has just registered here as `username`, for [`Auth::sign_in_newcomer`]. Taken
    /// before the code is sent, since a person who then goes elsewhere is forgotten here.
    pub fn take_newcomer(self, username: &Username) -> Option<Newcomer> {
        self.newcomer.try_update_value(|newcomer| {
            newcomer.take_if(|newcomer| newcomer.username == *username)
        })?
    }

    /// Signs in who has just confirmed a registration that was begun here: by the session that the pool gave for it, or
    /// by the password. `None` where there is neither.
    pub fn sign_in_newcomer(self, newcomer: Newcomer) -> Option<Answered> {
        match (newcomer.session, newcomer.password) {
            (Some(session), _) if self.config().auth_flow.begins_with() == BeginsWith::Choice => {
                Some(self.sign_in_by_session(newcomer.username, session))
            }
            (_, Some(password)) => Some(self.sign_in(newcomer.username, Some(password))),
            (_, None) => None,
        }
    }

    /// `ForgotPassword`. For an unknown user it looks as if a code had gone out.
    pub async fn forgot_password(self, username: &Username) -> Result<(), ForgotError> {
        let config = self.config();
        let forgot = ForgotPassword {
            client: &config.client,
            username,
        };
        match user_pool::send(&config, &forgot).await {
            // An account without a verified address looks like no account.
            Err(CallError::Refused(ServiceError {
                kind: ErrorKind::InvalidParameter,
                ..
            })) => Ok(()),
            Err(error) if is_unknown_user(&error) => Ok(()),
            answer => Ok(answer.map(drop)?),
        }
    }

    /// `ConfirmForgotPassword`.
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

    /// Where the code of this person's registration went, if it was begun here.
    pub fn newcomer_delivery(self, username: &str) -> Option<CodeDelivery> {
        self.newcomer.with_value(|newcomer| {
            let newcomer = newcomer.as_ref()?;
            (newcomer.username.as_str() == username).then(|| newcomer.delivery.clone())?
        })
    }

    /// Whether this person has just registered here.
    pub fn is_newcomer(self, username: &str) -> bool {
        self.newcomer.with_value(|newcomer| {
            let newcomer = newcomer.as_ref();
            newcomer.is_some_and(|newcomer| newcomer.username.as_str() == username)
        })
    }

    /// Keeps in mind whose registration was never confirmed.
    pub(super) fn remember_unconfirmed(self, username: Username, password: Option<Password>) {
        self.remember_newcomer(Newcomer {
            username,
            password,
            session: None,
            delivery: None,
        });
    }

    /// Keeps a newcomer in mind until the code is entered, for a quarter of an hour at most.
    pub fn remember_newcomer(self, newcomer: Newcomer) {
        self.newcomer.set_value(Some(newcomer));
        let limit = timer::after(NEWCOMER_LIMIT, move || self.forget_newcomer());
        self.newcomer_limit.set_value(Some(limit));
    }

    /// Drops a remembered password: its owner went elsewhere.
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
