//! The `WEB_AUTHN` challenge: the user signs in with a passkey.

use leptos::prelude::*;
use leptos_cognito::{UserChallenge, use_auth};
use ui_texts::{labels, sign_in as texts};

use super::super::submission::Submission;
use super::flow::{SignInFlow, StartOverButton};
use crate::components::{ErrorNotice, FormLinks, Page, SecondaryButton};

/// The step in which the user signs in with a passkey. The browser's dialog opens immediately, because the user has just
/// chosen the passkey. The button opens it again.
#[component]
pub(super) fn PasskeyStep(flow: SignInFlow) -> impl IntoView {
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
    request_animation_frame(move || {
        // This can run late, after the step is gone, because a hidden tab renders nothing.
        let _ = sign.try_run(());
    });
    view! {
        <Page title=texts::PASSKEY_TITLE>
            <p role="status">{texts::PASSKEY}</p>
            <ErrorNotice message=submission.error()/>
            <SecondaryButton on_click=sign label=labels::TRY_AGAIN busy=submission.is_busy()/>
            <FormLinks><li><StartOverButton flow/></li></FormLinks>
        </Page>
    }
}
