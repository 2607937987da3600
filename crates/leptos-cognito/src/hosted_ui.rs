//! Sign-in through the pool's hosted pages: the redirect to them and the callback (RFC 6749 §4.1, RFC 7636, RFC 9700).

use cognito_proto::config::GrantType;
use cognito_proto::ids::{IdentityProvider, RedirectUri, SecureUrl};
use cognito_proto::oauth::{
    self, AuthorizationHints, AuthorizationRequest, CallbackError, CallbackParams, CodeOrTokens,
    CsrfState, Nonce, PendingAuthorization, Redemption, ResponseType, user_info,
};
use cognito_proto::pkce::CodeVerifier;
use cognito_proto::tokens::Tokens;
use leptos::prelude::*;

use crate::attempts::Attempts;
use crate::browser::fetch::{self, FetchError, Method, Request};
use crate::browser::random::SecureRandomError;
use crate::browser::timer::{self, OPERATION_TIMEOUT};
use crate::browser::{LocalBoxFuture, clock, crypto, lifecycle, location, random};
use crate::context::SharedConfig;
use crate::errors::{HostedSignInError, RedirectError, TokenRequestError, UserInfoRequestError};
use crate::hosted_endpoints::{HostedEndpoints, REDIRECT_TIMEOUT, request_tokens};
use crate::pending_sign_up::PendingSignUpStore;
use crate::refresh::Refresher;
use crate::server_clock::ServerClock;
use crate::session_starter::{SessionStarter, TokenSource};
use crate::{TokenUnavailableError, pending_authorizations};

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

/// Sign-in with the hosted pages. [`AuthContext::hosted_ui`](crate::AuthContext::hosted_ui) returns it.
#[derive(Clone, Copy, Debug)]
pub struct HostedUi {
    config: SharedConfig,
    endpoints: HostedEndpoints,
    attempts: Attempts,
    clock: ServerClock,
    starter: SessionStarter,
    refresher: Refresher,
    pending_sign_up: PendingSignUpStore,
}

impl HostedUi {
    pub(crate) fn new(
        config: SharedConfig,
        endpoints: HostedEndpoints,
        attempts: Attempts,
        clock: ServerClock,
        starter: SessionStarter,
        refresher: Refresher,
        pending_sign_up: PendingSignUpStore,
    ) -> Self {
        Self {
            config,
            endpoints,
            attempts,
            clock,
            starter,
            refresher,
            pending_sign_up,
        }
    }

    /// Finds the domain of the hosted pages, from `config.js` or from the pool's discovery document.
    pub fn discover_domain(self) -> LocalBoxFuture<Option<SecureUrl>> {
        self.endpoints.discover_domain()
    }

    /// Returns the redirect URI for sign-in: `redirectSignIn`, or `/login/` of this origin.
    pub fn redirect_sign_in(self) -> Option<RedirectUri> {
        self.endpoints.redirect_sign_in()
    }

    /// Returns the options of the latest hosted sign-in that this tab started and that has had no response.
    pub fn pending_authorization_options(self) -> Option<AuthorizationOptions> {
        let latest = pending_authorizations::latest();
        latest.as_ref().map(AuthorizationOptions::from)
    }

    /// Finds the domain of the hosted pages for a redirect. From now on all earlier sign-in attempts of this tab are
    /// superseded.
    pub async fn resolve_domain(self) -> Result<SecureUrl, RedirectError> {
        self.attempts.supersede();
        self.endpoints
            .discover_domain()
            .await
            .ok_or(RedirectError::NoDomain)
    }

    /// Stores the pending authorization and navigates to the hosted pages at `domain`. Returns true if the user comes
    /// back from the back/forward cache, or false if the page is still here after `REDIRECT_TIMEOUT`.
    pub async fn redirect(
        self,
        domain: &SecureUrl,
        options: AuthorizationOptions,
    ) -> Result<bool, RedirectError> {
        if !crypto::is_available() {
            return Err(RedirectError::NoWebCrypto);
        }
        let pending = self.new_pending_authorization(options)?;
        let config = self.config.get_value();
        let address = AuthorizationRequest {
            domain,
            scopes: &config.hosted_ui.scopes,
            pending: &pending,
        }
        .url();
        pending_authorizations::store(&pending).map_err(|_| RedirectError::StorageFailed)?;
        self.pending_sign_up.clear();
        location::redirect(&address);
        Ok(lifecycle::wait_for_pageshow(REDIRECT_TIMEOUT).await)
    }

    fn new_pending_authorization(
        self,
        options: AuthorizationOptions,
    ) -> Result<PendingAuthorization, RedirectError> {
        let config = self.config.get_value();
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
                    pending_authorizations::interrupted(),
                    self.pending_authorization_options(),
                ) {
                    (Some(redeeming), _) => {
                        (HostedSignInError::Interrupted, Some(redeeming.into()))
                    }
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
        let pending = pending_authorizations::take(response.state());
        let options = pending.as_ref().map(AuthorizationOptions::from);
        if let Some(pending) = &pending {
            pending_authorizations::start_redeeming(pending);
        }
        let grant = self.config.get_value().hosted_ui.grant_type;
        let result = match response.verify(
            pending,
            &self.refresher.store().expected_claims(),
            grant,
            clock::now(),
        ) {
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
        pending_authorizations::end_redeeming();
        result
    }

    async fn redeem(self, verified: oauth::VerifiedResponse) -> Result<(), HostedSignInError> {
        let attempt = self.attempts.start();
        let result = match verified.code_or_tokens {
            CodeOrTokens::Tokens(result) => result,
            CodeOrTokens::Code(exchange) => {
                let domain = self
                    .endpoints
                    .discover_domain()
                    .await
                    .ok_or(HostedSignInError::NoDomain)?;
                request_tokens(&domain, exchange.into_body())
                    .await
                    .map_err(HostedSignInError::from)?
            }
        };
        self.clock.sync().await;
        let source = TokenSource::HostedPages(verified.nonce);
        Ok(self.starter.start_session(result, source, attempt).await?)
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
            .refresher
            .store()
            .with(|session| session.tokens().is_some_and(allows))
        {
            return Err(UserInfoRequestError::MissingScope);
        }
        let domain = self
            .endpoints
            .discover_domain()
            .await
            .ok_or(UserInfoRequestError::NoDomain)?;
        let mut tokens = self.refresher.valid_tokens().await?;
        let mut response = self.request_user_info(&domain, &tokens).await?;
        if response.status == 401 {
            tokens = self.refresher.refresh_rejected_tokens(tokens).await?;
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
        match self.refresher.store().cancel_on_user_change(sent).await {
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
