//! The challenges that ask for a choice: of the first factor, of the second factor, and of the second factor to set up.

use cognito_proto::factor::SecondFactor;
use cognito_proto::ids::EmailAddress;
use cognito_proto::sign_in::{FirstFactorChoice, MfaSetupChallenge, SecondFactorChoice, Step};
use leptos::prelude::*;
use leptos_cognito::{SignInFuture, UserChallenge, use_auth};
use ui_texts::{labels, sign_in as texts, validation};

use super::super::submission::{Field, Submission, parse_field};
use super::flow::SignInFlow;
use crate::components::{ErrorNotice, Form, FormLink, FormLinks, Page, SecondaryButton, TextField};
use crate::messages;

/// Renders one button for each label. A press calls `answer` with the index of the button, and `answer` returns the
/// sign-in step to run.
fn choice_buttons(
    flow: SignInFlow,
    submission: Submission,
    labels: Vec<&'static str>,
    answer: impl Fn(usize) -> Option<SignInFuture> + Copy + Send + 'static,
) -> AnyView {
    let button = |(index, label): (usize, &'static str)| {
        let on_click = submission.on_submit(move || flow.submit(None, answer(index)?));
        view! { <SecondaryButton on_click=on_click label=label busy=submission.is_busy()/> }
    };
    view! {
        <ErrorNotice message=flow.error.into()/>
        <ErrorNotice message=submission.error()/>
        <div class="button-list">
            {labels.into_iter().enumerate().map(button).collect::<Vec<_>>()}
        </div>
    }
    .into_any()
}

/// Renders the challenge `SELECT_CHALLENGE`: the first factors that the pool offers.
pub(super) fn first_factor(flow: SignInFlow, challenge: &FirstFactorChoice) -> AnyView {
    let auth = use_auth();
    let labels = challenge
        .choices()
        .map(messages::first_factor_label)
        .collect();
    let buttons = choice_buttons(flow, Submission::new(), labels, move |index| {
        let (UserChallenge::ChooseFirstFactor(open), attempt) = flow.take_challenge()? else {
            return None;
        };
        let factor = open.challenge.choices().nth(index)?;
        Some(auth.sign_in_client().respond(attempt, open.choose(factor)))
    });
    view! {
        <Page title=texts::CHOOSE_TITLE>
            {buttons}
            <FormLinks links=vec![FormLink::Button(flow.start_over_button())]/>
        </Page>
    }
    .into_any()
}

/// Renders the challenge `SELECT_MFA_TYPE`: the second factors that the pool offers.
pub(super) fn second_factor(flow: SignInFlow, challenge: &SecondFactorChoice) -> AnyView {
    let auth = use_auth();
    let offered = challenge.offered.iter().copied();
    let labels = offered.map(messages::second_factor_label).collect();
    let buttons = choice_buttons(flow, Submission::new(), labels, move |index| {
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
            {buttons}
            <FormLinks links=vec![FormLink::Button(flow.start_over_button())]/>
        </Page>
    }
    .into_any()
}

/// Renders the challenge `MFA_SETUP`: the second factors that can be set up during the sign-in.
pub(super) fn set_up(flow: SignInFlow, challenge: &MfaSetupChallenge) -> AnyView {
    let auth = use_auth();
    let has = |factor| challenge.offered.contains(&factor);
    let app = has(SecondFactor::SoftwareToken).then(|| {
        let labels = vec![texts::SET_UP_AUTHENTICATOR];
        choice_buttons(flow, Submission::new(), labels, move |_| {
            let (UserChallenge::MfaSetup(open), attempt) = flow.take_challenge()? else {
                return None;
            };
            Some(
                auth.sign_in_client()
                    .start_authenticator_setup(attempt, open),
            )
        })
    });
    let email = has(SecondFactor::Email).then(|| email_form(flow));
    // A phone number cannot be set up here. Only an administrator can add it at this point.
    let or =
        (app.is_some() && email.is_some()).then(|| view! { <p class="divider">{labels::OR}</p> });
    let nothing = (app.is_none() && email.is_none()).then_some(texts::NO_MFA_SETUP);
    view! {
        <Page title=texts::MFA_SETUP_TITLE>
            <p role="status">{texts::MFA_SETUP}</p>
            {app}
            {or}
            {email}
            {nothing.map(|text| view! { <p>{text}</p> })}
            <FormLinks links=vec![FormLink::Button(flow.start_over_button())]/>
        </Page>
    }
    .into_any()
}

fn email_form(flow: SignInFlow) -> AnyView {
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
        <Form on_submit=on_submit error=submission.error() busy=submission.is_busy() label=texts::USE_EMAIL_CODES busy_label=labels::LOADING>
            <TextField id="email" label=texts::EMAIL_FOR_CODES kind="email" value=address error=field.error autocomplete="email"/>
        </Form>
    }
    .into_any()
}
