use cognito_proto::ids::{AttributeName, Username};
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_navigate;

use super::attempt::{Attempt, Field, Outcome, parsed};
use super::new_password::NewPassword;
use super::signin::{AFTER, AFTER_VERIFY};
use crate::auth::{RegisterError, Registered, use_auth};
use crate::browser::page;
use crate::components::{FieldError, Notice, Page, SubmitButton, TextField, Tone};
use crate::{routes, words};

/// An attribute that `config.js` asks for, as typed.
#[derive(Clone)]
struct Asked {
    name: AttributeName,
    value: RwSignal<String>,
    error: FieldError,
}

/// `/register`: a new account. The e-mail address is the user name, unless `config.js` asks for it separately.
#[component]
pub fn RegisterPage() -> impl IntoView {
    let auth = use_auth();
    let navigate = use_navigate();
    let config = auth.config();
    let email_is_name = !config.sign_up_attributes.iter().any(|name| name.as_str() == "email");
    let username = RwSignal::new(String::new());
    let name_error = RwSignal::new(None);
    let password = NewPassword::new();
    let attempt = Attempt::new();
    let asked = StoredValue::new(
        config
            .sign_up_attributes
            .iter()
            .map(|name| Asked {
                name: name.clone(),
                value: RwSignal::new(String::new()),
                error: RwSignal::new(None),
            })
            .collect::<Vec<_>>(),
    );
    page::after_drawing(move || auth.prepare());

    let on_submit = attempt.on_submit(move || {
        let navigate = navigate.clone();
        let name_field = Field { id: "username", error: name_error };
        let (parse, needed): (fn(&str) -> Option<Username>, _) = if email_is_name {
            (email_name, words::EMAIL_NEEDED)
        } else {
            (Username::parse, words::NAME_NEEDED)
        };
        let name = parsed(username, name_field, parse, needed)?;
        let attributes = asked.with_value(|asked| attributes(asked, email_is_name.then_some(&name)))?;
        let secret = password.get()?;
        Some(async move {
            match auth.register(name.clone(), secret, attributes).await {
                Ok(Registered::CodeNeeded) => {
                    password.clear();
                    let parameters = [(routes::USERNAME, name.as_str())];
                    navigate(&routes::with_query(routes::VERIFY, &parameters), Default::default());
                    Outcome::Done
                }
                Ok(Registered::Confirmed) => {
                    password.clear();
                    match auth.sign_in_newcomer(&name).await {
                        Some(Ok(())) => navigate(routes::HOME, Default::default()),
                        _ => {
                            let parameters = [(routes::USERNAME, name.as_str()), (AFTER, AFTER_VERIFY)];
                            navigate(&routes::with_query(routes::SIGN_IN, &parameters), Default::default());
                        }
                    }
                    Outcome::Done
                }
                Err(error) => {
                    let words = words::for_register(&error);
                    match error {
                        RegisterError::Password(refusal) => {
                            password.learn(&refusal);
                            Outcome::Complained(password.field(), words)
                        }
                        RegisterError::NameTaken => Outcome::Complained(name_field, words),
                        _ => Outcome::Refused(words),
                    }
                }
            }
        })
    });

    let fields = asked.with_value(|asked| asked.iter().map(attribute_field).collect_view());
    let name_field = if email_is_name {
        view! { <TextField id="username" label="E-mail" kind="email" value=username error=name_error autocomplete="username"/> }
            .into_any()
    } else {
        view! { <TextField id="username" label="User name" value=username error=name_error autocomplete="username"/> }
            .into_any()
    };
    view! {
        <Page title="Make an account">
            <form method="post" novalidate=true on:submit=on_submit>
                <Notice tone=Tone::Trouble words=attempt.trouble()/>
                {name_field}
                {fields}
                {password.view()}
                <SubmitButton label="Make an account" busy_label="Making your account…" busy=attempt.is_busy()/>
            </form>
            <ul class="ways">
                <li>"Have an account? " <A href=routes::SIGN_IN>"Sign in"</A></li>
                <li>"Have a code? " <A href=routes::VERIFY>"Enter it"</A></li>
            </ul>
        </Page>
    }
}

/// A user name that is an e-mail address, as far as anyone can tell without writing to it.
fn email_name(text: &str) -> Option<Username> {
    Username::parse(text).filter(|name| {
        let parts = name.as_str().split_once('@');
        parts.is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty())
    })
}

/// What is sent as `UserAttributes`; without a value it complains.
fn attributes(asked: &[Asked], email: Option<&Username>) -> Option<Vec<(AttributeName, String)>> {
    let mut attributes = Vec::new();
    if let Some(email) = email {
        attributes.push((AttributeName::parse("email")?, email.as_str().to_owned()));
    }
    for Asked { name, value, error } in asked {
        let text = value.with_untracked(|value| value.trim().to_owned());
        if text.is_empty() {
            let _ = error.try_set(Some(words::VALUE_NEEDED.to_owned()));
            page::focus(&field_id(name));
            return None;
        }
        attributes.push((name.clone(), text));
    }
    Some(attributes)
}

fn field_id(name: &AttributeName) -> String {
    format!("attribute-{}", name.as_str().replace([':', '.'], "-"))
}

/// The field of an attribute, with what its name tells of its kind.
fn attribute_field(asked: &Asked) -> impl IntoView + use<> {
    let known = words::attribute(asked.name.as_str());
    view! {
        <TextField
            id=field_id(&asked.name)
            label=known.label
            kind=known.kind
            autocomplete=known.autocomplete
            value=asked.value
            error=asked.error
        />
    }
}
