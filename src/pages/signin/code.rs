//! The challenges that ask for a code, from a message or from an authenticator app.

use cognito_proto::secret::VerificationCode;
use cognito_proto::sign_in::{OtpChallenge, OtpKind, Step};
use leptos::either::Either;
use leptos::prelude::*;
use leptos_cognito::{SignInProgress, UserChallenge, use_auth};
use ui_texts::{Message, labels, sign_in as texts};

use super::super::resend::{Resend, ResendButton};
use super::super::submission::{Field, Submission, SubmissionResult, parse_field, submit_task};
use super::flow::{SignInFlow, StartOverButton};
use crate::components::{CodeField, ErrorNotice, Form, FormLinks, Page};
use crate::messages;

/// The field for a verification code, with its value and its error.
#[derive(Clone, Copy)]
pub(super) struct CodeInput {
    pub(super) value: RwSignal<String>,
    pub(super) field: Field,
}

impl CodeInput {
    pub(super) fn new() -> Self {
        Self {
            value: RwSignal::new(String::new()),
            field: Field {
                id: "code",
                error: RwSignal::new(None),
            },
        }
    }

    /// Returns the code that the user has typed. If the field is empty, shows `message` at the field and returns
    /// `None`.
    pub(super) fn validate(self, message: &Message) -> Option<VerificationCode> {
        parse_field(self.value, self.field, VerificationCode::parse, message).value_or_focus()
    }

    /// Clears the field for the code and its error message.
    fn clear(self) {
        let _ = self.value.try_set(String::new());
        let _ = self.field.error.try_set(None);
    }
}

/// The step that asks for a code, with a button that requests another code if the service can send one.
#[component]
pub(super) fn CodeStep(flow: SignInFlow, challenge: OtpChallenge) -> impl IntoView {
    let auth = use_auth();
    let code = CodeInput::new();
    let (submission, resend) = (Submission::new(), Resend::new());
    let status_message = RwSignal::new(messages::code_prompt(&challenge));
    let needed = messages::code_needed(challenge.kind);
    let on_submit = submission.on_submit(move || {
        let secret = code.validate(needed)?;
        let (UserChallenge::Code(open), attempt) = flow.take_challenge()? else {
            return None;
        };
        let response = auth
            .sign_in_client()
            .respond(attempt, Step::Send(open.answer(secret)));
        flow.submit(Some(code.field), response)
    });
    let resend_code = resend.submission.on_submit(move || {
        flow.clear_expired_password();
        let (UserChallenge::Code(open), attempt) = flow.take_challenge()? else {
            return None;
        };
        submission.clear();
        let kind = open.challenge.kind;
        let view_id = flow.current_view_id();
        let response = auth.sign_in_client().send_new_code(attempt, open);
        submit_task(async move {
            match response.await {
                Ok(SignInProgress::ChallengeRequired(pending))
                    if pending.otp_kind() == Some(kind) =>
                {
                    let text = match &pending.challenge {
                        UserChallenge::Code(open) => messages::new_code_sent(&open.challenge),
                        _ => String::new(),
                    };
                    if flow.replace_challenge(view_id, pending) {
                        status_message.set(text);
                        code.clear();
                        resend.start_cooldown();
                    }
                    SubmissionResult::Done
                }
                result => flow.handle_result(view_id, None, result),
            }
        })
    });
    // The code for this challenge has just been sent.
    resend.start_cooldown();
    let is_sent = challenge.kind != OtpKind::SoftwareTokenMfa;
    view! {
        <Page title=texts::CODE_TITLE>
            <p role="status">{status_message}</p>
            <ErrorNotice message=flow.error/>
            <Form
                on_submit
                error=submission.error()
                busy=submission.is_busy()
                blocked=resend.submission.is_busy()
                label=labels::CONTINUE
                busy_label=labels::CHECKING
            >
                <CodeField value=code.value error=code.field.error/>
            </Form>
            <ErrorNotice message=resend.submission.error()/>
            {move || {
                if flow.can_resend().get() {
                    Either::Left(view! {
                        <FormLinks>
                            <li><ResendButton resend on_click=resend_code blocked=submission.is_busy()/></li>
                            <li><StartOverButton flow/></li>
                        </FormLinks>
                    })
                } else {
                    let hint = is_sent.then_some(texts::NO_CODE);
                    Either::Right(view! { <FormLinks><li>{hint} <StartOverButton flow/></li></FormLinks> })
                }
            }}
        </Page>
    }
}
