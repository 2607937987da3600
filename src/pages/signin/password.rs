//! The step that asks for the password, for flows that do not begin with it.

use leptos::prelude::*;
use leptos_cognito::{UserChallenge, use_auth};
use ui_texts::{labels, sign_in as texts, validation};

use super::super::submission::{Field, Submission, parse_field, parse_password};
use super::flow::SignInFlow;
use crate::components::{
    ErrorNotice, Form, FormLink, FormLinks, HiddenUsername, LinkButton, Page, PasswordField,
    PasswordUse,
};
use crate::routes::PagePath;

/// The step that asks for the password, after the user has entered the username.
#[component]
pub(super) fn PasswordStep(flow: SignInFlow) -> impl IntoView {
    let auth = use_auth();
    let password = RwSignal::new(String::new());
    let field = Field {
        id: "password",
        error: RwSignal::new(None),
    };
    let submission = Submission::new();
    let on_submit = submission.on_submit(move || {
        let secret =
            parse_field(password, field, parse_password, &validation::PASSWORD).value_or_focus()?;
        let (UserChallenge::Password(open), attempt) = flow.take_challenge()? else {
            return None;
        };
        flow.submit_with_password(
            password,
            auth.sign_in_client().submit_password(attempt, open, secret),
        )
    });
    let choose_other_method = move || {
        let Some((UserChallenge::Password(open), attempt)) = flow.take_challenge() else {
            return;
        };
        // If the password is the only choice, the user can only start over with another username.
        let choice = open
            .back()
            .filter(|open| open.challenge.only_choice().is_none());
        let challenge = choice.map(UserChallenge::ChooseFirstFactor);
        flow.show(challenge.map(|challenge| attempt.with_challenge(challenge)));
    };
    view! {
        <Page title=texts::PASSWORD_TITLE>
            <ErrorNotice message=flow.error/>
            <Form
                on_submit
                error=submission.error()
                busy=submission.is_busy()
                label=labels::SIGN_IN
                busy_label=labels::SIGNING_IN
            >
                <HiddenUsername value=flow.username/>
                <PasswordField usage=PasswordUse::Current value=password error=field.error/>
            </Form>
            <FormLinks>
                <li><LinkButton label=texts::ANOTHER_METHOD on_click=choose_other_method/></li>
                <FormLink href=flow.address_of(PagePath::Forgot) label=labels::FORGOT_PASSWORD/>
            </FormLinks>
        </Page>
    }
}
