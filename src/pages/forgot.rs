use cognito_proto::ids::Username;
use cognito_proto::secret::ConfirmationCode;
use leptos::prelude::*;

use super::attempt::{Attempt, Field, Outcome, Work, parsed, work};
use super::new_password::NewPassword;
use super::resend::Resend;
use crate::auth::{AuthContext, NewPasswordError, use_auth};
use crate::browser::{document, location};
use crate::components::{
    CodeField, Form, HiddenUsername, Notice, Page, TextField, Tone, Way, Ways, dynamic, link_button,
};
use crate::messages;
use crate::routes::{self, LastAction, Route};

/// The message about the code. While it is `None`, the page shows the form that requests a code. Otherwise it shows
/// the form for the code and the new password.
type Sent = RwSignal<Option<String>>;

/// The page `/forgot`: the user requests a code, then sets a new password. The page treats unknown usernames like
/// known ones.
pub fn forgot_page() -> AnyView {
    let username = RwSignal::new(location::query_parameter(routes::USERNAME).unwrap_or_default());
    // The pool has required the new password during a sign-in, so the user already has a code.
    let has_code = LastAction::current() == Some(LastAction::SignInAttempted);
    let sent: Sent = RwSignal::new(has_code.then(|| messages::RESET_FIRST.to_owned()));
    let is_sent = Memo::new(move |_| sent.with(Option::is_some));
    let half = dynamic(move || {
        if is_sent.get() {
            set_password(username, sent)
        } else {
            ask_for_code(username, sent)
        }
    });
    view! {
        <Page title="Set a new password">
            <Notice tone=Tone::Calm text=sent.into()/>
            {half}
        </Page>
    }
    .into_any()
}

fn ask_for_code(username: RwSignal<String>, sent: Sent) -> AnyView {
    let auth = use_auth();
    let name_field = Field {
        id: "username",
        error: RwSignal::new(None),
    };
    let attempt = Attempt::new();
    let on_submit = attempt.on_press(move || {
        ask(
            auth,
            parsed(username, name_field, Username::parse, messages::NAME_NEEDED).get()?,
            sent,
        )
    });
    let has_code = Box::new(move || {
        document::dispatch_input_events();
        let name = parsed(username, name_field, Username::parse, messages::NAME_NEEDED);
        if name.get().is_some() {
            sent.set(Some(messages::HAVE_CODE.to_owned()));
            document::next_frame(|| document::focus("code"));
        }
    });
    let has_code = link_button("I have a code", has_code);
    let back = Signal::stored(Route::SignIn.with_query(&[(
        routes::RETURN_TO,
        &routes::return_to_parameter(&auth.config()),
    )]));
    let ways = vec![
        Way::Button(has_code),
        Way::Link("", back, "Back to sign-in"),
    ];
    view! {
        <p>"Tell us who you are, and we send you a code. Your old password works until the new one is set."</p>
        <Form on_submit=on_submit trouble=attempt.trouble() busy=attempt.is_busy() label="Send a code" busy_label="Sending…">
            <TextField id="username" label="E-mail or user name" value=username error=name_field.error autocomplete="username"/>
        </Form>
        <Ways ways=ways/>
    }
    .into_any()
}

fn ask(auth: AuthContext, name: Username, sent: Sent) -> Option<Work> {
    work(async move {
        match auth.forgot_password(&name).await {
            Ok(()) => {
                // If the page is gone, there is no field to focus.
                if sent
                    .try_set(Some(messages::CODE_ON_ITS_WAY.to_owned()))
                    .is_none()
                {
                    document::next_frame(|| document::focus("code"));
                }
                Outcome::Done
            }
            Err(error) => Outcome::Refused(messages::forgot_error(&error)),
        }
    })
}

fn set_password(username: RwSignal<String>, sent: Sent) -> AnyView {
    let auth = use_auth();
    let code = RwSignal::new(String::new());
    let code_field = Field {
        id: "code",
        error: RwSignal::new(None),
    };
    let password = NewPassword::new();
    let (attempt, resend) = (Attempt::new(), Resend::new());
    if sent.with_untracked(|sent| sent.as_deref() == Some(messages::CODE_ON_ITS_WAY)) {
        resend.rest();
    }
    // The user cannot change the username here. It was validated by the first form, unless it came with the address.
    let name = move || username.with_untracked(|name| Username::parse(name));
    let on_submit = attempt.on_press(move || {
        let name = name()?;
        let secret = parsed(
            code,
            code_field,
            ConfirmationCode::parse,
            messages::CODE_NEEDED,
        );
        let (secret, new) = secret.and(password.check()).get()?;
        let then = routes::return_to_parameter(&auth.config());
        work(async move {
            let Err(error) = auth.confirm_forgot_password(&name, &secret, &new).await else {
                password.clear();
                return Outcome::Go(Route::SignIn.with_query(&[
                    (routes::USERNAME, name.as_str()),
                    (routes::LAST_ACTION, LastAction::PasswordReset.as_str()),
                    (routes::RETURN_TO, &then),
                ]));
            };
            let text = messages::new_password_error(&error);
            match error {
                NewPasswordError::WrongCode | NewPasswordError::ExpiredCode => {
                    Outcome::Complained(code_field, text)
                }
                NewPasswordError::Password(refusal) => {
                    password.learn(&refusal);
                    Outcome::Complained(password.field(), text)
                }
                NewPasswordError::PasswordReused => Outcome::Complained(password.field(), text),
                _ => Outcome::Refused(text),
            }
        })
    });
    let send_again = resend.attempt.on_press(move || {
        let name = name()?;
        let asked = ask(auth, name, sent)?;
        work(async move {
            let outcome = asked.await;
            if matches!(outcome, Outcome::Done) {
                resend.rest();
            }
            outcome
        })
    });
    let other_name = Box::new(move || sent.set(None));
    let ways = vec![
        Way::Button(resend.button(send_again)),
        Way::Button(link_button("Use another name", other_name)),
    ];
    view! {
        <Form
            on_submit=on_submit
            trouble=attempt.trouble()
            busy=attempt.is_busy()
            label="Set the new password"
            busy_label="Setting it…"
        >
            <HiddenUsername value=username/>
            <CodeField value=code error=code_field.error/>
            {password.view()}
        </Form>
        <Notice tone=Tone::Trouble text=resend.attempt.trouble()/>
        <Ways ways=ways/>
    }
    .into_any()
}
