//! Second factors: which are on, which is asked for first, and setting up an authenticator app.

use cognito_proto::action::{MfaSettings, User};
use cognito_proto::factor::SecondFactor;
use cognito_proto::secret::{ConfirmationCode, TotpSecret};
use leptos::prelude::*;

use super::part::{go_to, row, row_button};
use super::{Own, drawn_by};
use crate::auth::SecondFactorError;
use crate::components::{CodeField, Form, Notice, Tone, link_button};
use crate::pages::attempt::{Attempt, Field, Outcome, Work, complain, work};
use crate::pages::authenticator::authenticator_secret;
use crate::words;

/// The id of the field for the authenticator's code.
const CODE: &str = "authenticator-code";

/// The app first: it needs neither network nor number.
const ORDER: [SecondFactor; 3] = [
    SecondFactor::SoftwareToken,
    SecondFactor::Sms,
    SecondFactor::Email,
];

/// What the rows are drawn by.
#[derive(Clone, Default, PartialEq)]
struct Known {
    mfa: MfaSettings,
    has_phone: bool,
    has_email: bool,
}

impl From<&User> for Known {
    fn from(user: &User) -> Self {
        let has = |name| {
            let mut attributes = user.attributes.iter();
            attributes.any(|(held, value)| held == name && !value.is_empty())
        };
        Self {
            mfa: user.mfa.clone(),
            has_phone: has("phone_number"),
            has_email: has("email"),
        }
    }
}

/// The part's state. Copied freely.
#[derive(Clone, Copy)]
struct Factors {
    own: Own,
    /// The secret of an app that is being set up.
    secret: RwSignal<Option<TotpSecret>>,
    code: RwSignal<String>,
    code_field: Field,
    attempt: Attempt,
    news: RwSignal<Option<String>>,
}

pub(super) fn second_factor(own: Own) -> AnyView {
    let factors = Factors {
        own,
        secret: RwSignal::new(None),
        code: RwSignal::new(String::new()),
        code_field: Field {
            id: CODE,
            error: RwSignal::new(None),
        },
        attempt: Attempt::new(),
        news: RwSignal::new(None),
    };
    let is_loaded = Memo::new(move |_| own.user.with(Option::is_some));
    let rows = own.loading.view(Box::new(move || {
        is_loaded.get().then_some(())?;
        let known = move || own.user.with(|user| user.as_ref().map(Known::from));
        Some(drawn_by(known, move |known| {
            factors.rows(known.unwrap_or_default())
        }))
    }));
    // What goes wrong while an app is being set up is said there.
    let trouble = Signal::derive(move || {
        let is_idle = factors.secret.with(Option::is_none);
        factors.attempt.trouble().get().filter(|_| is_idle)
    });
    view! {
        <p>{words::SECOND_FACTOR}</p>
        <Notice tone=Tone::Calm words=factors.news.into()/>
        <Notice tone=Tone::Trouble words=trouble/>
        {rows}
    }
    .into_any()
}

impl Factors {
    fn rows(self, known: Known) -> AnyView {
        let rows = ORDER.map(|factor| self.row(factor, &known));
        let [app, others @ ..] = rows;
        let mfa = known.mfa;
        let setting_up = drawn_by(
            move || self.secret.get(),
            move |secret| match secret {
                Some(secret) => self.setting_up(&secret, mfa.clone()),
                None => ().into_any(),
            },
        );
        view! { {app}{setting_up}{others.into_iter().collect::<Vec<_>>()} }.into_any()
    }

    fn row(self, factor: SecondFactor, known: &Known) -> AnyView {
        let mfa = &known.mfa;
        let (is_on, is_preferred) = (mfa.active.contains(&factor), mfa.preferred == Some(factor));
        let called = words::second_factor(factor);
        let missing = match factor {
            SecondFactor::Sms if !known.has_phone => Some(words::NEEDS_PHONE),
            SecondFactor::Email if !known.has_email => Some(words::NEEDS_EMAIL),
            _ => None,
        };
        let missing = missing.filter(|_| !is_on);
        let button = |words, on_press: Box<dyn Fn() -> Option<Work> + Send>| {
            let id = format!("{words}-{}", factor.as_str());
            let on_press = self.attempt.on_press(move || {
                self.news.set(None);
                on_press()
            });
            row_button(id, words, called, self.attempt.is_busy(), on_press)
        };
        let mut buttons = Vec::new();
        let now = || mfa.clone();
        if is_on && !is_preferred && mfa.active.len() > 1 {
            let now = now();
            buttons.push(button(
                "Ask first",
                Box::new(move || self.prefer(factor, now.clone())),
            ));
        }
        if is_on {
            buttons.push(button("Turn off", Box::new(move || self.turn_off(factor))));
        } else if factor == SecondFactor::SoftwareToken {
            buttons.push(button("Set up", Box::new(move || self.begin())));
        } else if missing.is_none() {
            let now = now();
            buttons.push(button(
                "Turn on",
                Box::new(move || self.turn_on(factor, now.clone())),
            ));
        }
        let state = match missing {
            Some(missing) => missing,
            None => words::factor_state(is_on, is_preferred),
        };
        let state = view! { <span class="quiet-words">{state}</span> };
        row(called.to_owned(), state.into_any(), buttons.into_any())
    }

    /// The secret, and the code that shows that the app has it.
    fn setting_up(self, secret: &TotpSecret, mfa: MfaSettings) -> AnyView {
        let account = self.own.auth.session().with_untracked(|session| {
            let claims = session.tokens()?.claims();
            Some(claims.email.as_ref().unwrap_or(&claims.username).clone())
        });
        let on_submit = self.attempt.on_press(move || {
            let code = self.code.with_untracked(|code| {
                ConfirmationCode::new(code.split_whitespace().collect::<String>())
            });
            if code.is_empty() {
                complain(self.code_field, words::CODE_OF_APP_NEEDED);
                return None;
            }
            let mfa = mfa.clone();
            work(async move {
                match self.own.auth.turn_on_authenticator(&code, &mfa).await {
                    Ok(()) => {
                        let _ = self.secret.try_set(None);
                        self.follow(words::factor_on(SecondFactor::SoftwareToken))
                            .await
                    }
                    Err(error @ (SecondFactorError::WrongCode | SecondFactorError::UsedCode)) => {
                        Outcome::Complained(self.code_field, words::for_second_factor(&error))
                    }
                    Err(error) => Outcome::Refused(words::for_second_factor(&error)),
                }
            })
        });
        let leave = Box::new(move || {
            self.secret.set(None);
            self.attempt.clear();
        });
        view! {
            <div class="row-open">
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
                <p class="ways-on">{link_button("Leave it off", leave)}</p>
            </div>
        }
        .into_any()
    }

    /// Asks for a secret, and shows it.
    fn begin(self) -> Option<Work> {
        work(async move {
            match self.own.auth.new_authenticator().await {
                Ok(secret) => {
                    if self.secret.try_set(Some(secret)).is_none() {
                        self.code.set(String::new());
                        self.code_field.error.set(None);
                        go_to(CODE);
                    }
                    Outcome::Done
                }
                Err(error) => Outcome::Refused(words::for_second_factor(&error)),
            }
        })
    }

    fn turn_on(self, factor: SecondFactor, now: MfaSettings) -> Option<Work> {
        work(async move {
            let done = self.own.auth.turn_on_factor(factor, &now).await;
            self.after(done, words::factor_on(factor)).await
        })
    }

    fn prefer(self, factor: SecondFactor, now: MfaSettings) -> Option<Work> {
        work(async move {
            let done = self.own.auth.prefer_factor(factor, &now).await;
            self.after(done, words::factor_preferred(factor)).await
        })
    }

    fn turn_off(self, factor: SecondFactor) -> Option<Work> {
        work(async move {
            let done = self.own.auth.turn_off_factor(factor).await;
            self.after(done, words::factor_off(factor)).await
        })
    }

    async fn after(self, done: Result<(), SecondFactorError>, news: String) -> Outcome {
        match done {
            Ok(()) => self.follow(news).await,
            Err(error) => Outcome::Refused(words::for_second_factor(&error)),
        }
    }

    async fn follow(self, news: String) -> Outcome {
        self.own.refresh().await;
        let _ = self.news.try_set(Some(news));
        Outcome::Done
    }
}
