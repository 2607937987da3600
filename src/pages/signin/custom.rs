//! The challenge `CUSTOM_CHALLENGE`, which the pool's own triggers define.

use cognito_proto::secret::CustomAnswer;
use cognito_proto::sign_in::Step;
use leptos::prelude::*;
use leptos_cognito::{UserChallenge, use_auth};
use ui_texts::{labels, sign_in as texts, validation};

use super::super::submission::{Field, Submission, set_field_error};
use super::flow::{SignInFlow, StartOverButton};
use crate::components::{ErrorNotice, Form, FormLinks, Page, TextField};

/// The step that asks for the answer to a trigger's challenge.
#[component]
pub(super) fn CustomChallengeStep(
    flow: SignInFlow,
    /// The names and values of the challenge's parameters. They come from the trigger and are shown as text, never as
    /// HTML.
    parameters: Vec<(String, String)>,
) -> impl IntoView {
    let auth = use_auth();
    let answer = RwSignal::new(String::new());
    let field = Field {
        id: "answer",
        error: RwSignal::new(None),
    };
    let submission = Submission::new();
    let on_submit = submission.on_submit(move || {
        let text = answer.with_untracked(|answer| answer.trim().to_owned());
        if text.is_empty() {
            set_field_error(field, validation::ANSWER.clone());
            return None;
        }
        let (UserChallenge::Custom(open), attempt) = flow.take_challenge()? else {
            return None;
        };
        let request = open.answer(CustomAnswer::new(text));
        flow.submit(
            Some(field),
            auth.sign_in_client().respond(attempt, Step::Send(request)),
        )
    });
    let row = |(name, text)| view! { <div><dt>{name}</dt><dd>{text}</dd></div> };
    view! {
        <Page title=texts::CUSTOM_TITLE>
            <p role="status">{texts::CUSTOM}</p>
            <dl class="claims">{parameters.into_iter().map(row).collect_view()}</dl>
            <ErrorNotice message=flow.error/>
            <Form
                on_submit
                error=submission.error()
                busy=submission.is_busy()
                label=labels::CONTINUE
                busy_label=labels::CHECKING
            >
                <TextField id="answer" label=texts::ANSWER value=answer error=field.error autocomplete="off"/>
            </Form>
            <FormLinks><li><StartOverButton flow/></li></FormLinks>
        </Page>
    }
}
