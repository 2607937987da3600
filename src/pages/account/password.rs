use leptos::prelude::*;

use super::part::{Held, Loading, go_to};
use crate::auth::{AuthContext, ChangePasswordError};
use crate::components::{Form, HiddenUsername, Notice, PasswordField, PasswordUse, Tone};
use crate::messages;
use crate::pages::attempt::{Attempt, Field, Outcome, parsed, typed_password, work};
use crate::pages::new_password::NewPassword;

/// The id of the field for the current password.
const PREVIOUS: &str = "previous-password";

/// Renders the form that changes the password. If the account has no password, the form sets the first one.
pub(super) fn password(auth: AuthContext) -> AnyView {
    let has_password = Held::new();
    let loading = Loading::new(move || {
        work(async move {
            match auth.has_password().await {
                Ok(has) => {
                    has_password.set(has);
                    Outcome::Done
                }
                Err(error) => Outcome::Refused(messages::account_error(&error)),
            }
        })
    });
    let news = RwSignal::new(None::<String>);
    let form = loading.view(Box::new(move || {
        Some(change(auth, *has_password.get()?, has_password, news))
    }));
    view! {
        <Notice tone=Tone::Calm text=news.into()/>
        {form}
    }
    .into_any()
}

fn change(
    auth: AuthContext,
    has_password: bool,
    has_password_now: Held,
    news: RwSignal<Option<String>>,
) -> AnyView {
    let previous = RwSignal::new(String::new());
    let previous_field = Field {
        id: PREVIOUS,
        error: RwSignal::new(None),
    };
    let new = NewPassword::new();
    let attempt = Attempt::new();
    let on_submit = attempt.on_press(move || {
        news.set(None);
        let proposed = new.check();
        let (old, proposed) = if has_password {
            let text = messages::CURRENT_PASSWORD_NEEDED;
            let old = parsed(previous, previous_field, typed_password, text);
            let (old, proposed) = old.and(proposed).get()?;
            (Some(old), proposed)
        } else {
            (None, proposed.get()?)
        };
        work(async move {
            let Err(error) = auth.change_password(old.as_ref(), &proposed).await else {
                new.clear();
                let _ = previous.try_set(String::new());
                let _ = news.try_set(Some(messages::PASSWORD_IS_CHANGED.to_owned()));
                if !has_password {
                    has_password_now.set(true);
                    go_to(PREVIOUS);
                }
                return Outcome::Done;
            };
            let text = messages::change_password_error(&error);
            match error {
                ChangePasswordError::WrongPassword if has_password => {
                    Outcome::Complained(previous_field, text)
                }
                ChangePasswordError::Password(refusal) => {
                    new.learn(&refusal);
                    Outcome::Complained(new.field(), text)
                }
                ChangePasswordError::PasswordReused => Outcome::Complained(new.field(), text),
                _ => Outcome::Refused(text),
            }
        })
    });
    let name = auth.session().with_untracked(|session| {
        let tokens = session.tokens()?;
        let claims = tokens.claims();
        Some(claims.email.as_ref().unwrap_or(&claims.username).clone())
    });
    let previous = if has_password {
        view! { <PasswordField usage=PasswordUse::Previous value=previous error=previous_field.error/> }
            .into_any()
    } else {
        view! { <p>{messages::NO_PASSWORD_YET}</p> }.into_any()
    };
    view! {
        <Form
            on_submit=on_submit
            trouble=attempt.trouble()
            busy=attempt.is_busy()
            label="Change the password"
            busy_label="Changing it…"
        >
            <HiddenUsername value=RwSignal::new(name.unwrap_or_default())/>
            {previous}
            {new.view()}
        </Form>
    }
    .into_any()
}
