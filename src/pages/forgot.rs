use cognito_proto::ids::Username;
use cognito_proto::secret::VerificationCode;
use leptos::either::Either;
use leptos::prelude::*;
use leptos_cognito::{AuthContext, NewPasswordError, use_auth};
use ui_texts::{forgot as texts, labels, register, sign_in, validation};

use super::new_password::{NewPassword, NewPasswordField};
use super::resend::{Resend, ResendButton};
use super::submission::{
    Field, Submission, SubmissionResult, SubmitTask, parse_field, submit_task,
};
use crate::browser::document;
use crate::components::{
    CodeField, ErrorNotice, Form, FormLink, FormLinks, HiddenUsername, LinkButton, Notice, Page,
    TextField,
};
use crate::messages;
use crate::routes::{self, LastAction, PagePath};

/// The message that says where the code for a new password was sent. While it is `None`, the page shows the form that
/// requests a code. Otherwise the page shows the form for the code and the new password.
type SentMessage = RwSignal<Option<String>>;

/// The page `/forgot`: the user requests a code, then sets a new password. The page treats unknown usernames
/// like known ones.
#[component]
pub fn ForgotPage() -> impl IntoView {
    let username = RwSignal::new(routes::query_parameter(routes::USERNAME).unwrap_or_default());
    // The pool has required the new password during a sign-in, so the user already has a code.
    let has_code = LastAction::current() == Some(LastAction::SignInAttempted);
    let sent_message: SentMessage =
        RwSignal::new(has_code.then(|| sign_in::RESET_REQUIRED.full_text()));
    let sent_text = Signal::derive(move || sent_message.get().unwrap_or_default());
    let is_sent = Memo::new(move |_| sent_message.with(Option::is_some));
    view! {
        <Page title=texts::TITLE>
            <Notice text=sent_text/>
            {move || {
                if is_sent.get() {
                    Either::Left(view! { <NewPasswordForm username sent_message/> })
                } else {
                    Either::Right(view! { <RequestCodeForm username sent_message/> })
                }
            }}
        </Page>
    }
}

/// The form that requests a code.
#[component]
fn RequestCodeForm(username: RwSignal<String>, sent_message: SentMessage) -> impl IntoView {
    let auth = use_auth();
    let name_field = Field {
        id: "username",
        error: RwSignal::new(None),
    };
    let submission = Submission::new();
    let on_submit = submission.on_submit(move || {
        request_code(
            auth,
            parse_field(username, name_field, Username::parse, &validation::USERNAME)
                .value_or_focus()?,
            sent_message,
        )
    });
    let has_code = move || {
        document::dispatch_input_events();
        let name = parse_field(username, name_field, Username::parse, &validation::USERNAME);
        if name.value_or_focus().is_some() {
            sent_message.set(Some(texts::ENTER_CODE.to_owned()));
            request_animation_frame(|| document::focus("code"));
        }
    };
    let back = Signal::stored(PagePath::SignIn.with_query(&[(
        routes::RETURN_TO,
        &routes::return_to_parameter(&auth.config()),
    )]));
    view! {
        <p>{texts::LEAD}</p>
        <Form
            on_submit
            error=submission.error()
            busy=submission.is_busy()
            label=texts::SEND_CODE
            busy_label=labels::SENDING
        >
            <TextField
                id="username"
                label=labels::EMAIL_OR_USERNAME
                value=username
                error=name_field.error
                autocomplete="username"
            />
        </Form>
        <FormLinks>
            <li><LinkButton label=texts::HAVE_CODE on_click=has_code/></li>
            <FormLink href=back label=labels::BACK_TO_SIGN_IN/>
        </FormLinks>
    }
}

fn request_code(
    auth: AuthContext,
    username: Username,
    sent_message: SentMessage,
) -> Option<SubmitTask> {
    submit_task(async move {
        match auth.password_reset().request_code(&username).await {
            Ok(()) => {
                // If the page is gone, there is no field to focus.
                if sent_message
                    .try_set(Some(register::CODE_SENT_IF_ACCOUNT_EXISTS.to_owned()))
                    .is_none()
                {
                    request_animation_frame(|| document::focus("code"));
                }
                SubmissionResult::Done
            }
            Err(error) => SubmissionResult::FormError(messages::forgot_error(&error)),
        }
    })
}

/// The form for the code and the new password.
#[component]
fn NewPasswordForm(username: RwSignal<String>, sent_message: SentMessage) -> impl IntoView {
    let auth = use_auth();
    let code = RwSignal::new(String::new());
    let code_field = Field {
        id: "code",
        error: RwSignal::new(None),
    };
    let password = NewPassword::new();
    let (submission, resend) = (Submission::new(), Resend::new());
    if sent_message.with_untracked(|sent_message| {
        sent_message.as_deref() == Some(register::CODE_SENT_IF_ACCOUNT_EXISTS)
    }) {
        resend.start_cooldown();
    }
    // The user cannot change the username here. It was validated by the first form, unless it came with the address.
    let name = move || username.with_untracked(|name| Username::parse(name));
    let on_submit = submission.on_submit(move || {
        let name = name()?;
        let secret = parse_field(code, code_field, VerificationCode::parse, &validation::CODE);
        let (secret, new) = secret.and(password.validate()).value_or_focus()?;
        let return_to = routes::return_to_parameter(&auth.config());
        submit_task(async move {
            let Err(error) = auth.password_reset().confirm(&name, &secret, &new).await else {
                password.clear();
                return SubmissionResult::Redirect(PagePath::SignIn.with_query(&[
                    (routes::USERNAME, name.as_str()),
                    (routes::LAST_ACTION, LastAction::PasswordReset.as_str()),
                    (routes::RETURN_TO, &return_to),
                ]));
            };
            let message = messages::new_password_error(&error);
            match error {
                NewPasswordError::WrongCode | NewPasswordError::ExpiredCode => {
                    SubmissionResult::FieldError(code_field, message)
                }
                NewPasswordError::InvalidPassword(refusal) => {
                    password.add_rule_from_error(&refusal);
                    SubmissionResult::FieldError(password.field(), message)
                }
                NewPasswordError::PasswordReused => {
                    SubmissionResult::FieldError(password.field(), message)
                }
                _ => SubmissionResult::FormError(message),
            }
        })
    });
    let resend_code = resend.submission.on_submit(move || {
        let name = name()?;
        let requested = request_code(auth, name, sent_message)?;
        submit_task(async move {
            let result = requested.await;
            if matches!(result, SubmissionResult::Done) {
                resend.start_cooldown();
            }
            result
        })
    });
    view! {
        <Form
            on_submit
            error=submission.error()
            busy=submission.is_busy()
            label=texts::SUBMIT
            busy_label=texts::BUSY
        >
            <HiddenUsername value=username/>
            <CodeField value=code error=code_field.error/>
            <NewPasswordField password/>
        </Form>
        <ErrorNotice message=resend.submission.error()/>
        <FormLinks>
            <li><ResendButton resend on_click=resend_code/></li>
            <li><LinkButton label=texts::ANOTHER_ACCOUNT on_click=move || sent_message.set(None)/></li>
        </FormLinks>
    }
}
