use cognito_proto::ids::{AttributeName, Username};
use leptos::prelude::*;

use super::asked_attributes::AskedAttributes;
use super::attempt::{Attempt, Field, Outcome, parsed, work};
use super::new_password::NewPassword;
use super::newcomer::come_in;
use super::registration_draft::{Draft, use_registration_draft};
use crate::auth::{RegisterError, SignUpStatus, use_auth};
use crate::browser::{document, location};
use crate::components::{Form, Page, TextField, Way, Ways};
use crate::messages;
use crate::routes::{self, LastAction, Route};

/// The page `/register`: the user creates an account. The email address is the username, unless `config.js` lists
/// `email` as an attribute of its own.
pub fn register_page() -> AnyView {
    let auth = use_auth();
    let config = auth.config();
    let email_is_name = !config
        .sign_up_attributes
        .iter()
        .any(|name| name.as_str() == "email");
    let draft = use_registration_draft();
    let username = match draft.get() {
        Some(draft) => draft.username.to_string(),
        None => location::query_parameter(routes::USERNAME).unwrap_or_default(),
    };
    let username = RwSignal::new(username);
    let name_field = Field {
        id: "username",
        error: RwSignal::new(None),
    };
    let password = NewPassword::new();
    let attempt = Attempt::new();
    let asked = AskedAttributes::new(&config.sign_up_attributes);
    if let Some(draft) = draft.get() {
        asked.fill(&draft.attributes);
    }
    let fields = asked.view();
    document::next_frame(move || auth.prefetch());

    let on_submit = attempt.on_press(move || {
        let name = if email_is_name {
            parsed(username, name_field, email_name, messages::EMAIL_NEEDED)
        } else {
            parsed(username, name_field, Username::parse, messages::NAME_NEEDED)
        };
        let checked = name.and(asked.check()).and(password.check());
        let ((name, typed), secret) = checked.get()?;
        let mut attributes = typed.clone();
        if email_is_name {
            let email = (AttributeName::parse("email")?, name.as_str().to_owned());
            attributes.insert(0, email);
        }
        let then = routes::return_to_parameter(&auth.config());
        let begun_at = auth.attempt_id();
        work(async move {
            let registered = match auth.register(name.clone(), Some(secret), attributes).await {
                Ok(registered) => registered,
                Err(RegisterError::NameTaken) if draft.is_of(&name) => {
                    let text = messages::REGISTERED_BEFORE.to_owned();
                    return Outcome::Complained(name_field, text);
                }
                Err(error) => return refused(&error, name_field, password),
            };
            password.clear();
            if attempt.is_there() {
                draft.keep(Draft {
                    username: name.clone(),
                    attributes: typed,
                });
            }
            let (named, onwards) = (
                (routes::USERNAME, name.as_str()),
                (routes::RETURN_TO, then.as_str()),
            );
            Outcome::Go(match registered {
                SignUpStatus::ConfirmationRequired => Route::Verify.with_query(&[named, onwards]),
                SignUpStatus::Confirmed => {
                    if !come_in(auth, auth.take_pending_sign_up(&name), attempt, begun_at).await {
                        let after = (routes::LAST_ACTION, LastAction::Confirmed.as_str());
                        Route::SignIn.with_query(&[named, after, onwards])
                    } else if then.is_empty() {
                        Route::Home.path().to_owned()
                    } else {
                        then
                    }
                }
            })
        })
    });

    let (label, kind) = if email_is_name {
        ("E-mail", "email")
    } else {
        ("User name", "text")
    };
    let then = routes::return_to_parameter(&auth.config());
    let address = |route: Route| Signal::stored(route.with_query(&[(routes::RETURN_TO, &then)]));
    let ways = vec![
        Way::Link("Have an account? ", address(Route::SignIn), "Sign in"),
        Way::Link("Have a code? ", address(Route::Verify), "Enter it"),
    ];
    view! {
        <Page title="Make an account">
            <Form
                on_submit=on_submit
                trouble=attempt.trouble()
                busy=attempt.is_busy()
                label="Make an account"
                busy_label="Making your account…"
            >
                <TextField id="username" label=label kind=kind value=username error=name_field.error autocomplete="username"/>
                {fields}
                {password.view()}
            </Form>
            <Ways ways=ways/>
        </Page>
    }
    .into_any()
}

/// Shows the error where it belongs, and adds the password rule that the pool has reported.
fn refused(error: &RegisterError, name_field: Field, password: NewPassword) -> Outcome {
    let text = messages::register_error(error);
    match error {
        RegisterError::Password(refusal) => {
            password.learn(refusal);
            Outcome::Complained(password.field(), text)
        }
        RegisterError::NameTaken => Outcome::Complained(name_field, text),
        _ => Outcome::Refused(text),
    }
}

/// Returns the username if it has the form of an email address. A complete check would require sending an email.
fn email_name(text: &str) -> Option<Username> {
    Username::parse(text).filter(|name| {
        let parts = name.as_str().split_once('@');
        parts.is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty())
    })
}
