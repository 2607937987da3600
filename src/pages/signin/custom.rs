//! The `CUSTOM_CHALLENGE` of the pool's own triggers.

use cognito_proto::secret::CustomAnswer;
use cognito_proto::sign_in::{CustomChallenge, Step};
use leptos::prelude::*;

use super::super::submission::{Field, Submission, set_field_error};
use super::flow::SignInFlow;
use crate::auth::{UserChallenge, use_auth};
use crate::components::{Form, FormLink, FormLinks, Notice, Page, Severity, TextField};
use crate::messages;

/// Renders the challenge. Its parameters come from the trigger and are shown as text, never as HTML.
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
            set_field_error(field, messages::ANSWER_NEEDED);
            return None;
        }
        let (UserChallenge::Custom(open), attempt) = flow.take_challenge()? else {
            return None;
        };
        let request = open.answer(CustomAnswer::new(text));
        flow.submit(Some(field), auth.respond(attempt, Step::Send(request)))
    });
    let row = |(name, text): &(String, String)| {
        view! { <div><dt>{name.clone()}</dt><dd>{text.clone()}</dd></div> }
    };
    let rows = challenge.parameters.iter().map(row).collect::<Vec<_>>();
    view! {
        <Page title="One more question">
            <p role="status">"This user pool has a question of its own before it lets you in."</p>
            <dl class="claims">{rows}</dl>
            <Notice severity=Severity::Error text=flow.error.into()/>
            <Form on_submit=on_submit error=submission.error() busy=submission.is_busy() label="Continue" busy_label="Checking…">
                <TextField id="answer" label="Your answer" value=answer error=field.error autocomplete="off"/>
            </Form>
            <FormLinks links=vec![FormLink::Button(flow.start_over_button())]/>
        </Page>
    }
    .into_any()
}
