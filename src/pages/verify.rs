use cognito_proto::ids::Username;
use cognito_proto::secret::VerificationCode;
use leptos::prelude::*;
use leptos_cognito::{ResendError, VerifyError, use_auth};
use ui_texts::{labels, register, sign_in, validation};

use super::auto_sign_in::sign_in_after_sign_up;
use super::resend::{Resend, ResendButton};
use super::submission::{Field, Submission, SubmissionResult, parse_field, submit_task};
use crate::browser::location;
use crate::components::{
    CodeField, ErrorNotice, Form, FormLink, FormLinks, Notice, Page, TextField,
};
use crate::messages;
use crate::routes::{self, LastAction, PagePath};

/// The page `/verify`: the user confirms a registration with a code. If the user has just registered in this
/// tab, a sign-in follows. A link in a message can fill both fields, but the user has to press the button: programs
/// that scan email open links, and must not confirm an account.
#[component]
pub fn VerifyPage() -> impl IntoView {
    let auth = use_auth();
    let username = RwSignal::new(routes::query_parameter(routes::USERNAME).unwrap_or_default());
    let code = RwSignal::new(take_code());
    let name_field = Field {
        id: "username",
        error: RwSignal::new(None),
    };
    let code_field = Field {
        id: "code",
        error: RwSignal::new(None),
    };
    let return_to = routes::return_to(&auth.config()).as_str().to_owned();
    let delivery = username.with_untracked(|name| auth.sign_up().code_delivery(name));
    let was_just_sent = delivery.is_some();
    let was_sign_in_attempted = LastAction::current() == Some(LastAction::SignInAttempted);
    let status_message = RwSignal::new(match delivery {
        Some(delivery) => messages::code_sent(&delivery),
        None if code.with_untracked(|code| !code.is_empty()) => register::CODE_FILLED.to_owned(),
        None if was_sign_in_attempted => sign_in::NOT_CONFIRMED.full_text(),
        None if username.with_untracked(|name| auth.sign_up().has_pending(name)) => {
            register::NO_CODE_SENT.to_owned()
        }
        None => String::new(),
    });
    let (submission, resend) = (Submission::new(), Resend::new());
    let show_status = move |text: String| {
        let _ = status_message.try_set(text);
        SubmissionResult::Done
    };
    if was_just_sent {
        resend.start_cooldown();
    }
    request_animation_frame(move || auth.prefetch());

    let on_submit = submission.on_submit(move || {
        let name = parse_field(username, name_field, Username::parse, &validation::USERNAME);
        let secret = parse_field(code, code_field, VerificationCode::parse, &validation::CODE);
        let (name, secret) = name.and(secret).value_or_focus()?;
        status_message.set(String::new());
        let return_to = return_to.clone();
        let mut pending = auth.sign_up().take_pending(&name);
        let started_attempt = auth.latest_attempt();
        submit_task(async move {
            let Err(error) = auth
                .sign_up()
                .confirm(&name, &secret, pending.as_mut())
                .await
            else {
                return SubmissionResult::Redirect(
                    if sign_in_after_sign_up(auth, pending, submission, started_attempt).await {
                        return_to
                    } else {
                        PagePath::SignIn.with_query(&[
                            (routes::USERNAME, name.as_str()),
                            (routes::LAST_ACTION, LastAction::Confirmed.as_str()),
                            (routes::RETURN_TO, &return_to),
                        ])
                    },
                );
            };
            // The registration is kept for the next try, unless the user has opened another page.
            if let Some(pending) = pending
                && status_message.try_get_untracked().is_some()
            {
                auth.sign_up().store_pending(pending);
            }
            let message = messages::verify_error(&error);
            match error {
                VerifyError::WrongCode | VerifyError::ExpiredCode => {
                    SubmissionResult::FieldError(code_field, message)
                }
                VerifyError::AlreadyConfirmed => show_status(message.full_text()),
                _ => SubmissionResult::FormError(message),
            }
        })
    });
    let resend_code = resend.submission.on_submit(move || {
        let name = parse_field(username, name_field, Username::parse, &validation::USERNAME)
            .value_or_focus()?;
        status_message.set(String::new());
        submit_task(async move {
            match auth.sign_up().resend_code(&name).await {
                Ok(()) => {
                    let _ = code_field.error.try_set(None);
                    resend.start_cooldown();
                    show_status(register::CODE_SENT_IF_ACCOUNT_EXISTS.to_owned())
                }
                Err(error @ ResendError::AlreadyConfirmed) => {
                    show_status(messages::resend_error(&error).full_text())
                }
                Err(error) => SubmissionResult::FormError(messages::resend_error(&error)),
            }
        })
    });

    let return_to = StoredValue::new(routes::return_to_parameter(&auth.config()));
    let address_of = move |page: PagePath| {
        Signal::derive(move || {
            let name = username.get();
            return_to.with_value(|return_to| {
                page.with_query(&[
                    (routes::USERNAME, name.trim()),
                    (routes::RETURN_TO, return_to),
                ])
            })
        })
    };
    view! {
        <Page title=register::CONFIRM_TITLE>
            <Notice text=status_message/>
            <Form
                on_submit
                error=submission.error()
                busy=submission.is_busy()
                label=labels::CONFIRM
                busy_label=labels::CONFIRMING
            >
                <TextField
                    id="username"
                    label=labels::EMAIL_OR_USERNAME
                    value=username
                    error=name_field.error
                    autocomplete="username"
                />
                <CodeField value=code error=code_field.error/>
            </Form>
            <ErrorNotice message=resend.submission.error()/>
            <FormLinks>
                <li><ResendButton resend on_click=resend_code/></li>
                <FormLink
                    before=register::WRONG_ADDRESS
                    href=address_of(PagePath::Register)
                    label=register::CHANGE_ADDRESS
                />
                <FormLink href=address_of(PagePath::SignIn) label=labels::SIGN_IN/>
            </FormLinks>
        </Page>
    }
}

/// Returns the verification code in the page's address, or an empty text. The code is removed from the address.
fn take_code() -> String {
    let Some(code) = routes::query_parameter(routes::CODE) else {
        return String::new();
    };
    let parameter = |name| routes::query_parameter(name).unwrap_or_default();
    let [name, return_to, after] =
        [routes::USERNAME, routes::RETURN_TO, routes::LAST_ACTION].map(parameter);
    // The router keeps the address with the code, so it does not render this page again.
    location::replace_url(&PagePath::Verify.with_query(&[
        (routes::USERNAME, &name),
        (routes::RETURN_TO, &return_to),
        (routes::LAST_ACTION, &after),
    ]));
    code
}
