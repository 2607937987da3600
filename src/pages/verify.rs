use cognito_proto::ids::Username;
use cognito_proto::secret::ConfirmationCode;
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::{use_navigate, use_query_map};

use super::attempt::{Attempt, Field, Outcome, complain, parsed};
use super::signin::{AFTER, AFTER_VERIFY};
use crate::auth::{ResendError, VerifyError, use_auth};
use crate::browser::page;
use crate::components::{CodeField, Notice, Page, SubmitButton, TextField, Tone};
use crate::{routes, words};

/// `/verify`: the code of a registration. Who has just registered here is signed in by it.
#[component]
pub fn VerifyPage() -> impl IntoView {
    let auth = use_auth();
    let navigate = use_navigate();
    let asked = use_query_map().read_untracked().clone();
    let username = RwSignal::new(asked.get(routes::USERNAME).unwrap_or_default());
    let code = RwSignal::new(String::new());
    let (name_error, code_error) = (RwSignal::new(None), RwSignal::new(None));
    let then = routes::return_path(asked.get(routes::THEN)).as_str().to_owned();
    let news = RwSignal::new(auth.newcomer_delivery().map(|delivery| words::code_sent(Some(&delivery))));
    let confirmed = RwSignal::new(false);
    let (attempt, resend) = (Attempt::new(), Attempt::new());
    let name_field = Field { id: "username", error: name_error };
    let name = move || parsed(username, name_field, Username::parse, words::NAME_NEEDED);
    page::after_drawing(move || auth.prepare());

    let on_submit = attempt.on_submit(move || {
        let (navigate, then) = (navigate.clone(), then.clone());
        let code_field = Field { id: "code", error: code_error };
        let name = name()?;
        let secret = ConfirmationCode::new(code.with_untracked(|code| code.trim().to_owned()));
        if secret.is_empty() {
            complain(code_field, words::CODE_NEEDED);
            return None;
        }
        news.set(None);
        Some(async move {
            match auth.verify(&name, &secret).await {
                Ok(()) => {
                    let address = match auth.sign_in_newcomer(&name).await {
                        Some(Ok(())) => then,
                        _ => to_sign_in(&name, &then),
                    };
                    navigate(&address, Default::default());
                    Outcome::Done
                }
                Err(error) => {
                    let words = words::for_verify(&error);
                    match error {
                        VerifyError::WrongCode | VerifyError::ExpiredCode => Outcome::Complained(code_field, words),
                        VerifyError::AlreadyConfirmed => {
                            let _ = confirmed.try_set(true);
                            Outcome::Done
                        }
                        _ => Outcome::Refused(words),
                    }
                }
            }
        })
    });
    let send_again = move |_| {
        resend.run(|| {
            let name = name()?;
            news.set(None);
            Some(async move {
                match auth.resend_code(&name).await {
                    Ok(delivery) => {
                        let _ = news.try_set(Some(words::code_sent(delivery.as_ref())));
                        let _ = code_error.try_set(None);
                        Outcome::Done
                    }
                    Err(ResendError::AlreadyConfirmed) => {
                        let _ = confirmed.try_set(true);
                        Outcome::Done
                    }
                    Err(error) => Outcome::Refused(words::for_resend(&error)),
                }
            })
        });
    };

    let done = move || confirmed.get().then(|| words::ALREADY_CONFIRMED.to_owned());
    let to_sign_in = move || {
        username.with(|username| routes::with_query(routes::SIGN_IN, &[(routes::USERNAME, username.trim())]))
    };
    view! {
        <Page title="Confirm your account">
            <Notice tone=Tone::Calm words=Signal::derive(move || news.get())/>
            <Notice tone=Tone::Calm words=Signal::derive(done)/>
            <form method="post" novalidate=true on:submit=on_submit>
                <Notice tone=Tone::Trouble words=attempt.trouble()/>
                <TextField id="username" label="E-mail or user name" value=username error=name_error autocomplete="username"/>
                <CodeField value=code error=code_error/>
                <SubmitButton label="Confirm" busy_label="Confirming…" busy=attempt.is_busy()/>
            </form>
            <Notice tone=Tone::Trouble words=resend.trouble()/>
            <ul class="ways">
                <li>
                    <button type="button" class="link" aria-disabled=move || resend.is_busy().get().to_string() on:click=send_again>
                        {move || if resend.is_busy().get() { "Sending…" } else { "Send a new code" }}
                    </button>
                </li>
                <li><A href=to_sign_in>"Sign in"</A></li>
            </ul>
        </Page>
    }
}

/// The way on for who is confirmed, and not remembered here.
fn to_sign_in(name: &Username, then: &str) -> String {
    let parameters = [(routes::USERNAME, name.as_str()), (AFTER, AFTER_VERIFY), (routes::THEN, then)];
    routes::with_query(routes::SIGN_IN, &parameters)
}
