use leptos::prelude::*;
use leptos::task::spawn_local;

use super::attempt::{Attempt, Field, Outcome, complain, work};
use super::protected::protected;
use crate::api::{self, ApiError, Todo};
use crate::auth::{Auth, use_auth};
use crate::browser::clipboard;
use crate::components::{Form, Notice, Page, TextField, Tone, dynamic};
use crate::words;

/// `/todos`: what the API keeps for this person.
pub fn todos_page() -> AnyView {
    protected(|| {
        let has_api = use_auth().config().api.invoke_url.is_some();
        view! { <Page title="Your to-dos">{if has_api { todos() } else { no_api_yet() }}</Page> }
            .into_any()
    })
}

/// A to-do on the page. Ticking it changes its row alone, so that the focus stays where it is.
#[derive(Clone, Copy)]
struct Row {
    todo: StoredValue<Todo>,
    done: RwSignal<bool>,
}

impl Row {
    fn new(todo: Todo) -> Self {
        Self {
            done: RwSignal::new(todo.done),
            todo: StoredValue::new(todo),
        }
    }
}

/// What the page shows of the list.
#[derive(Clone, Copy)]
struct List {
    /// `None` until the first answer.
    rows: RwSignal<Option<Vec<Row>>>,
    trouble: RwSignal<Option<String>>,
}

impl List {
    fn fail(self, error: &ApiError) {
        let _ = self.trouble.try_set(Some(words::for_api(error)));
    }
}

fn todos() -> AnyView {
    let auth = use_auth();
    let list = List {
        rows: RwSignal::new(None),
        trouble: RwSignal::new(None),
    };
    let owner = Owner::current();
    spawn_local(async move {
        if let Err(error) = api::introduce(auth).await {
            list.fail(&error);
        }
        let todos = api::todos(auth).await;
        let todos = todos.unwrap_or_else(|error| {
            list.fail(&error);
            Vec::new()
        });
        let rows = || todos.into_iter().map(Row::new).collect::<Vec<_>>();
        let rows = owner.map(|owner| owner.with(rows));
        let _ = list.rows.try_set(rows);
    });
    let state = Signal::derive(move || {
        let words = list.rows.with(|rows| match rows {
            None => words::LOADING_TODOS,
            Some(rows) if rows.is_empty() && list.trouble.with(Option::is_none) => words::NO_TODOS,
            Some(_) => "",
        });
        words.to_owned()
    });
    let rows = move || {
        let rows = list.rows.get().unwrap_or_default();
        rows.into_iter()
            .map(|row| row_view(row, list))
            .collect::<Vec<_>>()
            .into_any()
    };
    view! {
        <Notice tone=Tone::Trouble words=list.trouble.into()/>
        {add_todo(list)}
        <p role="status" class="quiet-words">{state}</p>
        <ul class="todos">{dynamic(rows)}</ul>
    }
    .into_any()
}

fn add_todo(list: List) -> AnyView {
    let auth = use_auth();
    let title = RwSignal::new(String::new());
    let field = Field {
        id: "todo",
        error: RwSignal::new(None),
    };
    let attempt = Attempt::new();
    let owner = Owner::current();
    let on_submit = attempt.on_press(move || {
        let text = title.with_untracked(|title| title.trim().to_owned());
        if text.is_empty() {
            complain(field, words::TODO_NEEDED);
            return None;
        }
        let owner = owner.clone();
        work(async move {
            match api::add_todo(auth, &text).await {
                Ok(todo) => {
                    let row = owner.map(|owner| owner.with(|| Row::new(todo)));
                    let _ = list
                        .rows
                        .try_update(|rows| rows.get_or_insert_default().extend(row));
                    let _ = title.try_set(String::new());
                    Outcome::Done
                }
                Err(error) => Outcome::Refused(words::for_api(&error)),
            }
        })
    });
    view! {
        <Form
            on_submit=on_submit
            trouble=attempt.trouble()
            busy=attempt.is_busy()
            label="Add"
            busy_label="Adding…"
            class="one-line"
        >
            <TextField id="todo" label="What is to be done?" value=title error=field.error autocomplete="off"/>
        </Form>
    }
    .into_any()
}

fn row_view(row: Row, list: List) -> AnyView {
    let auth = use_auth();
    let attempt = Attempt::new();
    let title = row.todo.with_value(|todo| todo.title.clone());
    let toggle = attempt.on_press(move || {
        let wanted = Todo {
            done: !row.done.get_untracked(),
            ..row.todo.get_value()
        };
        list.trouble.set(None);
        work(async move {
            match api::set_todo(auth, &wanted).await {
                Ok(()) => drop(row.done.try_set(wanted.done)),
                Err(error) => {
                    list.fail(&error);
                    // The press has ticked the box already: draw it again as it is.
                    row.done.notify();
                }
            }
            Outcome::Done
        })
    });
    let delete = attempt.on_press(move || {
        let todo = row.todo.get_value();
        list.trouble.set(None);
        work(async move {
            match api::delete_todo(auth, &todo).await {
                Ok(()) => {
                    let is_another =
                        |other: &Row| other.todo.with_value(|other| other.id != todo.id);
                    let _ = list
                        .rows
                        .try_update(|rows| rows.get_or_insert_default().retain(is_another));
                }
                Err(error) => list.fail(&error),
            }
            Outcome::Done
        })
    });
    let class = Signal::derive(move || if row.done.get() { "done" } else { "" }.to_owned());
    view! {
        <li class=class>
            <label>
                <input type="checkbox" prop:checked=row.done on:change=move |_| toggle()/>
                <span>{title.clone()}</span>
            </label>
            <button type="button" class="quiet" aria-label=format!("Delete “{title}”") on:click=move |_| delete()>"Delete"</button>
        </li>
    }
    .into_any()
}

/// While `config.js` names no API: the token, to try one by hand.
fn no_api_yet() -> AnyView {
    let auth = use_auth();
    let copied = RwSignal::new(None::<String>);
    let token = Signal::derive(move || current_token(auth).unwrap_or_default());
    let copy = move |_| {
        let token = token.get_untracked();
        spawn_local(async move {
            let words = if clipboard::copy(&token).await {
                words::TOKEN_COPIED
            } else {
                words::TOKEN_NOT_COPIED
            };
            let _ = copied.try_set(Some(words.to_owned()));
        });
    };
    view! {
        <p class="notice notice-calm">
            "The API is not configured yet. Once it exists, set " <code>"api.invokeUrl"</code> " in "
            <code>"config.js"</code> " to its address and reload."
        </p>
        <div class="field">
            <label for="token">"Your token, to try the API by hand"</label>
            <textarea id="token" class="token" readonly=true rows="6" spellcheck="false" prop:value=token></textarea>
        </div>
        <p class="actions"><button type="button" on:click=copy>"Copy the token"</button></p>
        <Notice tone=Tone::Calm words=copied.into()/>
    }
    .into_any()
}

fn current_token(auth: Auth) -> Option<String> {
    auth.session().with(|session| {
        session
            .tokens()
            .map(|tokens| api::configured_token(auth, tokens))
    })
}
