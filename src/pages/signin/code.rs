//! The challenges that ask for a code, from a message or from an authenticator app.

use cognito_proto::secret::ConfirmationCode;
use cognito_proto::sign_in::{CodeAsked, CodeChallenge, Step};
use leptos::prelude::*;

use super::super::attempt::{Attempt, Field, Outcome, parsed, work};
use super::super::resend::Resend;
use super::asking::Asking;
use crate::auth::{SignInProgress, UserChallenge, use_auth};
use crate::components::{CodeField, Form, Notice, Page, Tone, Way, Ways, dynamic};
use crate::messages;

/// The field for a code.
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

    /// Returns the code. If the field is empty, shows `complaint` as its error message.
    pub(super) fn get(self, complaint: &str) -> Option<ConfirmationCode> {
        parsed(self.value, self.field, ConfirmationCode::parse, complaint).get()
    }

    /// Clears the field and its error message.
    fn clear(self) {
        let _ = self.value.try_set(String::new());
        let _ = self.field.error.try_set(None);
    }

    pub(super) fn view(self) -> AnyView {
        view! { <CodeField value=self.value error=self.field.error/> }.into_any()
    }
}

/// Renders the form for the code.
pub(super) fn code(asking: Asking, asked: &CodeAsked) -> AnyView {
    let auth = use_auth();
    let code = Code::new();
    let (attempt, resend) = (Attempt::new(), Resend::new());
    let said = RwSignal::new(messages::code_prompt(asked));
    let needed = messages::code_needed(asked.challenge);
    let on_submit = attempt.on_press(move || {
        let secret = code.get(needed)?;
        let (UserChallenge::Code(asked), talk) = asking.take()? else {
            return None;
        };
        let answered = auth.respond(talk, Step::Send(asked.answer(secret)));
        asking.answer(Some(code.field), answered)
    });
    let send_again = resend.attempt.on_press(move || {
        asking.forget_late_password();
        let (UserChallenge::Code(asked), talk) = asking.take()? else {
            return None;
        };
        attempt.clear();
        let challenge = asked.question.challenge;
        let part = asking.part_drawn();
        let answered = auth.send_new_code(talk, asked);
        work(async move {
            match answered.await {
                Ok(SignInProgress::ChallengeRequired(pending))
                    if pending.code_challenge() == Some(challenge) =>
                {
                    let text = match &pending.challenge {
                        UserChallenge::Code(asked) => messages::new_code_sent(&asked.question),
                        _ => String::new(),
                    };
                    if asking.replace(part, pending) {
                        said.set(text);
                        code.clear();
                        resend.rest();
                    }
                    Outcome::Done
                }
                outcome => asking.settle(part, None, outcome),
            }
        })
    });
    // The code for this challenge has just been sent.
    resend.rest();
    let send_again = StoredValue::new_local(send_again);
    let is_sent = asked.challenge != CodeChallenge::SoftwareTokenMfa;
    let ways = dynamic(move || {
        let ways = if asking.can_resend().get() {
            let press = Box::new(move || send_again.with_value(|press| press()));
            let new_code = resend.button_beside(attempt.is_busy(), press);
            vec![Way::Button(new_code), Way::Button(asking.start_again())]
        } else {
            let hint = is_sent.then_some(messages::NO_CODE);
            let start_again = view! { {hint} {asking.start_again()} };
            vec![Way::Button(start_again.into_any())]
        };
        view! { <Ways ways=ways/> }.into_any()
    });
    view! {
        <Page title="Enter your code">
            <p role="status">{said}</p>
            <Notice tone=Tone::Trouble text=asking.trouble.into()/>
            <Form
                on_submit=on_submit
                trouble=attempt.trouble()
                busy=attempt.is_busy()
                blocked=resend.attempt.is_busy()
                label="Continue"
                busy_label="Checking…"
            >
                {code.view()}
            </Form>
            <Notice tone=Tone::Trouble text=resend.attempt.trouble()/>
            {ways}
        </Page>
    }
    .into_any()
}
