//! The section with the second factors of the user: turning them on and off, choosing the default, and setting up an
//! authenticator app.

use cognito_proto::action::MfaSettings;
use cognito_proto::factor::SecondFactor;
use cognito_proto::secret::{TotpSecret, VerificationCode};
use leptos::prelude::*;
use leptos_cognito::{FactorChange, SecondFactorError};
use ui_texts::{account as texts, labels, validation};

use super::AccountContext;
use super::section::{LoadedSection, Row, RowButton, focus_next_frame};
use crate::components::{CodeField, ErrorNotice, Form, LinkButton, Notice};
use crate::messages;
use crate::pages::authenticator::AuthenticatorSecret;
use crate::pages::submission::{
    Field, Submission, SubmissionResult, SubmitTask, parse_field, submit_task,
};

/// The ID of the field for the code of the authenticator app.
const CODE_FIELD_ID: &str = "authenticator-code";

/// What the row of a second factor shows.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct FactorState {
    is_on: bool,
    is_preferred: bool,
    /// True if another second factor is on too, so that the user can choose.
    has_alternative: bool,
    /// The message that says that the user lacks what this factor needs, such as a phone number.
    missing_attribute: Option<&'static str>,
}

/// The state of the section with the second factors. It is `Copy`, because it only holds handles.
#[derive(Clone, Copy)]
struct SecondFactorState {
    account: AccountContext,
    /// The secret of an authenticator app that is being set up.
    secret: RwSignal<Option<TotpSecret>>,
    code: RwSignal<String>,
    code_field: Field,
    submission: Submission,
    status_message: RwSignal<String>,
}

/// The content of the section with the second factors.
#[component]
pub(super) fn SecondFactorSection(account: AccountContext) -> impl IntoView {
    let factors = SecondFactorState {
        account,
        secret: RwSignal::new(None),
        code: RwSignal::new(String::new()),
        code_field: Field {
            id: CODE_FIELD_ID,
            error: RwSignal::new(None),
        },
        submission: Submission::new(),
        status_message: RwSignal::new(String::new()),
    };
    // The form that sets up an authenticator app shows its own errors.
    let form_error = Signal::derive(move || {
        let is_idle = factors.secret.with(Option::is_none);
        factors.submission.error().get().filter(|_| is_idle)
    });
    let setup_form = move || {
        let secret = factors.secret.get();
        secret.map(|secret| view! { <SetupForm factors secret/> })
    };
    view! {
        <p>{texts::TWO_STEP_INTRO}</p>
        <Notice text=factors.status_message/>
        <ErrorNotice message=form_error/>
        <LoadedSection data=account.user>
            // The authenticator app is first, because it needs neither a network nor a phone number.
            <FactorRow factors factor=SecondFactor::SoftwareToken/>
            {setup_form}
            <FactorRow factors factor=SecondFactor::Sms/>
            <FactorRow factors factor=SecondFactor::Email/>
        </LoadedSection>
    }
}

/// The row of one second factor. Its buttons are rendered again only when the state of the factor changes.
#[component]
fn FactorRow(factors: SecondFactorState, factor: SecondFactor) -> impl IntoView {
    let state = Memo::new(move |_| factors.factor_state(factor));
    let state_text = move || {
        let state = state.get();
        let factor_state = messages::factor_state(state.is_on, state.is_preferred);
        state.missing_attribute.unwrap_or(factor_state)
    };
    let buttons = move || view! { <FactorButtons factors factor state=state.get()/> };
    view! {
        <Row
            name=messages::second_factor(factor)
            value=view! { <span class="muted">{state_text}</span> }
        >
            {buttons}
        </Row>
    }
}

#[component]
fn FactorButtons(
    factors: SecondFactorState,
    factor: SecondFactor,
    state: FactorState,
) -> impl IntoView {
    let row_name = messages::second_factor(factor);
    let busy = factors.submission.is_busy();
    let make_default = (state.is_on && !state.is_preferred && state.has_alternative).then(|| {
        let on_click = factors.change_handler(factor, FactorChange::MakePreferred);
        let id = format!("first-{}", factor.as_str());
        view! { <RowButton id label=texts::MAKE_DEFAULT row_name busy on_click/> }
    });
    let switch = if state.is_on {
        let turn_off = factors.change_handler(factor, FactorChange::TurnOff);
        Some((texts::TURN_OFF, turn_off))
    } else if factor == SecondFactor::SoftwareToken {
        Some((texts::SET_UP, factors.setup_handler()))
    } else if state.missing_attribute.is_none() {
        let turn_on = factors.change_handler(factor, FactorChange::TurnOn);
        Some((texts::TURN_ON, turn_on))
    } else {
        None
    };
    let switch = switch.map(|(label, on_click)| {
        view! { <RowButton id=switch_id(factor) label row_name busy on_click/> }
    });
    view! { {make_default}{switch} }
}

/// The secret for the authenticator app, and the form for the first code of the app.
#[component]
fn SetupForm(factors: SecondFactorState, secret: TotpSecret) -> impl IntoView {
    let account = factors.account.auth.session().with_untracked(|session| {
        let claims = session.tokens()?.claims();
        Some(claims.email.as_ref().unwrap_or(&claims.username).clone())
    });
    let on_submit = factors
        .submission
        .on_submit(move || factors.enable_authenticator());
    view! {
        <div class="row-form">
            <AuthenticatorSecret account=account.unwrap_or_default() secret/>
            <Form
                on_submit=on_submit
                error=factors.submission.error()
                busy=factors.submission.is_busy()
                label=texts::TURN_ON
                busy_label=labels::CHECKING
            >
                <CodeField id=CODE_FIELD_ID value=factors.code error=factors.code_field.error/>
            </Form>
            <p class="inline-actions">
                <LinkButton label=labels::CANCEL on_click=move || factors.cancel_setup()/>
            </p>
        </div>
    }
}

impl SecondFactorState {
    /// Returns the user's current second factors and the preferred one.
    fn current_settings(self) -> MfaSettings {
        let settings = self.account.user.with_untracked(|user| user.mfa.clone());
        settings.unwrap_or_default()
    }

    /// Returns what the row of this second factor shows.
    fn factor_state(self, factor: SecondFactor) -> FactorState {
        let state = self.account.user.with(|user| {
            let is_on = user.mfa.active.contains(&factor);
            let needed = match factor {
                SecondFactor::SoftwareToken => None,
                SecondFactor::Sms => Some(("phone_number", texts::NEEDS_PHONE)),
                SecondFactor::Email => Some(("email", texts::NEEDS_EMAIL)),
            };
            let missing = needed.filter(|(name, _)| !is_on && user.attribute(name).value.is_none());
            FactorState {
                is_on,
                is_preferred: user.mfa.preferred == Some(factor),
                has_alternative: user.mfa.active.len() > 1,
                missing_attribute: missing.map(|(_, text)| text),
            }
        });
        state.unwrap_or_default()
    }

    /// Returns the handler of a button that changes a second factor.
    fn change_handler(self, factor: SecondFactor, change: FactorChange) -> Callback<()> {
        self.submission.on_submit(move || {
            self.status_message.set(String::new());
            self.change_factor(factor, change)
        })
    }

    /// Returns the handler of the button that starts to set up an authenticator app.
    fn setup_handler(self) -> Callback<()> {
        self.submission.on_submit(move || {
            self.status_message.set(String::new());
            self.start_setup()
        })
    }

    /// Hides the form that sets up an authenticator app.
    fn cancel_setup(self) {
        self.secret.set(None);
        self.submission.clear();
        focus_next_frame(switch_id(SecondFactor::SoftwareToken));
    }

    /// Returns the submission that verifies the first code of the authenticator app and turns the factor on.
    fn enable_authenticator(self) -> Option<SubmitTask> {
        let code = parse_field(
            self.code,
            self.code_field,
            VerificationCode::parse,
            &validation::AUTHENTICATOR_CODE,
        )
        .value_or_focus()?;
        let settings = self.current_settings();
        submit_task(async move {
            let auth = self.account.auth;
            let Err(error) = auth.account().enable_authenticator(&code, &settings).await else {
                let _ = self.secret.try_set(None);
                let app = SecondFactor::SoftwareToken;
                return self
                    .finish_change(app, FactorChange::TurnOn, &settings)
                    .await;
            };
            let message = messages::second_factor_error(&error);
            match error {
                SecondFactorError::WrongCode | SecondFactorError::CodeAlreadyUsed => {
                    SubmissionResult::FieldError(self.code_field, message)
                }
                _ => SubmissionResult::FormError(message),
            }
        })
    }

    /// Returns the submission that requests a secret for an authenticator app and shows it.
    fn start_setup(self) -> Option<SubmitTask> {
        submit_task(async move {
            match self.account.auth.account().associate_authenticator().await {
                Ok(secret) => {
                    if self.code.try_set(String::new()).is_none() {
                        self.code_field.error.set(None);
                        self.secret.set(Some(secret));
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
        submit_task(async move {
            match self
                .account
                .auth
                .account()
                .change_factor(factor, change, &settings)
                .await
            {
                Ok(()) => self.finish_change(factor, change, &settings).await,
                Err(error) => SubmissionResult::FormError(messages::second_factor_error(&error)),
            }
        })
    }

    /// Shows the new state and a success message after a change to a second factor. `previous` holds the settings
    /// before the change.
    async fn finish_change(
        self,
        factor: SecondFactor,
        change: FactorChange,
        previous: &MfaSettings,
    ) -> SubmissionResult {
        self.account.reload().await;
        let is_another_on = previous.active.iter().any(|other| *other != factor);
        let text = messages::factor_changed(factor, change, is_another_on);
        if self.status_message.try_set(text).is_none() {
            // The row is rendered again, so the button that had the focus is gone.
            focus_next_frame(switch_id(factor));
        }
        SubmissionResult::Done
    }
}

/// Returns the ID of the button that turns a second factor on or off.
fn switch_id(factor: SecondFactor) -> String {
    format!("switch-{}", factor.as_str())
}
