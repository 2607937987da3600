use leptos::prelude::*;
use leptos::task::spawn_local;

use super::attempt::{Attempt, Field, Outcome, complain};
use super::protected::Protected;
use crate::api::{self, Todo};
use crate::auth::{Auth, use_auth};
use crate::browser::clipboard;
use crate::components::{Notice, Page, SubmitButton, TextField, Tone};
use crate::words;

/// `/todos`: what the API keeps for this person.
#[component]
pub fn TodosPage() -> impl IntoView {
    view! {
        <Protected>
            <Page title="Your to-dos">
                {
                    let has_api = use_auth().config().api.invoke_url.is_some();
                    if has_api { view! { <Todos/> }.into_any() } else { view! { <NoApiYet/> }.into_any() }
                }
            </Page>
        </Protected>
    }
}

#[component]
fn Todos() -> impl IntoView {
    let auth = use_auth();
    // `None` until the first answer.
    let list = RwSignal::new(None::<Vec<Todo>>);
    let trouble = RwSignal::new(None::<String>);
    spawn_local(async move {
        let known = api::introduce(auth).await;
        let todos = api::todos(auth).await;
        let first_error = known.err().or(todos.as_ref().err().cloned());
        let _ = trouble.try_set(first_error.as_ref().map(words::for_api));
        let _ = list.try_set(Some(todos.unwrap_or_default()));
    });
    let is_loading = move || list.with(Option::is_none);
    let is_empty = move || list.with(|list| list.as_ref().is_some_and(Vec::is_empty));
    view! {
        <Notice tone=Tone::Trouble words=trouble/>
        <AddTodo list=list/>
        <p role="status" class="quiet-words">
            {move || {
                if is_loading() {
                    Some("Loading your to-dos…")
                } else {
                    (is_empty() && trouble.with(Option::is_none)).then_some("Nothing to do. Add the first thing above.")
                }
            }}
        </p>
        <ul class="todos">
            <For each=move || list.get().unwrap_or_default() key=|todo| (todo.id.clone(), todo.done) let:todo>
                <TodoRow todo=todo list=list trouble=trouble/>
            </For>
        </ul>
    }
}

#[component]
fn AddTodo(list: RwSignal<Option<Vec<Todo>>>) -> impl IntoView {
    let auth = use_auth();
    let title = RwSignal::new(String::new());
    let error = RwSignal::new(None);
    let attempt = Attempt::new();
    let on_submit = attempt.on_submit(move || {
        let text = title.with_untracked(|title| title.trim().to_owned());
        if text.is_empty() {
            complain(Field { id: "todo", error }, words::TODO_NEEDED);
            return None;
        }
        Some(async move {
            match api::add_todo(auth, &text).await {
                Ok(todo) => {
                    let _ = list.try_update(|list| list.get_or_insert_default().push(todo));
                    let _ = title.try_set(String::new());
                    Outcome::Done
                }
                Err(error) => Outcome::Refused(words::for_api(&error)),
            }
        })
    });
    view! {
        <form method="post" novalidate=true class="one-line" on:submit=on_submit>
            <Notice tone=Tone::Trouble words=attempt.trouble()/>
            <TextField id="todo" label="What is to be done?" value=title error=error autocomplete="off"/>
            <SubmitButton label="Add" busy_label="Adding…" busy=attempt.is_busy()/>
        </form>
    }
}

#[component]
fn TodoRow(todo: Todo, list: RwSignal<Option<Vec<Todo>>>, trouble: RwSignal<Option<String>>) -> impl IntoView {
    let auth = use_auth();
    let attempt = Attempt::new();
    let (title, done) = (todo.title.clone(), todo.done);
    let todo = StoredValue::new(todo);
    let fail = move |error| {
        let _ = trouble.try_set(Some(words::for_api(&error)));
        Outcome::Done
    };
    let toggle = move |_| {
        attempt.run(|| {
            let wanted = Todo { done: !done, ..todo.get_value() };
            trouble.set(None);
            Some(async move {
                match api::set_todo(auth, &wanted).await {
                    Ok(()) => {
                        let _ = list.try_update(|list| replace(list, wanted));
                        Outcome::Done
                    }
                    Err(error) => fail(error),
                }
            })
        });
    };
    let delete = move |_| {
        attempt.run(|| {
            let todo = todo.get_value();
            trouble.set(None);
            Some(async move {
                match api::delete_todo(auth, &todo).await {
                    Ok(()) => {
                        let _ = list.try_update(|list| remove(list, &todo.id));
                        Outcome::Done
                    }
                    Err(error) => fail(error),
                }
            })
        });
    };
    view! {
        <li class:done=done>
            <label>
                // What is drawn follows the API's answer, not the press.
                <input
                    type="checkbox"
                    prop:checked=move || {
                        attempt.is_busy().track();
                        done
                    }
                    on:change=toggle
                />
                <span>{title.clone()}</span>
            </label>
            <button type="button" class="quiet" aria-label=format!("Delete “{title}”") on:click=delete>"Delete"</button>
        </li>
    }
}

fn replace(list: &mut Option<Vec<Todo>>, todo: Todo) {
    if let Some(held) = list.iter_mut().flatten().find(|held| held.id == todo.id) {
        *held = todo;
    }
}

fn remove(list: &mut Option<Vec<Todo>>, id: &str) {
    list.get_or_insert_default().retain(|todo| todo.id != id);
}

/// While `config.js` names no API: the token, to try one by hand.
#[component]
fn NoApiYet() -> impl IntoView {
    let auth = use_auth();
    let copied = RwSignal::new(None::<String>);
    let token = move || current_token(auth).unwrap_or_default();
    let copy = move |_| {
        let token = token();
        spawn_local(async move {
            let words = if clipboard::copy(&token).await { words::TOKEN_COPIED } else { words::TOKEN_NOT_COPIED };
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
        <Notice tone=Tone::Calm words=copied/>
    }
}

fn current_token(auth: Auth) -> Option<String> {
    auth.session().with(|session| session.tokens().map(|tokens| api::configured_token(auth, tokens)))
}
