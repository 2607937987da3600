//! The attributes of the user. The user can edit one attribute at a time, in its row.

use cognito_proto::action::User;
use cognito_proto::ids::AttributeName;
use cognito_proto::secret::VerificationCode;
use leptos::prelude::*;
use ui_texts::{account as texts, labels, validation};

use super::AccountContext;
use super::section::{focus_next_frame, keyed_view, row, row_button};
use crate::auth::{AttributeCodeError, ChangeAttributeError};
use crate::components::{
    CodeField, ErrorNotice, ErrorSignal, Form, Notice, TextField, link_button,
};
use crate::messages;
use crate::pages::resend::Resend;
use crate::pages::submission::{
    Field, Submission, SubmissionResult, SubmitTask, parse_field, set_field_error, submit_task,
};

/// The id of the field for a value. Only one row is open at a time, so one id is enough.
const VALUE: &str = "attribute";
const CODE: &str = "attribute-code";

/// These attributes are always listed first, in this order, even if they have no value.
const ALWAYS_LISTED: [&str; 3] = ["name", "email", "phone_number"];

/// Attributes that are not listed: internal ones, and those that are shown as part of another attribute.
const HIDDEN: [&str; 5] = [
    "sub",
    "identities",
    "updated_at",
    "email_verified",
    "phone_number_verified",
];

/// The state of the section. It is `Copy`, because it only holds handles.
#[derive(Clone, Copy)]
struct DetailsSection {
    account: AccountContext,
    /// The name of the attribute whose row is open, if a row is open.
    open_row: RwSignal<Option<String>>,
    /// True if the open row waits for a verification code. Otherwise the open row edits the value.
    awaits_code: RwSignal<bool>,
    value: RwSignal<String>,
    code: RwSignal<String>,
    errors: [ErrorSignal; 2],
    submission: Submission,
    resend: Resend,
    /// The success message of the last action.
    status_message: RwSignal<String>,
}

pub(super) fn details(account: AccountContext) -> AnyView {
    let details = DetailsSection {
        account,
        open_row: RwSignal::new(None),
        awaits_code: RwSignal::new(false),
        value: RwSignal::new(String::new()),
        code: RwSignal::new(String::new()),
        errors: [RwSignal::new(None), RwSignal::new(None)],
        submission: Submission::new(),
        resend: Resend::new(),
        status_message: RwSignal::new(String::new()),
    };
    let key = move || Some(listed_names(account, &*account.user()?).join(" "));
    let rows = move || {
        let names = account.user().map(|user| listed_names(account, &user));
        let rows = names.into_iter().flatten().map(|name| details.row(name));
        rows.collect::<Vec<_>>().into_any()
    };
    let is_loaded = Memo::new(move |_| account.user().is_some());
    let rows = account.loader.view(Box::new(move || {
        let rows = || keyed_view(Box::new(key), Box::new(rows));
        is_loaded.get().then(rows)
    }));
    // An open row shows its own errors.
    let form_error = Signal::derive(move || {
        let is_closed = details.open_row.with(Option::is_none);
        details.submission.error().get().filter(|_| is_closed)
    });
    view! {
        <section class="section">
            <h2>{texts::DETAILS}</h2>
            <Notice text=details.status_message.into()/>
            <ErrorNotice message=form_error/>
            {rows}
        </section>
    }
    .into_any()
}

/// Returns the names of the listed attributes, in the order of the list.
fn listed_names(account: AccountContext, user: &User) -> Vec<String> {
    // The pool does not guarantee an order, so the names are inserted in sorted order. (`sort` adds 3 kB to the
    // download.)
    let mut set_names: Vec<&str> = Vec::new();
    for (name, _) in &user.attributes {
        let index = set_names.partition_point(|other| *other < name.as_str());
        set_names.insert(index, name);
    }
    let config = account.auth.config();
    let configured = config.sign_up_attributes.iter().map(AttributeName::as_str);
    let mut names: Vec<String> = Vec::new();
    for name in ALWAYS_LISTED.into_iter().chain(set_names).chain(configured) {
        let is_listed = !HIDDEN.contains(&name) && !name.starts_with("cognito:");
        if is_listed && !names.iter().any(|listed| listed == name) {
            names.push(name.to_owned());
        }
    }
    names
}

/// Returns the value of an attribute, or `None` if it is missing or empty.
fn attribute_value(user: &User, name: &str) -> Option<String> {
    let (_, value) = user.attributes.iter().find(|(other, _)| other == name)?;
    Some(value.clone()).filter(|value| !value.is_empty())
}

impl DetailsSection {
    /// Renders the row of one attribute. The row is rendered again only when its attribute or the open row changes,
    /// so that a field keeps the focus while other rows change.
    fn row(self, name: String) -> AnyView {
        let state = {
            let name = name.clone();
            move || {
                let user = self.account.user();
                let value_of = |name: &str| attribute_value(user.as_ref()?, name);
                (value_of(&name), value_of(&format!("{name}_verified")))
            }
        };
        let key = {
            let state = state.clone();
            let name = name.clone();
            move || {
                let (value, verified) = state();
                let open = match self.open_row.get() {
                    Some(open) if open == name => format!("open {}", self.awaits_code.get()),
                    Some(_) => "another".to_owned(),
                    None => String::new(),
                };
                let values = [
                    open,
                    verified.unwrap_or_default(),
                    value.unwrap_or_default(),
                ];
                Some(values.join("\n"))
            }
        };
        let render = move || {
            let (value, verified) = state();
            let open = self.open_row.get();
            match open.as_deref() {
                Some(open) if open == name && self.awaits_code.get() => self.code_form(&name),
                Some(open) if open == name => self.edit_form(&name, value.is_some()),
                open => self.display_row(&name, value, verified, open.is_none()),
            }
        };
        keyed_view(Box::new(key), Box::new(render))
    }

    fn display_row(
        self,
        name: &str,
        value: Option<String>,
        verified: Option<String>,
        has_buttons: bool,
    ) -> AnyView {
        let row_name = messages::attribute_name(name);
        let state = match verified.as_deref() {
            Some("true") => Some(texts::VERIFIED),
            Some(_) => Some(texts::UNVERIFIED),
            None => None,
        };
        let is_address = matches!(name, "email" | "phone_number");
        let can_confirm = is_address && value.is_some() && verified.as_deref() != Some("true");
        let busy = self.submission.is_busy();
        let change = has_buttons.then(|| {
            let label = if value.is_some() {
                labels::EDIT
            } else {
                labels::ADD
            };
            let (name, value) = (name.to_owned(), value.clone().unwrap_or_default());
            let id = change_id(&name);
            let on_click = move || {
                self.submission.clear();
                self.status_message.set(String::new());
                self.value.set(value.clone());
                self.errors[0].set(None);
                self.awaits_code.set(false);
                self.open_row.set(Some(name.clone()));
                focus_next_frame(VALUE);
            };
            row_button(id, label, &row_name, busy, Box::new(on_click))
        });
        let confirm = (has_buttons && can_confirm).then(|| {
            let name = name.to_owned();
            let id = format!("confirm-{name}");
            let on_click = self
                .submission
                .on_submit(move || self.send_code(name.clone()));
            row_button(id, texts::VERIFY, &row_name, busy, on_click)
        });
        let value = match value {
            Some(value) => view! {
                <span class="row-value">{value}</span>
                {state.map(|state| view! { <span class="muted">{format!(" ·\u{a0}{state}")}</span> })}
            }
            .into_any(),
            None => view! { <span class="muted">{texts::NOT_SET}</span> }.into_any(),
        };
        row(row_name, value, view! { {confirm}{change} }.into_any())
    }

    fn edit_form(self, name: &str, is_set: bool) -> AnyView {
        let description = messages::attribute(name);
        let save = self.submission.on_submit({
            let name = name.to_owned();
            move || {
                let value = self.value.with_untracked(|value| value.trim().to_owned());
                if value.is_empty() {
                    set_field_error(self.field(), validation::REQUIRED.clone());
                    return None;
                }
                self.change(name.clone(), value)
            }
        });
        // The user needs an email address to receive codes and, in most pools, to sign in.
        let remove = (is_set && name != "email").then(|| {
            let name = name.to_owned();
            let remove = self
                .submission
                .on_submit(move || self.change(name.clone(), String::new()));
            link_button(labels::REMOVE, remove)
        });
        let name = name.to_owned();
        view! {
            <div class="row-form">
                <Form
                    on_submit=save
                    error=self.submission.error()
                    busy=self.submission.is_busy()
                    label=labels::SAVE
                    busy_label=labels::SAVING
                >
                    <TextField
                        id=VALUE
                        label=description.label
                        kind=description.kind
                        autocomplete=description.autocomplete
                        value=self.value
                        error=self.errors[0]
                    />
                </Form>
                <p class="inline-actions">
                    {remove}
                    {link_button(labels::CANCEL, Box::new(move || self.close(&name)))}
                </p>
            </div>
        }
        .into_any()
    }

    fn code_form(self, name: &str) -> AnyView {
        let confirm = self.submission.on_submit({
            let name = name.to_owned();
            move || {
                let code = parse_field(
                    self.code,
                    self.code_field(),
                    VerificationCode::parse,
                    &validation::CODE,
                )
                .value_or_focus()?;
                let attribute = AttributeName::parse(&name)?;
                let name = name.clone();
                submit_task(async move {
                    match self.account.auth.verify_attribute(&attribute, &code).await {
                        Ok(()) => {
                            self.account.reload_after_change().await;
                            self.close_with_message(&name, texts::NOW_VERIFIED);
                            SubmissionResult::Done
                        }
                        Err(error @ (AttributeCodeError::Wrong | AttributeCodeError::Expired)) => {
                            SubmissionResult::FieldError(
                                self.code_field(),
                                messages::attribute_code_error(&error),
                            )
                        }
                        Err(error) => {
                            SubmissionResult::FormError(messages::attribute_code_error(&error))
                        }
                    }
                })
            }
        });
        let resend = self.resend.submission.on_submit({
            let name = name.to_owned();
            move || self.send_code(name.clone())
        });
        let row_name = messages::attribute_name(name);
        let name = name.to_owned();
        view! {
            <div class="row-form">
                <p class="row-name">{row_name}</p>
                <Form
                    on_submit=confirm
                    error=self.submission.error()
                    busy=self.submission.is_busy()
                    label=texts::VERIFY
                    busy_label=texts::VERIFYING
                >
                    <CodeField id=CODE value=self.code error=self.errors[1]/>
                </Form>
                <ErrorNotice message=self.resend.submission.error()/>
                <p class="inline-actions">
                    {self.resend.button(resend)}
                    {link_button(labels::LATER, Box::new(move || self.close(&name)))}
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
    fn change(self, name: String, value: String) -> Option<SubmitTask> {
        let attribute = AttributeName::parse(&name)?;
        submit_task(async move {
            match self.account.auth.change_attribute(attribute, value).await {
                Ok(delivery) => {
                    self.account.reload_after_change().await;
                    match delivery {
                        Some(delivery) => {
                            self.show_code_form(
                                &name,
                                messages::address_code_sent(Some(&delivery)),
                            );
                        }
                        None => self.close_with_message(&name, texts::SAVED),
                    }
                    SubmissionResult::Done
                }
                Err(error) => {
                    let message = messages::change_attribute_error(&error);
                    match error {
                        ChangeAttributeError::Account(_)
                        | ChangeAttributeError::Immutable
                        | ChangeAttributeError::NotWritable => SubmissionResult::FormError(message),
                        _ => SubmissionResult::FieldError(self.field(), message),
                    }
                }
            }
        })
    }

    fn send_code(self, name: String) -> Option<SubmitTask> {
        let attribute = AttributeName::parse(&name)?;
        submit_task(async move {
            match self.account.auth.send_attribute_code(&attribute).await {
                Ok(delivery) => {
                    self.show_code_form(&name, messages::address_code_sent(delivery.as_ref()));
                    SubmissionResult::Done
                }
                Err(error) => SubmissionResult::FormError(messages::account_error(&error)),
            }
        })
    }

    /// Shows the field for the code after a code has been sent. It does nothing if the page is gone.
    fn show_code_form(self, name: &str, text: String) {
        if self.open_row.try_set(Some(name.to_owned())).is_none() {
            self.awaits_code.set(true);
            self.status_message.set(text);
            self.code.set(String::new());
            self.errors[1].set(None);
            self.resend.start_cooldown();
            focus_next_frame(CODE);
        }
    }

    /// Closes the row after a successful change.
    fn close_with_message(self, name: &str, text: &str) {
        if self.status_message.try_set(text.to_owned()).is_none() {
            self.open_row.set(None);
            focus_next_frame(change_id(name));
        }
    }

    /// Closes the row without a change. It does nothing during a running submission.
    fn close(self, name: &str) {
        if self.submission.is_busy().get_untracked() {
            return;
        }
        self.submission.clear();
        self.status_message.set(String::new());
        self.open_row.set(None);
        focus_next_frame(change_id(name));
    }
}

fn change_id(name: &str) -> String {
    format!("change-{name}")
}
