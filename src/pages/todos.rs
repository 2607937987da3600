use core::future::poll_fn;
use core::task::{Poll, Waker};

use leptos::prelude::*;
use leptos::task::spawn_local;
use ui_texts::{Message, labels, sign_in, todos as texts, validation};

use super::protected::protected;
use super::retry::retry_when_back_online;
use super::submission::{Field, Submission, SubmissionResult, set_field_error, submit_task};
use crate::api::{self, ApiError, Todo};
use crate::auth::{AuthContext, use_auth};
use crate::browser::{clipboard, document};
use crate::components::{ErrorNotice, Form, Notice, Page, TextField, reactive};
use crate::messages;

/// The page `/todos`: the to-dos that the API stores for the user.
pub fn todos_page() -> AnyView {
    protected(|| {
        let has_api = use_auth().config().api.invoke_url.is_some();
        view! { <Page title=texts::TITLE>{if has_api { todos_view() } else { no_api_view() }}</Page> }
            .into_any()
    })
}

/// The id of the field for a new to-do.
const NEW_TODO_FIELD_ID: &str = "todo";

/// A to-do on the page. It lives as long as its row, so that a running request is not lost when other rows are added
/// or removed.
#[derive(Clone, Copy)]
struct TodoRow {
    todo: StoredValue<Todo>,
    done: RwSignal<bool>,
    submission: Submission,
}

/// The state of the list. The rows belong to the reactive owner of the page, not to the owner of the code that
/// creates them.
#[derive(Clone)]
struct TodoList {
    /// The rows of the list, or `None` until the first response arrives.
    rows: RwSignal<Option<Vec<TodoRow>>>,
    error: RwSignal<Option<Message>>,
    /// The message for screen readers about the last action.
    status_message: RwSignal<&'static str>,
    owner: Owner,
    /// True while the list is being loaded, with the wakers of the tasks that wait for it.
    request: StoredValue<(bool, Vec<Waker>)>,
}

impl TodoList {
    fn new_row(&self, todo: Todo) -> TodoRow {
        self.owner.with(|| TodoRow {
            done: RwSignal::new(todo.done),
            todo: StoredValue::new(todo),
            submission: Submission::new(),
        })
    }

    fn show_error(&self, error: &ApiError) {
        let _ = self.error.try_set(Some(messages::api_error(error)));
    }

    /// Clears the error and the message before another action starts.
    fn clear_messages(&self) {
        self.error.set(None);
        self.status_message.set("");
    }

    /// Waits until the list is loaded, and loads it if no request is running. Returns true if the list was loaded.
    /// Otherwise returns false, and the page shows the error.
    async fn wait_until_loaded(&self, auth: AuthContext) -> bool {
        let has_rows = || self.rows.try_with_untracked(Option::is_some) == Some(true);
        let is_loading =
            || self.request.try_with_value(|(is_running, _)| *is_running) == Some(true);
        if !has_rows() && !is_loading() {
            self.clone().load(auth).await;
        }
        poll_fn(|context| {
            if has_rows() || !is_loading() {
                return Poll::Ready(has_rows());
            }
            self.request
                .update_value(|(_, wakers)| wakers.push(context.waker().clone()));
            Poll::Pending
        })
        .await
    }

    /// Registers the user with the API if necessary, and loads the to-dos.
    async fn load(self, auth: AuthContext) -> SubmissionResult {
        self.request
            .update_value(|(is_running, _)| *is_running = true);
        let result = self.clone().load_rows(auth).await;
        let wakers = self.request.try_update_value(core::mem::take);
        let wakers = wakers.map(|(_, wakers)| wakers);
        wakers.into_iter().flatten().for_each(Waker::wake);
        result
    }

    async fn load_rows(self, auth: AuthContext) -> SubmissionResult {
        match api::ensure_user(auth).await {
            Ok(()) => {}
            Err(error) => {
                self.show_error(&error);
                // Without valid tokens, the next request would fail too.
                if matches!(error, ApiError::RefreshFailed | ApiError::SignedOut) {
                    return SubmissionResult::Done;
                }
            }
        }
        match api::list_todos(auth).await {
            Ok(todos) if self.rows.try_get_untracked().is_some() => {
                let rows = todos.into_iter().map(|todo| self.new_row(todo)).collect();
                let _ = self.rows.try_set(Some(rows));
            }
            Ok(_) => {}
            Err(error) => self.show_error(&error),
        }
        SubmissionResult::Done
    }
}

fn todos_view() -> AnyView {
    let auth = use_auth();
    let list = TodoList {
        rows: RwSignal::new(None),
        error: RwSignal::new(None),
        status_message: RwSignal::new(""),
        owner: Owner::current().unwrap_or_default(),
        request: StoredValue::new((false, Vec::new())),
    };
    let loading = Submission::new();
    let load = loading.on_submit({
        let list = list.clone();
        move || {
            list.clear_messages();
            submit_task(list.clone().load(auth))
        }
    });
    load();
    let busy = loading.is_busy();
    let (rows, status_message) = (list.rows, list.status_message);
    let state = Signal::derive(move || {
        let text = rows.with(|rows| match rows {
            None if busy.get() => texts::LOADING,
            Some(rows) if rows.is_empty() && status_message.get().is_empty() => texts::EMPTY,
            _ => status_message.get(),
        });
        text.to_owned()
    });
    let load = StoredValue::new_local(load);
    retry_when_back_online(Box::new(move || {
        if rows.with_untracked(Option::is_none) {
            load.with_value(|load| load());
        }
    }));
    let retry_button = reactive(move || {
        if busy.get() || rows.with(Option::is_some) {
            return ().into_any();
        }
        let press = move |_| load.with_value(|load| load());
        view! { <p class="actions"><button type="button" on:click=press>{labels::TRY_AGAIN}</button></p> }
            .into_any()
    });
    view! {
        <ErrorNotice message=list.error.into()/>
        {retry_button}
        {add_todo_form(list.clone())}
        <p role="status" class="muted">{state}</p>
        <ul class="todos">
            <For
                each=move || rows.get().unwrap_or_default()
                key=|row| row.todo.with_value(|todo| todo.id.as_str().to_owned())
                children=move |row| row_view(row, list.clone())
            />
        </ul>
    }
    .into_any()
}

fn add_todo_form(list: TodoList) -> AnyView {
    let auth = use_auth();
    let title = RwSignal::new(String::new());
    let field = Field {
        id: NEW_TODO_FIELD_ID,
        error: RwSignal::new(None),
    };
    let submission = Submission::new();
    let busy = submission.is_busy();
    let on_submit = submission.on_submit(move || {
        let text = title.with_untracked(|title| title.trim().to_owned());
        if text.is_empty() {
            set_field_error(field, validation::TODO.clone());
            return None;
        }
        let list = list.clone();
        submit_task(async move {
            // A user can add a to-do before the list is loaded. The request waits for the list.
            if !list.wait_until_loaded(auth).await {
                return SubmissionResult::Done;
            }
            list.clear_messages();
            match api::add_todo(auth, &text).await {
                Ok(todo) if list.rows.try_get_untracked().is_some() => {
                    let row = list.new_row(todo);
                    let _ = list
                        .rows
                        .try_update(|rows| rows.get_or_insert_default().push(row));
                    // If the user has typed another to-do in the meantime, that text stays.
                    let _ = title.try_update(|title| {
                        if title.trim() == text {
                            title.clear();
                        }
                    });
                    SubmissionResult::Done
                }
                Ok(_) => SubmissionResult::Done,
                Err(error) => SubmissionResult::FormError(messages::api_error(&error)),
            }
        })
    });
    view! {
        <Form
            on_submit=on_submit
            error=submission.error()
            busy=busy
            label=labels::ADD
            busy_label=labels::ADD
            class="inline-form"
        >
            <TextField id=NEW_TODO_FIELD_ID label=texts::NEW value=title error=field.error autocomplete="off"/>
        </Form>
    }
    .into_any()
}

fn row_view(row: TodoRow, list: TodoList) -> AnyView {
    let auth = use_auth();
    let title = row.todo.with_value(|todo| todo.title.clone());
    let toggle = row.submission.on_submit({
        let list = list.clone();
        move || {
            let updated = Todo {
                done: !row.done.get_untracked(),
                ..row.todo.get_value()
            };
            list.clear_messages();
            let list = list.clone();
            submit_task(async move {
                match api::update_todo(auth, &updated).await {
                    Ok(()) => drop(row.done.try_set(updated.done)),
                    Err(error) => list.show_error(&error),
                }
                SubmissionResult::Done
            })
        }
    });
    let delete = row.submission.on_submit(move || {
        let todo = row.todo.get_value();
        list.clear_messages();
        let list = list.clone();
        submit_task(async move {
            match api::delete_todo(auth, &todo).await {
                Ok(()) => {
                    let is_another =
                        |other: &TodoRow| other.todo.with_value(|other| other.id != todo.id);
                    let removed = list
                        .rows
                        .try_update(|rows| rows.get_or_insert_default().retain(is_another));
                    if removed.is_some() {
                        let _ = list.status_message.try_set(texts::DELETED);
                        // The row is removed, so the button that had the focus is gone.
                        document::focus(NEW_TODO_FIELD_ID);
                    }
                }
                Err(error) => list.show_error(&error),
            }
            SubmissionResult::Done
        })
    });
    let busy = row.submission.is_busy();
    let busy = Signal::derive(move || busy.get().to_string());
    let class = Signal::derive(move || if row.done.get() { "done" } else { "" }.to_owned());
    let on_checkbox = move |event: leptos::ev::MouseEvent| {
        // The checkbox shows the state of the API, so it changes only after the API has accepted the change.
        event.prevent_default();
        toggle();
    };
    view! {
        <li class=class>
            <label>
                <input type="checkbox" prop:checked=row.done on:click=on_checkbox/>
                <span>{title.clone()}</span>
            </label>
            <button
                type="button"
                class="ghost"
                aria-label=texts::delete_todo(&title)
                aria-disabled=busy
                on:click=move |_| delete()
            >
                {labels::DELETE}
            </button>
        </li>
    }
    .into_any()
}

/// Renders the page if `config.js` has no API. The developer can copy the token to test an API by hand.
fn no_api_view() -> AnyView {
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
        <Notice text=copy_status.into()/>
    }
    .into_any()
}

fn current_token(auth: AuthContext) -> Option<String> {
    auth.session()
        .with(|session| session.tokens().map(|tokens| api::api_token(auth, tokens)))
}
