//! The challenge `CUSTOM_CHALLENGE`, which the pool's own triggers define.

use cognito_proto::secret::CustomAnswer;
use cognito_proto::sign_in::{CustomChallenge, Step};
use leptos::prelude::*;
use leptos_cognito::{UserChallenge, use_auth};
use ui_texts::{labels, sign_in as texts, validation};

use super::super::submission::{Field, Submission, set_field_error};
use super::flow::SignInFlow;
use crate::components::{ErrorNotice, Form, FormLink, FormLinks, Page, TextField};

/// Renders the form for the answer to a trigger's challenge. The challenge's parameters come from the trigger and are
/// shown as text, never as HTML.
pub(super) fn custom(flow: SignInFlow, challenge: &CustomChallenge) -> AnyView {
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
    let row = |(name, text): &(String, String)| {
        view! { <div><dt>{name.clone()}</dt><dd>{text.clone()}</dd></div> }
    };
    let rows = challenge.parameters.iter().map(row).collect::<Vec<_>>();
    view! {
        <Page title=texts::CUSTOM_TITLE>
            <p role="status">{texts::CUSTOM}</p>
            <dl class="claims">{rows}</dl>
            <ErrorNotice message=flow.error.into()/>
            <Form on_submit=on_submit error=submission.error() busy=submission.is_busy() label=labels::CONTINUE busy_label=labels::CHECKING>
                <TextField id="answer" label=texts::ANSWER value=answer error=field.error autocomplete="off"/>
            </Form>
            <FormLinks links=vec![FormLink::Button(flow.start_over_button())]/>
        </Page>
    }
    .into_any()
}
