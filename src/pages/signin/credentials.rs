//! The first step of a sign-in: fields for the username and, if the configured flow begins with it, the password, and
//! the buttons for a hosted sign-in.

use cognito_proto::config::InitialStep;
use cognito_proto::ids::Username;
use cognito_proto::oauth::AuthorizationHints;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_cognito::browser::passkey::{self, WebAuthnError};
use leptos_cognito::{
    AuthorizationOptions, SignInError, SignInFailure, SignInProgress, UserChallenge, use_auth,
};
use ui_texts::{labels, sign_in as texts, validation};

use super::super::hosted_ui::HostedUiButtons;
use super::super::submission::{Field, Submission, parse_field, parse_password};
use super::flow::SignInFlow;
use super::pending_authorization_options;
use crate::components::{
    ErrorNotice, Form, FormLink, FormLinks, Notice, Page, PasswordField, PasswordUse, TextField,
};
use crate::engine::use_engine;
use crate::messages;
use crate::routes::PagePath;

/// The first step of a sign-in: the form for username and password.
#[component]
pub(super) fn CredentialsStep(
    flow: SignInFlow,
    /// The text that says why the user has to sign in. It is empty if there is no special reason.
    reason: &'static str,
) -> impl IntoView {
    let auth = use_auth();
    let engine = use_engine();
    let username = flow.username;
    let password = RwSignal::new(String::new());
    let name_field = Field {
        id: "username",
        error: RwSignal::new(None),
    };
    let password_field = Field {
        id: "password",
        error: RwSignal::new(None),
    };
    let submission = Submission::new();
    let begins_with = auth.config().auth_flow.initial_step();
    let wants_password = begins_with == InitialStep::Password;
    // True while this step is shown and the user has not started a sign-in by its form.
    let is_offering = StoredValue::new(begins_with == InitialStep::ChooseFactor);
    if begins_with == InitialStep::ChooseFactor {
        on_cleanup(passkey::abort_conditional);
        engine.when_loaded(move |engine| engine.offer_passkey(flow, is_offering));
    }

    let on_submit = submission.on_submit(move || {
        let name = parse_field(username, name_field, Username::parse, &validation::USERNAME);
        let (name, secret) = if wants_password {
            let text = &validation::PASSWORD;
            let secret = parse_field(password, password_field, parse_password, text);
            let (name, secret) = name.and(secret).value_or_focus()?;
            (name, Some(secret))
        } else {
            (name.value_or_focus()?, None)
        };
        flow.error.set(None);
        flow.start();
        is_offering.set_value(false);
        passkey::abort_conditional();
        let view_id = flow.current_view_id();
        engine
            .submit(move |engine| engine.submit_credentials(flow, view_id, name, secret, password))
    });

    let options = Callback::new(move |()| AuthorizationOptions {
        hints: AuthorizationHints {
            login_hint: username
                .with_untracked(|name| Username::parse(name).map(|name| name.to_string())),
            ..AuthorizationHints::default()
        },
        return_to: flow.return_to.get_value(),
        identity_provider: None,
    });
    let (label, busy_label, autocomplete) = match begins_with {
        InitialStep::Password => (labels::SIGN_IN, labels::SIGNING_IN, "username"),
        InitialStep::ChooseFactor => (labels::CONTINUE, labels::LOADING, "username webauthn"),
        InitialStep::UsernameOnly => (labels::CONTINUE, labels::LOADING, "username"),
    };
    let password = wants_password.then(|| {
        view! { <PasswordField usage=PasswordUse::Current value=password error=password_field.error/> }
    });
    view! {
        <Page title=texts::TITLE>
            <Notice text=reason/>
            <ErrorNotice message=flow.error/>
            <Form on_submit error=submission.error() busy=submission.is_busy() label busy_label>
                <TextField
                    id="username"
                    label=labels::EMAIL_OR_USERNAME
                    value=username
                    error=name_field.error
                    autocomplete
                />
                {password}
            </Form>
            <FormLinks>
                <FormLink href=flow.address_of(PagePath::Forgot) label=labels::FORGOT_PASSWORD/>
                <FormLink href=flow.address_of(PagePath::Register) label=labels::CREATE_ACCOUNT/>
                <FormLink href=flow.address_of(PagePath::Verify) label=labels::CONFIRM_WITH_CODE/>
            </FormLinks>
            <HostedUiButtons has_pending=pending_authorization_options().is_some() options/>
        </Page>
    }
}

/// Offers a passkey among the autofill suggestions of the username field, if the last passkey user of this browser is
/// known. The app needs the username, because the pool creates passkey challenges only for a given username. If the
/// offer fails, the user still has the form.
pub(crate) fn offer_passkey(flow: SignInFlow, is_offering: StoredValue<bool>) {
    let auth = flow.auth();
    let is_open = move || is_offering.try_get_value() == Some(true);
    let Some(name) = auth.sign_in_client().passkey_username() else {
        return;
    };
    spawn_local(async move {
        if !passkey::is_conditional_available().await {
            return;
        }
        while is_open() {
            let Ok(SignInProgress::ChallengeRequired(pending)) =
                auth.sign_in_client().offer_passkey(name.clone()).await
            else {
                return;
            };
            // The user can have submitted the form in the meantime.
            if !is_open() {
                return;
            }
            let (UserChallenge::Passkey(open), attempt) = pending.into_parts() else {
                auth.sign_in_client().forget_passkey_username();
                return;
            };
            let view_id = flow.current_view_id();
            match auth
                .sign_in_client()
                .sign_with_passkey(attempt, open, true)
                .await
            {
                Err(SignInFailure {
                    error: SignInError::Passkey(WebAuthnError::Expired),
                    ..
                }) => {}
                Err(SignInFailure {
                    error: SignInError::Passkey(_),
                    ..
                }) => return,
                Err(failure) => {
                    let message = messages::sign_in_error(&failure.error);
                    let _ = flow.error.try_set(Some(message));
                    return;
                }
                Ok(progress) => {
                    let _ = flow.handle_result(view_id, None, Ok(progress));
                    return;
                }
            }
        }
    });
}
