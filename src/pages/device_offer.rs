//! The question whether the user trusts this device. It is shown on any page after a sign-in.

use leptos::prelude::*;
use leptos_cognito::{AuthContext, use_auth};
use ui_texts::sign_in;

use super::submission::{Submission, SubmissionResult, SubmitTask};
use crate::components::{ErrorNotice, SecondaryButton};
use crate::engine::use_engine;
use crate::messages;

/// The question after a sign-in whether this device can be trusted. It is shown until the user has answered it.
#[component]
pub fn DeviceOffer() -> impl IntoView {
    let auth = use_auth();
    view! {
        {move || {
            if auth.remembered_devices().is_offer_open() {
                view! { <DeviceQuestion/> }.into_any()
            } else {
                ().into_any()
            }
        }}
    }
}

#[component]
fn DeviceQuestion() -> impl IntoView {
    let auth = use_auth();
    let engine = use_engine();
    let submission = Submission::new();
    let answer = move |remembered| {
        submission.on_submit(move || {
            engine.submit(move |engine| engine.answer_device_offer(auth, remembered))
        })
    };
    view! {
        <section class="card prompt" aria-label=sign_in::DEVICE_SECTION>
            <p role="status">{sign_in::TRUST_DEVICE}</p>
            <ErrorNotice message=submission.error()/>
            <div class="actions">
                <SecondaryButton on_click=answer(true) label=sign_in::TRUST busy=submission.is_busy()/>
                <SecondaryButton on_click=answer(false) label=sign_in::NOT_NOW busy=submission.is_busy()/>
            </div>
        </section>
    }
}

/// Sends the user's answer to the question whether to trust this device.
pub(crate) fn answer_device_offer(auth: AuthContext, remembered: bool) -> SubmitTask {
    Box::pin(async move {
        match auth.remembered_devices().answer_offer(remembered).await {
            Ok(()) => SubmissionResult::Done,
            Err(error) => SubmissionResult::FormError(messages::sign_in_error(&error)),
        }
    })
}
