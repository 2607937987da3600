//! The question after a sign-in whether this device can be trusted. It is shown on any page.

use leptos::prelude::*;

use super::attempt::{Attempt, Outcome, work};
use crate::auth::use_auth;
use crate::components::{Choice, Notice, Tone, dynamic};
use crate::messages;

/// Renders the question until the user has answered it. It renders nothing if there is no question.
pub fn device_offer() -> AnyView {
    let auth = use_auth();
    dynamic(move || {
        if !auth.is_device_offered() {
            return ().into_any();
        }
        let attempt = Attempt::new();
        let answer = move |remembered| {
            attempt.on_press(move || {
                work(async move {
                    match auth.answer_device_offer(remembered).await {
                        Ok(()) => Outcome::Done,
                        Err(error) => Outcome::Refused(messages::sign_in_error(&error)),
                    }
                })
            })
        };
        view! {
            <section class="card prompt" aria-label="This device">
                <p role="status">{messages::REMEMBER_DEVICE}</p>
                <Notice tone=Tone::Trouble text=attempt.trouble()/>
                <div class="actions">
                    <Choice on_press=answer(true) label="Remember this device" busy=attempt.is_busy()/>
                    <Choice on_press=answer(false) label="Not now" busy=attempt.is_busy()/>
                </div>
            </section>
        }
        .into_any()
    })
}
