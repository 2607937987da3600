use leptos::prelude::*;

use crate::auth::Auth;
use crate::components::{Choice, Notice, Tone};
use crate::pages::attempt::{Attempt, Outcome, work};
use crate::words;

/// Renders the section that signs the user out of all devices.
pub(super) fn everywhere(auth: Auth) -> AnyView {
    let attempt = Attempt::new();
    let on_press = attempt.on_press(move || {
        work(async move {
            match auth.sign_out_everywhere().await {
                Ok(()) => Outcome::Done,
                Err(error) => Outcome::Refused(words::for_everywhere(&error)),
            }
        })
    });
    view! {
        <section class="part">
            <h2>"Sign out everywhere"</h2>
            <p>{words::EVERYWHERE}</p>
            <Notice tone=Tone::Trouble words=attempt.trouble()/>
            <Choice on_press=on_press words="Sign out on every device" busy=attempt.is_busy()/>
        </section>
    }
    .into_any()
}
