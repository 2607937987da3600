//! The `SOFTWARE_TOKEN_MFA` option of `MFA_SETUP`: the user adds a secret to an authenticator app and enters its
//! code.

use cognito_proto::secret::TotpSecret;
use leptos::prelude::*;
use leptos_cognito::{UserChallenge, use_auth};
use ui_texts::{labels, sign_in as texts, validation};

use super::super::authenticator::AuthenticatorSecret;
use super::super::submission::Submission;
use super::code::CodeInput;
use super::flow::{SignInFlow, StartOverButton};
use crate::components::{CodeField, ErrorNotice, Form, FormLinks, Page};

/// The step in which the user sets up an authenticator app: the secret for the app and the form for the app's first
/// code.
#[component]
pub(super) fn AuthenticatorStep(flow: SignInFlow, secret: TotpSecret) -> impl IntoView {
    let auth = use_auth();
    let code = CodeInput::new();
    let submission = Submission::new();
    let on_submit = submission.on_submit(move || {
        let answer = code.validate(&validation::AUTHENTICATOR_CODE)?;
        let (UserChallenge::TotpSetup(open), attempt) = flow.take_challenge()? else {
            return None;
        };
        flow.submit(
            Some(code.field),
            auth.sign_in_client()
                .verify_authenticator(attempt, open, answer),
        )
    });
    let account = flow.username.with_untracked(|name| name.trim().to_owned());
    view! {
        <Page title=texts::AUTHENTICATOR_TITLE>
            <AuthenticatorSecret account secret/>
            <ErrorNotice message=flow.error/>
            <Form
                on_submit
                error=submission.error()
                busy=submission.is_busy()
                label=labels::CONTINUE
                busy_label=labels::CHECKING
            >
                <CodeField value=code.value error=code.field.error/>
            </Form>
            <FormLinks><li><StartOverButton flow/></li></FormLinks>
        </Page>
    }
}
