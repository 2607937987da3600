use futures::FutureExt as _;
use futures::future::{LocalBoxFuture, Shared};
use leptos::either::Either;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_cognito::{ApiError, AuthContext, use_auth};
use ui_texts::{Message, labels, sign_in, todos as texts, validation};

use super::retry::retry_when_back_online;
use super::submission::{Field, Submission, SubmissionResult, set_field_error, submit_task};
use crate::api::{self, Todo};
use crate::browser::{clipboard, document};
use crate::components::{ErrorNotice, Form, Notice, Page, TextField};
use crate::messages;

/// The page `/todos`: the to-dos that the API stores for the user.
#[component]
pub fn TodosPage() -> impl IntoView {
    let content = if use_auth().config().api.invoke_url.is_some() {
        Either::Left(view! { <Todos/> })
    } else {
        Either::Right(view! { <NoApi/> })
    };
    view! { <Page title=texts::TITLE>{content}</Page> }
}

/// The ID of the field for a new to-do.
const NEW_TODO_FIELD_ID: &str = "todo";

/// A to-do on the page, with the state of its row. It lives as long as the row, so that a running request is not lost
/// when other rows are added or removed.
#[derive(Clone, Copy)]
struct TodoRow {
    todo: StoredValue<Todo>,
    done: RwSignal<bool>,
    submission: Submission,
}

/// The state of the to-do list. It is `Copy`, because it only holds handles.
#[derive(Clone, Copy)]
struct TodoList {
    auth: AuthContext,
    /// The rows of the to-do list, or `None` until the first response arrives.
    rows: RwSignal<Option<Vec<TodoRow>>>,
    error: RwSignal<Option<Message>>,
    /// The message for screen readers about the user's last action.
    status_message: RwSignal<&'static str>,
    /// The reactive owner of the page. The rows belong to it, and not to the owner of the code that creates them.
    owner: StoredValue<Owner>,
    /// The running request that loads the list. Each task that needs the list waits for it.
    request: StoredValue<Option<Shared<LocalBoxFuture<'static, ()>>>, LocalStorage>,
}

impl TodoList {
    fn new(auth: AuthContext) -> Self {
        Self {
            auth,
            rows: RwSignal::new(None),
            error: RwSignal::new(None),
            status_message: RwSignal::new(""),
            owner: StoredValue::new(Owner::current().unwrap_or_default()),
            request: StoredValue::new_local(None),
        }
    }

    /// Creates the row of a to-do, or `None` if the page is gone.
    fn new_row(self, todo: Todo) -> Option<TodoRow> {
        let owner = self.owner.try_get_value()?;
        Some(owner.with(|| TodoRow {
            done: RwSignal::new(todo.done),
            todo: StoredValue::new(todo),
            submission: Submission::new(),
        }))
    }

    fn show_error(self, error: &ApiError) {
        let _ = self.error.try_set(Some(messages::api_error(error)));
    }

    /// Removes the error and the message of the last action, before another action starts.
    fn clear_messages(self) {
        self.error.set(None);
        self.status_message.set("");
    }

    /// Waits until the list is loaded, and loads it if necessary. Returns true if the list was loaded. Otherwise returns
    /// false, and the page shows the error.
    async fn wait_until_loaded(self) -> bool {
        let is_loaded = || self.rows.try_with_untracked(Option::is_some) == Some(true);
        if !is_loaded() {
            self.load().await;
        }
        is_loaded()
    }

    /// Loads the to-dos. If a request for them is running, waits for that request.
    async fn load(self) {
        let running_request = self.request.try_get_value().flatten();
        let request = running_request.unwrap_or_else(|| {
            let request = async move {
                self.load_rows().await;
                let _ = self.request.try_set_value(None);
            };
            let request = request.boxed_local().shared();
            let _ = self.request.try_set_value(Some(request.clone()));
            request
        });
        request.await;
    }

    /// Registers the user with the API if necessary, and loads the to-dos.
    async fn load_rows(self) {
        match api::ensure_user(self.auth).await {
            Ok(()) => {}
            Err(error) => {
                self.show_error(&error);
                // Without valid tokens, the next request would fail too.
                if matches!(error, ApiError::RefreshFailed | ApiError::SignedOut) {
                    return;
                }
            }
        }
        match api::list_todos(self.auth).await {
            Ok(todos) => {
                let rows = todos.into_iter().filter_map(|todo| self.new_row(todo));
                let _ = self.rows.try_set(Some(rows.collect()));
            }
            Err(error) => self.show_error(&error),
        }
    }

    /// Adds a to-do. The user can do that before the list is loaded, so the request waits for the list.
    async fn add(self, text: String, input: RwSignal<String>) -> SubmissionResult {
        if !self.wait_until_loaded().await {
            return SubmissionResult::Done;
        }
        self.clear_messages();
        match api::add_todo(self.auth, &text).await {
            Ok(todo) => {
                if let Some(row) = self.new_row(todo) {
                    let _ = self
                        .rows
                        .try_update(|rows| rows.get_or_insert_default().push(row));
                }
                // If the user has typed another to-do in the meantime, that text stays.
                let _ = input.try_update(|input| {
                    if input.trim() == text {
                        input.clear();
                    }
                });
                SubmissionResult::Done
            }
            Err(error) => SubmissionResult::FormError(messages::api_error(&error)),
        }
    }

    /// Changes whether a to-do is done: sends `updated` to the API.
    async fn toggle(self, row: TodoRow, updated: Todo) -> SubmissionResult {
        match api::update_todo(self.auth, &updated).await {
            Ok(()) => drop(row.done.try_set(updated.done)),
            Err(error) => self.show_error(&error),
        }
        SubmissionResult::Done
    }

    async fn delete(self, todo: Todo) -> SubmissionResult {
        match api::delete_todo(self.auth, &todo).await {
            Ok(()) => {
                let is_another =
                    |other: &TodoRow| other.todo.with_value(|other| other.id != todo.id);
                let removed = self
                    .rows
                    .try_update(|rows| rows.get_or_insert_default().retain(is_another));
                if removed.is_some() {
                    let _ = self.status_message.try_set(texts::DELETED);
                    // The row is removed, so the button that had the focus is gone.
                    document::focus(NEW_TODO_FIELD_ID);
                }
            }
            Err(error) => self.show_error(&error),
        }
        SubmissionResult::Done
    }
}

/// The list of to-dos, with the form that adds one.
#[component]
fn Todos() -> impl IntoView {
    let list = TodoList::new(use_auth());
    let rows = list.rows;
    let loading = Submission::new();
    let load = loading.on_submit(move || {
        list.clear_messages();
        submit_task(async move {
            list.load().await;
            SubmissionResult::Done
        })
    });
    load.run(());
    retry_when_back_online(Callback::new(move |()| {
        if rows.with_untracked(Option::is_none) {
            load.run(());
        }
    }));
    let busy = loading.is_busy();
    let can_retry = move || !busy.get() && rows.with(Option::is_none);
    let state = move || {
        rows.with(|rows| match rows {
            None if busy.get() => texts::LOADING,
            Some(rows) if rows.is_empty() && list.status_message.get().is_empty() => texts::EMPTY,
            _ => list.status_message.get(),
        })
    };
    view! {
        <ErrorNotice message=list.error/>
        <Show when=can_retry>
            <p class="actions">
                <button type="button" on:click=move |_| load.run(())>{labels::TRY_AGAIN}</button>
            </p>
        </Show>
        <AddTodoForm list/>
        <p role="status" class="muted">{state}</p>
        <ul class="todos">
            <For
                each=move || rows.get().unwrap_or_default()
                key=|row| row.todo.with_value(|todo| todo.id.as_str().to_owned())
                children=move |row| view! { <TodoItem list row/> }
            />
        </ul>
    }
}

#[component]
fn AddTodoForm(list: TodoList) -> impl IntoView {
    let title = RwSignal::new(String::new());
    let field = Field {
        id: NEW_TODO_FIELD_ID,
        error: RwSignal::new(None),
    };
    let submission = Submission::new();
    let on_submit = submission.on_submit(move || {
        let text = title.with_untracked(|title| title.trim().to_owned());
        if text.is_empty() {
            set_field_error(field, validation::TODO.clone());
            return None;
        }
        submit_task(list.add(text, title))
    });
    view! {
        <Form
            on_submit=on_submit
            error=submission.error()
            busy=submission.is_busy()
            label=labels::ADD
            busy_label=labels::ADD
            class="inline-form"
        >
            <TextField id=NEW_TODO_FIELD_ID label=texts::NEW value=title error=field.error autocomplete="off"/>
        </Form>
    }
}

/// The row of one to-do.
#[component]
fn TodoItem(list: TodoList, row: TodoRow) -> impl IntoView {
    let title = row.todo.with_value(|todo| todo.title.clone());
    let toggle = row.submission.on_submit(move || {
        let updated = Todo {
            done: !row.done.get_untracked(),
            ..row.todo.get_value()
        };
        list.clear_messages();
        submit_task(list.toggle(row, updated))
    });
    let delete = row.submission.on_submit(move || {
        list.clear_messages();
        submit_task(list.delete(row.todo.get_value()))
    });
    let busy = row.submission.is_busy();
    let on_checkbox = move |event: leptos::ev::MouseEvent| {
        // The checkbox shows the state of the API, so it changes only after the API has accepted the change.
        event.prevent_default();
        toggle.run(());
    };
    view! {
        <li class=move || if row.done.get() { "done" } else { "" }>
            <label>
                <input type="checkbox" prop:checked=row.done on:click=on_checkbox/>
                <span>{title.clone()}</span>
            </label>
            <button
                type="button"
                class="ghost"
                aria-label=texts::delete_todo(&title)
                aria-disabled=move || busy.get().to_string()
                on:click=move |_| delete.run(())
            >
                {labels::DELETE}
            </button>
        </li>
    }
}

/// The content of the to-do page if `config.js` has no API. The developer can copy the token to test an API by hand.
#[component]
fn NoApi() -> impl IntoView {
    let auth = use_auth();
    let copy_status = RwSignal::new(String::new());
    let token = Signal::derive(move || current_token(auth).unwrap_or_default());
    let copy = move |_| {
        let token = token.get_untracked();
        spawn_local(async move {
            let text = if clipboard::copy(&token).await {
                texts::TOKEN_COPIED
            } else {
                sign_in::NOT_COPIED
            };
            let _ = copy_status.try_set(text.to_owned());
        });
    };
    view! {
        <p class="notice notice-info">
            {texts::NO_API}
        </p>
        <div class="field">
            <label for="token">{texts::TOKEN}</label>
            <textarea id="token" class="token" readonly=true rows="6" spellcheck="false" prop:value=token></textarea>
        </div>
        <p class="actions"><button type="button" on:click=copy>{texts::COPY_TOKEN}</button></p>
        <Notice text=copy_status/>
    }
}

fn current_token(auth: AuthContext) -> Option<String> {
    auth.session()
        .with(|session| session.tokens().map(|tokens| auth.api_token(tokens)))
}
