use leptos::either::Either;
use leptos::prelude::*;
use leptos_cognito::{ChangePasswordError, use_auth};
use ui_texts::{account as texts, validation};

use super::section::{LoadedSection, SectionData, focus_next_frame};
use crate::components::{Form, HiddenUsername, Notice, PasswordField, PasswordUse};
use crate::messages;
use crate::pages::new_password::{NewPassword, NewPasswordField};
use crate::pages::submission::{
    Field, Submission, SubmissionResult, parse_field, parse_password, submit_task,
};

/// The ID of the field for the current password.
const PREVIOUS_PASSWORD_ID: &str = "previous-password";

/// The content of the section that changes the password. If the account has no password, the form sets the first one.
#[component]
pub(super) fn PasswordSection() -> impl IntoView {
    let auth = use_auth();
    let has_password = SectionData::new(move || async move {
        let result = auth.account().has_password().await;
        result.map_err(|error| messages::account_error(&error))
    });
    let status_message = RwSignal::new(String::new());
    view! {
        <Notice text=status_message/>
        <LoadedSection data=has_password>
            <PasswordForm has_password status_message/>
        </LoadedSection>
    }
}

#[component]
fn PasswordForm(
    has_password: SectionData<bool>,
    status_message: RwSignal<String>,
) -> impl IntoView {
    let auth = use_auth();
    let is_set = Memo::new(move |_| has_password.with(|is_set| *is_set).unwrap_or_default());
    let previous = RwSignal::new(String::new());
    let previous_field = Field {
        id: PREVIOUS_PASSWORD_ID,
        error: RwSignal::new(None),
    };
    let new = NewPassword::new();
    let submission = Submission::new();
    let on_submit = submission.on_submit(move || {
        status_message.set(String::new());
        let proposed = new.validate();
        let was_set = is_set.get_untracked();
        let (current, proposed) = if was_set {
            let text = &validation::CURRENT_PASSWORD;
            let current = parse_field(previous, previous_field, parse_password, text);
            let (current, proposed) = current.and(proposed).value_or_focus()?;
            (Some(current), proposed)
        } else {
            (None, proposed.value_or_focus()?)
        };
        submit_task(async move {
            let Err(error) = auth
                .account()
                .change_password(current.as_ref(), &proposed)
                .await
            else {
                new.clear();
                let _ = previous.try_set(String::new());
                let _ = status_message.try_set(texts::PASSWORD_CHANGED.to_owned());
                if !was_set && submission.is_mounted() {
                    has_password.set(true);
                    focus_next_frame(PREVIOUS_PASSWORD_ID);
                }
                return SubmissionResult::Done;
            };
            let message = messages::change_password_error(&error);
            match error {
                ChangePasswordError::WrongPassword if was_set => {
                    SubmissionResult::FieldError(previous_field, message)
                }
                ChangePasswordError::InvalidPassword(refusal) => {
                    new.add_rule_from_error(&refusal);
                    SubmissionResult::FieldError(new.field(), message)
                }
                ChangePasswordError::PasswordReused => {
                    SubmissionResult::FieldError(new.field(), message)
                }
                _ => SubmissionResult::FormError(message),
            }
        })
    });
    let username = auth.session().with_untracked(|session| {
        let claims = session.tokens()?.claims();
        Some(claims.email.as_ref().unwrap_or(&claims.username).clone())
    });
    let previous_input = move || {
        if is_set.get() {
            Either::Left(view! {
                <PasswordField usage=PasswordUse::Previous value=previous error=previous_field.error/>
            })
        } else {
            Either::Right(view! { <p>{texts::NO_PASSWORD}</p> })
        }
    };
    view! {
        <Form
            on_submit=on_submit
            error=submission.error()
            busy=submission.is_busy()
            label=texts::CHANGE_PASSWORD
            busy_label=texts::CHANGING_PASSWORD
        >
            <HiddenUsername value=RwSignal::new(username.unwrap_or_default())/>
            {previous_input}
            <NewPasswordField password=new/>
        </Form>
    }
}
