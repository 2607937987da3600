use cognito_proto::ids::Username;
use cognito_proto::secret::ConfirmationCode;
use leptos::prelude::*;

use super::attempt::{Attempt, Field, Outcome, complain, parsed, work};
use super::signin::AFTER_VERIFY;
use crate::auth::{ResendError, VerifyError, use_auth};
use crate::browser::{location, page};
use crate::components::{CodeField, Form, LinkButton, Notice, Page, TextField, Tone, Way, Ways};
use crate::navigation::use_navigation;
use crate::routes::{self, Route};
use crate::words;

/// `/verify`: the code of a registration. Who has just registered here is signed in by it.
pub fn verify_page() -> AnyView {
    let auth = use_auth();
    let navigation = use_navigation();
    let username = RwSignal::new(location::query(routes::USERNAME).unwrap_or_default());
    let code = RwSignal::new(String::new());
    let name_field = Field {
        id: "username",
        error: RwSignal::new(None),
    };
    let code_field = Field {
        id: "code",
        error: RwSignal::new(None),
    };
    let then = StoredValue::new(
        routes::return_path(location::query(routes::THEN))
            .as_str()
            .to_owned(),
    );
    let news = RwSignal::new(
        auth.newcomer_delivery()
            .map(|delivery| words::code_sent(&delivery)),
    );
    let (attempt, resend) = (Attempt::new(), Attempt::new());
    let tell = move |words: String| {
        let _ = news.try_set(Some(words));
        Outcome::Done
    };
    page::after_drawing(move || auth.prepare());

    let on_submit = attempt.on_press(move || {
        let name = parsed(username, name_field, Username::parse, words::NAME_NEEDED)?;
        let secret = ConfirmationCode::new(code.with_untracked(|code| code.trim().to_owned()));
        if secret.is_empty() {
            complain(code_field, words::CODE_NEEDED);
            return None;
        }
        news.set(None);
        work(async move {
            let error = match auth.verify(&name, &secret).await {
                Ok(()) => {
                    let then = then.get_value();
                    let next = match auth.sign_in_newcomer(&name).await {
                        Some(Ok(())) => then,
                        _ => {
                            let named = (routes::USERNAME, name.as_str());
                            Route::SignIn.with(&[
                                named,
                                (routes::AFTER, AFTER_VERIFY),
                                (routes::THEN, &then),
                            ])
                        }
                    };
                    navigation.go(&next);
                    return Outcome::Done;
                }
                Err(error) => error,
            };
            let words = words::for_verify(&error);
            match error {
                VerifyError::WrongCode | VerifyError::ExpiredCode => {
                    Outcome::Complained(code_field, words)
                }
                VerifyError::AlreadyConfirmed => tell(words),
                _ => Outcome::Refused(words),
            }
        })
    });
    let send_again = resend.on_press(move || {
        let name = parsed(username, name_field, Username::parse, words::NAME_NEEDED)?;
        news.set(None);
        work(async move {
            match auth.resend_code(&name).await {
                Ok(()) => {
                    let _ = code_field.error.try_set(None);
                    tell(words::CODE_ON_ITS_WAY.to_owned())
                }
                Err(error @ ResendError::AlreadyConfirmed) => tell(words::for_resend(&error)),
                Err(error) => Outcome::Refused(words::for_resend(&error)),
            }
        })
    });

    let to_sign_in = Signal::derive(move || {
        username.with(|name| Route::SignIn.with(&[(routes::USERNAME, name.trim())]))
    });
    let busy = resend.is_busy();
    let resend_words = words::resend(busy);
    let ways = vec![
        Way::Button(
            view! { <LinkButton on_press=send_again words=resend_words busy=busy/> }.into_any(),
        ),
        Way::Link("", to_sign_in, "Sign in"),
    ];
    view! {
        <Page title="Confirm your account">
            <Notice tone=Tone::Calm words=news.into()/>
            <Form on_submit=on_submit trouble=attempt.trouble() busy=attempt.is_busy() label="Confirm" busy_label="Confirming…">
                <TextField id="username" label="E-mail or user name" value=username error=name_field.error autocomplete="username"/>
                <CodeField value=code error=code_field.error/>
            </Form>
            <Notice tone=Tone::Trouble words=resend.trouble()/>
            <Ways ways=ways/>
        </Page>
    }
    .into_any()
}
