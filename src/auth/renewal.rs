//! Token refresh: one refresh at a time for all tabs, and valid tokens for the callers that need them.

use core::future::poll_fn;
use core::task::Poll;
use core::time::Duration;

use cognito_proto::action::{
    AuthFlow, AuthReply, AuthenticationResult, GetTokensFromRefreshToken, InitiateAuth,
};
use cognito_proto::config::Storage;
use cognito_proto::error::{ErrorKind, ServiceError};
use cognito_proto::ids::{DeviceKey, Issuer};
use cognito_proto::jwt::{Expected, TokenFault};
use cognito_proto::oauth::{OAuthErrorCode, Refresh, TokenError};
use cognito_proto::secret::RefreshToken;
use cognito_proto::session::{Event, Renewal, Session, patience};
use cognito_proto::time::Clock;
use cognito_proto::tokens::{Door, RefreshGrant, Tokens};
use leptos::prelude::*;

use super::errors::{CallError, HostedError};
use super::{Auth, NotAccepted, hosted_ui, user_pool};
use crate::browser::lock::{self, Lock};
use crate::browser::{LocalBoxFuture, clock, random, timer};

/// The name of the Web Lock that all tabs of this origin share.
const LOCK: &str = "poolgate.renewal";

/// How long to wait for another tab's refresh. A tab may be frozen while it holds the lock.
const LOCK_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a tab that could not get the lock waits for the other tab's response: the time-out of its request.
const OTHER_TAB_TIMEOUT: Duration = Duration::from_secs(15);

/// How long a caller waits for fresh tokens before it gets an error. The lock and the requests of a refresh together
/// may take longer, and the refresh goes on without the caller.
const TOKEN_WAIT: Duration = Duration::from_secs(16);

/// The maximum delay of a `storage` event. A Web Lock can be granted before the event arrives, because the two use
/// different channels between processes.
const NEWS: Duration = Duration::from_millis(500);

/// The reasons why there are no valid tokens for a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoTokens {
    /// No user is signed in, or another user is.
    SignedOut,
    /// The tokens are not valid, and the refresh failed or took too long.
    NotRenewed,
    /// The tokens are not valid, and there is no refresh token.
    NoOthers,
}

/// The object of a refresh.
#[derive(Clone, PartialEq, Eq)]
#[allow(
    clippy::large_enum_variant,
    reason = "one lives at a time, for a moment"
)]
pub(super) enum Renewing {
    /// The tokens of the session.
    Tokens(Tokens),
    /// A damaged stored session of which the refresh token is intact.
    Grant(RefreshGrant),
}

impl Renewing {
    fn refresh_token(&self) -> Option<&RefreshToken> {
        match self {
            Self::Tokens(tokens) => tokens.refresh(),
            Self::Grant(grant) => Some(&grant.refresh_token),
        }
    }

    fn door(&self) -> Door {
        match self {
            Self::Tokens(tokens) => tokens.door(),
            Self::Grant(grant) => grant.door,
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

    /// Whether the session still waits for this refresh.
    fn is_awaited(&self, session: &Session) -> bool {
        match (self, session) {
            (Self::Tokens(tokens), Session::Refreshing(held)) => tokens == held,
            (Self::Grant(grant), Session::Recovering { grant: held, .. }) => grant == held,
            _ => false,
        }
    }

    fn renewed(
        &self,
        result: AuthenticationResult,
        expected: &Expected,
        clock: Clock,
    ) -> Result<Tokens, TokenFault> {
        match self {
            Self::Tokens(tokens) => tokens.renewed(result, expected, clock),
            Self::Grant(grant) => Tokens::recovered(grant, result, expected, clock),
        }
    }
}

/// The errors of a refresh.
enum NotRenewed {
    /// The service refused the refresh token or the user.
    Refused,
    /// There was no response, or one that says nothing about the session. Holds the service's `Retry-After` delay.
    Unreachable(Option<Duration>),
}

impl Auth {
    /// Returns tokens for a request that is sent now, and waits for a refresh if they have expired. The tokens belong
    /// to the current user; if another user signs in during the wait, this returns [`NoTokens::SignedOut`].
    pub fn usable_tokens(self) -> LocalBoxFuture<Result<Tokens, NoTokens>> {
        let expired = |tokens: &Tokens| !tokens.are_usable(clock::now());
        self.look();
        if self
            .session
            .with_untracked(|session| session.tokens().is_some_and(expired))
        {
            self.dispatch_unless_told_to_wait(Event::RefreshDue);
        }
        self.settled(self.subject(), Box::new(expired))
    }

    /// Returns other tokens than `refused`, which a server rejected although they have not expired. It waits for the
    /// refresh that it starts, unless the tokens have already been replaced.
    pub fn tokens_after_refusal(self, refused: Tokens) -> LocalBoxFuture<Result<Tokens, NoTokens>> {
        self.dispatch_unless_told_to_wait(Event::Doubted(refused.clone()));
        let subject = refused.claims().subject.clone();
        self.settled(Some(subject), Box::new(move |tokens| *tokens == refused))
    }

    /// Waits for a request that was sent for the current user. It aborts the request and returns `None` if that user
    /// signs out or another user signs in.
    pub fn while_here<T: 'static>(self, mut sent: LocalBoxFuture<T>) -> LocalBoxFuture<Option<T>> {
        let subject = self.subject();
        Box::pin(poll_fn(move |context| {
            if self.subject() != subject {
                return Poll::Ready(None);
            }
            let answer = sent.as_mut().poll(context).map(Some);
            if answer.is_pending() {
                self.waiting
                    .update_value(|waiting| waiting.push(context.waker().clone()));
            }
            answer
        }))
    }

    /// Waits while this user's tokens are not usable and a refresh is running.
    fn settled(
        self,
        subject: Option<String>,
        is_useless: Box<dyn Fn(&Tokens) -> bool>,
    ) -> LocalBoxFuture<Result<Tokens, NoTokens>> {
        Box::pin(async move {
            let settled = poll_fn(|context| {
                self.session.with_untracked(|session| match session {
                    Session::Refreshing(tokens) if is_useless(tokens) => {
                        self.waiting
                            .update_value(|waiting| waiting.push(context.waker().clone()));
                        Poll::Pending
                    }
                    other => Poll::Ready(other.tokens().cloned()),
                })
            });
            let Some(settled) = timer::timeout(TOKEN_WAIT, settled).await else {
                return Err(NoTokens::NotRenewed);
            };
            match settled {
                None => Err(NoTokens::SignedOut),
                Some(tokens) if Some(&tokens.claims().subject) != subject.as_ref() => {
                    Err(NoTokens::SignedOut)
                }
                Some(tokens) if is_useless(&tokens) && tokens.refresh().is_none() => {
                    Err(NoTokens::NoOthers)
                }
                Some(tokens) if is_useless(&tokens) => Err(NoTokens::NotRenewed),
                Some(tokens) => Ok(tokens),
            }
        })
    }

    /// Refreshes the tokens, in one tab at a time. It does nothing if another tab has refreshed them or signed out.
    pub(super) async fn renew(self, renewing: Renewing) {
        let Some(spent) = renewing.refresh_token().cloned() else {
            return;
        };
        let lock = match self.config().storage {
            Storage::Local => lock::acquire(LOCK, LOCK_TIMEOUT).await,
            Storage::Session | Storage::Memory => None,
        };
        self.look();
        if lock.as_ref().is_some_and(Lock::was_contended) {
            let _ = timer::timeout(NEWS, self.while_awaited(&renewing)).await;
        }
        if self
            .session
            .with_untracked(|session| renewing.is_awaited(session))
        {
            let renewal = self.ask_for_renewal(&renewing, &spent).await;
            let is_shared = self.config().storage == Storage::Local;
            if is_shared && lock.is_none() && matches!(renewal, Renewal::Refused) {
                // This tab did not get the lock, so another tab may have used the token first. Its response ends the
                // wait.
                let _ = timer::timeout(OTHER_TAB_TIMEOUT, self.while_awaited(&renewing)).await;
            }
            // If the user signed out in another tab, this late response must not sign them in again.
            self.look();
            self.dispatch(Event::Refreshed { spent, renewal });
            // The next tab must see the record that was just written before it gets the lock.
            timer::set_timeout(NEWS, move || drop(lock)).forget();
        }
    }

    /// Waits until the session no longer waits for this refresh.
    async fn while_awaited(self, renewing: &Renewing) {
        poll_fn(|context| {
            let is_awaited = self
                .session
                .with_untracked(|session| renewing.is_awaited(session));
            if !is_awaited {
                return Poll::Ready(());
            }
            self.waiting
                .update_value(|waiting| waiting.push(context.waker().clone()));
            Poll::Pending
        })
        .await;
    }

    async fn ask_for_renewal(self, renewing: &Renewing, spent: &RefreshToken) -> Renewal {
        // With refresh token rotation the response ends the old token, so the keys and the time for its checks come
        // first.
        let clock = self.learn_the_time().await;
        let keys = self.fetch_keys(renewing.issuer().clone()).await;
        // Another tab that could not get the lock may have refreshed in the meantime. A token must not be used twice.
        self.look();
        if !self
            .session
            .with_untracked(|session| renewing.is_awaited(session))
        {
            return Renewal::Unreachable(patience(1, None, 0));
        }
        let asked = match keys {
            Err(_) => Err(NotRenewed::Unreachable(None)),
            Ok(()) => match renewing.door() {
                Door::Direct => self.renew_directly(spent, renewing.device_key()).await,
                Door::Hosted => self.renew_at_the_token_endpoint(spent).await,
            },
        };
        let result = match asked {
            Ok(result) => result,
            Err(NotRenewed::Refused) => return Renewal::Refused,
            Err(NotRenewed::Unreachable(retry_after)) => {
                self.failures.update_value(|failures| *failures += 1);
                let [jitter] = random::bytes().unwrap_or([0]);
                let wait = patience(self.failures.get_value(), retry_after, jitter);
                if retry_after.is_some() {
                    self.not_before.set_value(clock::now().plus(wait));
                }
                return Renewal::Unreachable(wait);
            }
        };
        self.failures.set_value(0);
        let tokens = match renewing.renewed(result, &self.expected(), clock) {
            Ok(tokens) => tokens,
            // Only this device's clock is known, and the user may have changed it. That must not end the session.
            Err(TokenFault::Expired | TokenFault::NotYetValid) if clock.real.is_none() => {
                return Renewal::Unreachable(patience(1, None, 0));
            }
            Err(_) => return Renewal::Unbelievable,
        };
        match self.verify_signatures(&tokens).await {
            Ok(()) => Renewal::Granted(tokens),
            Err(NotAccepted::Token(_)) => Renewal::Unbelievable,
            Err(_) => Renewal::Unreachable(patience(1, None, 0)),
        }
    }

    /// Refreshes with `GetTokensFromRefreshToken`, which works with and without refresh token rotation. If the service
    /// lacks that action, it uses `REFRESH_TOKEN_AUTH`.
    async fn renew_directly(
        self,
        spent: &RefreshToken,
        device_key: Option<&DeviceKey>,
    ) -> Result<AuthenticationResult, NotRenewed> {
        let config = self.config();
        let ask = GetTokensFromRefreshToken {
            client: &config.client,
            refresh_token: spent,
            device_key,
        };
        match user_pool::send(&config, &ask).await {
            Err(CallError::Refused(ServiceError {
                kind: ErrorKind::UnknownOperation | ErrorKind::UnsupportedOperation,
                ..
            })) => {}
            answer => return answer.map_err(not_renewed),
        }
        let ask = InitiateAuth {
            client: &config.client,
            device_key,
            flow: AuthFlow::RefreshToken(spent),
        };
        match user_pool::send(&config, &ask).await.map_err(not_renewed)? {
            AuthReply::Granted(result) => Ok(result),
            // A refresh runs without the user, so a challenge cannot be answered.
            AuthReply::Challenged(_) => Err(NotRenewed::Refused),
        }
    }

    async fn renew_at_the_token_endpoint(
        self,
        spent: &RefreshToken,
    ) -> Result<AuthenticationResult, NotRenewed> {
        let domain = self.find_domain().await;
        let domain = domain.ok_or(NotRenewed::Unreachable(None))?;
        let config = self.config();
        let body = Refresh {
            client: &config.client,
            refresh_token: spent,
        }
        .body();
        hosted_ui::ask_for_tokens(&domain, body)
            .await
            .map_err(|error| match error {
                HostedError::Token(TokenError::Refused(refusal), _) => match refusal.code {
                    OAuthErrorCode::InvalidGrant
                    | OAuthErrorCode::InvalidClient
                    | OAuthErrorCode::InvalidClientSecret
                    | OAuthErrorCode::UnauthorizedClient => NotRenewed::Refused,
                    _ => NotRenewed::Unreachable(None),
                },
                HostedError::Token(_, retry_after) => NotRenewed::Unreachable(retry_after),
                HostedError::Fetch(_) => NotRenewed::Unreachable(None),
            })
    }
}

/// Converts an error. Only a definite refusal ends the session; a captive portal, a proxy or a failing Lambda trigger
/// does not.
fn not_renewed(error: CallError) -> NotRenewed {
    match error {
        CallError::Refused(refusal) => match refusal.kind {
            ErrorKind::NotAuthorized
            | ErrorKind::PasswordResetRequired
            | ErrorKind::RefreshTokenReuse
            | ErrorKind::UserNotConfirmed
            | ErrorKind::UserNotFound => NotRenewed::Refused,
            _ => NotRenewed::Unreachable(None),
        },
        CallError::Fetch(_) | CallError::Malformed(_) => NotRenewed::Unreachable(None),
    }
}
