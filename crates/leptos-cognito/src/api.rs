//! Requests to the API that the configuration names, with the user's token.
//!
//! The token is sent only to addresses that this module builds from `invokeUrl`. A path cannot change the host.

use cognito_proto::config::ApiToken;
use cognito_proto::tokens::Tokens;
use leptos::prelude::*;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::TokenUnavailableError;
use crate::browser::fetch::{self, FetchError, Method, Request, Response};
use crate::browser::timer::{self, OPERATION_TIMEOUT};
use crate::context::SharedConfig;
use crate::refresh::Refresher;

/// The errors of [`AuthContext::fetch`](crate::AuthContext::fetch), which sends requests to the API.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ApiError {
    /// `config.js` names no API.
    #[error("the configuration names no API")]
    NotConfigured,
    /// The user is signed out, or another user is signed in.
    #[error("the user has signed out")]
    SignedOut,
    /// The tokens have expired, and they could not be refreshed.
    #[error("the tokens have expired, and the refresh failed")]
    RefreshFailed,
    /// The API does not accept the token (HTTP status 401).
    #[error("the API does not accept the token (HTTP status 401)")]
    Unauthorized,
    /// The API does not allow the user to do this (HTTP status 403).
    #[error("the API does not allow this request (HTTP status 403)")]
    Forbidden,
    /// The resource does not exist (HTTP status 404).
    #[error("the resource does not exist (HTTP status 404)")]
    NotFound,
    /// The API returned another error response.
    #[error("the API returned HTTP status {status}")]
    Refused {
        /// The HTTP status of the response.
        status: u16,
        /// The member `message` of the response's JSON body, as API Gateway writes it. It is empty if there is none. It
        /// is untrusted text and must not be shown as HTML.
        message: String,
    },
    /// The response does not have the expected form.
    #[error("the response of the API does not have the expected form")]
    Malformed,
    /// The request failed, and no response arrived.
    #[error("the API sent no response")]
    Fetch(#[source] FetchError),
}

impl From<TokenUnavailableError> for ApiError {
    fn from(error: TokenUnavailableError) -> Self {
        match error {
            TokenUnavailableError::SignedOut => Self::SignedOut,
            TokenUnavailableError::RefreshFailed => Self::RefreshFailed,
            // The API rejected the current tokens, and no others are available.
            TokenUnavailableError::NotRefreshable => Self::Unauthorized,
        }
    }
}

/// A request to the API: method, path and an optional JSON body.
#[derive(Clone, Debug)]
pub struct ApiRequest {
    method: Method,
    path: String,
    body: Option<String>,
}

impl ApiRequest {
    /// Creates a request without a body. `path` is appended to `invokeUrl` and begins with `/`. Text from users in it
    /// has to be percent-encoded.
    pub fn new(method: Method, path: impl Into<String>) -> Self {
        Self {
            method,
            path: path.into(),
            body: None,
        }
    }

    /// Adds a JSON body.
    ///
    /// # Panics
    /// If `body` cannot be written as JSON, because it has a map whose keys are not strings or a `Serialize`
    /// implementation that fails.
    pub fn json(mut self, body: &impl Serialize) -> Self {
        self.body = Some(serde_json::to_string(body).expect("a type that can be written as JSON"));
        self
    }
}

/// A successful response of the API, with a JSON body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiResponse(String);

impl ApiResponse {
    /// Parses the JSON body of the response. A response without a body is parsed as `null`.
    ///
    /// # Errors
    /// [`ApiError::Malformed`] if the body does not have the form of `T`.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        serde_json::from_str(&self.0).map_err(|_| ApiError::Malformed)
    }
}

/// The JSON body of an error response.
#[derive(Default, Deserialize)]
#[serde(default)]
struct ErrorBody {
    message: String,
}

/// Sends requests to the API with the user's token.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ApiClient {
    config: SharedConfig,
    refresher: Refresher,
}

impl ApiClient {
    pub(crate) fn new(config: SharedConfig, refresher: Refresher) -> Self {
        Self { config, refresher }
    }

    /// Sends a request with the user's token: the ID token or the access token, depending on `api.token` of
    /// the configuration. Expired tokens are refreshed first. After a response with status 401 it refreshes the tokens
    /// and sends the request once more, because the API has not acted on it. Fails after [`OPERATION_TIMEOUT`], the
    /// refresh included.
    pub(crate) async fn fetch(self, request: ApiRequest) -> Result<ApiResponse, ApiError> {
        timer::timeout(OPERATION_TIMEOUT, self.fetch_with_retry(request))
            .await
            .unwrap_or(Err(ApiError::Fetch(FetchError::TimedOut)))
    }

    async fn fetch_with_retry(self, request: ApiRequest) -> Result<ApiResponse, ApiError> {
        let config = self.config.get_value();
        let base = config
            .api
            .invoke_url
            .as_ref()
            .ok_or(ApiError::NotConfigured)?;
        let url = base.join(&request.path);
        let tokens = self.refresher.valid_tokens().await?;
        let response = self.send_to_api(&tokens, &url, request.clone()).await?;
        if response.status != 401 {
            return check_response(response);
        }
        match self.refresher.refresh_rejected_tokens(tokens).await {
            Ok(tokens) => check_response(self.send_to_api(&tokens, &url, request).await?),
            Err(error) => Err(error.into()),
        }
    }

    /// Sends one request with the configured token and returns the response, whatever its status is.
    async fn send_to_api(
        self,
        tokens: &Tokens,
        url: &str,
        request: ApiRequest,
    ) -> Result<Response, ApiError> {
        let config = self.config.get_value();
        let token = self.token(tokens);
        let authorization = match config.api.scheme.as_str() {
            "" => token,
            scheme => format!("{scheme} {token}"),
        };
        let mut headers = vec![("authorization", authorization.as_str())];
        if request.body.is_some() {
            headers.push(("content-type", "application/json"));
        }
        let sent = fetch::send(Request {
            method: request.method,
            url,
            headers: &headers,
            body: request.body,
        });
        match self.refresher.store().cancel_on_user_change(sent).await {
            Some(response) => response.map_err(ApiError::Fetch),
            None => Err(ApiError::SignedOut),
        }
    }

    /// The token that [`ApiClient::fetch`] sends: the ID token or the access token, depending on `api.token`.
    pub(crate) fn token(self, tokens: &Tokens) -> String {
        match self.config.with_value(|config| config.api.token) {
            ApiToken::Id => tokens.id_token().expose_secret().to_owned(),
            ApiToken::Access => tokens.access_token().expose_secret().to_owned(),
        }
    }
}

/// Returns the response if it is successful and its body is JSON. For every other status, returns the error that
/// belongs to it.
fn check_response(response: Response) -> Result<ApiResponse, ApiError> {
    match response.status {
        200..=299 if response.body.is_empty() => Ok(ApiResponse("null".to_owned())),
        200..=299 => {
            let response = ApiResponse(response.body);
            response.json::<IgnoredAny>()?;
            Ok(response)
        }
        401 => Err(ApiError::Unauthorized),
        403 => Err(ApiError::Forbidden),
        404 => Err(ApiError::NotFound),
        status => {
            let ErrorBody { message } = serde_json::from_str(&response.body).unwrap_or_default();
            Err(ApiError::Refused { status, message })
        }
    }
}
