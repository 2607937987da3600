//! The second factors of the user: turning them on and off, choosing the default, and setting up an authenticator
//! app.

use cognito_proto::action::MfaSettings;
use cognito_proto::factor::SecondFactor;
use cognito_proto::secret::{TotpSecret, VerificationCode};
use leptos::prelude::*;
use ui_texts::{account as texts, labels, validation};

use super::AccountContext;
use super::section::{ErasedSignal, focus_next_frame, row, row_button};
use crate::auth::{FactorChange, SecondFactorError};
use crate::components::{CodeField, ErrorNotice, Form, Notice, link_button, reactive};
use crate::messages;
use crate::pages::authenticator::authenticator_secret;
use crate::pages::submission::{
    Field, Submission, SubmissionResult, SubmitTask, parse_field, submit_task,
};

/// The id of the field for the code of the authenticator app.
const CODE_FIELD_ID: &str = "authenticator-code";

/// The order of the rows. The authenticator app is first, because it needs neither a network nor a phone number.
const FACTOR_ORDER: [SecondFactor; 3] = [
    SecondFactor::SoftwareToken,
    SecondFactor::Sms,
    SecondFactor::Email,
];

/// The state of the section. It is `Copy`, because it only holds handles.
#[derive(Clone, Copy)]
struct SecondFactorSection {
    account: AccountContext,
    /// The [`TotpSecret`] of an authenticator app that is being set up.
    secret: ErasedSignal,
    code: RwSignal<String>,
    code_field: Field,
    submission: Submission,
    status_message: RwSignal<String>,
}

pub(super) fn second_factor(account: AccountContext) -> AnyView {
    let section = SecondFactorSection {
        account,
        secret: ErasedSignal::new(),
        code: RwSignal::new(String::new()),
        code_field: Field {
            id: CODE_FIELD_ID,
            error: RwSignal::new(None),
        },
        submission: Submission::new(),
        status_message: RwSignal::new(String::new()),
    };
    let is_loaded = Memo::new(move |_| account.user().is_some());
    let rows = account.loader.view(Box::new(move || {
        is_loaded.get().then_some(())?;
        let rows = FACTOR_ORDER.map(|factor| section.factor_row(factor));
        let [app, others @ ..] = rows;
        let setup_form = reactive(move || match section.secret.get::<TotpSecret>() {
            Some(secret) => section.setup_form(&secret),
            None => ().into_any(),
        });
        Some(view! { {app}{setup_form}{others.into_iter().collect::<Vec<_>>()} }.into_any())
    }));
    // The form that sets up an authenticator app shows its own errors.
    let form_error = Signal::derive(move || {
        let is_idle = section.secret.get::<TotpSecret>().is_none();
        section.submission.error().get().filter(|_| is_idle)
    });
    view! {
        <p>{texts::TWO_STEP_INTRO}</p>
        <Notice text=section.status_message.into()/>
        <ErrorNotice message=form_error/>
        {rows}
    }
    .into_any()
}

impl SecondFactorSection {
    /// Returns the current MFA settings.
    fn current_settings(self) -> MfaSettings {
        self.account
            .user()
            .map(|user| user.mfa.clone())
            .unwrap_or_default()
    }

    fn factor_row(self, factor: SecondFactor) -> AnyView {
        reactive(move || {
            let settings = self.current_settings();
            let is_on = settings.active.contains(&factor);
            let is_preferred = settings.preferred == Some(factor);
            let row_name = messages::second_factor(factor);
            let missing = self.missing_attribute(factor).filter(|_| !is_on);
            let busy = self.submission.is_busy();
            let button = |label: &'static str, change: Option<FactorChange>| {
                let id = match change {
                    Some(FactorChange::MakePreferred) => format!("first-{}", factor.as_str()),
                    _ => switch_id(factor),
                };
                let on_click = self.submission.on_submit(move || {
                    self.status_message.set(String::new());
                    match change {
                        Some(change) => self.change_factor(factor, change),
                        None => self.start_setup(),
                    }
                });
                row_button(id, label, row_name, busy, on_click)
            };
            let mut buttons = Vec::new();
            if is_on && !is_preferred && settings.active.len() > 1 {
                buttons.push(button(
                    texts::MAKE_DEFAULT,
                    Some(FactorChange::MakePreferred),
                ));
            }
            if is_on {
                buttons.push(button(texts::TURN_OFF, Some(FactorChange::TurnOff)));
            } else if factor == SecondFactor::SoftwareToken {
                buttons.push(button(texts::SET_UP, None));
            } else if missing.is_none() {
                buttons.push(button(texts::TURN_ON, Some(FactorChange::TurnOn)));
            }
            let state = missing.unwrap_or_else(|| messages::factor_state(is_on, is_preferred));
            let state = view! { <span class="muted">{state}</span> };
            row(row_name.to_owned(), state.into_any(), buttons.into_any())
        })
    }

    /// Returns a message if the user lacks the attribute that this factor needs, such as a phone number. Returns `None`
    /// if nothing is missing.
    fn missing_attribute(self, factor: SecondFactor) -> Option<&'static str> {
        let (needed, text) = match factor {
            SecondFactor::SoftwareToken => return None,
            SecondFactor::Sms => ("phone_number", texts::NEEDS_PHONE),
            SecondFactor::Email => ("email", texts::NEEDS_EMAIL),
        };
        let user = self.account.user()?;
        let mut attributes = user.attributes.iter();
        let is_set = attributes.any(|(name, value)| name == needed && !value.is_empty());
        (!is_set).then_some(text)
    }

    /// Renders the secret for the authenticator app, and the form for the first code of the app.
    fn setup_form(self, secret: &TotpSecret) -> AnyView {
        let account = self.account.auth.session().with_untracked(|session| {
            let claims = session.tokens()?.claims();
            Some(claims.email.as_ref().unwrap_or(&claims.username).clone())
        });
        let on_submit = self.submission.on_submit(move || {
            let code = parse_field(
                self.code,
                self.code_field,
                VerificationCode::parse,
                &validation::AUTHENTICATOR_CODE,
            )
            .value_or_focus()?;
            let settings = self.current_settings();
            submit_task(async move {
                match self
                    .account
                    .auth
                    .enable_authenticator(&code, &settings)
                    .await
                {
                    Ok(()) => {
                        self.secret.clear();
                        let is_another_on = !settings.active.is_empty();
                        self.finish_change(
                            SecondFactor::SoftwareToken,
                            FactorChange::TurnOn,
                            is_another_on,
                        )
                        .await
                    }
                    Err(
                        error @ (SecondFactorError::WrongCode | SecondFactorError::CodeAlreadyUsed),
                    ) => SubmissionResult::FieldError(
                        self.code_field,
                        messages::second_factor_error(&error),
                    ),
                    Err(error) => {
                        SubmissionResult::FormError(messages::second_factor_error(&error))
                    }
                }
            })
        });
        let cancel = Box::new(move || {
            self.secret.clear();
            self.submission.clear();
            focus_next_frame(switch_id(SecondFactor::SoftwareToken));
        });
        view! {
            <div class="row-form">
                {authenticator_secret(&account.unwrap_or_default(), secret)}
                <Form
                    on_submit=on_submit
                    error=self.submission.error()
                    busy=self.submission.is_busy()
                    label=texts::TURN_ON
                    busy_label=labels::CHECKING
                >
                    <CodeField id=CODE_FIELD_ID value=self.code error=self.code_field.error/>
                </Form>
                <p class="inline-actions">{link_button(labels::CANCEL, cancel)}</p>
            </div>
        }
        .into_any()
    }

    /// Returns the submission that requests a secret for an authenticator app and shows it.
    fn start_setup(self) -> Option<SubmitTask> {
        submit_task(async move {
            match self.account.auth.associate_authenticator().await {
                Ok(secret) => {
                    if self.code.try_set(String::new()).is_none() {
                        self.code_field.error.set(None);
                        self.secret.set(secret);
                        focus_next_frame(CODE_FIELD_ID);
                    }
                    SubmissionResult::Done
                }
                Err(error) => SubmissionResult::FormError(messages::second_factor_error(&error)),
            }
        })
    }

    fn change_factor(self, factor: SecondFactor, change: FactorChange) -> Option<SubmitTask> {
        let settings = self.current_settings();
        let is_another_on = settings.active.iter().any(|other| *other != factor);
        submit_task(async move {
            match self
                .account
                .auth
                .change_factor(factor, change, &settings)
                .await
            {
                Ok(()) => self.finish_change(factor, change, is_another_on).await,
                Err(error) => SubmissionResult::FormError(messages::second_factor_error(&error)),
            }
        })
    }

    /// Shows the new state and a success message. `is_another_on` is true if another second factor is on.
    async fn finish_change(
        self,
        factor: SecondFactor,
        change: FactorChange,
        is_another_on: bool,
    ) -> SubmissionResult {
        self.account.reload().await;
        let text = messages::factor_changed(factor, change, is_another_on);
        if self.status_message.try_set(text).is_none() {
            // The row is rendered again, so the button that had the focus is gone.
            focus_next_frame(switch_id(factor));
        }
        SubmissionResult::Done
    }
}

/// Returns the id of the button that turns a factor on or off.
fn switch_id(factor: SecondFactor) -> String {
    format!("switch-{}", factor.as_str())
}
