use leptos::prelude::*;

use super::section::{ErasedSignal, SectionLoader, focus_next_frame};
use crate::auth::{AuthContext, ChangePasswordError};
use crate::components::{Form, HiddenUsername, Notice, PasswordField, PasswordUse, Severity};
use crate::messages;
use crate::pages::new_password::NewPassword;
use crate::pages::submission::{
    Field, Submission, SubmissionResult, parse_field, parse_password, submit_task,
};

/// The id of the field for the current password.
const PREVIOUS: &str = "previous-password";

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
    let status_message = RwSignal::new(None::<String>);
    let form = loader.view(Box::new(move || {
        Some(password_form(
            auth,
            *has_password.get()?,
            has_password,
            status_message,
        ))
    }));
    view! {
        <Notice severity=Severity::Info text=status_message.into()/>
        {form}
    }
    .into_any()
}

fn password_form(
    auth: AuthContext,
    has_password: bool,
    has_password_now: ErasedSignal,
    status_message: RwSignal<Option<String>>,
) -> AnyView {
    let previous = RwSignal::new(String::new());
    let previous_field = Field {
        id: PREVIOUS,
        error: RwSignal::new(None),
    };
    let new = NewPassword::new();
    let submission = Submission::new();
    let on_submit = submission.on_submit(move || {
        status_message.set(None);
        let proposed = new.validate();
        let (current, proposed) = if has_password {
            let text = messages::CURRENT_PASSWORD_NEEDED;
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
                let _ = status_message.try_set(Some(messages::PASSWORD_IS_CHANGED.to_owned()));
                if !has_password {
                    has_password_now.set(true);
                    focus_next_frame(PREVIOUS);
                }
                return SubmissionResult::Done;
            };
            let text = messages::change_password_error(&error);
            match error {
                ChangePasswordError::WrongPassword if has_password => {
                    SubmissionResult::FieldError(previous_field, text)
                }
                ChangePasswordError::InvalidPassword(refusal) => {
                    new.add_rule_from_error(&refusal);
                    SubmissionResult::FieldError(new.field(), text)
                }
                ChangePasswordError::PasswordReused => {
                    SubmissionResult::FieldError(new.field(), text)
                }
                _ => SubmissionResult::FormError(text),
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
        view! { <p>{messages::NO_PASSWORD_YET}</p> }.into_any()
    };
    view! {
        <Form
            on_submit=on_submit
            error=submission.error()
            busy=submission.is_busy()
            label="Change the password"
            busy_label="Changing it…"
        >
            <HiddenUsername value=RwSignal::new(name.unwrap_or_default())/>
            {previous}
            {new.view()}
        </Form>
    }
    .into_any()
}
