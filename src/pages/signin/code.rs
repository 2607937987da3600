//! A code: of a message, or of an authenticator app.

use cognito_proto::secret::ConfirmationCode;
use cognito_proto::sign_in::{CodeAsked, Step};
use leptos::prelude::*;

use super::super::attempt::{Attempt, Field, parsed};
use super::asking::Asking;
use crate::auth::{Question, use_auth};
use crate::components::{CodeField, Form, Notice, Page, Tone, Way, Ways};
use crate::words;

/// A code's field, and how it is read.
#[derive(Clone, Copy)]
pub(super) struct Code {
    value: RwSignal<String>,
    pub(super) field: Field,
}

impl Code {
    pub(super) fn new() -> Self {
        Self {
            value: RwSignal::new(String::new()),
            field: Field {
                id: "code",
                error: RwSignal::new(None),
            },
        }
    }

    /// The code; where none was entered, the field says `complaint`.
    pub(super) fn get(self, complaint: &str) -> Option<ConfirmationCode> {
        parsed(self.value, self.field, ConfirmationCode::parse, complaint)
    }

    pub(super) fn view(self) -> AnyView {
        view! { <CodeField value=self.value error=self.field.error/> }.into_any()
    }
}

/// The part.
pub(super) fn code(asking: Asking, asked: &CodeAsked) -> AnyView {
    let auth = use_auth();
    let code = Code::new();
    let attempt = Attempt::new();
    let said = words::code_asked(asked);
    let needed = words::code_needed(asked.challenge);
    let on_submit = attempt.on_press(move || {
        let secret = code.get(needed)?;
        let (Question::Code(asked), talk) = asking.take()? else {
            return None;
        };
        let answered = auth.go_on(talk, Step::Send(asked.answer(secret)));
        asking.answer(Some(code.field), answered)
    });
    let hint = words::no_code(asked.challenge);
    let ways = vec![Way::Button(
        view! { {hint} {asking.start_again()} }.into_any(),
    )];
    view! {
        <Page title="Enter your code">
            <p role="status">{said}</p>
            <Notice tone=Tone::Trouble words=asking.trouble.into()/>
            <Form on_submit=on_submit trouble=attempt.trouble() busy=attempt.is_busy() label="Continue" busy_label="Checking…">
                {code.view()}
            </Form>
            <Ways ways=ways/>
        </Page>
    }
    .into_any()
}
