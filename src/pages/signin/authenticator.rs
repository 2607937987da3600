//! The `SOFTWARE_TOKEN_MFA` option of `MFA_SETUP`: the user adds a secret to an authenticator app and enters its
//! code.

use cognito_proto::sign_in::TotpSetup;
use leptos::prelude::*;
use leptos_cognito::{UserChallenge, use_auth};
use ui_texts::{labels, sign_in as texts, validation};

use super::super::authenticator::authenticator_secret;
use super::super::submission::Submission;
use super::code::CodeInput;
use super::flow::SignInFlow;
use crate::components::{ErrorNotice, Form, FormLink, FormLinks, Page};

/// Renders the step in which the user sets up an authenticator app: the secret for the app and the form for the app's
/// first code.
pub(super) fn authenticator(flow: SignInFlow, challenge: &TotpSetup) -> AnyView {
    let auth = use_auth();
    let code = CodeInput::new();
    let submission = Submission::new();
    let on_submit = submission.on_submit(move || {
        let secret = code.validate(&validation::AUTHENTICATOR_CODE)?;
        let (UserChallenge::TotpSetup(open), attempt) = flow.take_challenge()? else {
            return None;
        };
        flow.submit(
            Some(code.field),
            auth.sign_in_client()
                .verify_authenticator(attempt, open, secret),
        )
    });
    let account = flow.username.get_untracked();
    let secret = authenticator_secret(account.trim(), &challenge.secret);
    view! {
        <Page title=texts::AUTHENTICATOR_TITLE>
            {secret}
            <ErrorNotice message=flow.error.into()/>
            <Form on_submit=on_submit error=submission.error() busy=submission.is_busy() label=labels::CONTINUE busy_label=labels::CHECKING>
                {code.view()}
            </Form>
            <FormLinks links=vec![FormLink::Button(flow.start_over_button())]/>
        </Page>
    }
    .into_any()
}
