//! Sign-in with the pool's hosted pages: the redirect to them and the callback (RFC 6749 §4.1, RFC 7636, RFC 9700).

use core::time::Duration;

use cognito_proto::action::AuthenticationResult;
use cognito_proto::config::Grant;
use cognito_proto::ids::{HttpUrl, IdentityProvider, RedirectUri};
use cognito_proto::json::Json;
use cognito_proto::oauth::{
    self, Answer, Arrival, Authorization, CallbackError, Hints, Nonce, Pending, Redeeming,
    ResponseType, State, discovery, token, user_info,
};
use cognito_proto::pkce::CodeVerifier;
use cognito_proto::tokens::Tokens;
use leptos::prelude::*;

use super::errors::{CallbackFault, HostedError, LeaveError, UserInfoFault};
use super::{Auth, NoTokens, TokenSource};
use crate::browser::fetch::{self, FetchError, Method, Request};
use crate::browser::random::SecureRandomError;
use crate::browser::timer::{self, OPERATION_TIMEOUT};
use crate::browser::{LocalBoxFuture, clock, crypto, lifecycle, location, random, storage};

/// How long a page that is being left stays busy. If the hosted pages do not load, the user can then use this page
/// again.
pub(super) const LEAVING: Duration = Duration::from_secs(10);

/// The parameters with which the app can start the same hosted sign-in again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Again {
    /// The identity provider that the user chose, if any.
    pub identity_provider: Option<IdentityProvider>,
    /// The hints for the hosted pages. A missing hint is taken from `config.js`.
    pub hints: Hints,
    /// The path that the user wanted to open. It is validated like a path from the address bar.
    pub return_path: String,
}

impl From<&Pending> for Again {
    fn from(pending: &Pending) -> Self {
        Self {
            identity_provider: pending.identity_provider.clone(),
            hints: pending.hints.clone(),
            return_path: pending.return_path.clone(),
        }
    }
}

impl From<Redeeming> for Again {
    fn from(redeeming: Redeeming) -> Self {
        Self {
            identity_provider: redeeming.identity_provider,
            hints: redeeming.hints,
            return_path: redeeming.return_path,
        }
    }
}

/// The result of processing the callback.
#[derive(Debug)]
pub enum CameBack {
    /// The user is signed in. Holds the path to open, which is validated like a path from the address bar.
    Welcome(String),
    /// The sign-in failed. Holds the error, and the parameters of the attempt if the app can start it again.
    Not(CallbackFault, Option<Again>),
}

impl Auth {
    /// The domain of the hosted pages, as a signal for views: `None` if it is not known yet or there is none.
    pub fn domain(self) -> ReadSignal<Option<HttpUrl>> {
        self.domain.read_only()
    }

    /// Finds the domain of the hosted pages, from `config.js` or from the pool's discovery document.
    pub fn find_domain(self) -> LocalBoxFuture<Option<HttpUrl>> {
        Box::pin(async move {
            if let Some(domain) = self.domain.get_untracked() {
                return Some(domain);
            }
            let config = self.config();
            for source in config.issuers.sources() {
                let sent = fetch::send(Request {
                    method: Method::GET,
                    url: &discovery::url(source.base),
                    headers: &[],
                    body: None,
                });
                let answer = match sent.await {
                    Ok(answer) => answer,
                    // A proxy in front of the API may forward POST only, or send no CORS headers here.
                    Err(FetchError::Unreachable) => continue,
                    Err(_) => return None,
                };
                let document = Json::parse(&answer.body).unwrap_or(Json::Null);
                // A document of an issuer that this source may not have is ignored, and the next source is tried.
                if let Some(document) = discovery::Document::read(&document, &source) {
                    let domain = document.domain?;
                    self.domain.set(Some(domain.clone()));
                    return Some(domain);
                }
            }
            None
        })
    }

    /// The redirect URI for sign-in: `redirectSignIn`, or `/login/` of this origin.
    pub fn redirect_sign_in(self) -> Option<RedirectUri> {
        let configured = self.config().hosted.redirect_sign_in.clone();
        configured.or_else(|| RedirectUri::parse(&format!("{}/login/", location::origin())))
    }

    /// The redirect URI for sign-out: `redirectSignOut`, or this origin.
    pub fn redirect_sign_out(self) -> Option<RedirectUri> {
        let configured = self.config().hosted.redirect_sign_out.clone();
        configured.or_else(|| RedirectUri::parse(&location::origin()))
    }

    /// The latest sign-in with the hosted pages that this tab started and that has had no response.
    pub fn unfinished(self) -> Option<Again> {
        let now = clock::now();
        storage::all_pending()
            .iter()
            .filter_map(|(_, record)| Pending::from_record(record))
            .filter(|pending| pending.is_live(now))
            .max_by_key(|pending| pending.started_at)
            .as_ref()
            .map(Again::from)
    }

    /// The sign-in whose response this tab was redeeming when the user reloaded the page.
    fn interrupted(self) -> Option<Again> {
        let redeeming = Redeeming::from_record(&storage::read_redeeming()?)?;
        redeeming
            .is_live(clock::now())
            .then(|| Again::from(redeeming))
    }

    /// Finds the domain for a redirect. From now on all earlier attempts of this tab are superseded.
    pub async fn way_to_hosted_pages(self) -> Result<HttpUrl, LeaveError> {
        self.next_turn();
        self.find_domain().await.ok_or(LeaveError::NoDomain)
    }

    /// Stores the pending authorization and navigates to `domain`. Resolves to `true` if the user comes back from the
    /// back/forward cache, or to `false` if the page is still here after `LEAVING`.
    pub async fn leave_for_hosted_pages(
        self,
        domain: &HttpUrl,
        wish: Again,
    ) -> Result<bool, LeaveError> {
        if !crypto::is_available() {
            return Err(LeaveError::NoWebCrypto);
        }
        let pending = self.begin(wish)?;
        let config = self.config();
        let address = Authorization {
            domain,
            scopes: &config.hosted.scopes,
            pending: &pending,
        }
        .url();
        forget_dead_attempts();
        storage::remove_redeeming();
        storage::write_pending(pending.state.reveal(), &pending.to_record())
            .map_err(|_| LeaveError::NotKept)?;
        self.forget_newcomer();
        location::redirect(&address);
        Ok(lifecycle::wait_for_pageshow(LEAVING).await)
    }

    fn begin(self, wish: Again) -> Result<Pending, LeaveError> {
        let config = self.config();
        let redirect_uri = self.redirect_sign_in().ok_or(LeaveError::InsecureOrigin)?;
        if redirect_uri.origin() != location::origin() {
            return Err(LeaveError::OtherOrigin(redirect_uri));
        }
        let no_random = |SecureRandomError| LeaveError::NoSecureRandom;
        let configured = config.hosted.hints.clone();
        Ok(Pending {
            state: State::from_random(&random::bytes().map_err(no_random)?),
            nonce: Nonce::from_random(&random::bytes().map_err(no_random)?),
            response_type: match config.hosted.grant {
                Grant::Code => ResponseType::Code(CodeVerifier::from_random(
                    &random::bytes().map_err(no_random)?,
                )),
                Grant::Implicit => ResponseType::Token,
            },
            issuer: config.issuers.preferred().clone(),
            client: config.client.clone(),
            redirect_uri,
            return_path: wish.return_path,
            identity_provider: wish.identity_provider,
            hints: Hints {
                login_hint: wish.hints.login_hint.or(configured.login_hint),
                lang: wish.hints.lang.or(configured.lang),
                prompt: wish.hints.prompt.or(configured.prompt),
            },
            started_at: clock::now(),
        })
    }

    /// Reads the parameters of the callback and removes them from the address first (RFC 9700 §4.3.1), so that Back and
    /// reload cannot send them again.
    pub fn read_arrival(self) -> Arrival {
        let (query, fragment) = location::query_and_fragment();
        if !(query.is_empty() && fragment.is_empty()) {
            location::replace_url(&location::path());
        }
        Arrival::read(&query, &fragment)
    }

    /// Processes the callback. A response that matches no attempt of this tab changes nothing.
    pub async fn come_back(self, arrival: Arrival) -> CameBack {
        let response = match arrival {
            Arrival::Nothing => {
                let (fault, again) = match (self.interrupted(), self.unfinished()) {
                    (Some(again), _) => (CallbackFault::Interrupted, Some(again)),
                    (None, Some(again)) => (CallbackFault::Unfinished, Some(again)),
                    (None, None) => (CallbackFault::Nothing, None),
                };
                return CameBack::Not(fault, again);
            }
            Arrival::Repeated => return CameBack::Not(CallbackFault::Repeated, None),
            Arrival::Stray => {
                return CameBack::Not(CallbackFault::Response(CallbackError::Stray), None);
            }
            Arrival::Response(response) => response,
        };
        let pending = storage::take_pending(response.state().reveal())
            .and_then(|record| Pending::from_record(&record));
        let again = pending.as_ref().map(Again::from);
        if let Some(pending) = &pending {
            storage::write_redeeming(&Redeeming::from(pending).to_record());
        }
        let grant = self.config().hosted.grant;
        let came_back = match response.settle(pending, &self.expected(), grant, clock::now()) {
            Err(error) => CameBack::Not(CallbackFault::Response(error), again),
            Ok(settled) => {
                let return_path = settled.return_path.clone();
                let redeemed = timer::timeout(OPERATION_TIMEOUT, self.redeem(settled)).await;
                match redeemed.unwrap_or(Err(HostedError::Fetch(FetchError::TimedOut).into())) {
                    Ok(()) => CameBack::Welcome(return_path),
                    Err(fault) => CameBack::Not(fault, again),
                }
            }
        };
        storage::remove_redeeming();
        came_back
    }

    async fn redeem(self, settled: oauth::Settled) -> Result<(), CallbackFault> {
        let turn = self.next_turn();
        let result = match settled.answer {
            Answer::Tokens(result) => result,
            Answer::Code(exchange) => {
                let domain = self.find_domain().await.ok_or(CallbackFault::NoDomain)?;
                ask_for_tokens(&domain, exchange.into_body())
                    .await
                    .map_err(CallbackFault::from)?
            }
        };
        self.learn_the_time().await;
        Ok(self
            .accept(result, TokenSource::HostedPages(settled.nonce), turn)
            .await?)
    }

    /// The claims that the userInfo endpoint returns for the signed-in user (OpenID Connect Core §5.3). After a 401 it
    /// refreshes the tokens and asks once more. Fails after [`OPERATION_TIMEOUT`].
    pub async fn user_info(self) -> Result<Vec<(String, String)>, UserInfoFault> {
        timer::timeout(OPERATION_TIMEOUT, self.user_info_with_retry())
            .await
            .unwrap_or(Err(UserInfoFault::Fetch(FetchError::TimedOut)))
    }

    async fn user_info_with_retry(self) -> Result<Vec<(String, String)>, UserInfoFault> {
        let allows = |tokens: &Tokens| tokens.has_scope("openid");
        if !self
            .session
            .with_untracked(|session| session.tokens().is_some_and(allows))
        {
            return Err(UserInfoFault::NoScope);
        }
        let domain = self.find_domain().await.ok_or(UserInfoFault::NoDomain)?;
        let mut tokens = self.usable_tokens().await?;
        let mut answer = self.ask_for_user_info(&domain, &tokens).await?;
        if answer.status == 401 {
            tokens = self.tokens_after_refusal(tokens).await?;
            answer = self.ask_for_user_info(&domain, &tokens).await?;
        }
        match answer.status {
            200 => user_info::read(
                answer.content_type.as_deref(),
                &answer.body,
                &tokens.claims().subject,
            )
            .map_err(UserInfoFault::Answer),
            status => Err(UserInfoFault::Refused(status)),
        }
    }

    async fn ask_for_user_info(
        self,
        domain: &HttpUrl,
        tokens: &Tokens,
    ) -> Result<fetch::Response, UserInfoFault> {
        let sent = fetch::send(Request {
            method: Method::GET,
            url: &domain.join(user_info::PATH),
            headers: &[(
                "authorization",
                &format!("Bearer {}", tokens.access().reveal()),
            )],
            body: None,
        });
        match self.while_here(sent).await {
            Some(answer) => answer.map_err(UserInfoFault::Fetch),
            None => Err(UserInfoFault::NoTokens(NoTokens::SignedOut)),
        }
    }
}

impl From<NoTokens> for UserInfoFault {
    fn from(why: NoTokens) -> Self {
        Self::NoTokens(why)
    }
}

/// Sends a form to the token endpoint, once.
pub(super) fn ask_for_tokens(
    domain: &HttpUrl,
    body: String,
) -> LocalBoxFuture<Result<AuthenticationResult, HostedError>> {
    let sent = fetch::send(Request {
        method: Method::POST,
        url: &domain.join(token::PATH),
        headers: &[("content-type", token::CONTENT_TYPE)],
        body: Some(body),
    });
    Box::pin(async move {
        let answer = sent.await.map_err(HostedError::Fetch)?;
        token::read_token_reply(answer.status, answer.content_type.as_deref(), &answer.body)
            .map_err(|error| HostedError::Token(error, answer.retry_after))
    })
}

/// Removes the pending authorizations that have expired.
fn forget_dead_attempts() {
    let now = clock::now();
    forget_attempts(|pending| !pending.is_live(now));
}

/// Removes this tab's pending authorizations that `are_over` selects, and records that cannot be parsed.
pub(super) fn forget_attempts(are_over: impl Fn(&Pending) -> bool) {
    for (state, record) in storage::all_pending() {
        if Pending::from_record(&record).is_none_or(|pending| are_over(&pending)) {
            drop(storage::take_pending(&state));
        }
    }
}
