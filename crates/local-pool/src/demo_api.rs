//! The demo API under `/api`: to-dos per user and a profile, behind the check that API Gateway's JWT authorizer makes.
//!
//! It stands for the API of an app's own, so that a sign-in has something to open.

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

pub(crate) use fault_injection::FaultsOnce;
pub(crate) use records::prepare;

use crate::error::ApiError;
use crate::router::{self, App, BaseUrl};
use authorizer::{Person, Refusal};
use records::Todo;

/// The longest title, in characters.
const LONGEST_TITLE: usize = 500;

/// How many to-dos one person may have.
const MOST_TODOS: usize = 1_000;

/// What a request comes to.
enum Outcome {
    /// A status and a JSON body.
    Json(StatusCode, Value),
    /// 204.
    Done,
    /// A plain refusal with `{"message"}`.
    Refused(StatusCode, String),
}

impl Outcome {
    fn bad_request(message: impl Into<String>) -> Self {
        Self::Refused(StatusCode::BAD_REQUEST, message.into())
    }

    fn fault(status: StatusCode) -> Self {
        let text = status.canonical_reason().unwrap_or("Error");
        Self::Refused(status, text.to_owned())
    }
}

/// Everything under `/api/`.
pub(crate) async fn call(
    State(app): State<Arc<App>>,
    Extension(base_url): Extension<BaseUrl>,
    Path(path): Path<String>,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Some(route) = Route::of(&method, &path) else {
        return router::json(StatusCode::NOT_FOUND, &json!({ "message": "Not Found" }));
    };
    if let Some(length) = fault_injection::wait_asked_for(&body) {
        tokio::time::sleep(length).await;
    }
    let work = {
        let app = Arc::clone(&app);
        let authorization = headers.get(AUTHORIZATION).cloned();
        move || -> Result<Outcome, Fault> {
            let person = authorizer::person(&app, &base_url.0, authorization.as_ref())?;
            Ok(route.take(&app, &person, &body)?)
        }
    };
    match tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|fault| Err(ApiError::internal(fault).into()))
    {
        Ok(Outcome::Json(status, value)) => router::json(status, &value),
        Ok(Outcome::Done) => router::empty(StatusCode::NO_CONTENT),
        Ok(Outcome::Refused(status, text)) => {
            let response = router::json(status, &json!({ "message": text }));
            match status {
                StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                    router::retry_after(response)
                }
                StatusCode::UNAUTHORIZED => with_challenge(response, "Bearer"),
                _ => response,
            }
        }
        Err(Fault::Unauthorized(refusal)) => {
            let response = router::json(
                StatusCode::UNAUTHORIZED,
                &json!({ "message": "Unauthorized" }),
            );
            with_challenge(response, &refusal.challenge())
        }
        Err(Fault::Inside(error)) => {
            let cause = error.cause.as_deref().unwrap_or_default();
            app.console
                .say(format_args!("the demo API failed inside: {cause}"));
            router::json(
                StatusCode::INTERNAL_SERVER_ERROR,
                &json!({ "message": "Internal Server Error" }),
            )
        }
    }
}

/// Why there is no outcome.
enum Fault {
    Unauthorized(Refusal),
    Inside(ApiError),
}

impl From<ApiError> for Fault {
    fn from(error: ApiError) -> Self {
        Self::Inside(error)
    }
}

fn with_challenge(mut response: Response, challenge: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(challenge) {
        response.headers_mut().insert(WWW_AUTHENTICATE, value);
    }
    response
}

/// The addresses of the demo API.
enum Route {
    Todos,
    AddTodo,
    ChangeTodo { id: String, whole: bool },
    RemoveTodo { id: String },
    CurrentUser,
    MakeUser,
}

impl Route {
    fn of(method: &Method, path: &str) -> Option<Self> {
        let segments: Vec<&str> = path.trim_end_matches('/').split('/').collect();
        match (method, &segments[..]) {
            (&Method::GET, ["todos"]) => Some(Self::Todos),
            (&Method::POST, ["todos"]) => Some(Self::AddTodo),
            (&Method::PUT, ["todos", id]) => Some(Self::ChangeTodo {
                id: (*id).to_owned(),
                whole: true,
            }),
            (&Method::PATCH, ["todos", id]) => Some(Self::ChangeTodo {
                id: (*id).to_owned(),
                whole: false,
            }),
            (&Method::DELETE, ["todos", id]) => Some(Self::RemoveTodo {
                id: (*id).to_owned(),
            }),
            (&Method::GET, ["currentUser"]) => Some(Self::CurrentUser),
            (&Method::POST, ["user"]) => Some(Self::MakeUser),
            _ => None,
        }
    }

    fn take(self, app: &App, person: &Person, body: &[u8]) -> Result<Outcome, ApiError> {
        let now = app.clock.now();
        let store = app.service.store();
        Ok(match self {
            Self::Todos => {
                let todos = store.with(|connection| records::todos(connection, person))?;
                Outcome::Json(StatusCode::OK, todos.iter().map(Todo::in_json).collect())
            }
            Self::AddTodo => {
                let todo = match NewTodo::read(body) {
                    Ok(todo) => todo,
                    Err(text) => return Ok(Outcome::bad_request(text)),
                };
                if let Some(status) = app.faults.asked_for(&person.sub, &todo.title) {
                    return Ok(Outcome::fault(status));
                }
                let added = store.write(|transaction| {
                    if records::count(transaction, person)? >= MOST_TODOS {
                        return Ok::<_, ApiError>(None);
                    }
                    records::add(transaction, person, &todo.title, todo.done, now).map(Some)
                })?;
                match added {
                    Some(todo) => Outcome::Json(StatusCode::CREATED, todo.in_json()),
                    None => Outcome::bad_request(format!(
                        "You have {MOST_TODOS} to-dos; delete some first."
                    )),
                }
            }
            Self::ChangeTodo { id, whole } => {
                let change = match TodoChange::read(body, whole) {
                    Ok(change) => change,
                    Err(text) => return Ok(Outcome::bad_request(text)),
                };
                if let Some(status) = change
                    .title
                    .as_deref()
                    .and_then(|title| app.faults.asked_for(&person.sub, title))
                {
                    return Ok(Outcome::fault(status));
                }
                let changed = store.write(|transaction| {
                    records::change(
                        transaction,
                        person,
                        &id,
                        change.title.as_deref(),
                        change.done,
                    )
                })?;
                changed.map_or_else(no_such_todo, |todo| {
                    Outcome::Json(StatusCode::OK, todo.in_json())
                })
            }
            Self::RemoveTodo { id } => {
                if store.write(|transaction| records::remove(transaction, person, &id))? {
                    Outcome::Done
                } else {
                    no_such_todo()
                }
            }
            Self::CurrentUser => {
                match store.with(|connection| records::user(connection, person))? {
                    Some(user) => Outcome::Json(StatusCode::OK, user),
                    None => Outcome::Refused(
                        StatusCode::NOT_FOUND,
                        "There is no user record for this person yet. POST /user makes one."
                            .to_owned(),
                    ),
                }
            }
            Self::MakeUser => {
                if person.is_refused_by_sentinel() {
                    return Ok(Outcome::Refused(
                        StatusCode::INTERNAL_SERVER_ERROR,
                        "Internal Server Error".to_owned(),
                    ));
                }
                let (made, user) =
                    store.write(|transaction| records::make_user(transaction, person, now))?;
                Outcome::Json(
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

fn no_such_todo() -> Outcome {
    Outcome::Refused(StatusCode::NOT_FOUND, "There is no such to-do.".to_owned())
}

struct NewTodo {
    title: String,
    done: bool,
}

impl NewTodo {
    fn read(body: &[u8]) -> Result<Self, String> {
        let change = TodoChange::read(body, false)?;
        let title = change
            .title
            .ok_or("title is missing; it is the text of the to-do.")?;
        Ok(Self {
            title,
            done: change.done.unwrap_or(false),
        })
    }
}

struct TodoChange {
    title: Option<String>,
    done: Option<bool>,
}

impl TodoChange {
    /// Reads the members that a request may set; others are ignored, as an API that grows should.
    fn read(body: &[u8], whole: bool) -> Result<Self, String> {
        let members: Map<String, Value> = serde_json::from_slice(body)
            .map_err(|_| "The body is not a JSON object.".to_owned())?;
        let title = match members.get("title") {
            None | Some(Value::Null) => None,
            Some(Value::String(title)) if title.trim().is_empty() => {
                return Err("title is empty.".to_owned());
            }
            Some(Value::String(title)) if title.chars().count() > LONGEST_TITLE => {
                return Err(format!("title is longer than {LONGEST_TITLE} characters."));
            }
            Some(Value::String(title)) => Some(title.clone()),
            Some(_) => return Err("title is not text.".to_owned()),
        };
        let done = match members.get("done") {
            None | Some(Value::Null) => None,
            Some(Value::Bool(done)) => Some(*done),
            Some(_) => return Err("done is not true or false.".to_owned()),
        };
        if whole && (title.is_none() || done.is_none()) {
            return Err("PUT takes both title and done; PATCH takes either.".to_owned());
        }
        Ok(Self { title, done })
    }
}
