use cognito_proto::ids::Username;
use cognito_proto::oauth::Hints;
use cognito_proto::secret::Password;
use cognito_proto::session::{Session, Why};
use leptos::prelude::*;

use super::attempt::{Attempt, Field, Outcome, complain, parsed, work};
use super::hosted::hosted_door;
use crate::auth::{Again, SignInError, use_auth};
use crate::browser::{location, page};
use crate::components::{
    Form, Notice, Page, PasswordField, PasswordUse, TextField, Tone, Way, Ways,
};
use crate::navigation::use_navigation;
use crate::routes::{self, After, Route};
use crate::words;

/// `/signin`: by name and password, or through the pool's hosted pages. Whoever is signed in already, or becomes so, goes on to where they were headed.
pub fn sign_in_page() -> AnyView {
    let auth = use_auth();
    let navigation = use_navigation();
    let unfinished = auth.unfinished();
    let hint = unfinished
        .as_ref()
        .and_then(|attempt| attempt.hints.login_hint.clone());
    let username = RwSignal::new(
        location::query(routes::USERNAME)
            .or(hint)
            .unwrap_or_default(),
    );
    let password = RwSignal::new(String::new());
    let name_field = Field {
        id: "username",
        error: RwSignal::new(None),
    };
    let password_field = Field {
        id: "password",
        error: RwSignal::new(None),
    };
    let attempt = Attempt::new();
    let then = routes::return_path(&auth.config());
    let then_parameter = StoredValue::new(routes::then_parameter(&auth.config()));
    let ended = |session: &Session| match session {
        Session::SignedOut(Why::Expired) => Some(words::SESSION_EXPIRED),
        Session::SignedOut(Why::Untrusted) => Some(words::SESSION_UNTRUSTED),
        Session::SignedOut(Why::Left) => Some(words::SESSION_LEFT),
        _ => None,
    };
    let news = match After::here() {
        Some(After::Verify) => Some(words::CONFIRMED),
        Some(After::Forgot) => Some(words::PASSWORD_CHANGED),
        _ if unfinished.is_some() => Some(words::UNFINISHED),
        _ => auth.session().with_untracked(ended),
    };
    page::after_drawing(move || auth.prepare());

    Effect::new(move |_| {
        if auth.is_signed_in() {
            navigation.replace(then.as_str());
        }
    });

    let on_submit = attempt.on_press(move || {
        let name = parsed(username, name_field, Username::parse, words::NAME_NEEDED)?;
        let secret = Password::new(password.get_untracked());
        if secret.is_empty() {
            complain(password_field, words::PASSWORD_NEEDED);
            return None;
        }
        let then = then_parameter.get_value();
        work(async move {
            let further = |route: Route| {
                Outcome::Go(route.with(&[
                    (routes::USERNAME, name.as_str()),
                    (routes::AFTER, After::SignIn.as_str()),
                    (routes::THEN, &then),
                ]))
            };
            match auth.sign_in(name.clone(), secret).await {
                Ok(()) => {
                    let _ = password.try_set(String::new());
                    Outcome::Done
                }
                Err(SignInError::NotConfirmed) => further(Route::Verify),
                Err(SignInError::ResetRequired) => further(Route::Forgot),
                Err(error) => Outcome::Refused(words::for_sign_in(&error)),
            }
        })
    });

    let wish = move || Again {
        hints: Hints {
            login_hint: username
                .with_untracked(|name| Username::parse(name).map(|name| name.to_string())),
            ..Hints::default()
        },
        return_path: then_parameter.get_value(),
        identity_provider: None,
    };
    let onwards = move |route: Route| {
        Signal::derive(move || {
            let name = username.get();
            then_parameter.with_value(|then| {
                route.with(&[(routes::USERNAME, name.trim()), (routes::THEN, then)])
            })
        })
    };
    let ways = vec![
        Way::Link("", onwards(Route::Forgot), "Forgot your password?"),
        Way::Link("", onwards(Route::Register), "Make an account"),
        Way::Link("", onwards(Route::Verify), "Enter a confirmation code"),
    ];
    view! {
        <Page title="Sign in">
            <Notice tone=Tone::Calm words=Signal::stored(news.map(str::to_owned))/>
            <Form on_submit=on_submit trouble=attempt.trouble() busy=attempt.is_busy() label="Sign in" busy_label="Signing in…">
                <TextField id="username" label="E-mail or user name" value=username error=name_field.error autocomplete="username"/>
                <PasswordField usage=PasswordUse::Current value=password error=password_field.error/>
            </Form>
            {hosted_door(unfinished.is_some(), wish)}
            <Ways ways=ways/>
        </Page>
    }
    .into_any()
}
