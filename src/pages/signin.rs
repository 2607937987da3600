use cognito_proto::ids::Username;
use cognito_proto::secret::Password;
use cognito_proto::session::{Session, Why};
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::{use_navigate, use_query_map};

use super::attempt::{Attempt, Field, Outcome, complain, parsed};
use crate::auth::{SignInError, use_auth};
use crate::browser::page;
use crate::components::{Notice, Page, PasswordField, PasswordUse, SubmitButton, TextField, Tone};
use crate::{routes, words};

/// The query parameter that says why one was sent here.
pub(super) const AFTER: &str = "after";
/// The registration has just been confirmed.
pub(super) const AFTER_VERIFY: &str = "verify";
/// The password has just been set anew.
pub(super) const AFTER_FORGOT: &str = "forgot";

/// `/signin`: by name and password. Whoever is signed in already, or becomes so, goes on to where they were headed.
#[component]
pub fn SignInPage() -> impl IntoView {
    let auth = use_auth();
    let navigate = use_navigate();
    let query = use_query_map();
    let asked = query.read_untracked();
    let username = RwSignal::new(asked.get(routes::USERNAME).unwrap_or_default());
    let password = RwSignal::new(String::new());
    let (name_error, password_error) = (RwSignal::new(None), RwSignal::new(None));
    let attempt = Attempt::new();
    let then = routes::return_path(asked.get(routes::THEN));
    let why = match asked.get(AFTER).as_deref() {
        Some(AFTER_VERIFY) => Some(words::CONFIRMED),
        Some(AFTER_FORGOT) => Some(words::PASSWORD_CHANGED),
        _ => auth
            .session()
            .with_untracked(|session| matches!(session, Session::SignedOut(Why::Expired)))
            .then_some(words::SESSION_EXPIRED),
    };
    drop(asked);
    page::after_drawing(move || auth.prepare());

    let signed_in = Memo::new(move |_| auth.is_signed_in());
    Effect::new({
        let (navigate, then) = (navigate.clone(), then.clone());
        move |_| {
            if signed_in.get() {
                let in_place = leptos_router::NavigateOptions { replace: true, ..Default::default() };
                navigate(then.as_str(), in_place);
            }
        }
    });

    let keep_going = then.as_str().to_owned();
    let on_submit = attempt.on_submit(move || {
        let navigate = navigate.clone();
        let keep_going = keep_going.clone();
        let name_field = Field { id: "username", error: name_error };
        let name = parsed(username, name_field, Username::parse, words::NAME_NEEDED)?;
        let secret = Password::new(password.get_untracked());
        if secret.is_empty() {
            complain(Field { id: "password", error: password_error }, words::PASSWORD_NEEDED);
            return None;
        }
        Some(async move {
            let further = |address| {
                routes::with_query(address, &[(routes::USERNAME, name.as_str()), (routes::THEN, &keep_going)])
            };
            match auth.sign_in(name.clone(), secret).await {
                Ok(()) => {
                    let _ = password.try_set(String::new());
                    Outcome::Done
                }
                Err(SignInError::NotConfirmed) => {
                    navigate(&further(routes::VERIFY), Default::default());
                    Outcome::Done
                }
                Err(SignInError::ResetRequired) => {
                    navigate(&further(routes::FORGOT), Default::default());
                    Outcome::Done
                }
                Err(error) => Outcome::Refused(words::for_sign_in(&error)),
            }
        })
    });

    let with_name = move |address| {
        username.with(|username| routes::with_query(address, &[(routes::USERNAME, username.trim())]))
    };
    view! {
        <Page title="Sign in">
            <Notice tone=Tone::Calm words=Signal::derive(move || why.map(str::to_owned))/>
            <form method="post" novalidate=true on:submit=on_submit>
                <Notice tone=Tone::Trouble words=attempt.trouble()/>
                <TextField id="username" label="E-mail or user name" value=username error=name_error autocomplete="username"/>
                <PasswordField usage=PasswordUse::Current value=password error=password_error/>
                <SubmitButton label="Sign in" busy_label="Signing in…" busy=attempt.is_busy()/>
            </form>
            <ul class="ways">
                <li><A href=move || with_name(routes::FORGOT)>"Forgot your password?"</A></li>
                <li><A href=routes::REGISTER>"Make an account"</A></li>
                <li><A href=move || with_name(routes::VERIFY)>"Enter a confirmation code"</A></li>
            </ul>
        </Page>
    }
}
