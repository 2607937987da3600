use cognito_proto::ids::Username;
use cognito_proto::secret::ConfirmationCode;
use leptos::prelude::*;

use super::attempt::{Attempt, Field, Outcome, parsed, work};
use super::newcomer::come_in;
use super::resend::Resend;
use crate::auth::{ResendError, VerifyError, use_auth};
use crate::browser::{document, location};
use crate::components::{CodeField, Form, Notice, Page, TextField, Tone, Way, Ways};
use crate::messages;
use crate::routes::{self, LastAction, Route};

/// The page `/verify`: the user confirms a registration by a code. If the user has just registered in this tab, a
/// sign-in follows. A link in a message can fill both fields, but the user has to press the button: programs that
/// scan email open links, and must not confirm an account.
pub fn verify_page() -> AnyView {
    let auth = use_auth();
    let username = RwSignal::new(location::query_parameter(routes::USERNAME).unwrap_or_default());
    let code = RwSignal::new(take_code());
    let name_field = Field {
        id: "username",
        error: RwSignal::new(None),
    };
    let code_field = Field {
        id: "code",
        error: RwSignal::new(None),
    };
    let then = routes::return_path(&auth.config()).as_str().to_owned();
    let delivery = username.with_untracked(|name| auth.sign_up_code_delivery(name));
    let was_just_sent = delivery.is_some();
    let asked_to = LastAction::current() == Some(LastAction::SignInAttempted);
    let news = RwSignal::new(match delivery {
        Some(delivery) => Some(messages::code_sent(&delivery)),
        None if code.with_untracked(|code| !code.is_empty()) => {
            Some(messages::CODE_FILLED.to_owned())
        }
        None if asked_to => Some(messages::CONFIRM_FIRST.to_owned()),
        None => username
            .with_untracked(|name| auth.has_pending_sign_up(name))
            .then(|| messages::NO_CODE_SENT.to_owned()),
    });
    let (attempt, resend) = (Attempt::new(), Resend::new());
    let tell = move |text: String| {
        let _ = news.try_set(Some(text));
        Outcome::Done
    };
    if was_just_sent {
        resend.rest();
    }
    document::next_frame(move || auth.prefetch());

    let on_submit = attempt.on_press(move || {
        let name = parsed(username, name_field, Username::parse, messages::NAME_NEEDED);
        let secret = parsed(
            code,
            code_field,
            ConfirmationCode::parse,
            messages::CODE_NEEDED,
        );
        let (name, secret) = name.and(secret).get()?;
        news.set(None);
        let then = then.clone();
        let mut pending = auth.take_pending_sign_up(&name);
        let begun_at = auth.attempt_id();
        work(async move {
            let Err(error) = auth.confirm_sign_up(&name, &secret, pending.as_mut()).await else {
                return Outcome::Go(if come_in(auth, pending, attempt, begun_at).await {
                    then
                } else {
                    Route::SignIn.with_query(&[
                        (routes::USERNAME, name.as_str()),
                        (routes::LAST_ACTION, LastAction::Confirmed.as_str()),
                        (routes::RETURN_TO, &then),
                    ])
                });
            };
            // The registration is kept for the next try, unless the user has opened another page.
            if let Some(pending) = pending
                && news.try_get_untracked().is_some()
            {
                auth.store_pending_sign_up(pending);
            }
            let text = messages::verify_error(&error);
            match error {
                VerifyError::WrongCode | VerifyError::ExpiredCode => {
                    Outcome::Complained(code_field, text)
                }
                VerifyError::AlreadyConfirmed => tell(text),
                _ => Outcome::Refused(text),
            }
        })
    });
    let send_again = resend.attempt.on_press(move || {
        let name = parsed(username, name_field, Username::parse, messages::NAME_NEEDED).get()?;
        news.set(None);
        work(async move {
            match auth.resend_code(&name).await {
                Ok(()) => {
                    let _ = code_field.error.try_set(None);
                    resend.rest();
                    tell(messages::CODE_ON_ITS_WAY.to_owned())
                }
                Err(error @ ResendError::AlreadyConfirmed) => tell(messages::resend_error(&error)),
                Err(error) => Outcome::Refused(messages::resend_error(&error)),
            }
        })
    });

    let onwards = StoredValue::new(routes::return_to_parameter(&auth.config()));
    let way_to = move |route: Route| {
        Signal::derive(move || {
            let name = username.get();
            onwards.with_value(|then| {
                route.with_query(&[(routes::USERNAME, name.trim()), (routes::RETURN_TO, then)])
            })
        })
    };
    let ways = vec![
        Way::Button(resend.button(send_again)),
        Way::Link("Wrong address? ", way_to(Route::Register), "Change it"),
        Way::Link("", way_to(Route::SignIn), "Sign in"),
    ];
    view! {
        <Page title="Confirm your account">
            <Notice tone=Tone::Calm text=news.into()/>
            <Form on_submit=on_submit trouble=attempt.trouble() busy=attempt.is_busy() label="Confirm" busy_label="Confirming…">
                <TextField id="username" label="E-mail or user name" value=username error=name_field.error autocomplete="username"/>
                <CodeField value=code error=code_field.error/>
            </Form>
            <Notice tone=Tone::Trouble text=resend.attempt.trouble()/>
            <Ways ways=ways/>
        </Page>
    }
    .into_any()
}

/// Returns the code from the address, or an empty text. The code is removed from the address.
fn take_code() -> String {
    let Some(code) = location::query_parameter(routes::CODE) else {
        return String::new();
    };
    let parameter = |name| location::query_parameter(name).unwrap_or_default();
    let [name, then, after] =
        [routes::USERNAME, routes::RETURN_TO, routes::LAST_ACTION].map(parameter);
    location::replace_url(&Route::Verify.with_query(&[
        (routes::USERNAME, &name),
        (routes::RETURN_TO, &then),
        (routes::LAST_ACTION, &after),
    ]));
    code
}
