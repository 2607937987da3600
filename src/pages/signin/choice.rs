//! The challenges that ask for a choice: of the first factor, of the second factor, and of the second factor to set up.

use cognito_proto::factor::{FirstFactor, SecondFactor};
use cognito_proto::ids::EmailAddress;
use cognito_proto::sign_in::Step;
use leptos::prelude::*;
use leptos_cognito::{SignInFuture, UserChallenge, use_auth};
use ui_texts::{labels, sign_in as texts, validation};

use super::super::submission::{Field, Submission, parse_field};
use super::flow::{SignInFlow, StartOverButton};
use crate::components::{ErrorNotice, Form, FormLinks, Page, SecondaryButton, TextField};
use crate::messages;

/// One button for each label.
#[component]
fn ChoiceButtons(
    flow: SignInFlow,
    labels: Vec<&'static str>,
    /// The function that a press calls with the index of the button. It returns the sign-in step to run.
    answer: Callback<usize, Option<SignInFuture>>,
) -> impl IntoView {
    let submission = Submission::new();
    let button = |(index, label)| {
        let on_click = submission.on_submit(move || flow.submit(None, answer.run(index)?));
        view! { <SecondaryButton on_click label busy=submission.is_busy()/> }
    };
    view! {
        <ErrorNotice message=flow.error/>
        <ErrorNotice message=submission.error()/>
        <div class="button-list">
            {labels.into_iter().enumerate().map(button).collect_view()}
        </div>
    }
}

/// The challenge `SELECT_CHALLENGE`: the user chooses one of the first factors that the pool offers.
#[component]
pub(super) fn FirstFactorStep(flow: SignInFlow, offered: Vec<FirstFactor>) -> impl IntoView {
    let auth = use_auth();
    let labels = offered.into_iter().map(messages::first_factor_label);
    let answer = Callback::new(move |index| {
        let (UserChallenge::ChooseFirstFactor(open), attempt) = flow.take_challenge()? else {
            return None;
        };
        let factor = open.challenge.choices().nth(index)?;
        Some(auth.sign_in_client().respond(attempt, open.choose(factor)))
    });
    view! {
        <Page title=texts::CHOOSE_TITLE>
            <ChoiceButtons flow labels=labels.collect() answer/>
            <FormLinks><li><StartOverButton flow/></li></FormLinks>
        </Page>
    }
}

/// The challenge `SELECT_MFA_TYPE`: the user chooses one of the second factors that the pool offers.
#[component]
pub(super) fn SecondFactorStep(flow: SignInFlow, offered: Vec<SecondFactor>) -> impl IntoView {
    let auth = use_auth();
    let labels = offered.into_iter().map(messages::second_factor_label);
    let answer = Callback::new(move |index: usize| {
        let (UserChallenge::ChooseSecondFactor(open), attempt) = flow.take_challenge()? else {
            return None;
        };
        let factor = *open.challenge.offered.get(index)?;
        Some(
            auth.sign_in_client()
                .respond(attempt, Step::Send(open.choose(factor))),
        )
    });
    view! {
        <Page title=texts::VERIFY_TITLE>
            <p>{texts::VERIFY}</p>
            <ChoiceButtons flow labels=labels.collect() answer/>
            <FormLinks><li><StartOverButton flow/></li></FormLinks>
        </Page>
    }
}

/// The challenge `MFA_SETUP`: the user chooses a second factor to set up during the sign-in.
#[component]
pub(super) fn MfaSetupStep(flow: SignInFlow, offered: Vec<SecondFactor>) -> impl IntoView {
    let auth = use_auth();
    let offers_app = offered.contains(&SecondFactor::SoftwareToken);
    let offers_email = offered.contains(&SecondFactor::Email);
    let set_up_app = Callback::new(move |_| {
        let (UserChallenge::MfaSetup(open), attempt) = flow.take_challenge()? else {
            return None;
        };
        Some(
            auth.sign_in_client()
                .start_authenticator_setup(attempt, open),
        )
    });
    let app = offers_app.then(|| {
        let labels = vec![texts::SET_UP_AUTHENTICATOR];
        view! { <ChoiceButtons flow labels answer=set_up_app/> }
    });
    let or = (offers_app && offers_email).then(|| view! { <p class="divider">{labels::OR}</p> });
    // A phone number cannot be set up here. Only an administrator can add it at this point.
    let nothing = (!offers_app && !offers_email).then(|| view! { <p>{texts::NO_MFA_SETUP}</p> });
    view! {
        <Page title=texts::MFA_SETUP_TITLE>
            <p role="status">{texts::MFA_SETUP}</p>
            {app}
            {or}
            {offers_email.then(|| view! { <EmailForm flow/> })}
            {nothing}
            <FormLinks><li><StartOverButton flow/></li></FormLinks>
        </Page>
    }
}

/// The form that sets up codes by email as the second factor.
#[component]
fn EmailForm(flow: SignInFlow) -> impl IntoView {
    let auth = use_auth();
    let address = RwSignal::new(String::new());
    let field = Field {
        id: "email",
        error: RwSignal::new(None),
    };
    let submission = Submission::new();
    let on_submit = submission.on_submit(move || {
        let address = parse_field(address, field, EmailAddress::parse, &validation::EMAIL)
            .value_or_focus()?;
        let (UserChallenge::MfaSetup(open), attempt) = flow.take_challenge()? else {
            return None;
        };
        let response = auth
            .sign_in_client()
            .respond(attempt, Step::Send(open.with_email(address)));
        flow.submit(Some(field), response)
    });
    view! {
        <Form
            on_submit
            error=submission.error()
            busy=submission.is_busy()
            label=texts::USE_EMAIL_CODES
            busy_label=labels::LOADING
        >
            <TextField
                id="email"
                label=texts::EMAIL_FOR_CODES
                kind="email"
                value=address
                error=field.error
                autocomplete="email"
            />
        </Form>
    }
}
