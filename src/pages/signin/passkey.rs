//! The `WEB_AUTHN` challenge: the user signs in with a passkey.

use leptos::prelude::*;
use leptos_cognito::{UserChallenge, use_auth};
use ui_texts::{labels, sign_in as texts};

use super::super::submission::Submission;
use super::flow::SignInFlow;
use crate::components::{ErrorNotice, FormLink, FormLinks, Page, SecondaryButton};

/// Renders the step in which the user signs in with a passkey. The browser's dialog opens immediately, because the user
/// has just chosen the passkey. The button opens it again.
pub(super) fn passkey(flow: SignInFlow) -> AnyView {
    let auth = use_auth();
    let submission = Submission::new();
    let sign = submission.on_submit(move || {
        let (UserChallenge::Passkey(open), attempt) = flow.take_challenge()? else {
            return None;
        };
        flow.submit(
            None,
            auth.sign_in_client()
                .sign_with_passkey(attempt, open, false),
        )
    });
    let sign = StoredValue::new_local(sign);
    // This can run late, after the step is gone, because a hidden tab renders nothing.
    let press = move || {
        let _ = sign.try_with_value(|sign| sign());
    };
    request_animation_frame(press);
    view! {
        <Page title=texts::PASSKEY_TITLE>
            <p role="status">{texts::PASSKEY}</p>
            <ErrorNotice message=submission.error()/>
            <SecondaryButton on_click=Box::new(press) label=labels::TRY_AGAIN busy=submission.is_busy()/>
            <FormLinks links=vec![FormLink::Button(flow.start_over_button())]/>
        </Page>
    }
    .into_any()
}
