//! Calls to the API that `config.js` names, with the token it asks for.
//!
//! The token goes only to addresses made here from `invokeUrl`; nothing a person types can steer a
//! request elsewhere.

use cognito_proto::config::ApiToken;
use cognito_proto::json::Json;
use cognito_proto::path_segment::PathSegment;
use cognito_proto::tokens::Tokens;

use crate::auth::{Auth, NoTokens};
use crate::browser::fetch::{self, Answer, FetchError, Method, Request};
use crate::browser::timer::{self, OPERATION_TIMEOUT};

/// A call to the API did not work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApiError {
    /// `config.js` names no API.
    NotConfigured,
    /// Nobody is signed in any more.
    SignedOut,
    /// The tokens have expired, and the pool could not be asked for new ones.
    NotRenewed,
    /// The API does not accept the token: 401.
    Unauthorized,
    /// The API knows the person and says no: 403.
    Forbidden,
    /// There is no such thing: 404.
    NotFound,
    /// Another refusal; the API's own text, if it gave one.
    Refused {
        /// The HTTP status.
        status: u16,
        /// Untrusted text, to be shown as text.
        message: String,
    },
    /// The answer has another shape than expected.
    Malformed,
    /// Nothing came back.
    Fetch(FetchError),
}

impl From<NoTokens> for ApiError {
    fn from(why: NoTokens) -> Self {
        match why {
            NoTokens::SignedOut => Self::SignedOut,
            NoTokens::NotRenewed => Self::NotRenewed,
            // What the API said of those there are stands.
            NoTokens::NoOthers => Self::Unauthorized,
        }
    }
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Todo {
    /// The API's name for it.
    pub id: PathSegment,
    /// What is to be done.
    pub title: String,
    /// Whether it has been.
    pub done: bool,
}

impl Todo {
    fn read(item: &Json) -> Option<Self> {
        Some(Self {
            id: PathSegment::parse(item.get("id").as_text()?)?,
            title: item.get("title").as_text()?.to_owned(),
            done: item.get("done").as_bool()?,
        })
    }
}

/// `GET /todos`.
pub async fn todos(auth: Auth) -> Result<Vec<Todo>, ApiError> {
    let answer = call(auth, Method::GET, "/todos", None).await?;
    let items = answer.as_array().ok_or(ApiError::Malformed)?;
    items
        .iter()
        .map(|item| Todo::read(item).ok_or(ApiError::Malformed))
        .collect()
}

/// `POST /todos`.
pub async fn add_todo(auth: Auth, title: &str) -> Result<Todo, ApiError> {
    let body = Json::object([("title", title.into())]);
    let answer = call(auth, Method::POST, "/todos", Some(body)).await?;
    Todo::read(&answer).ok_or(ApiError::Malformed)
}

/// `PUT /todos/{id}`.
pub async fn set_todo(auth: Auth, todo: &Todo) -> Result<(), ApiError> {
    let body = Json::object([
        ("title", todo.title.as_str().into()),
        ("done", todo.done.into()),
    ]);
    call(
        auth,
        Method::PUT,
        &format!("/todos/{}", todo.id.encoded()),
        Some(body),
    )
    .await
    .map(drop)
}

/// `DELETE /todos/{id}`.
pub async fn delete_todo(auth: Auth, todo: &Todo) -> Result<(), ApiError> {
    call(
        auth,
        Method::DELETE,
        &format!("/todos/{}", todo.id.encoded()),
        None,
    )
    .await
    .map(drop)
}

/// Makes the person known to the API: `GET /currentUser`, and where that is 404, one `POST /user`.
pub async fn introduce(auth: Auth) -> Result<(), ApiError> {
    let tokens = auth.usable_tokens().await?;
    match call(auth, Method::GET, "/currentUser", None).await {
        Err(ApiError::NotFound) => {}
        answer => return answer.map(drop),
    }
    let claims = tokens.claims();
    // Nobody is made known under another person's token.
    if auth.usable_tokens().await?.claims().subject != claims.subject {
        return Err(ApiError::SignedOut);
    }
    let optional = |value: &Option<String>| value.as_deref().map_or(Json::Null, Json::from);
    let person = Json::object([
        ("username", claims.username.as_str().into()),
        ("name", optional(&claims.name)),
        ("email", optional(&claims.email)),
    ]);
    call(auth, Method::POST, "/user", Some(person))
        .await
        .map(drop)
}

/// The token that `config.js` says the API takes.
pub fn configured_token(auth: Auth, tokens: &Tokens) -> String {
    match auth.config().api.token {
        ApiToken::Id => tokens.id().reveal().to_owned(),
        ApiToken::Access => tokens.access().reveal().to_owned(),
    }
}

/// Sends one request and reads the JSON response; a response without a body is `null`. Fails after
/// [`OPERATION_TIMEOUT`], the wait for fresh tokens included.
async fn call(
    auth: Auth,
    method: Method,
    path: &str,
    body: Option<Json>,
) -> Result<Json, ApiError> {
    let call = call_with_retry(auth, method, path, body);
    timer::within(OPERATION_TIMEOUT, call)
        .await
        .unwrap_or(Err(ApiError::Fetch(FetchError::TimedOut)))
}

/// Sends one request. After a 401 it refreshes the tokens and sends the request once more, since the API has not acted on it.
async fn call_with_retry(
    auth: Auth,
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
    let tokens = auth.usable_tokens().await?;
    let answer = send(auth, &tokens, method.clone(), &url, body.clone()).await?;
    if answer.status != 401 {
        return read(answer);
    }
    match auth.tokens_after_refusal(tokens).await {
        Ok(tokens) => read(send(auth, &tokens, method, &url, body).await?),
        Err(why) => Err(why.into()),
    }
}

async fn send(
    auth: Auth,
    tokens: &Tokens,
    method: Method,
    url: &str,
    body: Option<String>,
) -> Result<Answer, ApiError> {
    let config = auth.config();
    let token = configured_token(auth, tokens);
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
    match auth.while_here(sent).await {
        Some(answer) => answer.map_err(ApiError::Fetch),
        None => Err(ApiError::SignedOut),
    }
}

fn read(answer: Answer) -> Result<Json, ApiError> {
    let body = match answer.body.as_str() {
        "" => Some(Json::Null),
        text => Json::parse(text).ok(),
    };
    match answer.status {
        200..=299 => body.ok_or(ApiError::Malformed),
        401 => Err(ApiError::Unauthorized),
        403 => Err(ApiError::Forbidden),
        404 => Err(ApiError::NotFound),
        status => {
            let body = body.unwrap_or(Json::Null);
            let message = body.get("message").as_text().unwrap_or_default().to_owned();
            Err(ApiError::Refused { status, message })
        }
    }
}
