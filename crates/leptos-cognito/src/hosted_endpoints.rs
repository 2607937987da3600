//! The addresses of the hosted pages: their domain, the token endpoint, and the redirect URIs of the app.

use core::time::Duration;

use cognito_proto::action::AuthenticationResult;
use cognito_proto::ids::{RedirectUri, SecureUrl};
use cognito_proto::oauth::{discovery, token};
use leptos::prelude::*;

use crate::browser::fetch::{self, FetchError, Method, Request};
use crate::browser::{LocalBoxFuture, location};
use crate::context::SharedConfig;
use crate::errors::TokenRequestError;

/// How long the page stays busy after it has started to navigate to the hosted pages. If they do not load, the user can
/// then use this page again.
pub(crate) const REDIRECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The domain of the hosted pages, and the app's redirect URIs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HostedEndpoints {
    config: SharedConfig,
    /// The domain, or `None` while it is unknown.
    domain: RwSignal<Option<SecureUrl>>,
}

impl HostedEndpoints {
    pub(crate) fn new(config: SharedConfig) -> Self {
        let configured = config.with_value(|config| config.hosted_ui.domain.clone());
        Self {
            config,
            domain: RwSignal::new(configured),
        }
    }

    /// Returns the domain as a signal for views: `None` if it is not known yet or there is none.
    pub(crate) fn domain(self) -> ReadSignal<Option<SecureUrl>> {
        self.domain.read_only()
    }

    /// Finds the domain, from `config.js` or from the pool's discovery document.
    pub(crate) fn discover_domain(self) -> LocalBoxFuture<Option<SecureUrl>> {
        Box::pin(async move {
            if let Some(domain) = self.domain.get_untracked() {
                return Some(domain);
            }
            let config = self.config.get_value();
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
                    self.domain.set(Some(domain.clone()));
                    return Some(domain);
                }
            }
            None
        })
    }

    /// Returns the redirect URI for sign-in: `redirectSignIn`, or `/login/` of this origin.
    pub(crate) fn redirect_sign_in(self) -> Option<RedirectUri> {
        let configured = self
            .config
            .with_value(|config| config.hosted_ui.redirect_sign_in.clone());
        configured.or_else(|| RedirectUri::parse(&format!("{}/login/", location::origin())))
    }

    /// Returns the redirect URI for sign-out: `redirectSignOut`, or this origin.
    pub(crate) fn redirect_sign_out(self) -> Option<RedirectUri> {
        let configured = self
            .config
            .with_value(|config| config.hosted_ui.redirect_sign_out.clone());
        configured.or_else(|| RedirectUri::parse(&location::origin()))
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
