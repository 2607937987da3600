//! The challenges with a choice: of the first factor, of the second factor, and of the second factor to set up.

use cognito_proto::factor::SecondFactor;
use cognito_proto::sign_in::{ChooseFirstFactor, ChooseSecondFactor, SetUpAsked, Step};
use leptos::prelude::*;

use super::super::attempt::{Attempt, Field, parsed};
use super::asking::Asking;
use crate::auth::{SignInFuture, UserChallenge, use_auth};
use crate::components::{Choice, Form, Notice, Page, TextField, Tone, Way, Ways};
use crate::messages;

/// Renders one button for each label. `answer` gets the index of the button.
fn choices(
    asking: Asking,
    attempt: Attempt,
    labels: Vec<&'static str>,
    answer: impl Fn(usize) -> Option<SignInFuture> + Copy + Send + 'static,
) -> AnyView {
    let button = |(index, label): (usize, &'static str)| {
        let on_press = attempt.on_press(move || asking.answer(None, answer(index)?));
        view! { <Choice on_press=on_press label=label busy=attempt.is_busy()/> }
    };
    view! {
        <Notice tone=Tone::Trouble text=asking.trouble.into()/>
        <Notice tone=Tone::Trouble text=attempt.trouble()/>
        <div class="button-list">
            {labels.into_iter().enumerate().map(button).collect::<Vec<_>>()}
        </div>
    }
    .into_any()
}

/// Renders `SELECT_CHALLENGE`: the first factors that the pool offers.
pub(super) fn first_factor(asking: Asking, asked: &ChooseFirstFactor) -> AnyView {
    let auth = use_auth();
    let labels = asked.choices().map(messages::first_factor_label).collect();
    let buttons = choices(asking, Attempt::new(), labels, move |index| {
        let (UserChallenge::ChooseFirstFactor(asked), talk) = asking.take()? else {
            return None;
        };
        let factor = asked.question.choices().nth(index)?;
        Some(auth.respond(talk, asked.choose(factor)))
    });
    view! {
        <Page title="Choose how to sign in">
            {buttons}
            <Ways ways=vec![Way::Button(asking.start_again())]/>
        </Page>
    }
    .into_any()
}

/// Renders `SELECT_MFA_TYPE`: the second factors that the pool offers.
pub(super) fn second_factor(asking: Asking, asked: &ChooseSecondFactor) -> AnyView {
    let auth = use_auth();
    let offered = asked.offered.iter().copied();
    let labels = offered.map(messages::second_factor_label).collect();
    let buttons = choices(asking, Attempt::new(), labels, move |index| {
        let (UserChallenge::ChooseSecondFactor(asked), talk) = asking.take()? else {
            return None;
        };
        let factor = *asked.question.offered.get(index)?;
        Some(auth.respond(talk, Step::Send(asked.choose(factor))))
    });
    view! {
        <Page title="Confirm that it is you">
            <p>"Your password was right. Choose how to confirm that it is you."</p>
            {buttons}
            <Ways ways=vec![Way::Button(asking.start_again())]/>
        </Page>
    }
    .into_any()
}

/// Renders `MFA_SETUP`: the second factors that can be set up during the sign-in.
pub(super) fn set_up(asking: Asking, asked: &SetUpAsked) -> AnyView {
    let auth = use_auth();
    let has = |factor| asked.offered.contains(&factor);
    let app = has(SecondFactor::SoftwareToken).then(|| {
        let labels = vec!["Set up an authenticator app"];
        choices(asking, Attempt::new(), labels, move |_| {
            let (UserChallenge::SetUp(asked), talk) = asking.take()? else {
                return None;
            };
            Some(auth.start_authenticator_setup(talk, asked))
        })
    });
    let mail = has(SecondFactor::Email).then(|| by_mail(asking));
    // A phone number cannot be set up here. Only an administrator can add it at this point.
    let or = (app.is_some() && mail.is_some()).then(|| view! { <p class="divider">"or"</p> });
    let nothing = (app.is_none() && mail.is_none()).then_some(messages::NOTHING_TO_SET_UP);
    view! {
        <Page title="Set up a second step">
            <p role="status">"This user pool asks for a second step besides your password. Set it up once; it is asked for at the next sign-ins."</p>
            {app}
            {or}
            {mail}
            {nothing.map(|text| view! { <p>{text}</p> })}
            <Ways ways=vec![Way::Button(asking.start_again())]/>
        </Page>
    }
    .into_any()
}

fn by_mail(asking: Asking) -> AnyView {
    let auth = use_auth();
    let address = RwSignal::new(String::new());
    let field = Field {
        id: "email",
        error: RwSignal::new(None),
    };
    let attempt = Attempt::new();
    let on_submit = attempt.on_press(move || {
        let address = parsed(address, field, email, messages::EMAIL_NEEDED).get()?;
        let (UserChallenge::SetUp(asked), talk) = asking.take()? else {
            return None;
        };
        let answered = auth.respond(talk, Step::Send(asked.by_email(address)));
        asking.answer(Some(field), answered)
    });
    view! {
        <Form on_submit=on_submit trouble=attempt.trouble() busy=attempt.is_busy() label="Use codes by e-mail" busy_label="One moment…">
            <TextField id="email" label="E-mail for codes" kind="email" value=address error=field.error autocomplete="email"/>
        </Form>
    }
    .into_any()
}

fn email(text: &str) -> Option<String> {
    let text = text.trim();
    let (local, domain) = text.split_once('@')?;
    (!local.is_empty() && !domain.is_empty()).then(|| text.to_owned())
}
