//! Requests to the API that `config.js` names, with the configured token.
//!
//! The token is sent only to addresses that this module builds from `invokeUrl`. User input cannot change the host or
//! the path.

use cognito_proto::config::ApiToken;
use cognito_proto::path_segment::PathSegment;
use cognito_proto::tokens::Tokens;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};

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
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Todo {
    /// The API's identifier for the to-do.
    pub id: PathSegment,
    /// The text that the user entered.
    pub title: String,
    /// Whether the to-do is done.
    pub done: bool,
}

/// The request body of `POST /todos`.
#[derive(Serialize)]
struct NewTodo<'a> {
    title: &'a str,
}

/// The request body of `PUT /todos/{id}`.
#[derive(Serialize)]
struct TodoUpdate<'a> {
    title: &'a str,
    done: bool,
}

/// The request body of `POST /user`.
#[derive(Serialize)]
struct NewUser<'a> {
    username: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
}

/// The body of an error response.
#[derive(Default, Deserialize)]
#[serde(default)]
struct ErrorBody {
    message: String,
}

/// Lists the to-dos (`GET /todos`).
pub async fn list_todos(auth: AuthContext) -> Result<Vec<Todo>, ApiError> {
    let response = request(auth, Method::GET, "/todos", None).await?;
    parse_body(&response)
}

/// Creates a to-do (`POST /todos`).
pub async fn add_todo(auth: AuthContext, title: &str) -> Result<Todo, ApiError> {
    let body = to_body(&NewTodo { title });
    let response = request(auth, Method::POST, "/todos", Some(body)).await?;
    parse_body(&response)
}

/// Updates a to-do (`PUT /todos/{id}`).
pub async fn update_todo(auth: AuthContext, todo: &Todo) -> Result<(), ApiError> {
    let body = to_body(&TodoUpdate {
        title: &todo.title,
        done: todo.done,
    });
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
    let user = to_body(&NewUser {
        username: &claims.username,
        name: claims.name.as_deref(),
        email: claims.email.as_deref(),
    });
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

/// Sends one request and returns the JSON of the response, or `null` for a response without a body. Fails after
/// [`OPERATION_TIMEOUT`], the wait for fresh tokens included.
async fn request(
    auth: AuthContext,
    method: Method,
    path: &str,
    body: Option<String>,
) -> Result<String, ApiError> {
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
    body: Option<String>,
) -> Result<String, ApiError> {
    let config = auth.config();
    let base = config
        .api
        .invoke_url
        .as_ref()
        .ok_or(ApiError::NotConfigured)?;
    let url = base.join(path);
    let tokens = auth.valid_tokens().await?;
    let response = send_request(auth, &tokens, method.clone(), &url, body.clone()).await?;
    if response.status != 401 {
        return check_response(response);
    }
    match auth.refresh_rejected_tokens(tokens).await {
        Ok(tokens) => check_response(send_request(auth, &tokens, method, &url, body).await?),
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

/// Returns the JSON of a successful response. For every other status, returns the error that belongs to it.
fn check_response(response: Response) -> Result<String, ApiError> {
    let body = match response.body {
        body if body.is_empty() => "null".to_owned(),
        body => body,
    };
    match response.status {
        200..=299 => parse_body::<IgnoredAny>(&body).map(|IgnoredAny| body),
        401 => Err(ApiError::Unauthorized),
        403 => Err(ApiError::Forbidden),
        404 => Err(ApiError::NotFound),
        status => {
            let ErrorBody { message } = parse_body(&body).unwrap_or_default();
            Err(ApiError::Refused { status, message })
        }
    }
}

fn to_body<T: Serialize>(content: &T) -> String {
    serde_json::to_string(content).expect("all names of members are strings")
}

fn parse_body<T: DeserializeOwned>(body: &str) -> Result<T, ApiError> {
    serde_json::from_str(body).map_err(|_| ApiError::Malformed)
}
