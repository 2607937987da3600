//! Keeping tokens fresh: one renewal at a time for all tabs, and tokens for who needs them now.

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
use crate::browser::{Task, clock, random, timer};

/// The lock that the tabs of one origin share.
const LOCK: &str = "poolgate.renewal";

/// How long to wait for another tab's refresh. A tab may be frozen while it holds the lock.
const LOCK_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a caller waits for fresh tokens before it is told that there are none: the lock and the requests of a refresh
/// together may take longer, and the refresh goes on without the caller.
const TOKEN_WAIT: Duration = Duration::from_secs(16);

/// How long news of the record may take from tab to tab. Locks and storage reach another process by ways of
/// their own, and the lock may be there first.
const NEWS: Duration = Duration::from_millis(500);

/// Why there are no tokens to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoTokens {
    /// Nobody is signed in any more.
    SignedOut,
    /// They are of no use, and the pool could not be asked for new ones.
    NotRenewed,
    /// They are of no use, and there is nothing to ask for others with.
    NoOthers,
}

/// What is renewed.
#[derive(Clone, PartialEq, Eq)]
#[allow(
    clippy::large_enum_variant,
    reason = "one lives at a time, for a moment"
)]
pub(super) enum Renewing {
    /// Tokens in use.
    Tokens(Tokens),
    /// A damaged record, by what it still holds.
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

    /// Whether the session still waits for just this.
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

/// A renewal that gave no tokens.
enum NotRenewed {
    /// A definite no.
    Refused,
    /// No answer, or none that says anything about the session; after so long it may be tried again.
    Unreachable(Option<Duration>),
}

impl Auth {
    /// Tokens that a request sent now can use: waits for a renewal where they have expired. They are of who is here now:
    /// whoever takes that person's place meanwhile sends no request of theirs.
    pub fn usable_tokens(self) -> Task<Result<Tokens, NoTokens>> {
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

    /// Tokens other than these, which somebody did not accept though their time is not over. Waits for
    /// the renewal that this asks for, unless one has happened meanwhile.
    pub fn tokens_after_refusal(self, refused: Tokens) -> Task<Result<Tokens, NoTokens>> {
        self.dispatch_unless_told_to_wait(Event::Doubted(refused.clone()));
        let subject = refused.claims().subject.clone();
        self.settled(Some(subject), Box::new(move |tokens| *tokens == refused))
    }

    /// Waits for what was sent in the name of who is here now. When that person leaves, or another takes their place, it is
    /// broken off.
    pub fn while_here<T: 'static>(self, mut sent: Task<T>) -> Task<Option<T>> {
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

    /// Waits while this person's tokens are of no use and being renewed.
    fn settled(
        self,
        subject: Option<String>,
        is_useless: Box<dyn Fn(&Tokens) -> bool>,
    ) -> Task<Result<Tokens, NoTokens>> {
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
            let Some(settled) = timer::within(TOKEN_WAIT, settled).await else {
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

    /// Asks for new tokens, alone among the tabs, unless one of them has done so or signed out meanwhile.
    pub(super) async fn renew(self, renewing: Renewing) {
        let Some(spent) = renewing.refresh_token().cloned() else {
            return;
        };
        let lock = match self.config().storage {
            Storage::Local => lock::acquire(LOCK, LOCK_TIMEOUT).await,
            Storage::Session | Storage::Memory => None,
        };
        self.look();
        if lock.as_ref().is_some_and(Lock::has_waited) {
            let _ = timer::within(NEWS, self.while_awaited(&renewing)).await;
        }
        if self
            .session
            .with_untracked(|session| renewing.is_awaited(session))
        {
            let renewal = self.ask_for_renewal(&renewing, &spent).await;
            // Who signed out in another tab meanwhile is out: a late answer brings nobody back.
            self.look();
            self.dispatch(Event::Refreshed { spent, renewal });
            // The next tab should find what was just written.
            timer::after(NEWS, move || drop(lock)).forget();
        }
    }

    /// Waits until the session does not wait for this any more.
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
        // A rotating client takes the old token back with the answer: what is needed to check it comes first.
        let clock = self.learn_the_time().await;
        let asked = match self.fetch_keys(renewing.issuer().clone()).await {
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
            // Nobody but this device says what time it is, and its clock may have been moved: that ends no session.
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

    /// By `GetTokensFromRefreshToken`, which serves clients with and without rotation; by
    /// `REFRESH_TOKEN_AUTH` where the service does not have the newer one.
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
            // Nobody is there to answer a challenge.
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

/// Only a definite no ends the session: a portal, a proxy or a failing trigger says nothing of it.
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
