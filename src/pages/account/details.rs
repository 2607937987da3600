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

/// The id of the field for an attribute's value. Only one row is open at a time, so one id is enough.
const VALUE_FIELD_ID: &str = "attribute";
const CODE_FIELD_ID: &str = "attribute-code";

/// These attributes are always listed first, in this order, even if they have no value.
const ALWAYS_LISTED: [&str; 3] = ["name", "email", "phone_number"];

/// Attributes that are not listed: internal ones, and those that are shown as part of another attribute.
const HIDDEN_ATTRIBUTES: [&str; 5] = [
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
        let rows = names
            .into_iter()
            .flatten()
            .map(|name| details.attribute_row(name));
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
        let is_listed = !HIDDEN_ATTRIBUTES.contains(&name) && !name.starts_with("cognito:");
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
    fn attribute_row(self, attribute_name: String) -> AnyView {
        let state = {
            let attribute_name = attribute_name.clone();
            move || {
                let user = self.account.user();
                let value_of =
                    |attribute_name: &str| attribute_value(user.as_ref()?, attribute_name);
                (
                    value_of(&attribute_name),
                    value_of(&format!("{attribute_name}_verified")),
                )
            }
        };
        let key = {
            let state = state.clone();
            let attribute_name = attribute_name.clone();
            move || {
                let (value, verified) = state();
                let open = match self.open_row.get() {
                    Some(open) if open == attribute_name => {
                        format!("open {}", self.awaits_code.get())
                    }
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
                Some(open) if open == attribute_name && self.awaits_code.get() => {
                    self.code_form(&attribute_name)
                }
                Some(open) if open == attribute_name => {
                    self.edit_form(&attribute_name, value.is_some())
                }
                open => self.display_row(&attribute_name, value, verified, open.is_none()),
            }
        };
        keyed_view(Box::new(key), Box::new(render))
    }

    fn display_row(
        self,
        attribute_name: &str,
        value: Option<String>,
        verified: Option<String>,
        has_buttons: bool,
    ) -> AnyView {
        let row_name = messages::attribute_name(attribute_name);
        let state = match verified.as_deref() {
            Some("true") => Some(texts::VERIFIED),
            Some(_) => Some(texts::UNVERIFIED),
            None => None,
        };
        let is_address = matches!(attribute_name, "email" | "phone_number");
        let can_confirm = is_address && value.is_some() && verified.as_deref() != Some("true");
        let busy = self.submission.is_busy();
        let change = has_buttons.then(|| {
            let label = if value.is_some() {
                labels::EDIT
            } else {
                labels::ADD
            };
            let (attribute_name, value) =
                (attribute_name.to_owned(), value.clone().unwrap_or_default());
            let id = edit_button_id(&attribute_name);
            let on_click = move || {
                self.submission.clear();
                self.status_message.set(String::new());
                self.value.set(value.clone());
                self.errors[0].set(None);
                self.awaits_code.set(false);
                self.open_row.set(Some(attribute_name.clone()));
                focus_next_frame(VALUE_FIELD_ID);
            };
            row_button(id, label, &row_name, busy, Box::new(on_click))
        });
        let confirm = (has_buttons && can_confirm).then(|| {
            let attribute_name = attribute_name.to_owned();
            let id = format!("confirm-{attribute_name}");
            let on_click = self
                .submission
                .on_submit(move || self.send_code(attribute_name.clone()));
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

    fn edit_form(self, attribute_name: &str, is_set: bool) -> AnyView {
        let description = messages::attribute(attribute_name);
        let save = self.submission.on_submit({
            let attribute_name = attribute_name.to_owned();
            move || {
                let value = self.value.with_untracked(|value| value.trim().to_owned());
                if value.is_empty() {
                    set_field_error(self.value_field(), validation::REQUIRED.clone());
                    return None;
                }
                self.change_attribute(attribute_name.clone(), value)
            }
        });
        // The user needs an email address to receive codes and, in most pools, to sign in.
        let remove = (is_set && attribute_name != "email").then(|| {
            let attribute_name = attribute_name.to_owned();
            let remove = self
                .submission
                .on_submit(move || self.change_attribute(attribute_name.clone(), String::new()));
            link_button(labels::REMOVE, remove)
        });
        let attribute_name = attribute_name.to_owned();
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
                        id=VALUE_FIELD_ID
                        label=description.label
                        kind=description.kind
                        autocomplete=description.autocomplete
                        value=self.value
                        error=self.errors[0]
                    />
                </Form>
                <p class="inline-actions">
                    {remove}
                    {link_button(labels::CANCEL, Box::new(move || self.close_editor(&attribute_name)))}
                </p>
            </div>
        }
        .into_any()
    }

    fn code_form(self, attribute_name: &str) -> AnyView {
        let confirm = self.submission.on_submit({
            let attribute_name = attribute_name.to_owned();
            move || {
                let code = parse_field(
                    self.code,
                    self.code_field(),
                    VerificationCode::parse,
                    &validation::CODE,
                )
                .value_or_focus()?;
                let attribute = AttributeName::parse(&attribute_name)?;
                let attribute_name = attribute_name.clone();
                submit_task(async move {
                    match self.account.auth.verify_attribute(&attribute, &code).await {
                        Ok(()) => {
                            self.account.reload_after_change().await;
                            self.close_editor_with_message(&attribute_name, texts::NOW_VERIFIED);
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
            let attribute_name = attribute_name.to_owned();
            move || self.send_code(attribute_name.clone())
        });
        let row_name = messages::attribute_name(attribute_name);
        let attribute_name = attribute_name.to_owned();
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
                    <CodeField id=CODE_FIELD_ID value=self.code error=self.errors[1]/>
                </Form>
                <ErrorNotice message=self.resend.submission.error()/>
                <p class="inline-actions">
                    {self.resend.button(resend)}
                    {link_button(labels::LATER, Box::new(move || self.close_editor(&attribute_name)))}
                </p>
            </div>
        }
        .into_any()
    }

    fn value_field(self) -> Field {
        Field {
            id: VALUE_FIELD_ID,
            error: self.errors[0],
        }
    }

    fn code_field(self) -> Field {
        Field {
            id: CODE_FIELD_ID,
            error: self.errors[1],
        }
    }

    /// Returns the submission that changes an attribute, or deletes it if `value` is empty. After that it loads the
    /// user again and updates the row.
    fn change_attribute(self, attribute_name: String, value: String) -> Option<SubmitTask> {
        let attribute = AttributeName::parse(&attribute_name)?;
        submit_task(async move {
            match self.account.auth.change_attribute(attribute, value).await {
                Ok(delivery) => {
                    self.account.reload_after_change().await;
                    match delivery {
                        Some(delivery) => {
                            self.show_code_form(
                                &attribute_name,
                                messages::address_code_sent(Some(&delivery)),
                            );
                        }
                        None => self.close_editor_with_message(&attribute_name, texts::SAVED),
                    }
                    SubmissionResult::Done
                }
                Err(error) => {
                    let message = messages::change_attribute_error(&error);
                    match error {
                        ChangeAttributeError::Account(_)
                        | ChangeAttributeError::Immutable
                        | ChangeAttributeError::NotWritable => SubmissionResult::FormError(message),
                        _ => SubmissionResult::FieldError(self.value_field(), message),
                    }
                }
            }
        })
    }

    fn send_code(self, attribute_name: String) -> Option<SubmitTask> {
        let attribute = AttributeName::parse(&attribute_name)?;
        submit_task(async move {
            match self.account.auth.send_attribute_code(&attribute).await {
                Ok(delivery) => {
                    self.show_code_form(
                        &attribute_name,
                        messages::address_code_sent(delivery.as_ref()),
                    );
                    SubmissionResult::Done
                }
                Err(error) => SubmissionResult::FormError(messages::account_error(&error)),
            }
        })
    }

    /// Shows the field for the code after a code has been sent. It does nothing if the page is gone.
    fn show_code_form(self, attribute_name: &str, message: String) {
        if self
            .open_row
            .try_set(Some(attribute_name.to_owned()))
            .is_none()
        {
            self.awaits_code.set(true);
            self.status_message.set(message);
            self.code.set(String::new());
            self.errors[1].set(None);
            self.resend.start_cooldown();
            focus_next_frame(CODE_FIELD_ID);
        }
    }

    /// Closes the editor of an attribute after a successful change, and shows the success message. It does nothing if
    /// the page is gone.
    fn close_editor_with_message(self, attribute_name: &str, message: &str) {
        if self.status_message.try_set(message.to_owned()).is_none() {
            self.open_row.set(None);
            focus_next_frame(edit_button_id(attribute_name));
        }
    }

    /// Closes the editor of an attribute without a change. It does nothing during a running submission.
    fn close_editor(self, attribute_name: &str) {
        if self.submission.is_busy().get_untracked() {
            return;
        }
        self.submission.clear();
        self.status_message.set(String::new());
        self.open_row.set(None);
        focus_next_frame(edit_button_id(attribute_name));
    }
}

/// Returns the id of the button that opens the editor of an attribute.
fn edit_button_id(attribute_name: &str) -> String {
    format!("change-{attribute_name}")
}
