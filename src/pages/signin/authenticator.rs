//! The `SOFTWARE_TOKEN_MFA` option of `MFA_SETUP`: the user adds a secret to an authenticator app and enters its
//! code.

use cognito_proto::sign_in::AuthenticatorOffered;
use leptos::prelude::*;

use super::super::attempt::Attempt;
use super::super::authenticator::authenticator_secret;
use super::asking::Asking;
use super::code::Code;
use crate::auth::{UserChallenge, use_auth};
use crate::components::{Form, Notice, Page, Tone, Way, Ways};
use crate::messages;

/// Renders the secret and the form for the code.
pub(super) fn authenticator(asking: Asking, asked: &AuthenticatorOffered) -> AnyView {
    let auth = use_auth();
    let code = Code::new();
    let attempt = Attempt::new();
    let on_submit = attempt.on_press(move || {
        let secret = code.get(messages::CODE_OF_APP_NEEDED)?;
        let (UserChallenge::Authenticator(asked), talk) = asking.take()? else {
            return None;
        };
        asking.answer(
            Some(code.field),
            auth.verify_authenticator(talk, asked, secret),
        )
    });
    let account = asking.username.get_untracked();
    let secret = authenticator_secret(account.trim(), &asked.secret);
    view! {
        <Page title="Set up your authenticator app">
            {secret}
            <Notice tone=Tone::Trouble text=asking.trouble.into()/>
            <Form on_submit=on_submit trouble=attempt.trouble() busy=attempt.is_busy() label="Continue" busy_label="Checking…">
                {code.view()}
            </Form>
            <Ways ways=vec![Way::Button(asking.start_again())]/>
        </Page>
    }
    .into_any()
}
