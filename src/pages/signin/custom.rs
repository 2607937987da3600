//! The `CUSTOM_CHALLENGE` of the pool's own triggers.

use cognito_proto::secret::CustomAnswer;
use cognito_proto::sign_in::{CustomAsked, Step};
use leptos::prelude::*;

use super::super::attempt::{Attempt, Field, complain};
use super::asking::Asking;
use crate::auth::{UserChallenge, use_auth};
use crate::components::{Form, Notice, Page, TextField, Tone, Way, Ways};
use crate::messages;

/// Renders the challenge. Its parameters come from the trigger and are shown as text, never as HTML.
pub(super) fn custom(asking: Asking, asked: &CustomAsked) -> AnyView {
    let auth = use_auth();
    let answer = RwSignal::new(String::new());
    let field = Field {
        id: "answer",
        error: RwSignal::new(None),
    };
    let attempt = Attempt::new();
    let on_submit = attempt.on_press(move || {
        let text = answer.with_untracked(|answer| answer.trim().to_owned());
        if text.is_empty() {
            complain(field, messages::ANSWER_NEEDED);
            return None;
        }
        let (UserChallenge::Custom(asked), talk) = asking.take()? else {
            return None;
        };
        let round = asked.answer(CustomAnswer::new(text));
        asking.answer(Some(field), auth.respond(talk, Step::Send(round)))
    });
    let row = |(name, text): &(String, String)| {
        view! { <div><dt>{name.clone()}</dt><dd>{text.clone()}</dd></div> }
    };
    let told = asked.parameters.iter().map(row).collect::<Vec<_>>();
    view! {
        <Page title="One more question">
            <p role="status">"This user pool has a question of its own before it lets you in."</p>
            <dl class="claims">{told}</dl>
            <Notice tone=Tone::Trouble text=asking.trouble.into()/>
            <Form on_submit=on_submit trouble=attempt.trouble() busy=attempt.is_busy() label="Continue" busy_label="Checking…">
                <TextField id="answer" label="Your answer" value=answer error=field.error autocomplete="off"/>
            </Form>
            <Ways ways=vec![Way::Button(asking.start_again())]/>
        </Page>
    }
    .into_any()
}
