//! `NEW_PASSWORD_REQUIRED`: the user replaces the temporary password and enters the missing required attributes.

use cognito_proto::sign_in::{NewPasswordAsked, Step};
use leptos::prelude::*;

use super::super::asked_attributes::AskedAttributes;
use super::super::attempt::{Attempt, work};
use super::super::new_password::NewPassword;
use super::asking::Asking;
use crate::auth::{SignInError, UserChallenge, use_auth};
use crate::components::{Form, HiddenUsername, Page, Way, Ways};

/// Renders the form.
pub(super) fn new_password(asking: Asking, asked: &NewPasswordAsked) -> AnyView {
    let auth = use_auth();
    let attributes = AskedAttributes::new(&asked.missing);
    let password = NewPassword::new();
    let attempt = Attempt::new();
    let fields = attributes.view();
    let on_submit = attempt.on_press(move || {
        let (attributes, secret) = attributes.check().and(password.check()).get()?;
        let (UserChallenge::NewPassword(asked), talk) = asking.take()? else {
            return None;
        };
        let answered = auth.respond(talk, Step::Send(asked.answer(secret, attributes)));
        let part = asking.part_drawn();
        work(async move {
            let outcome = answered.await;
            let field = match &outcome {
                Ok(_) => {
                    password.clear();
                    None
                }
                // The error of the pool is about an attribute, so it is shown for the whole form.
                Err(stopped) if matches!(stopped.error, SignInError::Invalid(_)) => None,
                Err(stopped) => {
                    if let SignInError::Password(refusal) = &stopped.error {
                        password.learn(refusal);
                    }
                    Some(password.field())
                }
            };
            asking.settle(part, field, outcome)
        })
    });
    view! {
        <Page title="Choose a password of your own">
            <p role="status">"You signed in with a temporary password. Choose one that only you know; it takes the temporary one's place."</p>
            <Form on_submit=on_submit trouble=attempt.trouble() busy=attempt.is_busy() label="Continue" busy_label="Setting it…">
                <HiddenUsername value=asking.username/>
                {fields}
                {password.view()}
            </Form>
            <Ways ways=vec![Way::Button(asking.start_again())]/>
        </Page>
    }
    .into_any()
}
