use leptos::prelude::*;
use leptos_cognito::use_auth;
use ui_texts::{account as texts, validation};

use crate::components::{Form, TextField};
use crate::messages;
use crate::pages::submission::{Field, Submission, SubmissionResult, set_field_error, submit_task};

/// The content of the section that deletes the account. There are two confirmations: the user opens the section, and
/// the user types a word before pressing the button.
#[component]
pub(super) fn DeleteAccountSection() -> impl IntoView {
    let auth = use_auth();
    let word = RwSignal::new(String::new());
    let field = Field {
        id: "deletion-word",
        error: RwSignal::new(None),
    };
    let submission = Submission::new();
    let on_submit = submission.on_submit(move || {
        let is_confirmed = word.with_untracked(|word| {
            let word = word.trim().trim_matches(['“', '”', '"']);
            word.eq_ignore_ascii_case(texts::DELETION_WORD)
        });
        if !is_confirmed {
            set_field_error(field, validation::DELETION_WORD.clone());
            return None;
        }
        submit_task(async move {
            match auth.account().delete().await {
                Ok(()) => SubmissionResult::Done,
                Err(error) => SubmissionResult::FormError(messages::account_error(&error)),
            }
        })
    });
    view! {
        <p>{texts::DELETION}</p>
        <Form
            on_submit=on_submit
            error=submission.error()
            busy=submission.is_busy()
            label=texts::DELETE_PERMANENTLY
            busy_label=texts::DELETING
            class="danger"
        >
            <TextField
                id=field.id
                label=texts::TYPE_DELETION_WORD
                value=word
                error=field.error
                autocomplete="off"
            />
        </Form>
    }
}
