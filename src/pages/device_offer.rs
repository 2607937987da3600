//! The question after a sign-in whether this device can be trusted. It is shown on any page.

use leptos::prelude::*;

use super::submission::{Submission, SubmissionResult, submit_task};
use crate::auth::use_auth;
use crate::components::{Notice, SecondaryButton, Severity, reactive};
use crate::messages;

/// Renders the question until the user has answered it. It renders nothing if there is no question.
pub fn device_offer() -> AnyView {
    let auth = use_auth();
    reactive(move || {
        if !auth.is_device_offered() {
            return ().into_any();
        }
        let submission = Submission::new();
        let answer = move |remembered| {
            submission.on_submit(move || {
                submit_task(async move {
                    match auth.answer_device_offer(remembered).await {
                        Ok(()) => SubmissionResult::Done,
                        Err(error) => SubmissionResult::FormError(messages::sign_in_error(&error)),
                    }
                })
            })
        };
        view! {
            <section class="card prompt" aria-label="This device">
                <p role="status">{messages::REMEMBER_DEVICE}</p>
                <Notice severity=Severity::Error text=submission.error()/>
                <div class="actions">
                    <SecondaryButton on_click=answer(true) label="Remember this device" busy=submission.is_busy()/>
                    <SecondaryButton on_click=answer(false) label="Not now" busy=submission.is_busy()/>
                </div>
            </section>
        }
        .into_any()
    })
}
