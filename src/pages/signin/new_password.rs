//! The challenge `NEW_PASSWORD_REQUIRED`: the user replaces the temporary password and enters the missing required
//! attributes.

use cognito_proto::ids::AttributeName;
use cognito_proto::sign_in::Step;
use leptos::prelude::*;
use leptos_cognito::{SignInError, UserChallenge, use_auth};
use ui_texts::{labels, sign_in as texts};

use super::super::attribute_fields::{AttributeFields, AttributeInputs};
use super::super::new_password::{NewPassword, NewPasswordField};
use super::super::submission::{Submission, submit_task};
use super::flow::{SignInFlow, StartOverButton};
use crate::components::{Form, FormLinks, HiddenUsername, Page};

/// The step that asks for a new password and the missing required attributes.
#[component]
pub(super) fn NewPasswordStep(
    flow: SignInFlow,
    /// The required attributes that the user does not have.
    missing: Vec<AttributeName>,
) -> impl IntoView {
    let auth = use_auth();
    let attributes = AttributeFields::new(&missing);
    let password = NewPassword::new();
    let submission = Submission::new();
    let fields = attributes.clone();
    let on_submit = submission.on_submit(move || {
        let (attributes, secret) = attributes
            .validate()
            .and(password.validate())
            .value_or_focus()?;
        let (UserChallenge::NewPassword(open), attempt) = flow.take_challenge()? else {
            return None;
        };
        let response = auth
            .sign_in_client()
            .respond(attempt, Step::Send(open.answer(secret, attributes)));
        let view_id = flow.current_view_id();
        submit_task(async move {
            let result = response.await;
            let field = match &result {
                Ok(_) => {
                    password.clear();
                    None
                }
                // The error of the pool is about an attribute, so it is shown for the whole form.
                Err(failure) if matches!(failure.error, SignInError::InvalidValue(_)) => None,
                Err(failure) => {
                    if let SignInError::InvalidPassword(refusal) = &failure.error {
                        password.add_rule_from_error(refusal);
                    }
                    Some(password.field())
                }
            };
            flow.handle_result(view_id, field, result)
        })
    });
    view! {
        <Page title=texts::NEW_PASSWORD_TITLE>
            <p role="status">{texts::NEW_PASSWORD}</p>
            <Form
                on_submit
                error=submission.error()
                busy=submission.is_busy()
                label=labels::CONTINUE
                busy_label=labels::SAVING
            >
                <HiddenUsername value=flow.username/>
                <AttributeInputs fields/>
                <NewPasswordField password/>
            </Form>
            <FormLinks><li><StartOverButton flow/></li></FormLinks>
        </Page>
    }
}
