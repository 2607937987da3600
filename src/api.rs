//! Requests to the API that `config.js` names, with the configured token.
//!
//! The token is sent only to addresses that this module builds from `invokeUrl`. User input cannot change the host or
//! the path.

use cognito_proto::config::ApiToken;
use cognito_proto::json::Json;
use cognito_proto::path_segment::PathSegment;
use cognito_proto::tokens::Tokens;

use crate::auth::{AuthContext, TokenUnavailableError};
use crate::browser::fetch::{self, FetchError, Method, Request, Response};
use crate::browser::timer::{self, OPERATION_TIMEOUT};

/// The errors of an API request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApiError {
    /// `config.js` names no API.
    NotConfigured,
    /// The user is signed out, or another user is signed in.
    SignedOut,
    /// The tokens have expired, and they could not be refreshed.
    RefreshFailed,
    /// The API does not accept the token (HTTP status 401).
    Unauthorized,
    /// The API does not allow the user to do this (HTTP status 403).
    Forbidden,
    /// The to-do or the user does not exist (HTTP status 404).
    NotFound,
    /// Another error response. Holds the API's message, if it sent one.
    Refused {
        /// The HTTP status.
        status: u16,
        /// Untrusted text. It must be shown as text, not as HTML.
        message: String,
    },
    /// The response does not have the expected form.
    Malformed,
    /// The request failed, and no response arrived.
    Fetch(FetchError),
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

/// A to-do of the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Todo {
    /// The API's identifier for the to-do.
    pub id: PathSegment,
    /// The text that the user entered.
    pub title: String,
    /// Whether the to-do is done.
    pub done: bool,
}

impl Todo {
    fn from_json(item: &Json) -> Option<Self> {
        Some(Self {
            id: PathSegment::parse(item.get("id").as_str()?)?,
            title: item.get("title").as_str()?.to_owned(),
            done: item.get("done").as_bool()?,
        })
    }
}

/// Lists the to-dos (`GET /todos`).
pub async fn list_todos(auth: AuthContext) -> Result<Vec<Todo>, ApiError> {
    let response = request(auth, Method::GET, "/todos", None).await?;
    let items = response.as_array().ok_or(ApiError::Malformed)?;
    items
        .iter()
        .map(|item| Todo::from_json(item).ok_or(ApiError::Malformed))
        .collect()
}

/// Creates a to-do (`POST /todos`).
pub async fn add_todo(auth: AuthContext, title: &str) -> Result<Todo, ApiError> {
    let body = Json::object([("title", title.into())]);
    let response = request(auth, Method::POST, "/todos", Some(body)).await?;
    Todo::from_json(&response).ok_or(ApiError::Malformed)
}

/// Updates a to-do (`PUT /todos/{id}`).
pub async fn update_todo(auth: AuthContext, todo: &Todo) -> Result<(), ApiError> {
    let body = Json::object([
        ("title", todo.title.as_str().into()),
        ("done", todo.done.into()),
    ]);
    request(
        auth,
        Method::PUT,
        &format!("/todos/{}", todo.id.encoded()),
        Some(body),
    )
    .await
    .map(drop)
}

/// Deletes a to-do (`DELETE /todos/{id}`).
pub async fn delete_todo(auth: AuthContext, todo: &Todo) -> Result<(), ApiError> {
    request(
        auth,
        Method::DELETE,
        &format!("/todos/{}", todo.id.encoded()),
        None,
    )
    .await
    .map(drop)
}

/// Registers the user with the API: `GET /currentUser`, and if that returns 404, one `POST /user`. Fails after
/// [`OPERATION_TIMEOUT`].
pub async fn ensure_user(auth: AuthContext) -> Result<(), ApiError> {
    timer::timeout(OPERATION_TIMEOUT, create_user_if_missing(auth))
        .await
        .unwrap_or(Err(ApiError::Fetch(FetchError::TimedOut)))
}

async fn create_user_if_missing(auth: AuthContext) -> Result<(), ApiError> {
    let tokens = auth.valid_tokens().await?;
    match request(auth, Method::GET, "/currentUser", None).await {
        Err(ApiError::NotFound) => {}
        response => return response.map(drop),
    }
    let claims = tokens.claims();
    // Another user may have signed in. This user's data must not be sent with that user's token.
    if auth.valid_tokens().await?.claims().subject != claims.subject {
        return Err(ApiError::SignedOut);
    }
    let optional = |value: &Option<String>| value.as_deref().map_or(Json::Null, Json::from);
    let user = Json::object([
        ("username", claims.username.as_str().into()),
        ("name", optional(&claims.name)),
        ("email", optional(&claims.email)),
    ]);
    request(auth, Method::POST, "/user", Some(user))
        .await
        .map(drop)
}

/// Returns the ID token or the access token, depending on `api.token` in `config.js`.
pub fn api_token(auth: AuthContext, tokens: &Tokens) -> String {
    match auth.config().api.token {
        ApiToken::Id => tokens.id_token().expose_secret().to_owned(),
        ApiToken::Access => tokens.access_token().expose_secret().to_owned(),
    }
}

/// Sends one request and reads the JSON response; a response without a body is `null`. Fails after
/// [`OPERATION_TIMEOUT`], the wait for fresh tokens included.
async fn request(
    auth: AuthContext,
    method: Method,
    path: &str,
    body: Option<Json>,
) -> Result<Json, ApiError> {
    let response = request_with_retry(auth, method, path, body);
    timer::timeout(OPERATION_TIMEOUT, response)
        .await
        .unwrap_or(Err(ApiError::Fetch(FetchError::TimedOut)))
}

/// Sends one request. After a 401 it refreshes the tokens and sends the request once more, because the API has not
/// acted on it.
async fn request_with_retry(
    auth: AuthContext,
    method: Method,
    path: &str,
    body: Option<Json>,
) -> Result<Json, ApiError> {
    let config = auth.config();
    let base = config
        .api
        .invoke_url
        .as_ref()
        .ok_or(ApiError::NotConfigured)?;
    let url = base.join(path);
    let body = body.map(|body| body.to_string());
    let tokens = auth.valid_tokens().await?;
    let response = send_request(auth, &tokens, method.clone(), &url, body.clone()).await?;
    if response.status != 401 {
        return parse_response(response);
    }
    match auth.refresh_rejected_tokens(tokens).await {
        Ok(tokens) => parse_response(send_request(auth, &tokens, method, &url, body).await?),
        Err(error) => Err(error.into()),
    }
}

/// Sends one request with the configured token and returns the response, whatever its status is.
async fn send_request(
    auth: AuthContext,
    tokens: &Tokens,
    method: Method,
    url: &str,
    body: Option<String>,
) -> Result<Response, ApiError> {
    let config = auth.config();
    let token = api_token(auth, tokens);
    let authorization = match config.api.scheme.as_str() {
        "" => token,
        scheme => format!("{scheme} {token}"),
    };
    let mut headers = vec![("authorization", authorization.as_str())];
    if body.is_some() {
        headers.push(("content-type", "application/json"));
    }
    let sent = fetch::send(Request {
        method,
        url,
        headers: &headers,
        body,
    });
    match auth.cancel_on_user_change(sent).await {
        Some(response) => response.map_err(ApiError::Fetch),
        None => Err(ApiError::SignedOut),
    }
}

/// Parses the JSON body of a successful response. For every other status, returns the error that belongs to it.
fn parse_response(response: Response) -> Result<Json, ApiError> {
    let body = match response.body.as_str() {
        "" => Some(Json::Null),
        text => Json::parse(text).ok(),
    };
    match response.status {
        200..=299 => body.ok_or(ApiError::Malformed),
        401 => Err(ApiError::Unauthorized),
        403 => Err(ApiError::Forbidden),
        404 => Err(ApiError::NotFound),
        status => {
            let body = body.unwrap_or(Json::Null);
            let message = body.get("message").as_str().unwrap_or_default().to_owned();
            Err(ApiError::Refused { status, message })
        }
    }
}
