//! What a person and the pool say to each other: registering, confirming, signing in, and setting a
//! forgotten password anew. Each function is one press of a button.

use core::time::Duration;

use cognito_proto::action::{
    AuthenticationResult, ChallengeName, CodeDelivery, ConfirmForgotPassword, ConfirmSignUp,
    ForgotPassword, ResendConfirmationCode, SignUp,
};
use cognito_proto::error::{ErrorKind, ServiceError};
use cognito_proto::ids::{AttributeName, Username};
use cognito_proto::secret::{ConfirmationCode, Password};
use cognito_proto::sign_in::{CodeChallenge, Request, Round, SignIn, Step};
use leptos::prelude::*;

use super::errors::{
    CallError, ForgotError, NewPasswordError, NotAccepted, RegisterError, ResendError, SignInError,
    VerifyError,
};
use super::{Auth, user_pool};
use crate::browser::{crypto, timer};

/// Somebody on the way from registering to the code: kept in memory alone, so that they need not
/// type their password again.
#[derive(Debug)]
pub struct Newcomer {
    username: Username,
    password: Password,
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
        password: Password,
        attributes: Vec<(AttributeName, String)>,
    ) -> Result<Registered, RegisterError> {
        let config = self.config();
        let sign_up = SignUp {
            client: &config.client,
            username: &username,
            password: Some(&password),
            attributes: &attributes,
        };
        let signed_up = user_pool::send(&config, &sign_up).await?;
        self.remember_newcomer(Newcomer {
            username,
            password,
            delivery: signed_up.delivery,
        });
        Ok(if signed_up.confirmed {
            Registered::Confirmed
        } else {
            Registered::CodeNeeded
        })
    }

    /// `ConfirmSignUp`.
    pub async fn verify(
        self,
        username: &Username,
        code: &ConfirmationCode,
    ) -> Result<(), VerifyError> {
        let config = self.config();
        let confirm = ConfirmSignUp {
            client: &config.client,
            username,
            code,
            session: None,
        };
        Ok(user_pool::send(&config, &confirm).await.map(drop)?)
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

    /// Signs in by the configured flow. Where the registration was never confirmed, the password is
    /// kept for [`Auth::sign_in_newcomer`].
    pub async fn sign_in(self, username: Username, password: Password) -> Result<(), SignInError> {
        self.forget_newcomer();
        let turn = self.next_turn();
        let again = Password::new(password.reveal());
        let outcome = self.converse(username.clone(), password).await;
        // The pair was used up; the next attempt should not have to wait for a new one.
        self.prepare();
        match outcome {
            Ok(result) => Ok(self.accept(result, None, turn).await?),
            Err(SignInError::NotConfirmed) => {
                self.remember_newcomer(Newcomer {
                    username,
                    password: again,
                    delivery: None,
                });
                Err(SignInError::NotConfirmed)
            }
            Err(error) => Err(error),
        }
    }

    /// Hands over who has just registered here as `username`, for [`Auth::sign_in_newcomer`]. Taken
    /// before the code is sent, since a person who then goes elsewhere is forgotten here.
    pub fn take_newcomer(self, username: &Username) -> Option<Newcomer> {
        self.newcomer.try_update_value(|newcomer| {
            newcomer.take_if(|newcomer| newcomer.username == *username)
        })?
    }

    /// Signs in who has just confirmed a registration that was begun here.
    pub async fn sign_in_newcomer(self, newcomer: Newcomer) -> Result<(), SignInError> {
        self.sign_in(newcomer.username, newcomer.password).await
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

    async fn converse(
        self,
        username: Username,
        password: Password,
    ) -> Result<AuthenticationResult, SignInError> {
        let config = self.config();
        // Nothing is asked for that could not be believed when it comes.
        if !crypto::is_available() {
            return Err(NotAccepted::NoWebCrypto.into());
        }
        let ephemeral = self.take_ephemeral().ok_or(SignInError::NoSecureRandom)?;
        let mut step = Step::Send(
            SignIn::new(config.auth_flow, &config.pool, username, None)
                .with_password(password, ephemeral),
        );
        while let Step::Send(round) = step {
            step = self.say(round).await?;
        }
        Err(SignInError::Unsupported(match step {
            Step::Granted(result) => return Ok(result),
            Step::Send(_) | Step::ProveDevice(_) => ChallengeName::DeviceSrpAuth,
            Step::NewPassword(_) => ChallengeName::NewPasswordRequired,
            Step::Code(asked) => match asked.question.challenge {
                CodeChallenge::SmsMfa => ChallengeName::SmsMfa,
                CodeChallenge::SmsOtp => ChallengeName::SmsOtp,
                CodeChallenge::EmailOtp => ChallengeName::EmailOtp,
                CodeChallenge::SoftwareTokenMfa => ChallengeName::SoftwareTokenMfa,
            },
            Step::ChooseSecondFactor(_) => ChallengeName::SelectMfaType,
            Step::SetUpSecondFactor(_) => ChallengeName::MfaSetup,
            Step::ChooseFirstFactor(_) => ChallengeName::SelectChallenge,
            Step::Password(_) => ChallengeName::PasswordSrp,
            Step::Passkey(_) => ChallengeName::WebAuthn,
            Step::Custom(_) => ChallengeName::CustomChallenge,
            Step::Unknown(name) => name,
        }))
    }

    /// One round: what is said, and how it goes on.
    async fn say(self, round: Round) -> Result<Step, SignInError> {
        let config = self.config();
        let reply = match round.request(&config.client) {
            Request::Initiate(action) => match user_pool::send(&config, &action).await {
                // All that we send is well-formed, so what the client lacks is the flow.
                Err(CallError::Refused(ServiceError {
                    kind: ErrorKind::InvalidParameter,
                    ..
                })) => {
                    return Err(SignInError::FlowOff(config.auth_flow));
                }
                reply => reply?,
            },
            Request::Respond(action) => user_pool::send(&config, &action).await?,
        };
        round
            .answered(reply, self.clock().best())
            .map_err(SignInError::Untrusted)
    }

    /// Where the code of this person's registration went, if it was begun here.
    pub fn newcomer_delivery(self, username: &str) -> Option<CodeDelivery> {
        self.newcomer.with_value(|newcomer| {
            let newcomer = newcomer.as_ref()?;
            (newcomer.username.as_str() == username).then(|| newcomer.delivery.clone())?
        })
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
