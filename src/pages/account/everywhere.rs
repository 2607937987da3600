use leptos::prelude::*;

use crate::auth::AuthContext;
use crate::components::{Choice, Notice, Tone};
use crate::messages;
use crate::pages::attempt::{Attempt, Outcome, work};

/// Renders the section that signs the user out of all devices.
pub(super) fn everywhere(auth: AuthContext) -> AnyView {
    let attempt = Attempt::new();
    let on_press = attempt.on_press(move || {
        work(async move {
            match auth.global_sign_out().await {
                Ok(()) => Outcome::Done,
                Err(error) => Outcome::Refused(messages::global_sign_out_error(&error)),
            }
        })
    });
    view! {
        <section class="section">
            <h2>"Sign out everywhere"</h2>
            <p>{messages::EVERYWHERE}</p>
            <Notice tone=Tone::Trouble text=attempt.trouble()/>
            <Choice on_press=on_press label="Sign out on every device" busy=attempt.is_busy()/>
        </section>
    }
    .into_any()
}
