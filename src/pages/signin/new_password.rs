//! The challenge `NEW_PASSWORD_REQUIRED`: the user replaces the temporary password and enters the missing required
//! attributes.

use cognito_proto::sign_in::{NewPasswordChallenge, Step};
use leptos::prelude::*;
use leptos_cognito::{SignInError, UserChallenge, use_auth};
use ui_texts::{labels, sign_in as texts};

use super::super::attribute_fields::AttributeFields;
use super::super::new_password::NewPassword;
use super::super::submission::{Submission, submit_task};
use super::flow::SignInFlow;
use crate::components::{Form, FormLink, FormLinks, HiddenUsername, Page};

/// Renders the form for the new password and the missing required attributes.
pub(super) fn new_password(flow: SignInFlow, challenge: &NewPasswordChallenge) -> AnyView {
    let auth = use_auth();
    let attributes = AttributeFields::new(&challenge.missing);
    let password = NewPassword::new();
    let submission = Submission::new();
    let fields = attributes.view();
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
            <Form on_submit=on_submit error=submission.error() busy=submission.is_busy() label=labels::CONTINUE busy_label=labels::SAVING>
                <HiddenUsername value=flow.username/>
                {fields}
                {password.view()}
            </Form>
            <FormLinks links=vec![FormLink::Button(flow.start_over_button())]/>
        </Page>
    }
    .into_any()
}
