//! Token refresh: one refresh at a time for all tabs, and valid tokens for the callers that need them.

use core::time::Duration;

use cognito_proto::action::{
    AuthFlow, AuthResponse, AuthenticationResult, GetTokensFromRefreshToken, InitiateAuth,
};
use cognito_proto::error::{ErrorKind, ServiceError};
use cognito_proto::ids::{DeviceKey, Issuer};
use cognito_proto::jwt::{ExpectedClaims, TokenValidationError};
use cognito_proto::oauth::{OAuthErrorCode, RefreshTokenRequest, TokenResponseError};
use cognito_proto::secret::RefreshToken;
use cognito_proto::session::{Event, RefreshResult, Session, refresh_backoff};
use cognito_proto::time::{ClockReading, UnixTime};
use cognito_proto::tokens::{RefreshGrant, SignInMethod, Tokens, UnverifiedTokens};
use leptos::prelude::*;
use thiserror::Error;

use crate::browser::lock::{self, Lock};
use crate::browser::timer::{self, Timeout};
use crate::browser::{LocalBoxFuture, clock, random};
use crate::context::SharedConfig;
use crate::errors::{CallError, TokenRequestError};
use crate::hosted_endpoints::HostedEndpoints;
use crate::key_cache::KeyCache;
use crate::server_clock::ServerClock;
use crate::session_store::SessionStore;
use crate::{TokenRejectionError, hosted_endpoints, user_pool};

/// The name of the Web Lock that all tabs of this origin share.
const LOCK: &str = "poolgate.renewal";

/// How long to wait for another tab's refresh, which holds the lock. A tab may be frozen while it holds the lock.
const LOCK_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a tab that could not get the lock waits for the other tab's response: the timeout of its request.
const OTHER_TAB_TIMEOUT: Duration = Duration::from_secs(15);

/// How long a caller waits for fresh tokens before it gets an error. A refresh may take longer, and it continues
/// without the caller.
const TOKEN_TIMEOUT: Duration = Duration::from_secs(16);

/// The maximum delay of a `storage` event. A Web Lock can be granted before the event arrives, because the two use
/// different channels between processes.
const STORAGE_EVENT_DELAY: Duration = Duration::from_millis(500);

/// The reasons why there are no valid tokens for a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum TokenUnavailableError {
    /// No user is signed in, or another user is.
    #[error("no user is signed in, or another user is")]
    SignedOut,
    /// The tokens are not valid, and the refresh failed or took too long.
    #[error("the tokens are not valid, and the refresh failed or took too long")]
    RefreshFailed,
    /// The tokens are not valid, and there is no refresh token.
    #[error("the tokens are not valid, and there is no refresh token")]
    NotRefreshable,
}

/// What a refresh starts from: the session's tokens, or the refresh token of a damaged stored session.
#[derive(Clone, PartialEq, Eq)]
#[allow(
    clippy::large_enum_variant,
    reason = "one lives at a time, for a moment"
)]
pub(crate) enum RefreshSource {
    /// The refresh replaces the tokens of the session.
    Tokens(Tokens),
    /// The refresh recovers a damaged stored session, of which only the refresh token is intact.
    Grant(RefreshGrant),
}

impl RefreshSource {
    fn refresh_token(&self) -> Option<&RefreshToken> {
        match self {
            Self::Tokens(tokens) => tokens.refresh_token(),
            Self::Grant(grant) => Some(&grant.refresh_token),
        }
    }

    fn sign_in_method(&self) -> SignInMethod {
        match self {
            Self::Tokens(tokens) => tokens.sign_in_method(),
            Self::Grant(grant) => grant.method,
        }
    }

    fn issuer(&self) -> &Issuer {
        match self {
            Self::Tokens(tokens) => tokens.issuer(),
            Self::Grant(grant) => &grant.issuer,
        }
    }

    fn device_key(&self) -> Option<&DeviceKey> {
        match self {
            Self::Tokens(tokens) => tokens.device_key(),
            Self::Grant(_) => None,
        }
    }

    /// Returns true if the session still waits for the result of this refresh.
    fn is_current(&self, session: &Session) -> bool {
        match (self, session) {
            (Self::Tokens(tokens), Session::Refreshing(current)) => tokens == current,
            (Self::Grant(grant), Session::Recovering { grant: current, .. }) => grant == current,
            _ => false,
        }
    }

    fn validate(
        &self,
        result: AuthenticationResult,
        expected: &ExpectedClaims,
        clock: ClockReading,
    ) -> Result<UnverifiedTokens, TokenValidationError> {
        match self {
            Self::Tokens(tokens) => tokens.validate_refreshed(result, expected, clock),
            Self::Grant(grant) => {
                UnverifiedTokens::validate_recovered(grant, result, expected, clock)
            }
        }
    }
}

/// The errors of a refresh.
enum RefreshError {
    /// The service refused the refresh token or the user.
    Rejected,
    /// There was no response, or one that says nothing about the session. The duration is the service's `Retry-After`
    /// delay.
    Unreachable(Option<Duration>),
}

/// Refreshes the session's tokens, and provides valid tokens to the callers that need them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Refresher {
    config: SharedConfig,
    store: SessionStore,
    clock: ServerClock,
    keys: KeyCache,
    endpoints: HostedEndpoints,
    /// How many refreshes in a row got no response.
    failures: StoredValue<u32>,
    /// The earliest time for the next refresh, from the service's `Retry-After` header.
    retry_after: StoredValue<UnixTime>,
    timer: StoredValue<Option<Timeout>, LocalStorage>,
}

impl Refresher {
    pub(crate) fn new(
        config: SharedConfig,
        store: SessionStore,
        clock: ServerClock,
        keys: KeyCache,
        endpoints: HostedEndpoints,
    ) -> Self {
        Self {
            config,
            store,
            clock,
            keys,
            endpoints,
            failures: StoredValue::new(0),
            retry_after: StoredValue::new(UnixTime::from_secs(0)),
            timer: StoredValue::new_local(None),
        }
    }

    /// The session whose tokens are refreshed.
    pub(crate) fn store(self) -> SessionStore {
        self.store
    }

    /// Calls `on_due` at `moment`, in place of an earlier call that was scheduled.
    pub(crate) fn schedule(self, moment: UnixTime, on_due: impl FnOnce() + 'static) {
        let timer = timer::set_timeout(clock::now().until(moment), on_due);
        self.timer.set_value(Some(timer));
    }

    /// Cancels the scheduled call.
    pub(crate) fn cancel_schedule(self) {
        self.timer.set_value(None);
    }

    /// Dispatches an event that may start a refresh, unless the service's `Retry-After` has not passed.
    pub(crate) fn dispatch_unless_throttled(self, event: Event) {
        if self.retry_after.get_value() <= clock::now() {
            self.store.dispatch(event);
        }
    }

    /// Returns valid tokens for a request, and waits for a refresh if they have expired. The tokens belong to the
    /// current user. If another user signs in during the wait, this returns [`TokenUnavailableError::SignedOut`].
    pub(crate) fn valid_tokens(self) -> LocalBoxFuture<Result<Tokens, TokenUnavailableError>> {
        let is_expired = |tokens: &Tokens| !tokens.is_valid_at(clock::now());
        self.store.sync_from_storage();
        if self
            .store
            .with(|session| session.tokens().is_some_and(is_expired))
        {
            self.dispatch_unless_throttled(Event::RefreshDue);
        }
        self.wait_for_tokens(self.store.user_id(), Box::new(is_expired))
    }

    /// Returns new tokens in place of `rejected`, which a server rejected although they have not expired. It waits for
    /// the refresh that it starts, unless the tokens have already been replaced.
    pub(crate) fn refresh_rejected_tokens(
        self,
        rejected: Tokens,
    ) -> LocalBoxFuture<Result<Tokens, TokenUnavailableError>> {
        self.dispatch_unless_throttled(Event::TokensRejected(rejected.clone()));
        let user_id = rejected.claims().subject.clone();
        self.wait_for_tokens(Some(user_id), Box::new(move |tokens| *tokens == rejected))
    }

    /// Waits until the current user's tokens are usable or no refresh is running.
    fn wait_for_tokens(
        self,
        user_id: Option<String>,
        needs_refresh: Box<dyn Fn(&Tokens) -> bool>,
    ) -> LocalBoxFuture<Result<Tokens, TokenUnavailableError>> {
        Box::pin(async move {
            let is_settled = |session: &Session| !matches!(session, Session::Refreshing(tokens) if needs_refresh(tokens));
            let settled = self.store.wait_until(&is_settled);
            if timer::timeout(TOKEN_TIMEOUT, settled).await.is_none() {
                return Err(TokenUnavailableError::RefreshFailed);
            }
            match self.store.tokens() {
                None => Err(TokenUnavailableError::SignedOut),
                Some(tokens) if Some(&tokens.claims().subject) != user_id.as_ref() => {
                    Err(TokenUnavailableError::SignedOut)
                }
                Some(tokens) if needs_refresh(&tokens) && tokens.refresh_token().is_none() => {
                    Err(TokenUnavailableError::NotRefreshable)
                }
                Some(tokens) if needs_refresh(&tokens) => Err(TokenUnavailableError::RefreshFailed),
                Some(tokens) => Ok(tokens),
            }
        })
    }

    /// Refreshes the tokens, in one tab at a time. It does nothing if another tab has already refreshed them or signed
    /// out.
    pub(crate) async fn refresh(self, source: RefreshSource) {
        let Some(used_token) = source.refresh_token().cloned() else {
            return;
        };
        let lock = if self.store.is_shared() {
            lock::acquire(LOCK, LOCK_TIMEOUT).await
        } else {
            None
        };
        self.store.sync_from_storage();
        if lock.as_ref().is_some_and(Lock::was_contended) {
            let _ = timer::timeout(STORAGE_EVENT_DELAY, self.wait_until_settled(&source)).await;
        }
        if self.store.with(|session| source.is_current(session)) {
            let result = self.request_refresh(&source, &used_token).await;
            if self.store.is_shared() && lock.is_none() && matches!(result, RefreshResult::Rejected)
            {
                // This tab did not get the lock, so another tab may have used the token first. Its response ends the
                // wait.
                let _ = timer::timeout(OTHER_TAB_TIMEOUT, self.wait_until_settled(&source)).await;
            }
            // If the user signed out in another tab, this late response must not sign them in again.
            self.store.sync_from_storage();
            self.store
                .dispatch(Event::RefreshFinished { used_token, result });
            // The next tab must see the record that was just written before it gets the lock.
            timer::set_timeout(STORAGE_EVENT_DELAY, move || drop(lock)).forget();
        }
    }

    /// Waits until the session no longer waits for this refresh.
    async fn wait_until_settled(self, source: &RefreshSource) {
        self.store
            .wait_until(&|session| !source.is_current(session))
            .await;
    }

    async fn request_refresh(
        self,
        source: &RefreshSource,
        used_token: &RefreshToken,
    ) -> RefreshResult {
        // With refresh token rotation the response ends the old token, so the keys and the time for its checks come
        // first.
        let clock = self.clock.sync().await;
        let keys = self.keys.fetch(source.issuer().clone()).await;
        // Another tab that could not get the lock may have refreshed in the meantime. A token must not be used twice.
        self.store.sync_from_storage();
        if !self.store.with(|session| source.is_current(session)) {
            return RefreshResult::Unreachable(refresh_backoff(1, None, 0));
        }
        let refreshed = match keys {
            Err(_) => Err(RefreshError::Unreachable(None)),
            Ok(()) => match source.sign_in_method() {
                SignInMethod::Direct => {
                    self.refresh_with_user_pool_api(used_token, source.device_key())
                        .await
                }
                SignInMethod::HostedUi => self.refresh_at_token_endpoint(used_token).await,
            },
        };
        let result = match refreshed {
            Ok(result) => result,
            Err(RefreshError::Rejected) => return RefreshResult::Rejected,
            Err(RefreshError::Unreachable(retry_after)) => {
                self.failures.update_value(|failures| *failures += 1);
                let [jitter] = random::bytes().unwrap_or([0]);
                let wait = refresh_backoff(self.failures.get_value(), retry_after, jitter);
                if retry_after.is_some() {
                    self.retry_after.set_value(clock::now().plus(wait));
                }
                return RefreshResult::Unreachable(wait);
            }
        };
        self.failures.set_value(0);
        let tokens = match source.validate(result, &self.store.expected_claims(), clock) {
            Ok(tokens) => tokens,
            // Only this device's clock is known, and the user may have changed it. That must not end the session.
            Err(TokenValidationError::Expired | TokenValidationError::NotYetValid)
                if clock.server.is_none() =>
            {
                return RefreshResult::Unreachable(refresh_backoff(1, None, 0));
            }
            Err(_) => return RefreshResult::Invalid,
        };
        match self.keys.verify(tokens).await {
            Ok(tokens) => RefreshResult::Refreshed(tokens),
            Err(TokenRejectionError::Invalid(_)) => RefreshResult::Invalid,
            Err(_) => RefreshResult::Unreachable(refresh_backoff(1, None, 0)),
        }
    }

    /// Requests new tokens with `GetTokensFromRefreshToken`, which works with and without refresh token rotation. If
    /// the service lacks that action, uses `REFRESH_TOKEN_AUTH`.
    async fn refresh_with_user_pool_api(
        self,
        used_token: &RefreshToken,
        device_key: Option<&DeviceKey>,
    ) -> Result<AuthenticationResult, RefreshError> {
        let config = self.config.get_value();
        let action = GetTokensFromRefreshToken {
            client: &config.client,
            refresh_token: used_token,
            device_key,
        };
        match user_pool::send_action(&config, &action).await {
            Err(CallError::Refused(ServiceError {
                kind: ErrorKind::UnknownOperation | ErrorKind::UnsupportedOperation,
                ..
            })) => {}
            response => return response.map_err(refresh_error),
        }
        let action = InitiateAuth {
            client: &config.client,
            device_key,
            flow: AuthFlow::RefreshToken(used_token),
        };
        match user_pool::send_action(&config, &action)
            .await
            .map_err(refresh_error)?
        {
            AuthResponse::Authenticated(result) => Ok(result),
            // A refresh runs without the user, so a challenge cannot be answered.
            AuthResponse::Challenge(_) => Err(RefreshError::Rejected),
        }
    }

    async fn refresh_at_token_endpoint(
        self,
        used_token: &RefreshToken,
    ) -> Result<AuthenticationResult, RefreshError> {
        let domain = self.endpoints.discover_domain().await;
        let domain = domain.ok_or(RefreshError::Unreachable(None))?;
        let config = self.config.get_value();
        let body = RefreshTokenRequest {
            client: &config.client,
            refresh_token: used_token,
        }
        .body();
        hosted_endpoints::request_tokens(&domain, body)
            .await
            .map_err(|error| match error {
                TokenRequestError::Token(TokenResponseError::Refused(refusal), _) => {
                    match refusal.code {
                        OAuthErrorCode::InvalidGrant
                        | OAuthErrorCode::InvalidClient
                        | OAuthErrorCode::InvalidClientSecret
                        | OAuthErrorCode::UnauthorizedClient => RefreshError::Rejected,
                        _ => RefreshError::Unreachable(None),
                    }
                }
                TokenRequestError::Token(_, retry_after) => RefreshError::Unreachable(retry_after),
                TokenRequestError::Fetch(_) => RefreshError::Unreachable(None),
            })
    }
}

/// Converts the error of a refresh request. Only a definite refusal ends the session. A captive portal, a proxy or a
/// failing Lambda trigger does not end it.
fn refresh_error(error: CallError) -> RefreshError {
    match error {
        CallError::Refused(refusal) => match refusal.kind {
            ErrorKind::NotAuthorized
            | ErrorKind::PasswordResetRequired
            | ErrorKind::RefreshTokenReuse
            | ErrorKind::UserNotConfirmed
            | ErrorKind::UserNotFound => RefreshError::Rejected,
            _ => RefreshError::Unreachable(None),
        },
        CallError::Fetch(_) | CallError::Malformed(_) => RefreshError::Unreachable(None),
    }
}
