//! The smallest app with leptos-cognito: a user signs in with email and password, and the app calls an API with the
//! user's token. Run `trunk serve` in this folder, with the local pool running.

use leptos::either::Either;
use leptos::prelude::*;
use leptos_cognito::cognito_proto::{ids::Username, secret::Password};
use leptos_cognito::{
    ApiRequest, Method, SignInProgress, SignedIn, SignedOut, load_config, provide_auth, use_auth,
};

fn main() {
    leptos::mount::mount_to_body(App);
}

/// The whole app. It restores the session that an earlier visit has stored.
#[component]
fn App() -> impl IntoView {
    match load_config() {
        Err(error) => Either::Left(view! { <p role="alert">{error.to_string()}</p> }),
        Ok(config) => {
            provide_auth(config);
            Either::Right(view! {
                <main>
                    <SignedOut><SignInForm/></SignedOut>
                    <SignedIn><Todos/></SignedIn>
                </main>
            })
        }
    }
}

/// The sign-in form. The app never sends the password: it proves it by SRP.
#[component]
fn SignInForm() -> impl IntoView {
    let auth = use_auth();
    let email = RwSignal::new(String::new());
    let password = RwSignal::new(String::new());
    let sign_in = Action::new_local(move |(): &()| async move {
        let username = Username::parse(&email.get_untracked()).ok_or("Enter your email.")?;
        let password = Password::new(password.get_untracked());
        match auth.sign_in(username, Some(password)).await {
            Ok(SignInProgress::Done) => Ok(()),
            Ok(SignInProgress::ChallengeRequired(_)) => Err("This app has no second step.".into()),
            Err(failure) => Err(failure.error.to_string()),
        }
    });
    let error = move || sign_in.value().get().and_then(Result::err);
    view! {
        <h1>"Sign in"</h1>
        <form on:submit=move |event| {
            event.prevent_default();
            sign_in.dispatch(());
        }>
            <label>"Email" <input name="username" autocomplete="username" bind:value=email/></label>
            <label>"Password" <input name="password" type="password" autocomplete="current-password" bind:value=password/></label>
            <button disabled=sign_in.pending()>"Sign in"</button>
        </form>
        <p role="alert">{error}</p>
    }
}

/// The number of to-dos that the API stores for the user.
#[component]
fn Todos() -> impl IntoView {
    let auth = use_auth();
    let todos = LocalResource::new(move || auth.fetch(ApiRequest::new(Method::GET, "/todos")));
    let text = move || match todos
        .get()?
        .and_then(|response| response.json::<Vec<serde_json::Value>>())
    {
        Ok(todos) => Some(format!("You have {} to-dos.", todos.len())),
        Err(error) => Some(error.to_string()),
    };
    view! {
        <h1>"Signed in"</h1>
        <p role="status">{text}</p>
        <button on:click=move |_| auth.sign_out()>"Sign out"</button>
    }
}
