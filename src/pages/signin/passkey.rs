//! The `WEB_AUTHN` challenge: the user signs in with a passkey.

use leptos::prelude::*;

use super::super::attempt::Attempt;
use super::asking::Asking;
use crate::auth::{UserChallenge, use_auth};
use crate::browser::document;
use crate::components::{Choice, Notice, Page, Tone, Way, Ways};

/// Renders the step. The browser's dialog opens immediately, because the user has just chosen the passkey. The button
/// opens it again.
pub(super) fn passkey(asking: Asking) -> AnyView {
    let auth = use_auth();
    let attempt = Attempt::new();
    let sign = attempt.on_press(move || {
        let (UserChallenge::Passkey(asked), talk) = asking.take()? else {
            return None;
        };
        asking.answer(None, auth.sign_with_passkey(talk, asked, false))
    });
    let sign = StoredValue::new_local(sign);
    // This can run late, after the step is gone, because a hidden tab renders nothing.
    let press = move || {
        let _ = sign.try_with_value(|sign| sign());
    };
    document::next_frame(press);
    view! {
        <Page title="Sign in with a passkey">
            <p role="status">"Your browser asks for your passkey now."</p>
            <Notice tone=Tone::Trouble text=attempt.trouble()/>
            <Choice on_press=Box::new(press) label="Use your passkey" busy=attempt.is_busy()/>
            <Ways ways=vec![Way::Button(asking.start_again())]/>
        </Page>
    }
    .into_any()
}
