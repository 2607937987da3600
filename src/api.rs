//! The to-do API that `config.js` names.

use cognito_proto::path_segment::PathSegment;
use leptos_cognito::browser::fetch::{FetchError, Method};
use leptos_cognito::browser::timer::{self, OPERATION_TIMEOUT};
use leptos_cognito::{ApiError, ApiRequest, AuthContext};
use serde::{Deserialize, Serialize};

/// A to-do, as the API returns it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Todo {
    /// The ID that the API has given the to-do.
    pub id: PathSegment,
    /// The text of the to-do, as the user entered it.
    pub title: String,
    /// True if the to-do is done.
    pub done: bool,
}

impl Todo {
    fn path(&self) -> String {
        format!("/todos/{}", self.id.encoded())
    }
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

/// Lists the to-dos (`GET /todos`).
pub async fn list_todos(auth: AuthContext) -> Result<Vec<Todo>, ApiError> {
    auth.fetch(ApiRequest::new(Method::GET, "/todos"))
        .await?
        .json()
}

/// Creates a to-do (`POST /todos`).
pub async fn add_todo(auth: AuthContext, title: &str) -> Result<Todo, ApiError> {
    let request = ApiRequest::new(Method::POST, "/todos").json(&NewTodo { title });
    auth.fetch(request).await?.json()
}

/// Updates a to-do (`PUT /todos/{id}`).
pub async fn update_todo(auth: AuthContext, todo: &Todo) -> Result<(), ApiError> {
    let request = ApiRequest::new(Method::PUT, todo.path()).json(&TodoUpdate {
        title: &todo.title,
        done: todo.done,
    });
    auth.fetch(request).await.map(drop)
}

/// Deletes a to-do (`DELETE /todos/{id}`).
pub async fn delete_todo(auth: AuthContext, todo: &Todo) -> Result<(), ApiError> {
    auth.fetch(ApiRequest::new(Method::DELETE, todo.path()))
        .await
        .map(drop)
}

/// Makes sure that the API knows the user: `GET /currentUser`, and if that returns 404, one `POST /user`. Fails after
/// [`OPERATION_TIMEOUT`].
pub async fn ensure_user(auth: AuthContext) -> Result<(), ApiError> {
    timer::timeout(OPERATION_TIMEOUT, create_user_if_missing(auth))
        .await
        .unwrap_or(Err(ApiError::Fetch(FetchError::TimedOut)))
}

async fn create_user_if_missing(auth: AuthContext) -> Result<(), ApiError> {
    let tokens = auth.valid_tokens().await?;
    match auth
        .fetch(ApiRequest::new(Method::GET, "/currentUser"))
        .await
    {
        Err(ApiError::NotFound) => {}
        response => return response.map(drop),
    }
    let claims = tokens.claims();
    // Another user may have signed in. This user's data must not be sent with that user's token.
    if auth.valid_tokens().await?.claims().subject != claims.subject {
        return Err(ApiError::SignedOut);
    }
    let request = ApiRequest::new(Method::POST, "/user").json(&NewUser {
        username: &claims.username,
        name: claims.name.as_deref(),
        email: claims.email.as_deref(),
    });
    auth.fetch(request).await.map(drop)
}
