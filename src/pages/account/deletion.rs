use leptos::prelude::*;

use crate::auth::AuthContext;
use crate::components::{Form, TextField};
use crate::messages;
use crate::pages::attempt::{Attempt, Field, Outcome, complain, work};

/// Renders the section that deletes the account. There are two confirmations: the user opens the section, and the
/// user types a word before pressing the button.
pub(super) fn deletion(auth: AuthContext) -> AnyView {
    let word = RwSignal::new(String::new());
    let field = Field {
        id: "deletion-word",
        error: RwSignal::new(None),
    };
    let attempt = Attempt::new();
    let on_submit = attempt.on_press(move || {
        let is_meant = word.with_untracked(|word| {
            let word = word.trim().trim_matches(['“', '”', '"']);
            word.eq_ignore_ascii_case(messages::DELETION_WORD)
        });
        if !is_meant {
            complain(field, messages::DELETION_WORD_NEEDED);
            return None;
        }
        work(async move {
            match auth.delete_account().await {
                Ok(()) => Outcome::Done,
                Err(error) => Outcome::Refused(messages::account_error(&error)),
            }
        })
    });
    view! {
        <p>{messages::DELETION}</p>
        <Form
            on_submit=on_submit
            trouble=attempt.trouble()
            busy=attempt.is_busy()
            label="Delete my account for good"
            busy_label="Deleting your account…"
            class="danger"
        >
            <TextField
                id=field.id
                label=format!("Type “{}” to confirm", messages::DELETION_WORD)
                value=word
                error=field.error
                autocomplete="off"
            />
        </Form>
    }
    .into_any()
}
