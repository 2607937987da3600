use leptos::prelude::*;
use leptos_cognito::use_auth;
use ui_texts::account as texts;

use crate::components::{ErrorNotice, SecondaryButton};
use crate::messages;
use crate::pages::submission::{Submission, SubmissionResult, submit_task};

/// The section of the account page with the button that signs the user out of all devices.
#[component]
pub(super) fn GlobalSignOutSection() -> impl IntoView {
    let auth = use_auth();
    let submission = Submission::new();
    let on_click = submission.on_submit(move || {
        submit_task(async move {
            match auth.global_sign_out().await {
                Ok(()) => SubmissionResult::Done,
                Err(error) => SubmissionResult::FormError(messages::global_sign_out_error(&error)),
            }
        })
    });
    view! {
        <section class="section">
            <h2>{texts::ALL_DEVICES}</h2>
            <p>{texts::ALL_DEVICES_INTRO}</p>
            <ErrorNotice message=submission.error()/>
            <SecondaryButton on_click=on_click label=texts::ALL_DEVICES busy=submission.is_busy()/>
        </section>
    }
}
