//! The attributes of the user. The user can edit one attribute at a time, in its row.

use cognito_proto::action::User;
use cognito_proto::ids::AttributeName;
use cognito_proto::secret::ConfirmationCode;
use leptos::prelude::*;

use super::Own;
use super::part::{drawn_by, go_to, row, row_button};
use crate::auth::{AttributeCodeError, ChangeAttributeError};
use crate::components::{CodeField, Form, Notice, TextField, Tone, link_button};
use crate::messages;
use crate::pages::attempt::{Attempt, Field, Outcome, Work, complain, parsed, work};
use crate::pages::resend::Resend;

/// The id of the field for a value. Only one row is open at a time, so one id is enough.
const VALUE: &str = "attribute";
const CODE: &str = "attribute-code";

/// These attributes are always listed first, in this order, even if they have no value.
const ALWAYS: [&str; 3] = ["name", "email", "phone_number"];

/// Attributes that are not listed: internal ones, and those that are shown as part of another attribute.
const NOT_FOR_PEOPLE: [&str; 5] = [
    "sub",
    "identities",
    "updated_at",
    "email_verified",
    "phone_number_verified",
];

/// The state of the section. It is `Copy`, because it only holds handles.
#[derive(Clone, Copy)]
struct Details {
    own: Own,
    /// The name of the attribute whose row is open, if a row is open.
    open: RwSignal<Option<String>>,
    /// True if the open row waits for a verification code. Otherwise the open row edits the value.
    awaits_code: RwSignal<bool>,
    value: RwSignal<String>,
    code: RwSignal<String>,
    errors: [RwSignal<Option<String>>; 2],
    attempt: Attempt,
    resend: Resend,
    /// The success message of the last action.
    news: RwSignal<Option<String>>,
}

pub(super) fn details(own: Own) -> AnyView {
    let details = Details {
        own,
        open: RwSignal::new(None),
        awaits_code: RwSignal::new(false),
        value: RwSignal::new(String::new()),
        code: RwSignal::new(String::new()),
        errors: [RwSignal::new(None), RwSignal::new(None)],
        attempt: Attempt::new(),
        resend: Resend::new(),
        news: RwSignal::new(None),
    };
    let listed = move || Some(names(own, &*own.user()?).join(" "));
    let rows = move || {
        let names = own.user().map(|user| names(own, &user));
        let rows = names.into_iter().flatten().map(|name| details.row(name));
        rows.collect::<Vec<_>>().into_any()
    };
    let is_there = Memo::new(move |_| own.user().is_some());
    let rows = own.loading.view(Box::new(move || {
        let rows = || drawn_by(Box::new(listed), Box::new(rows));
        is_there.get().then(rows)
    }));
    // An open row shows its own errors.
    let trouble = Signal::derive(move || {
        let is_closed = details.open.with(Option::is_none);
        details.attempt.trouble().get().filter(|_| is_closed)
    });
    view! {
        <section class="section">
            <h2>"Your details"</h2>
            <Notice tone=Tone::Calm text=details.news.into()/>
            <Notice tone=Tone::Trouble text=trouble/>
            {rows}
        </section>
    }
    .into_any()
}

/// Returns the names of the listed attributes, in the order of the list.
fn names(own: Own, user: &User) -> Vec<String> {
    // The pool does not guarantee an order, so the names are inserted in sorted order. (`sort` adds 3 kB to the
    // download.)
    let mut held: Vec<&str> = Vec::new();
    for (name, _) in &user.attributes {
        let place = held.partition_point(|held| *held < name.as_str());
        held.insert(place, name);
    }
    let config = own.auth.config();
    let asked = config.sign_up_attributes.iter().map(AttributeName::as_str);
    let mut names: Vec<String> = Vec::new();
    for name in ALWAYS.into_iter().chain(held).chain(asked) {
        let is_for_people = !NOT_FOR_PEOPLE.contains(&name) && !name.starts_with("cognito:");
        if is_for_people && !names.iter().any(|listed| listed == name) {
            names.push(name.to_owned());
        }
    }
    names
}

/// Returns the value of an attribute, or `None` if it is missing or empty.
fn held(user: &User, name: &str) -> Option<String> {
    let (_, value) = user.attributes.iter().find(|(held, _)| held == name)?;
    Some(value.clone()).filter(|value| !value.is_empty())
}

impl Details {
    /// Renders the row of one attribute. The row is rendered again only when its attribute or the open row changes,
    /// so that a field keeps the focus while other rows change.
    fn row(self, name: String) -> AnyView {
        let state = {
            let name = name.clone();
            move || {
                let user = self.own.user();
                let of = |name: &str| held(user.as_ref()?, name);
                (of(&name), of(&format!("{name}_verified")))
            }
        };
        let key = {
            let state = state.clone();
            let name = name.clone();
            move || {
                let (value, verified) = state();
                let open = match self.open.get() {
                    Some(open) if open == name => format!("open {}", self.awaits_code.get()),
                    Some(_) => "another".to_owned(),
                    None => String::new(),
                };
                let parts = [
                    open,
                    verified.unwrap_or_default(),
                    value.unwrap_or_default(),
                ];
                Some(parts.join("\n"))
            }
        };
        let draw = move || {
            let (value, verified) = state();
            let open = self.open.get();
            match open.as_deref() {
                Some(open) if open == name && self.awaits_code.get() => self.entering_code(&name),
                Some(open) if open == name => self.changing(&name, value.is_some()),
                open => self.shown(&name, value, verified, open.is_none()),
            }
        };
        drawn_by(Box::new(key), Box::new(draw))
    }

    fn shown(
        self,
        name: &str,
        value: Option<String>,
        verified: Option<String>,
        has_buttons: bool,
    ) -> AnyView {
        let called = messages::attribute_name(name);
        let state = match verified.as_deref() {
            Some("true") => Some(messages::VERIFIED),
            Some(_) => Some(messages::NOT_VERIFIED),
            None => None,
        };
        let is_address = matches!(name, "email" | "phone_number");
        let can_confirm = is_address && value.is_some() && verified.as_deref() != Some("true");
        let busy = self.attempt.is_busy();
        let change = has_buttons.then(|| {
            let label = if value.is_some() { "Change" } else { "Add" };
            let (name, value) = (name.to_owned(), value.clone().unwrap_or_default());
            let id = change_id(&name);
            let on_press = move || {
                self.attempt.clear();
                self.news.set(None);
                self.value.set(value.clone());
                self.errors[0].set(None);
                self.awaits_code.set(false);
                self.open.set(Some(name.clone()));
                go_to(VALUE);
            };
            row_button(id, label, &called, busy, Box::new(on_press))
        });
        let confirm = (has_buttons && can_confirm).then(|| {
            let name = name.to_owned();
            let id = format!("confirm-{name}");
            let on_press = self.attempt.on_press(move || self.send_code(name.clone()));
            row_button(id, "Confirm", &called, busy, on_press)
        });
        let value = match value {
            Some(value) => view! {
                <span class="row-value">{value}</span>
                {state.map(|state| view! { <span class="muted">{format!(" ·\u{a0}{state}")}</span> })}
            }
            .into_any(),
            None => view! { <span class="muted">{messages::NOT_SET}</span> }.into_any(),
        };
        row(called, value, view! { {confirm}{change} }.into_any())
    }

    fn changing(self, name: &str, is_set: bool) -> AnyView {
        let known = messages::attribute(name);
        let save = self.attempt.on_press({
            let name = name.to_owned();
            move || {
                let value = self.value.with_untracked(|value| value.trim().to_owned());
                if value.is_empty() {
                    complain(self.field(), messages::VALUE_NEEDED);
                    return None;
                }
                self.change(name.clone(), value)
            }
        });
        // The user needs an email address to receive codes and, in most pools, to sign in.
        let remove = (is_set && name != "email").then(|| {
            let name = name.to_owned();
            let remove = self
                .attempt
                .on_press(move || self.change(name.clone(), String::new()));
            link_button("Remove it", remove)
        });
        let name = name.to_owned();
        view! {
            <div class="row-form">
                <Form
                    on_submit=save
                    trouble=self.attempt.trouble()
                    busy=self.attempt.is_busy()
                    label="Save"
                    busy_label="Saving…"
                >
                    <TextField
                        id=VALUE
                        label=known.label
                        kind=known.kind
                        autocomplete=known.autocomplete
                        value=self.value
                        error=self.errors[0]
                    />
                </Form>
                <p class="inline-actions">
                    {remove}
                    {link_button("Leave it as it is", Box::new(move || self.close(&name)))}
                </p>
            </div>
        }
        .into_any()
    }

    fn entering_code(self, name: &str) -> AnyView {
        let confirm = self.attempt.on_press({
            let name = name.to_owned();
            move || {
                let code = parsed(
                    self.code,
                    self.code_field(),
                    ConfirmationCode::parse,
                    messages::CODE_NEEDED,
                )
                .get()?;
                let attribute = AttributeName::parse(&name)?;
                let name = name.clone();
                work(async move {
                    match self.own.auth.verify_attribute(&attribute, &code).await {
                        Ok(()) => {
                            self.own.follow_change().await;
                            self.settle(&name, messages::ADDRESS_CONFIRMED);
                            Outcome::Done
                        }
                        Err(error @ (AttributeCodeError::Wrong | AttributeCodeError::Expired)) => {
                            Outcome::Complained(
                                self.code_field(),
                                messages::attribute_code_error(&error),
                            )
                        }
                        Err(error) => Outcome::Refused(messages::attribute_code_error(&error)),
                    }
                })
            }
        });
        let again = self.resend.attempt.on_press({
            let name = name.to_owned();
            move || self.send_code(name.clone())
        });
        let called = messages::attribute_name(name);
        let name = name.to_owned();
        view! {
            <div class="row-form">
                <p class="row-name">{called}</p>
                <Form
                    on_submit=confirm
                    trouble=self.attempt.trouble()
                    busy=self.attempt.is_busy()
                    label="Confirm"
                    busy_label="Confirming…"
                >
                    <CodeField id=CODE value=self.code error=self.errors[1]/>
                </Form>
                <Notice tone=Tone::Trouble text=self.resend.attempt.trouble()/>
                <p class="inline-actions">
                    {self.resend.button(again)}
                    {link_button("Do it later", Box::new(move || self.close(&name)))}
                </p>
            </div>
        }
        .into_any()
    }

    fn field(self) -> Field {
        Field {
            id: VALUE,
            error: self.errors[0],
        }
    }

    fn code_field(self) -> Field {
        Field {
            id: CODE,
            error: self.errors[1],
        }
    }

    /// Changes an attribute, or deletes it if `value` is empty. Then it loads the user again and updates the row.
    fn change(self, name: String, value: String) -> Option<Work> {
        let attribute = AttributeName::parse(&name)?;
        work(async move {
            match self.own.auth.change_attribute(attribute, value).await {
                Ok(delivery) => {
                    self.own.follow_change().await;
                    match delivery {
                        Some(delivery) => {
                            self.expect_code(&name, messages::address_code_sent(Some(&delivery)));
                        }
                        None => self.settle(&name, messages::CHANGED),
                    }
                    Outcome::Done
                }
                Err(error) => {
                    let text = messages::change_attribute_error(&error);
                    match error {
                        ChangeAttributeError::Account(_) => Outcome::Refused(text),
                        _ => Outcome::Complained(self.field(), text),
                    }
                }
            }
        })
    }

    fn send_code(self, name: String) -> Option<Work> {
        let attribute = AttributeName::parse(&name)?;
        work(async move {
            match self.own.auth.send_attribute_code(&attribute).await {
                Ok(delivery) => {
                    self.expect_code(&name, messages::address_code_sent(delivery.as_ref()));
                    Outcome::Done
                }
                Err(error) => Outcome::Refused(messages::account_error(&error)),
            }
        })
    }

    /// Shows the field for the code after a code has been sent. It does nothing if the page is gone.
    fn expect_code(self, name: &str, text: String) {
        if self.open.try_set(Some(name.to_owned())).is_none() {
            self.awaits_code.set(true);
            self.news.set(Some(text));
            self.code.set(String::new());
            self.errors[1].set(None);
            self.resend.rest();
            go_to(CODE);
        }
    }

    /// Closes the row after a successful change.
    fn settle(self, name: &str, text: &str) {
        if self.news.try_set(Some(text.to_owned())).is_none() {
            self.open.set(None);
            go_to(change_id(name));
        }
    }

    /// Closes the row without a change. It does nothing during a running submission.
    fn close(self, name: &str) {
        if self.attempt.is_busy().get_untracked() {
            return;
        }
        self.attempt.clear();
        self.news.set(None);
        self.open.set(None);
        go_to(change_id(name));
    }
}

fn change_id(name: &str) -> String {
    format!("change-{name}")
}
