use leptos::prelude::*;
use ui_texts::{account as texts, validation};

use super::section::{ErasedSignal, SectionLoader, focus_next_frame};
use crate::auth::{AuthContext, ChangePasswordError};
use crate::components::{Form, HiddenUsername, Notice, PasswordField, PasswordUse};
use crate::messages;
use crate::pages::new_password::NewPassword;
use crate::pages::submission::{
    Field, Submission, SubmissionResult, parse_field, parse_password, submit_task,
};

/// The id of the field for the current password.
const PREVIOUS_PASSWORD_ID: &str = "previous-password";

/// Renders the form that changes the password. If the account has no password, the form sets the first one.
pub(super) fn password(auth: AuthContext) -> AnyView {
    let has_password = ErasedSignal::new();
    let loader = SectionLoader::new(move || {
        submit_task(async move {
            match auth.has_password().await {
                Ok(has) => {
                    has_password.set(has);
                    SubmissionResult::Done
                }
                Err(error) => SubmissionResult::FormError(messages::account_error(&error)),
            }
        })
    });
    let status_message = RwSignal::new(String::new());
    let form = loader.view(Box::new(move || {
        Some(password_form(
            auth,
            *has_password.get()?,
            has_password,
            status_message,
        ))
    }));
    view! {
        <Notice text=status_message.into()/>
        {form}
    }
    .into_any()
}

fn password_form(
    auth: AuthContext,
    has_password: bool,
    has_password_now: ErasedSignal,
    status_message: RwSignal<String>,
) -> AnyView {
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
        let (current, proposed) = if has_password {
            let text = &validation::CURRENT_PASSWORD;
            let current = parse_field(previous, previous_field, parse_password, text);
            let (current, proposed) = current.and(proposed).value_or_focus()?;
            (Some(current), proposed)
        } else {
            (None, proposed.value_or_focus()?)
        };
        submit_task(async move {
            let Err(error) = auth.change_password(current.as_ref(), &proposed).await else {
                new.clear();
                let _ = previous.try_set(String::new());
                let _ = status_message.try_set(texts::PASSWORD_CHANGED.to_owned());
                if !has_password {
                    has_password_now.set(true);
                    focus_next_frame(PREVIOUS_PASSWORD_ID);
                }
                return SubmissionResult::Done;
            };
            let message = messages::change_password_error(&error);
            match error {
                ChangePasswordError::WrongPassword if has_password => {
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
    let name = auth.session().with_untracked(|session| {
        let tokens = session.tokens()?;
        let claims = tokens.claims();
        Some(claims.email.as_ref().unwrap_or(&claims.username).clone())
    });
    let previous = if has_password {
        view! { <PasswordField usage=PasswordUse::Previous value=previous error=previous_field.error/> }
            .into_any()
    } else {
        view! { <p>{texts::NO_PASSWORD}</p> }.into_any()
    };
    view! {
        <Form
            on_submit=on_submit
            error=submission.error()
            busy=submission.is_busy()
            label=texts::CHANGE_PASSWORD
            busy_label=texts::CHANGING_PASSWORD
        >
            <HiddenUsername value=RwSignal::new(name.unwrap_or_default())/>
            {previous}
            {new.view()}
        </Form>
    }
    .into_any()
}
