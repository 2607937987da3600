//! The first step of a sign-in: the username, the password if the configured flow begins with it, and the buttons for
//! a hosted sign-in.

use cognito_proto::config::BeginsWith;
use cognito_proto::ids::Username;
use cognito_proto::oauth::Hints;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::super::attempt::{Attempt, Field, parsed, typed_password};
use super::super::hosted::hosted_door;
use super::asking::Asking;
use crate::auth::{
    AuthContext, AuthorizationOptions, SignInError, SignInFailure, SignInProgress, UserChallenge,
    use_auth,
};
use crate::browser::passkey::{self, WebAuthnError};
use crate::components::{
    Form, Notice, Page, PasswordField, PasswordUse, TextField, Tone, Way, Ways,
};
use crate::messages;
use crate::routes::Route;

/// Renders the step. `news` is a message about the reason for this sign-in.
pub(super) fn credentials(asking: Asking, news: Option<&'static str>) -> AnyView {
    let auth = use_auth();
    let username = asking.username;
    let password = RwSignal::new(String::new());
    let name_field = Field {
        id: "username",
        error: RwSignal::new(None),
    };
    let password_field = Field {
        id: "password",
        error: RwSignal::new(None),
    };
    let attempt = Attempt::new();
    let begins_with = auth.config().auth_flow.begins_with();
    let wants_password = begins_with == BeginsWith::Password;
    // True while this step is shown and the user has not started a sign-in by its form.
    let offers = StoredValue::new(begins_with == BeginsWith::Choice);
    if begins_with == BeginsWith::Choice {
        offer_passkey(auth, asking, offers);
    }

    let on_submit = attempt.on_press(move || {
        let name = parsed(username, name_field, Username::parse, messages::NAME_NEEDED);
        let (name, secret) = if wants_password {
            let text = messages::PASSWORD_NEEDED;
            let secret = parsed(password, password_field, typed_password, text);
            let (name, secret) = name.and(secret).get()?;
            (name, Some(secret))
        } else {
            (name.get()?, None)
        };
        asking.trouble.set(None);
        asking.begin();
        offers.set_value(false);
        passkey::abort_conditional();
        let answered = auth.sign_in(name, secret);
        asking.answer_with_password(password, answered)
    });

    let wish = move || AuthorizationOptions {
        hints: Hints {
            login_hint: username
                .with_untracked(|name| Username::parse(name).map(|name| name.to_string())),
            ..Hints::default()
        },
        return_path: asking.then.get_value(),
        identity_provider: None,
    };
    let ways = vec![
        Way::Link("", asking.way_to(Route::Forgot), "Forgot your password?"),
        Way::Link("", asking.way_to(Route::Register), "Make an account"),
        Way::Link(
            "",
            asking.way_to(Route::Verify),
            "Enter a confirmation code",
        ),
    ];
    let (label, busy_label, autocomplete) = match begins_with {
        BeginsWith::Password => ("Sign in", "Signing in…", "username"),
        BeginsWith::Choice => ("Continue", "One moment…", "username webauthn"),
        BeginsWith::Name => ("Continue", "One moment…", "username"),
    };
    let password = wants_password.then(|| {
        view! { <PasswordField usage=PasswordUse::Current value=password error=password_field.error/> }
    });
    view! {
        <Page title="Sign in">
            <Notice tone=Tone::Calm text=Signal::stored(news.map(str::to_owned))/>
            <Notice tone=Tone::Trouble text=asking.trouble.into()/>
            <Form on_submit=on_submit trouble=attempt.trouble() busy=attempt.is_busy() label=label busy_label=busy_label>
                <TextField id="username" label="E-mail or user name" value=username error=name_field.error autocomplete=autocomplete/>
                {password}
            </Form>
            <Ways ways=ways/>
            {hosted_door(auth.pending_authorization().is_some(), wish)}
        </Page>
    }
    .into_any()
}

/// Offers a passkey among the autofill suggestions of the username field, if the last passkey user of this browser is
/// known. The name is required, because the pool creates passkey challenges only for a given username. If the offer
/// fails, the user still has the form.
fn offer_passkey(auth: AuthContext, asking: Asking, offers: StoredValue<bool>) {
    let is_open = move || offers.try_get_value() == Some(true);
    let Some(name) = auth.passkey_username() else {
        return;
    };
    on_cleanup(passkey::abort_conditional);
    spawn_local(async move {
        if !passkey::is_conditional_available().await {
            return;
        }
        while is_open() {
            let Ok(SignInProgress::ChallengeRequired(pending)) =
                auth.offer_passkey(name.clone()).await
            else {
                return;
            };
            // The user can have submitted the form in the meantime.
            if !is_open() {
                return;
            }
            let (UserChallenge::Passkey(asked), talk) = pending.into_parts() else {
                auth.forget_passkey_username();
                return;
            };
            let part = asking.part_drawn();
            match auth.sign_with_passkey(talk, asked, true).await {
                Err(SignInFailure {
                    error: SignInError::Passkey(WebAuthnError::Expired),
                    ..
                }) => {}
                Err(SignInFailure {
                    error: SignInError::Passkey(_),
                    ..
                }) => return,
                Err(failure) => {
                    let text = messages::sign_in_error(&failure.error);
                    let _ = asking.trouble.try_set(Some(text));
                    return;
                }
                Ok(progress) => {
                    let _ = asking.settle(part, None, Ok(progress));
                    return;
                }
            }
        }
    });
}
