use cognito_proto::ids::Username;
use cognito_proto::secret::ConfirmationCode;
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::{use_navigate, use_query_map};

use super::attempt::{Attempt, Field, Outcome, complain, parsed};
use super::new_password::NewPassword;
use super::signin::{AFTER, AFTER_FORGOT};
use crate::auth::{NewPasswordError, use_auth};
use crate::browser::page;
use crate::components::{CodeField, Notice, Page, SubmitButton, TextField, Tone};
use crate::{routes, words};

/// `/forgot`: a code by mail or text message, then a new password. An unknown name looks like any other.
#[component]
pub fn ForgotPage() -> impl IntoView {
    let asked = use_query_map().read_untracked().clone();
    let username = RwSignal::new(asked.get(routes::USERNAME).unwrap_or_default());
    // What was said of the code once it was asked for; the second half is drawn from then on.
    let sent = RwSignal::new(None::<String>);
    let is_sent = Memo::new(move |_| sent.with(Option::is_some));
    view! {
        <Page title="Set a new password">
            <Notice tone=Tone::Calm words=Signal::derive(move || sent.get())/>
            {move || {
                if is_sent.get() {
                    view! { <SetPassword username=username sent=sent/> }.into_any()
                } else {
                    view! { <AskForCode username=username sent=sent/> }.into_any()
                }
            }}
        </Page>
    }
}

#[component]
fn AskForCode(username: RwSignal<String>, sent: RwSignal<Option<String>>) -> impl IntoView {
    let auth = use_auth();
    let name_error = RwSignal::new(None);
    let attempt = Attempt::new();
    let on_submit = attempt.on_submit(move || {
        let name_field = Field { id: "username", error: name_error };
        let name = parsed(username, name_field, Username::parse, words::NAME_NEEDED)?;
        Some(ask(auth, name, sent))
    });
    view! {
        <p>"Tell us who you are, and we send you a code. Your old password works until the new one is set."</p>
        <form method="post" novalidate=true on:submit=on_submit>
            <Notice tone=Tone::Trouble words=attempt.trouble()/>
            <TextField id="username" label="E-mail or user name" value=username error=name_error autocomplete="username"/>
            <SubmitButton label="Send a code" busy_label="Sending…" busy=attempt.is_busy()/>
        </form>
        <ul class="ways">
            <li><A href=routes::SIGN_IN>"Back to sign-in"</A></li>
        </ul>
    }
}

async fn ask(auth: crate::auth::Auth, name: Username, sent: RwSignal<Option<String>>) -> Outcome {
    match auth.forgot_password(&name).await {
        Ok(delivery) => {
            let _ = sent.try_set(Some(words::code_sent(delivery.as_ref())));
            page::after_drawing(|| page::focus("code"));
            Outcome::Done
        }
        Err(error) => Outcome::Refused(words::for_forgot(&error)),
    }
}

#[component]
fn SetPassword(username: RwSignal<String>, sent: RwSignal<Option<String>>) -> impl IntoView {
    let auth = use_auth();
    let navigate = use_navigate();
    let code = RwSignal::new(String::new());
    let code_error = RwSignal::new(None);
    let password = NewPassword::new();
    let (attempt, resend) = (Attempt::new(), Attempt::new());
    let code_field = Field { id: "code", error: code_error };
    let on_submit = attempt.on_submit(move || {
        let navigate = navigate.clone();
        // It was parsed when the code was asked for, and cannot be changed here.
        let name = username.with_untracked(|name| Username::parse(name))?;
        let secret = ConfirmationCode::new(code.with_untracked(|code| code.trim().to_owned()));
        if secret.is_empty() {
            complain(code_field, words::CODE_NEEDED);
            return None;
        }
        let new = password.get()?;
        Some(async move {
            match auth.set_new_password(&name, &secret, &new).await {
                Ok(()) => {
                    password.clear();
                    let parameters = [(routes::USERNAME, name.as_str()), (AFTER, AFTER_FORGOT)];
                    navigate(&routes::with_query(routes::SIGN_IN, &parameters), Default::default());
                    Outcome::Done
                }
                Err(error) => {
                    let words = words::for_new_password(&error);
                    match error {
                        NewPasswordError::WrongCode | NewPasswordError::ExpiredCode => {
                            Outcome::Complained(code_field, words)
                        }
                        NewPasswordError::Password(refusal) => {
                            password.learn(&refusal);
                            Outcome::Complained(password.field(), words)
                        }
                        NewPasswordError::UsedBefore => Outcome::Complained(password.field(), words),
                        _ => Outcome::Refused(words),
                    }
                }
            }
        })
    });
    let send_again = move |_| {
        resend.run(|| {
            let name = username.with_untracked(|name| Username::parse(name))?;
            Some(ask(auth, name, sent))
        });
    };
    view! {
        <form method="post" novalidate=true on:submit=on_submit>
            <Notice tone=Tone::Trouble words=attempt.trouble()/>
            // For the password manager: whose password this will be.
            <input type="text" class="visually-hidden" name="username" autocomplete="username" aria-hidden="true" tabindex="-1" readonly=true prop:value=move || username.get()/>
            <CodeField value=code error=code_error/>
            {password.view()}
            <SubmitButton label="Set the new password" busy_label="Setting it…" busy=attempt.is_busy()/>
        </form>
        <Notice tone=Tone::Trouble words=resend.trouble()/>
        <ul class="ways">
            <li>
                <button type="button" class="link" aria-disabled=move || resend.is_busy().get().to_string() on:click=send_again>
                    {move || if resend.is_busy().get() { "Sending…" } else { "Send a new code" }}
                </button>
            </li>
            <li>
                <button type="button" class="link" on:click=move |_| sent.set(None)>"Use another name"</button>
            </li>
        </ul>
    }
}
