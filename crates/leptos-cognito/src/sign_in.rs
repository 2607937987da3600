//! Sign-in: sends the requests that need no input, until there are tokens or a challenge that the user has to answer.

mod authenticator;
mod device;
mod passkey;
mod resend;

use core::time::Duration;

use cognito_proto::action::AuthResponse;
use cognito_proto::error::{ErrorDetail, ErrorKind, ServiceError};
use cognito_proto::ids::Username;
use cognito_proto::secret::{ChallengeSession, Password};
use cognito_proto::sign_in::{
    AfterError, AuthAction, AuthRequest, CompletedSignIn, CustomChallenge, FirstFactorChoice,
    MfaSetupChallenge, NewPasswordChallenge, OpenChallenge, OtpChallenge, PasskeyChallenge,
    PasswordChallenge, SecondFactorChoice, SignIn, Step, TotpSetup,
};
use cognito_proto::time::ClockReading;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::browser::fetch::FetchError;
use crate::browser::timer::{self, OPERATION_TIMEOUT};
use crate::browser::{LocalBoxFuture, crypto};
use crate::context::TokenSource;
use crate::errors::{CallError, SignInError, TokenRejectionError};
use crate::{AuthContext, user_pool};

/// By how much the time in a password proof may be wrong. Pools accept five minutes; one minute is kept in reserve.
const CLOCK_TOLERANCE: Duration = Duration::from_secs(4 * 60);

/// A challenge that the user has to answer.
#[derive(Debug)]
pub enum UserChallenge {
    /// The user has to set a new password in place of the temporary one.
    NewPassword(OpenChallenge<NewPasswordChallenge>),
    /// The user has to enter a code from a message or from an authenticator app.
    Code(OpenChallenge<OtpChallenge>),
    /// The user has to choose a second factor.
    ChooseSecondFactor(OpenChallenge<SecondFactorChoice>),
    /// The user has to choose a second factor to set up.
    MfaSetup(OpenChallenge<MfaSetupChallenge>),
    /// The user has to enter the first code of an authenticator app that is being set up.
    TotpSetup(OpenChallenge<TotpSetup>),
    /// The user has to choose a first factor.
    ChooseFirstFactor(OpenChallenge<FirstFactorChoice>),
    /// The user has to enter the password.
    Password(OpenChallenge<PasswordChallenge>),
    /// The user has to confirm with a passkey.
    Passkey(OpenChallenge<PasskeyChallenge>),
    /// The user has to answer the challenge of the pool's custom authentication trigger.
    Custom(OpenChallenge<CustomChallenge>),
}

/// A sign-in that waits for the user: the challenge and its [`SignInAttempt`].
#[derive(Debug)]
pub struct PendingChallenge {
    /// The challenge that the user has to answer.
    pub challenge: UserChallenge,
    attempt: SignInAttempt,
}

/// A sign-in attempt: the username that was entered, and the number of the attempt.
#[derive(Clone, Debug)]
pub struct SignInAttempt {
    username: Username,
    id: u64,
    /// True if the page has started the attempt to offer a passkey, and not the user. Then only the passkey challenge
    /// may be answered.
    is_passkey_offer: bool,
}

/// The result of a sign-in step that succeeded.
#[derive(Debug)]
#[allow(
    clippy::large_enum_variant,
    reason = "one lives at a time, for a moment"
)]
pub enum SignInProgress {
    /// The user is signed in.
    Done,
    /// The user has to answer this challenge.
    ChallengeRequired(PendingChallenge),
}

/// The result of a sign-in step that failed: the error, and the challenge if the user can still answer it.
#[derive(Debug)]
pub struct SignInFailure {
    /// The reason why the step failed.
    pub error: SignInError,
    /// The challenge, if the user can answer it again.
    pub pending: Option<PendingChallenge>,
}

impl From<SignInError> for SignInFailure {
    fn from(error: SignInError) -> Self {
        Self {
            error,
            pending: None,
        }
    }
}

/// The future of one step of a sign-in.
pub type SignInFuture = LocalBoxFuture<Result<SignInProgress, SignInFailure>>;

impl PendingChallenge {
    /// Returns the username that was entered for this sign-in.
    pub fn username(&self) -> &Username {
        &self.attempt.username
    }

    /// Splits the value into the challenge and the [`SignInAttempt`] that [`AuthContext::respond`] needs with the
    /// answer.
    pub fn into_parts(self) -> (UserChallenge, SignInAttempt) {
        (self.challenge, self.attempt)
    }
}

impl SignInAttempt {
    /// Returns the pending challenge that consists of `challenge` and this sign-in attempt.
    pub fn with_challenge(self, challenge: UserChallenge) -> PendingChallenge {
        PendingChallenge {
            challenge,
            attempt: self,
        }
    }
}

/// Runs steps of a sign-in, and fails if they take longer than [`OPERATION_TIMEOUT`].
async fn with_timeout(
    steps: impl Future<Output = Result<SignInProgress, SignInFailure>>,
) -> Result<SignInProgress, SignInFailure> {
    let timed_out = CallError::Fetch(FetchError::TimedOut);
    timer::timeout(OPERATION_TIMEOUT, steps)
        .await
        .unwrap_or_else(|| Err(SignInError::Request(timed_out.into()).into()))
}

impl AuthContext {
    /// Starts a sign-in with the configured flow, and with the password if the form asked for it. If the account is not
    /// confirmed, keeps the password for [`AuthContext::sign_in_after_confirmation`].
    pub fn sign_in(self, username: Username, password: Option<Password>) -> SignInFuture {
        self.clear_pending_sign_up();
        let retry_password = password
            .as_ref()
            .map(|secret| Password::new(secret.expose_secret()));
        Box::pin(async move {
            let attempt_id = self.next_attempt_id();
            let (attempt, sign_in) = self.start_sign_in(username, attempt_id)?;
            let step = match password {
                Some(password) => {
                    let ephemeral = self.take_ephemeral().ok_or(SignInError::NoSecureRandom)?;
                    Step::Send(sign_in.with_password(password, ephemeral))
                }
                None => sign_in.with_username_only(None),
            };
            let name = attempt.username.clone();
            let result = with_timeout(async {
                let result = self.run_steps(attempt, step).await;
                match &retry_password {
                    Some(password) if self.is_clock_suspect(&result, attempt_id) => {
                        self.retry_with_device_clock(&name, password, attempt_id)
                            .await
                    }
                    _ => result,
                }
            })
            .await;
            // This attempt used the SRP key pair. The next attempt should not have to wait for a new one.
            self.prefetch();
            if let Err(SignInFailure {
                error: SignInError::NotConfirmed,
                ..
            }) = result
                && self.is_current_attempt(attempt_id)
            {
                self.store_unconfirmed_sign_up(name, retry_password);
            }
            result
        })
    }

    /// Returns true if the pool may have refused a password proof because of its time: the host's time and this
    /// device's clock differ by more than [`CLOCK_TOLERANCE`]. The pool reports this as a wrong password.
    fn is_clock_suspect(
        self,
        result: &Result<SignInProgress, SignInFailure>,
        attempt_id: u64,
    ) -> bool {
        let ClockReading { device, server } = self.clock_reading();
        let is_contradicted = server
            .is_some_and(|server| device.until(server).max(server.until(device)) > CLOCK_TOLERANCE);
        is_wrong_password(result)
            && is_contradicted
            && !self.config().auth_flow.sends_password()
            && self.attempt_id.get_value() == attempt_id
    }

    /// Repeats a sign-in whose password proof was refused, with the time of this device's clock, because the host's
    /// time may have come from a cache.
    async fn retry_with_device_clock(
        self,
        username: &Username,
        password: &Password,
        attempt_id: u64,
    ) -> Result<SignInProgress, SignInFailure> {
        let password = Password::new(password.expose_secret());
        self.with_device_clock(async move {
            let (attempt, sign_in) = self.start_sign_in(username.clone(), attempt_id)?;
            let ephemeral = self.take_ephemeral().ok_or(SignInError::NoSecureRandom)?;
            let step = Step::Send(sign_in.with_password(password, ephemeral));
            self.run_steps(attempt, step).await
        })
        .await
    }

    /// Runs `proof` with the time of this device's clock in place of the host's time. If the pool accepts the proof,
    /// the app no longer uses the host's time in this page.
    async fn with_device_clock(
        self,
        proof: impl Future<Output = Result<SignInProgress, SignInFailure>>,
    ) -> Result<SignInProgress, SignInFailure> {
        let previous = self.server_clock.get_value();
        self.server_clock.set_value(None);
        let result = proof.await;
        if is_wrong_password(&result) {
            self.server_clock.set_value(previous);
        } else if result.is_ok() {
            self.server_time_rejected.set_value(true);
        }
        result
    }

    /// Starts a sign-in right after a registration, with the authentication session of the account that was just
    /// confirmed (`USER_AUTH`).
    pub fn sign_in_with_session(
        self,
        username: Username,
        session: ChallengeSession,
    ) -> SignInFuture {
        Box::pin(async move {
            let (attempt, sign_in) = self.start_sign_in(username, self.next_attempt_id())?;
            self.run_steps(attempt, Step::Send(sign_in.with_sign_up_session(session)))
                .await
        })
    }

    fn start_sign_in(
        self,
        username: Username,
        attempt_id: u64,
    ) -> Result<(SignInAttempt, SignIn), SignInError> {
        self.pending_challenge.set_value(None);
        // Without Web Crypto the tokens could not be verified, so no request is sent.
        if !crypto::is_available() {
            return Err(TokenRejectionError::NoWebCrypto.into());
        }
        let config = self.config();
        let device = self.remembered_device(&username);
        let sign_in = SignIn::new(config.auth_flow, &config.pool, username.clone(), device);
        let attempt = SignInAttempt {
            username,
            id: attempt_id,
            is_passkey_offer: false,
        };
        Ok((attempt, sign_in))
    }

    /// Returns the number of the latest sign-in attempt or sign-out of this tab.
    pub fn attempt_id(self) -> u64 {
        self.attempt_id.get_value()
    }

    /// Ends the current sign-in attempt of this tab: it sends no more requests, and its tokens start no session.
    pub fn cancel_attempts(self) {
        self.next_attempt_id();
    }

    /// Stores a sign-in that another page has started, so that the sign-in page continues it.
    pub fn store_pending_challenge(self, pending: PendingChallenge) {
        self.pending_challenge.set_value(Some(pending));
    }

    /// Removes and returns the sign-in that another page has stored for the sign-in page, or returns `None` if there is
    /// none.
    pub fn take_pending_challenge(self) -> Option<PendingChallenge> {
        self.pending_challenge.try_update_value(Option::take)?
    }

    /// Sends the user's answer to a challenge. `step` is the next step of the sign-in, which contains the answer.
    pub fn respond(self, attempt: SignInAttempt, step: Step) -> SignInFuture {
        Box::pin(self.run_steps(attempt, step))
    }

    /// Answers a challenge with the password: sends it, or the SRP proof of it.
    pub fn submit_password(
        self,
        attempt: SignInAttempt,
        open: OpenChallenge<PasswordChallenge>,
        password: Password,
    ) -> SignInFuture {
        Box::pin(async move {
            let Some(key_pair) = self.take_ephemeral() else {
                return Err(SignInError::NoSecureRandom.into());
            };
            let (name, attempt_id) = (attempt.username.clone(), attempt.id);
            let retry_password = Password::new(password.expose_secret());
            let step = Step::Send(open.answer(password, key_pair));
            let result = with_timeout(async {
                let result = self.run_steps(attempt, step).await;
                if self.is_clock_suspect(&result, attempt_id) {
                    return self
                        .retry_with_device_clock(&name, &retry_password, attempt_id)
                        .await;
                }
                result
            })
            .await;
            self.prefetch();
            result
        })
    }

    /// Sends the requests of a sign-in that need no user, until there are tokens or a challenge for the user. Fails
    /// after [`OPERATION_TIMEOUT`].
    async fn run_steps(
        self,
        attempt: SignInAttempt,
        step: Step,
    ) -> Result<SignInProgress, SignInFailure> {
        let steps: SignInFuture = Box::pin(self.run_steps_without_timeout(attempt, step));
        with_timeout(steps).await
    }

    async fn run_steps_without_timeout(
        self,
        attempt: SignInAttempt,
        mut step: Step,
    ) -> Result<SignInProgress, SignInFailure> {
        let mut last_error = None;
        let challenge = loop {
            // A superseded sign-in sends no more requests. Tokens that arrive for it are revoked.
            if !matches!(step, Step::Completed(_)) && !self.is_current_attempt(attempt.id) {
                return Err(SignInError::TokensRejected(TokenRejectionError::Superseded).into());
            }
            let request = match step {
                Step::Completed(completed) => return self.accept_tokens(attempt, completed).await,
                Step::Send(request) => request,
                Step::ProveDevice(open) => {
                    let key_pair = self.take_ephemeral().ok_or(SignInError::NoSecureRandom)?;
                    open.prove(key_pair)
                }
                Step::NewPassword(open) => break UserChallenge::NewPassword(open),
                Step::Code(open) => break UserChallenge::Code(open),
                Step::ChooseSecondFactor(open) => break UserChallenge::ChooseSecondFactor(open),
                Step::SetUpSecondFactor(open) => break UserChallenge::MfaSetup(open),
                Step::ChooseFirstFactor(open) => match open.challenge.only_choice() {
                    // A single factor needs no choice, but a factor that was just refused is not tried again.
                    Some(factor) if last_error.is_none() && !attempt.is_passkey_offer => {
                        step = open.choose(factor);
                        continue;
                    }
                    _ => break UserChallenge::ChooseFirstFactor(open),
                },
                Step::Password(open) => break UserChallenge::Password(open),
                Step::Passkey(open) => break UserChallenge::Passkey(open),
                Step::Custom(open) => break UserChallenge::Custom(open),
                Step::Unknown(name) => return Err(SignInError::UnsupportedChallenge(name).into()),
            };
            step = match self.send_auth_request(&request).await {
                Ok(reply) => request
                    .on_response(reply, self.clock_reading().now())
                    .map_err(SignInError::InvalidChallenge)?,
                Err(CallError::Refused(refusal)) => {
                    let error = self.refusal_error(&request, &refusal);
                    match request.on_error(&refusal) {
                        AfterError::RetryWithoutDevice(request) => {
                            self.remove_device_record(&attempt.username);
                            Step::Send(request)
                        }
                        AfterError::RetryAnswer(step) => {
                            last_error = Some(error);
                            step
                        }
                        AfterError::StartOverWithoutDevice => {
                            self.remove_device_record(&attempt.username);
                            return Err(SignInError::SessionExpired.into());
                        }
                        AfterError::StartOver if refusal.kind == ErrorKind::ExpiredCode => {
                            return Err(SignInError::ExpiredCode.into());
                        }
                        AfterError::StartOver
                            if refusal.detail() == Some(ErrorDetail::ExpiredSession) =>
                        {
                            return Err(SignInError::ChallengeExpired.into());
                        }
                        AfterError::StartOver => return Err(SignInError::SessionExpired.into()),
                        AfterError::WrongPassword => return Err(SignInError::WrongPassword.into()),
                        AfterError::ResetPassword => return Err(SignInError::ResetRequired.into()),
                        AfterError::ConfirmSignUp => return Err(SignInError::NotConfirmed.into()),
                        AfterError::Fatal => return Err(error.into()),
                    }
                }
                Err(error) => {
                    let error = SignInError::Request(error.into());
                    let Some(step) = request.on_no_response() else {
                        return Err(error.into());
                    };
                    last_error = Some(error);
                    step
                }
            };
        };
        let pending = attempt.with_challenge(challenge);
        match last_error {
            None => Ok(SignInProgress::ChallengeRequired(pending)),
            Some(error) => Err(SignInFailure {
                error,
                pending: Some(pending),
            }),
        }
    }

    /// Converts a refusal of the service into an error of the sign-in, by its exception type and by the refused
    /// request.
    fn refusal_error(self, request: &AuthRequest, refusal: &ServiceError) -> SignInError {
        let config = self.config();
        let is_first = matches!(request.action(&config.client), AuthAction::Initiate(_));
        match (refusal.kind, refusal.detail()) {
            (_, Some(ErrorDetail::LockedOut)) => SignInError::LockedOut,
            (_, Some(ErrorDetail::TemporaryPasswordExpired)) => SignInError::InvitationExpired,
            (
                ErrorKind::NotAuthorized | ErrorKind::UserNotFound,
                None | Some(ErrorDetail::Disabled),
            ) => SignInError::MethodUnavailable,
            // The app only sends well-formed requests, so the app client does not allow the flow.
            (ErrorKind::InvalidParameter, _) if is_first => {
                SignInError::FlowNotEnabled(config.auth_flow)
            }
            (ErrorKind::InvalidParameter, _) => {
                SignInError::InvalidValue(refusal.readable_message().map(str::to_owned))
            }
            (ErrorKind::CodeMismatch | ErrorKind::EnableSoftwareTokenMfa, _) => {
                SignInError::WrongCode
            }
            (ErrorKind::ExpiredCode, _) => SignInError::CodeAlreadyUsed,
            (ErrorKind::InvalidPassword, _) => {
                SignInError::InvalidPassword(refusal.message.clone())
            }
            (ErrorKind::PasswordHistoryPolicyViolation, _) => SignInError::PasswordReused,
            _ => SignInError::Request(CallError::Refused(refusal.clone()).into()),
        }
    }

    fn send_auth_request(
        self,
        request: &AuthRequest,
    ) -> LocalBoxFuture<Result<AuthResponse, CallError>> {
        let config = self.config();
        match request.action(&config.client) {
            AuthAction::Initiate(action) => user_pool::send_action(&config, &action),
            AuthAction::Respond(action) => user_pool::send_action(&config, &action),
        }
    }

    async fn accept_tokens(
        self,
        attempt: SignInAttempt,
        completed: CompletedSignIn,
    ) -> Result<SignInProgress, SignInFailure> {
        let CompletedSignIn {
            mut result,
            user_id,
        } = completed;
        let new_device = result.new_device.take();
        self.start_session(result, TokenSource::UserPoolApi { user_id }, attempt.id)
            .await
            .map_err(SignInError::TokensRejected)?;
        if let Some(device) = new_device {
            spawn_local(self.confirm_device(attempt.username, device));
        }
        Ok(SignInProgress::Done)
    }
}

fn is_wrong_password(result: &Result<SignInProgress, SignInFailure>) -> bool {
    matches!(
        result,
        Err(SignInFailure {
            error: SignInError::WrongPassword,
            ..
        })
    )
}
