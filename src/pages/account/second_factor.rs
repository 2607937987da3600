//! The second factors of the user: turning them on and off, choosing the default, and setting up an authenticator
//! app.

use cognito_proto::action::MfaSettings;
use cognito_proto::factor::SecondFactor;
use cognito_proto::secret::{ConfirmationCode, TotpSecret};
use leptos::prelude::*;

use super::Own;
use super::part::{Held, go_to, row, row_button};
use crate::auth::{FactorChange, SecondFactorError};
use crate::components::{CodeField, Form, Notice, Tone, dynamic, link_button};
use crate::messages;
use crate::pages::attempt::{Attempt, Field, Outcome, Work, parsed, work};
use crate::pages::authenticator::authenticator_secret;

/// The id of the field for the code of the authenticator app.
const CODE: &str = "authenticator-code";

/// The order of the rows. The authenticator app is first, because it needs neither a network nor a phone number.
const ORDER: [SecondFactor; 3] = [
    SecondFactor::SoftwareToken,
    SecondFactor::Sms,
    SecondFactor::Email,
];

/// The state of the section. It is `Copy`, because it only holds handles.
#[derive(Clone, Copy)]
struct Factors {
    own: Own,
    /// The [`TotpSecret`] of an authenticator app that is being set up.
    secret: Held,
    code: RwSignal<String>,
    code_field: Field,
    attempt: Attempt,
    news: RwSignal<Option<String>>,
}

pub(super) fn second_factor(own: Own) -> AnyView {
    let factors = Factors {
        own,
        secret: Held::new(),
        code: RwSignal::new(String::new()),
        code_field: Field {
            id: CODE,
            error: RwSignal::new(None),
        },
        attempt: Attempt::new(),
        news: RwSignal::new(None),
    };
    let is_there = Memo::new(move |_| own.user().is_some());
    let rows = own.loading.view(Box::new(move || {
        is_there.get().then_some(())?;
        let rows = ORDER.map(|factor| factors.row(factor));
        let [app, others @ ..] = rows;
        let setting_up = dynamic(move || match factors.secret.get::<TotpSecret>() {
            Some(secret) => factors.setting_up(&secret),
            None => ().into_any(),
        });
        Some(view! { {app}{setting_up}{others.into_iter().collect::<Vec<_>>()} }.into_any())
    }));
    // The form that sets up an authenticator app shows its own errors.
    let trouble = Signal::derive(move || {
        let is_idle = factors.secret.get::<TotpSecret>().is_none();
        factors.attempt.trouble().get().filter(|_| is_idle)
    });
    view! {
        <p>{messages::SECOND_FACTOR}</p>
        <Notice tone=Tone::Calm text=factors.news.into()/>
        <Notice tone=Tone::Trouble text=trouble/>
        {rows}
    }
    .into_any()
}

impl Factors {
    /// Returns the current MFA settings.
    fn now(self) -> MfaSettings {
        self.own
            .user()
            .map(|user| user.mfa.clone())
            .unwrap_or_default()
    }

    fn row(self, factor: SecondFactor) -> AnyView {
        dynamic(move || {
            let now = self.now();
            let is_on = now.active.contains(&factor);
            let is_first = now.preferred == Some(factor);
            let called = messages::second_factor(factor);
            let missing = self.missing(factor).filter(|_| !is_on);
            let busy = self.attempt.is_busy();
            let button = |label: &'static str, change: Option<FactorChange>| {
                let id = match change {
                    Some(FactorChange::MakePreferred) => format!("first-{}", factor.as_str()),
                    _ => switch_id(factor),
                };
                let on_press = self.attempt.on_press(move || {
                    self.news.set(None);
                    match change {
                        Some(change) => self.change(factor, change),
                        None => self.begin(),
                    }
                });
                row_button(id, label, called, busy, on_press)
            };
            let mut buttons = Vec::new();
            if is_on && !is_first && now.active.len() > 1 {
                buttons.push(button("Ask first", Some(FactorChange::MakePreferred)));
            }
            if is_on {
                buttons.push(button("Turn off", Some(FactorChange::TurnOff)));
            } else if factor == SecondFactor::SoftwareToken {
                buttons.push(button("Set up", None));
            } else if missing.is_none() {
                buttons.push(button("Turn on", Some(FactorChange::TurnOn)));
            }
            let state = missing.unwrap_or_else(|| messages::factor_state(is_on, is_first));
            let state = view! { <span class="muted">{state}</span> };
            row(called.to_owned(), state.into_any(), buttons.into_any())
        })
    }

    /// Returns a message if the user lacks the attribute that this factor needs.
    fn missing(self, factor: SecondFactor) -> Option<&'static str> {
        let (needed, text) = match factor {
            SecondFactor::SoftwareToken => return None,
            SecondFactor::Sms => ("phone_number", messages::NEEDS_PHONE),
            SecondFactor::Email => ("email", messages::NEEDS_EMAIL),
        };
        let user = self.own.user()?;
        let mut attributes = user.attributes.iter();
        let is_there = attributes.any(|(held, value)| held == needed && !value.is_empty());
        (!is_there).then_some(text)
    }

    /// Renders the secret for the authenticator app, and the form for the first code of the app.
    fn setting_up(self, secret: &TotpSecret) -> AnyView {
        let account = self.own.auth.session().with_untracked(|session| {
            let claims = session.tokens()?.claims();
            Some(claims.email.as_ref().unwrap_or(&claims.username).clone())
        });
        let on_submit = self.attempt.on_press(move || {
            let code = parsed(
                self.code,
                self.code_field,
                ConfirmationCode::parse,
                messages::CODE_OF_APP_NEEDED,
            )
            .get()?;
            let now = self.now();
            work(async move {
                match self.own.auth.enable_authenticator(&code, &now).await {
                    Ok(()) => {
                        self.secret.clear();
                        self.follow(SecondFactor::SoftwareToken, FactorChange::TurnOn)
                            .await
                    }
                    Err(
                        error @ (SecondFactorError::WrongCode | SecondFactorError::CodeAlreadyUsed),
                    ) => {
                        Outcome::Complained(self.code_field, messages::second_factor_error(&error))
                    }
                    Err(error) => Outcome::Refused(messages::second_factor_error(&error)),
                }
            })
        });
        let leave = Box::new(move || {
            self.secret.clear();
            self.attempt.clear();
            go_to(switch_id(SecondFactor::SoftwareToken));
        });
        view! {
            <div class="row-form">
                {authenticator_secret(&account.unwrap_or_default(), secret)}
                <Form
                    on_submit=on_submit
                    trouble=self.attempt.trouble()
                    busy=self.attempt.is_busy()
                    label="Turn it on"
                    busy_label="Checking the code…"
                >
                    <CodeField id=CODE value=self.code error=self.code_field.error/>
                </Form>
                <p class="inline-actions">{link_button("Leave it off", leave)}</p>
            </div>
        }
        .into_any()
    }

    /// Requests a secret for an authenticator app and shows it.
    fn begin(self) -> Option<Work> {
        work(async move {
            match self.own.auth.associate_authenticator().await {
                Ok(secret) => {
                    if self.code.try_set(String::new()).is_none() {
                        self.code_field.error.set(None);
                        self.secret.set(secret);
                        go_to(CODE);
                    }
                    Outcome::Done
                }
                Err(error) => Outcome::Refused(messages::second_factor_error(&error)),
            }
        })
    }

    fn change(self, factor: SecondFactor, change: FactorChange) -> Option<Work> {
        let now = self.now();
        work(async move {
            match self.own.auth.change_factor(factor, change, &now).await {
                Ok(()) => self.follow(factor, change).await,
                Err(error) => Outcome::Refused(messages::second_factor_error(&error)),
            }
        })
    }

    async fn follow(self, factor: SecondFactor, change: FactorChange) -> Outcome {
        self.own.refresh().await;
        let text = messages::factor_changed(factor, change);
        if self.news.try_set(Some(text)).is_none() {
            // The row is rendered again, so the button that had the focus is gone.
            go_to(switch_id(factor));
        }
        Outcome::Done
    }
}

/// Returns the id of the button that turns a factor on or off.
fn switch_id(factor: SecondFactor) -> String {
    format!("switch-{}", factor.as_str())
}
