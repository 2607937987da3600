//! The demo API under `/api`: to-dos and a profile for each user. Requests are authorized as by API Gateway's
//! JWT authorizer.
//!
//! It stands for the API of an app, so that a sign-in gives access to something.

mod authorizer;
mod fault_injection;
mod records;

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Extension, Path, State};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header::WWW_AUTHENTICATE};
use axum::response::Response;
use serde_json::{Map, Value, json};

pub(crate) use fault_injection::OneTimeFaults;
pub(crate) use records::create_tables;

use crate::error::ApiError;
use crate::router::{self, BaseUrl, ServerState};
use authorizer::{AuthorizerError, DemoApiUser};
use records::Todo;

/// The maximum length of a to-do's title, in characters.
const MAX_TITLE_LENGTH: usize = 500;

/// The maximum number of to-dos that a user can have.
const MAX_TODOS: usize = 1_000;

/// A response of the demo API.
enum DemoApiResponse {
    /// A response with a status and a JSON body.
    Json(StatusCode, Value),
    /// A response with status 204 and no body.
    NoContent,
    /// An error response with this status, and this text in the body `{"message"}`.
    Error(StatusCode, String),
}

impl DemoApiResponse {
    /// Makes the response for an invalid request: status 400 with this message.
    fn bad_request(message: impl Into<String>) -> Self {
        Self::Error(StatusCode::BAD_REQUEST, message.into())
    }

    /// Makes the error response that the title of a to-do requested (fault injection).
    fn injected_fault_response(status: StatusCode) -> Self {
        let text = status.canonical_reason().unwrap_or("Error");
        Self::Error(status, text.to_owned())
    }
}

/// Handles all requests under `/api/`, and returns the response.
pub(crate) async fn handle_demo_api_request(
    State(app): State<Arc<ServerState>>,
    Extension(base_url): Extension<BaseUrl>,
    Path(path): Path<String>,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Some(route) = DemoApiRoute::parse(&method, &path) else {
        return router::json_response(StatusCode::NOT_FOUND, &json!({ "message": "Not Found" }));
    };
    if let Some(length) = fault_injection::requested_response_delay(&body) {
        tokio::time::sleep(length).await;
    }
    let work = {
        let app = Arc::clone(&app);
        let authorization = headers.get(AUTHORIZATION).cloned();
        move || -> Result<DemoApiResponse, DemoApiError> {
            let api_user =
                authorizer::authenticate_request(&app, &base_url.0, authorization.as_ref())?;
            Ok(route.handle_demo_api_route(&app, &api_user, &body)?)
        }
    };
    match tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|error| Err(ApiError::internal(error).into()))
    {
        Ok(DemoApiResponse::Json(status, value)) => router::json_response(status, &value),
        Ok(DemoApiResponse::NoContent) => router::empty_response(StatusCode::NO_CONTENT),
        Ok(DemoApiResponse::Error(status, text)) => {
            let response = router::json_response(status, &json!({ "message": text }));
            match status {
                StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                    router::add_retry_after(response)
                }
                StatusCode::UNAUTHORIZED => add_www_authenticate(response, "Bearer"),
                _ => response,
            }
        }
        Err(DemoApiError::Unauthorized(refusal)) => {
            let response = router::json_response(
                StatusCode::UNAUTHORIZED,
                &json!({ "message": "Unauthorized" }),
            );
            add_www_authenticate(response, &refusal.www_authenticate_value())
        }
        Err(DemoApiError::Internal(error)) => {
            let cause = error.cause.as_deref().unwrap_or_default();
            app.console
                .log_line(format_args!("demo API: internal error: {cause}"));
            router::json_response(
                StatusCode::INTERNAL_SERVER_ERROR,
                &json!({ "message": "Internal Server Error" }),
            )
        }
    }
}

/// The reason why a request to the demo API failed.
enum DemoApiError {
    Unauthorized(AuthorizerError),
    Internal(ApiError),
}

impl From<ApiError> for DemoApiError {
    fn from(error: ApiError) -> Self {
        Self::Internal(error)
    }
}

/// Adds a `WWW-Authenticate` header to a response, and returns the response.
fn add_www_authenticate(mut response: Response, value: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(WWW_AUTHENTICATE, value);
    }
    response
}

/// A route of the demo API: method and path.
enum DemoApiRoute {
    Todos,
    AddTodo,
    ChangeTodo { id: String, requires_all: bool },
    RemoveTodo { id: String },
    CurrentUser,
    CreateUser,
}

impl DemoApiRoute {
    /// Returns the route of a method and a path, or `None` if the demo API does not have it.
    fn parse(method: &Method, path: &str) -> Option<Self> {
        let segments: Vec<&str> = path.trim_end_matches('/').split('/').collect();
        match (method, &segments[..]) {
            (&Method::GET, ["todos"]) => Some(Self::Todos),
            (&Method::POST, ["todos"]) => Some(Self::AddTodo),
            (&Method::PUT, ["todos", id]) => Some(Self::ChangeTodo {
                id: (*id).to_owned(),
                requires_all: true,
            }),
            (&Method::PATCH, ["todos", id]) => Some(Self::ChangeTodo {
                id: (*id).to_owned(),
                requires_all: false,
            }),
            (&Method::DELETE, ["todos", id]) => Some(Self::RemoveTodo {
                id: (*id).to_owned(),
            }),
            (&Method::GET, ["currentUser"]) => Some(Self::CurrentUser),
            (&Method::POST, ["user"]) => Some(Self::CreateUser),
            _ => None,
        }
    }

    /// Executes the operation of a demo API route for a user, and returns the response.
    fn handle_demo_api_route(
        self,
        app: &ServerState,
        api_user: &DemoApiUser,
        body: &[u8],
    ) -> Result<DemoApiResponse, ApiError> {
        let now = app.clock.now();
        let store = app.service.store();
        Ok(match self {
            Self::Todos => {
                let todos =
                    store.run_query(|connection| records::load_todos(connection, api_user))?;
                DemoApiResponse::Json(StatusCode::OK, todos.iter().map(Todo::to_json).collect())
            }
            Self::AddTodo => {
                let todo = match NewTodo::parse(body) {
                    Ok(todo) => todo,
                    Err(text) => return Ok(DemoApiResponse::bad_request(text)),
                };
                if let Some(status) = app
                    .faults
                    .requested_fault_status(&api_user.sub, &todo.title)
                {
                    return Ok(DemoApiResponse::injected_fault_response(status));
                }
                let added = store.run_transaction(|transaction| {
                    if records::count_todos(transaction, api_user)? >= MAX_TODOS {
                        return Ok::<_, ApiError>(None);
                    }
                    records::insert_todo(transaction, api_user, &todo.title, todo.done, now)
                        .map(Some)
                })?;
                match added {
                    Some(todo) => DemoApiResponse::Json(StatusCode::CREATED, todo.to_json()),
                    None => DemoApiResponse::bad_request(format!(
                        "You have {MAX_TODOS} to-dos; delete some first."
                    )),
                }
            }
            Self::ChangeTodo { id, requires_all } => {
                let change = match TodoChange::parse(body, requires_all) {
                    Ok(change) => change,
                    Err(text) => return Ok(DemoApiResponse::bad_request(text)),
                };
                if let Some(status) = change
                    .title
                    .as_deref()
                    .and_then(|title| app.faults.requested_fault_status(&api_user.sub, title))
                {
                    return Ok(DemoApiResponse::injected_fault_response(status));
                }
                let changed = store.run_transaction(|transaction| {
                    records::update_todo(
                        transaction,
                        api_user,
                        &id,
                        change.title.as_deref(),
                        change.done,
                    )
                })?;
                changed.map_or_else(no_such_todo_response, |todo| {
                    DemoApiResponse::Json(StatusCode::OK, todo.to_json())
                })
            }
            Self::RemoveTodo { id } => {
                if store.run_transaction(|transaction| {
                    records::delete_todo(transaction, api_user, &id)
                })? {
                    DemoApiResponse::NoContent
                } else {
                    no_such_todo_response()
                }
            }
            Self::CurrentUser => {
                match store
                    .run_query(|connection| records::load_user_profile(connection, api_user))?
                {
                    Some(user) => DemoApiResponse::Json(StatusCode::OK, user),
                    None => DemoApiResponse::Error(
                        StatusCode::NOT_FOUND,
                        "The user has no profile yet. Create it with POST /user.".to_owned(),
                    ),
                }
            }
            Self::CreateUser => {
                if api_user.has_profile_fault() {
                    return Ok(DemoApiResponse::Error(
                        StatusCode::INTERNAL_SERVER_ERROR,
                        "Internal Server Error".to_owned(),
                    ));
                }
                let (made, user) = store.run_transaction(|transaction| {
                    records::create_user_profile(transaction, api_user, now)
                })?;
                DemoApiResponse::Json(
                    if made {
                        StatusCode::CREATED
                    } else {
                        StatusCode::OK
                    },
                    user,
                )
            }
        })
    }
}

/// Returns the response to a request for a to-do that does not exist.
fn no_such_todo_response() -> DemoApiResponse {
    DemoApiResponse::Error(
        StatusCode::NOT_FOUND,
        "The to-do does not exist.".to_owned(),
    )
}

/// The body of a request that adds a to-do.
struct NewTodo {
    title: String,
    done: bool,
}

impl NewTodo {
    /// Parses the body of a request that adds a to-do. The error is a text for the response.
    fn parse(body: &[u8]) -> Result<Self, String> {
        let change = TodoChange::parse(body, false)?;
        let title = change
            .title
            .ok_or("title is missing; it is the text of the to-do.")?;
        Ok(Self {
            title,
            done: change.done.unwrap_or(false),
        })
    }
}

/// The body of a request that changes a to-do. `None` leaves a member unchanged.
struct TodoChange {
    title: Option<String>,
    done: Option<bool>,
}

impl TodoChange {
    /// Parses the changes in a request to change a to-do. Unknown members are ignored, so that later clients work too.
    ///
    /// If `requires_all` is true, a missing member is an error. The error is a text for the response.
    fn parse(body: &[u8], requires_all: bool) -> Result<Self, String> {
        let members: Map<String, Value> = serde_json::from_slice(body)
            .map_err(|_| "The body is not a JSON object.".to_owned())?;
        let title = match members.get("title") {
            None | Some(Value::Null) => None,
            Some(Value::String(title)) if title.trim().is_empty() => {
                return Err("title is empty.".to_owned());
            }
            Some(Value::String(title)) if title.chars().count() > MAX_TITLE_LENGTH => {
                return Err(format!(
                    "title is longer than {MAX_TITLE_LENGTH} characters."
                ));
            }
            Some(Value::String(title)) => Some(title.clone()),
            Some(_) => return Err("title is not text.".to_owned()),
        };
        let done = match members.get("done") {
            None | Some(Value::Null) => None,
            Some(Value::Bool(done)) => Some(*done),
            Some(_) => return Err("done is not true or false.".to_owned()),
        };
        if requires_all && (title.is_none() || done.is_none()) {
            return Err("PUT takes both title and done; PATCH takes either.".to_owned());
        }
        Ok(Self { title, done })
    }
}
