//! Sign-in through the pool's hosted pages: the redirect to them and the callback (RFC 6749 §4.1, RFC 7636, RFC 9700).

use core::time::Duration;

use cognito_proto::action::AuthenticationResult;
use cognito_proto::config::GrantType;
use cognito_proto::ids::{IdentityProvider, RedirectUri, SecureUrl};
use cognito_proto::oauth::{
    self, AuthorizationHints, AuthorizationRequest, CallbackError, CallbackParams, CodeOrTokens,
    CsrfState, Nonce, PendingAuthorization, Redemption, ResponseType, discovery, token, user_info,
};
use cognito_proto::pkce::CodeVerifier;
use cognito_proto::tokens::Tokens;
use leptos::prelude::*;

use crate::browser::fetch::{self, FetchError, Method, Request};
use crate::browser::random::SecureRandomError;
use crate::browser::timer::{self, OPERATION_TIMEOUT};
use crate::browser::{LocalBoxFuture, clock, crypto, lifecycle, location, random, storage};
use crate::context::TokenSource;
use crate::errors::{HostedSignInError, RedirectError, TokenRequestError, UserInfoRequestError};
use crate::{AuthContext, TokenUnavailableError};

/// How long the page stays busy after it has started to navigate to the hosted pages. If they do not load, the user can
/// then use this page again.
pub(crate) const REDIRECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The parameters of a hosted sign-in, with which the app can start it again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuthorizationOptions {
    /// The identity provider that the user chose, or `None` for the choice on the hosted pages.
    pub identity_provider: Option<IdentityProvider>,
    /// The optional parameters for the hosted pages. A missing one is taken from `config.js`.
    pub hints: AuthorizationHints,
    /// The path that the user wanted to open. It is checked like a path from the address bar.
    pub return_to: String,
}

impl From<&PendingAuthorization> for AuthorizationOptions {
    fn from(pending: &PendingAuthorization) -> Self {
        Self {
            identity_provider: pending.identity_provider.clone(),
            hints: pending.hints.clone(),
            return_to: pending.return_to.clone(),
        }
    }
}

impl From<Redemption> for AuthorizationOptions {
    fn from(redeeming: Redemption) -> Self {
        Self {
            identity_provider: redeeming.identity_provider,
            hints: redeeming.hints,
            return_to: redeeming.return_to,
        }
    }
}

/// The result of handling the authorization response on the callback page.
#[derive(Debug)]
pub enum CallbackResult {
    /// The user is signed in. The text is the path to open, which is checked like a path from the address bar.
    SignedIn(String),
    /// The sign-in failed with this error. The options are there if the app can start the sign-in again.
    Failed(HostedSignInError, Option<AuthorizationOptions>),
}

impl AuthContext {
    /// Returns the domain of the hosted pages as a signal for views. It is `None` if the domain is not known yet or
    /// there is none.
    pub fn hosted_domain(self) -> ReadSignal<Option<SecureUrl>> {
        self.hosted_domain.read_only()
    }

    /// Finds the domain of the hosted pages, from `config.js` or from the pool's discovery document.
    pub fn discover_hosted_domain(self) -> LocalBoxFuture<Option<SecureUrl>> {
        Box::pin(async move {
            if let Some(domain) = self.hosted_domain.get_untracked() {
                return Some(domain);
            }
            let config = self.config();
            for source in config.issuers.document_sources() {
                let sent = fetch::send(Request {
                    method: Method::GET,
                    url: &discovery::document_url(source.base),
                    headers: &[],
                    body: None,
                });
                let response = match sent.await {
                    Ok(response) => response,
                    // A proxy in front of the API may forward POST only, or send no CORS headers here.
                    Err(FetchError::Unreachable) => continue,
                    Err(_) => return None,
                };
                // A document of an issuer that this source may not have is ignored, and the next source is tried.
                if let Some(document) = discovery::DiscoveryDocument::parse(&response.body, &source)
                {
                    let domain = document.domain?;
                    self.hosted_domain.set(Some(domain.clone()));
                    return Some(domain);
                }
            }
            None
        })
    }

    /// Returns the redirect URI for sign-in: `redirectSignIn`, or `/login/` of this origin.
    pub fn redirect_sign_in(self) -> Option<RedirectUri> {
        let configured = self.config().hosted_ui.redirect_sign_in.clone();
        configured.or_else(|| RedirectUri::parse(&format!("{}/login/", location::origin())))
    }

    /// Returns the redirect URI for sign-out: `redirectSignOut`, or this origin.
    pub fn redirect_sign_out(self) -> Option<RedirectUri> {
        let configured = self.config().hosted_ui.redirect_sign_out.clone();
        configured.or_else(|| RedirectUri::parse(&location::origin()))
    }

    /// Returns the options of the latest hosted sign-in that this tab started and that has had no response.
    pub fn pending_authorization_options(self) -> Option<AuthorizationOptions> {
        let now = clock::now();
        storage::load_pending_authorizations()
            .iter()
            .filter_map(|(_, record)| PendingAuthorization::from_json(record))
            .filter(|pending| pending.is_valid_at(now))
            .max_by_key(|pending| pending.started_at)
            .as_ref()
            .map(AuthorizationOptions::from)
    }

    /// Returns the options of the hosted sign-in whose response this tab was exchanging for tokens when the user
    /// reloaded the page.
    fn interrupted_authorization_options(self) -> Option<AuthorizationOptions> {
        let redeeming = Redemption::from_json(&storage::read_redeeming()?)?;
        redeeming
            .is_valid_at(clock::now())
            .then(|| AuthorizationOptions::from(redeeming))
    }

    /// Finds the domain of the hosted pages for a redirect. From now on all earlier sign-in attempts of this tab are
    /// superseded.
    pub async fn resolve_hosted_ui(self) -> Result<SecureUrl, RedirectError> {
        self.next_attempt_id();
        self.discover_hosted_domain()
            .await
            .ok_or(RedirectError::NoDomain)
    }

    /// Stores the pending authorization and navigates to the hosted pages at `domain`. Returns true if the user comes
    /// back from the back/forward cache, or false if the page is still here after `REDIRECT_TIMEOUT`.
    pub async fn redirect_to_hosted_ui(
        self,
        domain: &SecureUrl,
        options: AuthorizationOptions,
    ) -> Result<bool, RedirectError> {
        if !crypto::is_available() {
            return Err(RedirectError::NoWebCrypto);
        }
        let pending = self.new_pending_authorization(options)?;
        let config = self.config();
        let address = AuthorizationRequest {
            domain,
            scopes: &config.hosted_ui.scopes,
            pending: &pending,
        }
        .url();
        remove_expired_authorizations();
        storage::remove_redeeming();
        storage::store_pending_authorization(pending.state.expose_secret(), &pending.to_json())
            .map_err(|_| RedirectError::StorageFailed)?;
        self.clear_pending_sign_up();
        location::redirect(&address);
        Ok(lifecycle::wait_for_pageshow(REDIRECT_TIMEOUT).await)
    }

    fn new_pending_authorization(
        self,
        options: AuthorizationOptions,
    ) -> Result<PendingAuthorization, RedirectError> {
        let config = self.config();
        let redirect_uri = self
            .redirect_sign_in()
            .ok_or(RedirectError::InsecureOrigin)?;
        if redirect_uri.origin() != location::origin() {
            return Err(RedirectError::OtherOrigin(redirect_uri));
        }
        let random_error = |SecureRandomError| RedirectError::NoSecureRandom;
        let configured = config.hosted_ui.hints.clone();
        Ok(PendingAuthorization {
            state: CsrfState::from_random(&random::bytes().map_err(random_error)?),
            nonce: Nonce::from_random(&random::bytes().map_err(random_error)?),
            response_type: match config.hosted_ui.grant_type {
                GrantType::Code => ResponseType::Code(CodeVerifier::from_random(
                    &random::bytes().map_err(random_error)?,
                )),
                GrantType::Implicit => ResponseType::Token,
            },
            issuer: config.issuers.preferred().clone(),
            client: config.client.clone(),
            redirect_uri,
            return_to: options.return_to,
            identity_provider: options.identity_provider,
            hints: AuthorizationHints {
                login_hint: options.hints.login_hint.or(configured.login_hint),
                lang: options.hints.lang.or(configured.lang),
                prompt: options.hints.prompt.or(configured.prompt),
            },
            started_at: clock::now(),
        })
    }

    /// Handles the authorization response on the callback page. A response that matches no sign-in attempt of this tab
    /// changes nothing.
    pub async fn handle_callback(self, params: CallbackParams) -> CallbackResult {
        let response = match params {
            CallbackParams::Empty => {
                let (error, options) = match (
                    self.interrupted_authorization_options(),
                    self.pending_authorization_options(),
                ) {
                    (Some(options), _) => (HostedSignInError::Interrupted, Some(options)),
                    (None, Some(options)) => (HostedSignInError::NotFinished, Some(options)),
                    (None, None) => (HostedSignInError::NoParameters, None),
                };
                return CallbackResult::Failed(error, options);
            }
            CallbackParams::DuplicateParameter => {
                return CallbackResult::Failed(HostedSignInError::DuplicateParameter, None);
            }
            CallbackParams::InvalidState => {
                return CallbackResult::Failed(
                    HostedSignInError::Response(CallbackError::UnknownState),
                    None,
                );
            }
            CallbackParams::Response(response) => response,
        };
        let pending = storage::take_pending_authorization(response.state().expose_secret())
            .and_then(|record| PendingAuthorization::from_json(&record));
        let options = pending.as_ref().map(AuthorizationOptions::from);
        if let Some(pending) = &pending {
            storage::write_redeeming(&Redemption::from(pending).to_json());
        }
        let grant = self.config().hosted_ui.grant_type;
        let result = match response.verify(pending, &self.expected_claims(), grant, clock::now()) {
            Err(error) => CallbackResult::Failed(HostedSignInError::Response(error), options),
            Ok(verified) => {
                let return_to = verified.return_to.clone();
                let redeemed = timer::timeout(OPERATION_TIMEOUT, self.redeem(verified)).await;
                match redeemed.unwrap_or(Err(TokenRequestError::Fetch(FetchError::TimedOut).into()))
                {
                    Ok(()) => CallbackResult::SignedIn(return_to),
                    Err(error) => CallbackResult::Failed(error, options),
                }
            }
        };
        storage::remove_redeeming();
        result
    }

    async fn redeem(self, verified: oauth::VerifiedResponse) -> Result<(), HostedSignInError> {
        let attempt_id = self.next_attempt_id();
        let result = match verified.code_or_tokens {
            CodeOrTokens::Tokens(result) => result,
            CodeOrTokens::Code(exchange) => {
                let domain = self
                    .discover_hosted_domain()
                    .await
                    .ok_or(HostedSignInError::NoDomain)?;
                request_tokens(&domain, exchange.into_body())
                    .await
                    .map_err(HostedSignInError::from)?
            }
        };
        self.sync_clock().await;
        Ok(self
            .start_session(result, TokenSource::HostedPages(verified.nonce), attempt_id)
            .await?)
    }

    /// Returns the claims that the userInfo endpoint sends about the signed-in user (OpenID Connect Core §5.3). After a
    /// response with status 401 it refreshes the tokens and asks once more. Fails after [`OPERATION_TIMEOUT`].
    pub async fn user_info(self) -> Result<Vec<(String, String)>, UserInfoRequestError> {
        timer::timeout(OPERATION_TIMEOUT, self.user_info_with_retry())
            .await
            .unwrap_or(Err(UserInfoRequestError::Fetch(FetchError::TimedOut)))
    }

    async fn user_info_with_retry(self) -> Result<Vec<(String, String)>, UserInfoRequestError> {
        let allows = |tokens: &Tokens| tokens.has_scope("openid");
        if !self
            .session
            .with_untracked(|session| session.tokens().is_some_and(allows))
        {
            return Err(UserInfoRequestError::MissingScope);
        }
        let domain = self
            .discover_hosted_domain()
            .await
            .ok_or(UserInfoRequestError::NoDomain)?;
        let mut tokens = self.valid_tokens().await?;
        let mut response = self.request_user_info(&domain, &tokens).await?;
        if response.status == 401 {
            tokens = self.refresh_rejected_tokens(tokens).await?;
            response = self.request_user_info(&domain, &tokens).await?;
        }
        match response.status {
            200 => user_info::parse_user_info(
                response.content_type.as_deref(),
                &response.body,
                &tokens.claims().subject,
            )
            .map_err(UserInfoRequestError::InvalidResponse),
            status => Err(UserInfoRequestError::ErrorStatus(status)),
        }
    }

    async fn request_user_info(
        self,
        domain: &SecureUrl,
        tokens: &Tokens,
    ) -> Result<fetch::Response, UserInfoRequestError> {
        let sent = fetch::send(Request {
            method: Method::GET,
            url: &domain.join(user_info::PATH),
            headers: &[(
                "authorization",
                &format!("Bearer {}", tokens.access_token().expose_secret()),
            )],
            body: None,
        });
        match self.cancel_on_user_change(sent).await {
            Some(response) => response.map_err(UserInfoRequestError::Fetch),
            None => Err(UserInfoRequestError::TokenUnavailable(
                TokenUnavailableError::SignedOut,
            )),
        }
    }
}

impl From<TokenUnavailableError> for UserInfoRequestError {
    fn from(error: TokenUnavailableError) -> Self {
        Self::TokenUnavailable(error)
    }
}

/// Sends a request to the token endpoint, once.
pub(crate) fn request_tokens(
    domain: &SecureUrl,
    body: String,
) -> LocalBoxFuture<Result<AuthenticationResult, TokenRequestError>> {
    let sent = fetch::send(Request {
        method: Method::POST,
        url: &domain.join(token::PATH),
        headers: &[("content-type", token::CONTENT_TYPE)],
        body: Some(body),
    });
    Box::pin(async move {
        let response = sent.await.map_err(TokenRequestError::Fetch)?;
        token::parse_token_response(
            response.status,
            response.content_type.as_deref(),
            &response.body,
        )
        .map_err(|error| TokenRequestError::Token(error, response.retry_after))
    })
}

/// Removes the pending authorizations that have expired.
fn remove_expired_authorizations() {
    let now = clock::now();
    remove_authorizations(|pending| !pending.is_valid_at(now));
}

/// Removes this tab's pending authorizations that `is_obsolete` selects, and also those that cannot be parsed.
pub(crate) fn remove_authorizations(is_obsolete: impl Fn(&PendingAuthorization) -> bool) {
    for (state, record) in storage::load_pending_authorizations() {
        if PendingAuthorization::from_json(&record).is_none_or(|pending| is_obsolete(&pending)) {
            drop(storage::take_pending_authorization(&state));
        }
    }
}
