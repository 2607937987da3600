//! Sign-in: sends the requests that need no input, until there are tokens or a challenge that the user has to answer.

mod authenticator;
mod handover;
mod passkey;
mod preparation;
mod progress;
mod resend;

use cognito_proto::action::AuthResponse;
use cognito_proto::config::InitialStep;
use cognito_proto::error::{ErrorDetail, ErrorKind, ServiceError};
use cognito_proto::ids::Username;
use cognito_proto::secret::{ChallengeSession, Password};
use cognito_proto::sign_in::{
    AfterError, AuthAction, AuthRequest, CompletedSignIn, OpenChallenge, PasswordChallenge, SignIn,
    Step,
};
use cognito_proto::srp::ClientEphemeral;
use cognito_proto::time::UnixTime;
use leptos::prelude::*;
use leptos::task::spawn_local;

pub(crate) use self::handover::ChallengeHandover;
pub(crate) use self::preparation::SignInPreparation;
pub use self::progress::{
    PendingChallenge, SignInAttempt, SignInFailure, SignInFuture, SignInProgress, UserChallenge,
};
use crate::attempts::{Attempt, Attempts, Superseded};
use crate::browser::fetch::FetchError;
use crate::browser::timer::{self, OPERATION_TIMEOUT};
use crate::browser::{LocalBoxFuture, crypto};
use crate::context::SharedConfig;
use crate::errors::{CallError, SignInError, TokenRejectionError};
use crate::pending_sign_up::{PendingSignUp, PendingSignUpStore};
use crate::remembered_devices::RememberedDevices;
use crate::session_starter::{SessionStarter, TokenSource};
use crate::user_pool;

/// Runs steps of a sign-in, and fails if they take longer than [`OPERATION_TIMEOUT`].
async fn with_timeout(
    steps: impl Future<Output = Result<SignInProgress, SignInFailure>>,
) -> Result<SignInProgress, SignInFailure> {
    let timed_out = CallError::Fetch(FetchError::TimedOut);
    timer::timeout(OPERATION_TIMEOUT, steps)
        .await
        .unwrap_or_else(|| Err(SignInError::Request(timed_out.into()).into()))
}

/// The steps of a sign-in on the app's own page. [`AuthContext::sign_in_client`](crate::AuthContext::sign_in_client)
/// returns it.
#[derive(Clone, Copy, Debug)]
pub struct SignInClient {
    config: SharedConfig,
    attempts: Attempts,
    preparation: SignInPreparation,
    starter: SessionStarter,
    devices: RememberedDevices,
    handover: ChallengeHandover,
    pending_sign_up: PendingSignUpStore,
}

impl SignInClient {
    pub(crate) fn new(
        config: SharedConfig,
        attempts: Attempts,
        preparation: SignInPreparation,
        starter: SessionStarter,
        devices: RememberedDevices,
        handover: ChallengeHandover,
        pending_sign_up: PendingSignUpStore,
    ) -> Self {
        Self {
            config,
            attempts,
            preparation,
            starter,
            devices,
            handover,
            pending_sign_up,
        }
    }

    /// Starts a sign-in with the configured flow, and with the password if the form asked for it. If the account is not
    /// confirmed, keeps the password for [`SignInClient::sign_in_after_confirmation`].
    pub fn sign_in(self, username: Username, password: Option<Password>) -> SignInFuture {
        self.pending_sign_up.clear();
        let retry_password = password
            .as_ref()
            .map(|secret| Password::new(secret.expose_secret()));
        Box::pin(async move {
            let attempt = self.attempts.start();
            let (started, sign_in) = self.start_sign_in(username.clone(), attempt.clone())?;
            let step = match password {
                Some(password) => Step::Send(sign_in.with_password(password, self.key_pair()?)),
                None => sign_in.with_username_only(None),
            };
            let steps = with_timeout(async {
                let result = self.run_steps(started, step).await;
                match &retry_password {
                    Some(password) if self.is_clock_suspect(&result, &attempt) => {
                        self.retry_with_device_clock(&username, password, &attempt)
                            .await
                    }
                    _ => result,
                }
            });
            let result = attempt.run(steps).await;
            // This attempt used the SRP key pair. The next attempt should not have to wait for a new one.
            self.preparation.start();
            let result = match result {
                Ok(result) => result,
                Err(Superseded(late_result)) => return late_result,
            };
            if let Err(SignInFailure {
                error: SignInError::NotConfirmed,
                ..
            }) = result
            {
                self.pending_sign_up
                    .store_unconfirmed(username, retry_password);
            }
            result
        })
    }

    /// Returns true if the pool may have refused a password proof because of its time. The pool reports this as a wrong
    /// password.
    fn is_clock_suspect(
        self,
        result: &Result<SignInProgress, SignInFailure>,
        attempt: &Attempt,
    ) -> bool {
        let sends_password = self
            .config
            .with_value(|config| config.auth_flow.sends_password());
        is_wrong_password(result)
            && self.preparation.clock().is_suspect()
            && !sends_password
            && !attempt.is_superseded()
    }

    /// Repeats a sign-in whose password proof was refused, with the time of this device's clock, because the host's
    /// time may have come from a cache.
    async fn retry_with_device_clock(
        self,
        username: &Username,
        password: &Password,
        attempt: &Attempt,
    ) -> Result<SignInProgress, SignInFailure> {
        let password = Password::new(password.expose_secret());
        self.with_device_clock(async move {
            let (started, sign_in) = self.start_sign_in(username.clone(), attempt.clone())?;
            let step = Step::Send(sign_in.with_password(password, self.key_pair()?));
            self.run_steps(started, step).await
        })
        .await
    }

    /// Runs `proof` with the time of this device's clock in place of the host's time. If the pool accepts the proof,
    /// the app no longer uses the host's time in this page.
    async fn with_device_clock(
        self,
        proof: impl Future<Output = Result<SignInProgress, SignInFailure>>,
    ) -> Result<SignInProgress, SignInFailure> {
        let host_time = self.preparation.clock().set_aside();
        let result = proof.await;
        if is_wrong_password(&result) {
            host_time.restore();
        } else if result.is_ok() {
            host_time.reject();
        }
        result
    }

    fn key_pair(self) -> Result<ClientEphemeral, SignInError> {
        self.preparation
            .take_key_pair()
            .ok_or(SignInError::NoSecureRandom)
    }

    /// Returns the current time: the host's if it is known, otherwise this device's.
    pub fn now(self) -> UnixTime {
        self.preparation.clock().now()
    }

    /// Signs in a user who has just confirmed an account, with the pool's authentication session or with the password.
    /// Returns `None` if there is neither.
    pub fn sign_in_after_confirmation(self, pending: PendingSignUp) -> Option<SignInFuture> {
        match (pending.session, pending.password) {
            (Some(session), _)
                if self.config.get_value().auth_flow.initial_step()
                    == InitialStep::ChooseFactor =>
            {
                Some(self.sign_in_with_session(pending.username, session))
            }
            (_, Some(password)) => Some(self.sign_in(pending.username, Some(password))),
            (_, None) => None,
        }
    }

    /// Starts a sign-in right after a registration, with the authentication session of the account that was just
    /// confirmed (`USER_AUTH`).
    pub fn sign_in_with_session(
        self,
        username: Username,
        session: ChallengeSession,
    ) -> SignInFuture {
        Box::pin(async move {
            let (attempt, sign_in) = self.start_sign_in(username, self.attempts.start())?;
            self.run_steps(attempt, Step::Send(sign_in.with_sign_up_session(session)))
                .await
        })
    }

    fn start_sign_in(
        self,
        username: Username,
        attempt: Attempt,
    ) -> Result<(SignInAttempt, SignIn), SignInError> {
        self.handover.clear();
        // Without Web Crypto the tokens could not be verified, so no request is sent.
        if !crypto::is_available() {
            return Err(TokenRejectionError::NoWebCrypto.into());
        }
        let config = self.config.get_value();
        let device = self.devices.load(&username);
        let sign_in = SignIn::new(config.auth_flow, &config.pool, username.clone(), device);
        let started = SignInAttempt {
            username,
            attempt,
            is_passkey_offer: false,
        };
        Ok((started, sign_in))
    }

    /// Stores a sign-in that another page has started, so that the sign-in page continues it.
    pub fn store_pending_challenge(self, pending: PendingChallenge) {
        self.handover.store(pending);
    }

    /// Removes and returns the sign-in that another page has stored for the sign-in page, or returns `None` if there is
    /// none.
    pub fn take_pending_challenge(self) -> Option<PendingChallenge> {
        self.handover.take()
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
            let (username, started) = (attempt.username.clone(), attempt.attempt.clone());
            let retry_password = Password::new(password.expose_secret());
            let step = Step::Send(open.answer(password, self.key_pair()?));
            let result = with_timeout(async {
                let result = self.run_steps(attempt, step).await;
                if self.is_clock_suspect(&result, &started) {
                    return self
                        .retry_with_device_clock(&username, &retry_password, &started)
                        .await;
                }
                result
            })
            .await;
            self.preparation.start();
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
            if !matches!(step, Step::Completed(_)) {
                attempt.attempt.check()?;
            }
            let request = match step {
                Step::Completed(completed) => return self.accept_tokens(attempt, completed).await,
                Step::Send(request) => request,
                Step::ProveDevice(open) => open.prove(self.key_pair()?),
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
                    .on_response(reply, self.now())
                    .map_err(SignInError::InvalidChallenge)?,
                Err(CallError::Refused(refusal)) => {
                    let error = self.refusal_error(&request, &refusal);
                    match request.on_error(&refusal) {
                        AfterError::RetryWithoutDevice(request) => {
                            self.devices.remove(&attempt.username);
                            Step::Send(request)
                        }
                        AfterError::RetryAnswer(step) => {
                            last_error = Some(error);
                            step
                        }
                        AfterError::StartOverWithoutDevice => {
                            self.devices.remove(&attempt.username);
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
        let config = self.config.get_value();
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
        let config = self.config.get_value();
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
        self.starter
            .start_session(
                result,
                TokenSource::UserPoolApi { user_id },
                attempt.attempt,
            )
            .await
            .map_err(SignInError::TokensRejected)?;
        if let Some(device) = new_device {
            spawn_local(self.devices.confirm(attempt.username, device));
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
