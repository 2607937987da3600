//! The section with the attributes of the user. The user can edit one attribute at a time, in its row.

use cognito_proto::ids::AttributeName;
use cognito_proto::secret::VerificationCode;
use cognito_proto::user_attributes::AttributeValue;
use leptos::either::{Either, EitherOf3};
use leptos::prelude::*;
use leptos_cognito::{AttributeCodeError, ChangeAttributeError};
use ui_texts::{account as texts, labels, validation};

use super::AccountContext;
use super::section::{LoadedSection, Row, RowButton, focus_next_frame};
use crate::components::{CodeField, ErrorNotice, Form, LinkButton, Notice, TextField};
use crate::messages;
use crate::pages::resend::{Resend, ResendButton};
use crate::pages::submission::{
    Field, Submission, SubmissionResult, SubmitTask, parse_field, set_field_error, submit_task,
};

/// The ID of the field for an attribute's value. Only one row is open at a time, so one ID is enough.
const VALUE_FIELD_ID: &str = "attribute";
const CODE_FIELD_ID: &str = "attribute-code";

/// What the row of an attribute shows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum RowMode {
    /// The row shows the value, with buttons if no row is open.
    Closed,
    /// The row shows the form that changes the value.
    EditsValue,
    /// The row shows the form for the verification code.
    AwaitsCode,
}

/// Which row is open: the name of its attribute, and what the row shows.
struct OpenRow {
    attribute_name: String,
    mode: RowMode,
}

/// The state of the section with the user's attributes. It is `Copy`, because it only holds handles.
#[derive(Clone, Copy)]
struct DetailsState {
    account: AccountContext,
    open_row: RwSignal<Option<OpenRow>>,
    value: RwSignal<String>,
    value_field: Field,
    code: RwSignal<String>,
    code_field: Field,
    submission: Submission,
    resend: Resend,
    /// The success message of the user's last action.
    status_message: RwSignal<String>,
}

/// The section of the account page with the user's attributes.
#[component]
pub(super) fn DetailsSection(account: AccountContext) -> impl IntoView {
    let details = DetailsState::new(account);
    let names = Memo::new(move |_| {
        let config = account.auth.config();
        let names = account
            .user
            .with(|user| user.listed_attributes(&config.sign_up_attributes));
        names.unwrap_or_default()
    });
    // An open row shows its own errors.
    let form_error = Signal::derive(move || {
        let is_closed = details.open_row.with(Option::is_none);
        details.submission.error().get().filter(|_| is_closed)
    });
    view! {
        <section class="section">
            <h2>{texts::DETAILS}</h2>
            <Notice text=details.status_message/>
            <ErrorNotice message=form_error/>
            <LoadedSection data=account.user>
                <For
                    each=move || names.get()
                    key=String::clone
                    children=move |attribute_name| view! { <AttributeRow details attribute_name/> }
                />
            </LoadedSection>
        </section>
    }
}

/// The row of one attribute. It is rendered again only when it is opened or closed, so that a field keeps the focus
/// while the user's data is loaded again.
#[component]
fn AttributeRow(details: DetailsState, attribute_name: String) -> impl IntoView {
    let attribute = Memo::new({
        let attribute_name = attribute_name.clone();
        move |_| {
            let user = details.account.user;
            let attribute = user.with(|user| user.attribute(&attribute_name));
            attribute.unwrap_or_default()
        }
    });
    let mode = Memo::new({
        let attribute_name = attribute_name.clone();
        move |_| details.row_mode(&attribute_name)
    });
    move || {
        let attribute_name = attribute_name.clone();
        match mode.get() {
            RowMode::Closed => {
                EitherOf3::A(view! { <ClosedRow details attribute_name attribute/> })
            }
            RowMode::EditsValue => {
                EitherOf3::B(view! { <ValueForm details attribute_name attribute/> })
            }
            RowMode::AwaitsCode => EitherOf3::C(view! { <CodeForm details attribute_name/> }),
        }
    }
}

#[component]
fn ClosedRow(
    details: DetailsState,
    attribute_name: String,
    attribute: Memo<AttributeValue>,
) -> impl IntoView {
    let value = move || {
        let AttributeValue { value, is_verified } = attribute.get();
        let Some(value) = value else {
            return Either::Left(view! { <span class="muted">{texts::NOT_SET}</span> });
        };
        let state = is_verified.map(|is_verified| {
            let state = if is_verified {
                texts::VERIFIED
            } else {
                texts::UNVERIFIED
            };
            view! { <span class="muted">{format!(" ·\u{a0}{state}")}</span> }
        });
        Either::Right(view! {
            <span class="row-value">{value}</span>
            {state}
        })
    };
    view! {
        <Row name=messages::attribute_name(&attribute_name) value>
            <Show when=move || details.open_row.with(Option::is_none)>
                <ClosedRowButtons details attribute_name=attribute_name.clone() attribute/>
            </Show>
        </Row>
    }
}

/// The buttons that verify and edit an attribute.
#[component]
fn ClosedRowButtons(
    details: DetailsState,
    attribute_name: String,
    attribute: Memo<AttributeValue>,
) -> impl IntoView {
    let row_name = messages::attribute_name(&attribute_name);
    let busy = details.submission.is_busy();
    let is_address = matches!(attribute_name.as_str(), "email" | "phone_number");
    let can_verify = move || {
        let is_unverified = |attribute: &AttributeValue| {
            attribute.value.is_some() && attribute.is_verified != Some(true)
        };
        is_address && attribute.with(is_unverified)
    };
    let edit_label = Signal::derive(move || {
        if attribute.with(|attribute| attribute.value.is_some()) {
            labels::EDIT
        } else {
            labels::ADD
        }
    });
    let edit_id = edit_button_id(&attribute_name);
    let edit = {
        let attribute_name = attribute_name.clone();
        move || {
            let value = attribute.with_untracked(|attribute| attribute.value.clone());
            details.open_editor(&attribute_name, value.unwrap_or_default());
        }
    };
    let verify_row_name = row_name.clone();
    view! {
        <Show when=can_verify>
            <RowButton
                id=format!("confirm-{attribute_name}")
                label=texts::VERIFY
                row_name=verify_row_name.clone()
                busy
                on_click=details.send_code_handler(details.submission, attribute_name.clone())
            />
        </Show>
        <RowButton id=edit_id label=edit_label row_name busy on_click=edit/>
    }
}

/// The form that changes the value of an attribute.
#[component]
fn ValueForm(
    details: DetailsState,
    attribute_name: String,
    attribute: Memo<AttributeValue>,
) -> impl IntoView {
    let description = messages::attribute(&attribute_name);
    let save = details.submission.on_submit({
        let attribute_name = attribute_name.clone();
        move || {
            let value = details
                .value
                .with_untracked(|value| value.trim().to_owned());
            if value.is_empty() {
                set_field_error(details.value_field, validation::REQUIRED.clone());
                return None;
            }
            details.change_attribute(attribute_name.clone(), value)
        }
    });
    // The user needs an email address to receive codes and, in most pools, to sign in.
    let is_removable = attribute_name != "email";
    let can_remove = move || is_removable && attribute.with(|attribute| attribute.value.is_some());
    let remove = {
        let attribute_name = attribute_name.clone();
        move || {
            let attribute_name = attribute_name.clone();
            details
                .submission
                .on_submit(move || details.change_attribute(attribute_name.clone(), String::new()))
        }
    };
    view! {
        <div class="row-form">
            <Form
                on_submit=save
                error=details.submission.error()
                busy=details.submission.is_busy()
                label=labels::SAVE
                busy_label=labels::SAVING
            >
                <TextField
                    id=VALUE_FIELD_ID
                    label=description.label
                    kind=description.kind
                    autocomplete=description.autocomplete
                    value=details.value
                    error=details.value_field.error
                />
            </Form>
            <p class="inline-actions">
                <Show when=can_remove>
                    <LinkButton label=labels::REMOVE on_click=remove()/>
                </Show>
                <LinkButton label=labels::CANCEL on_click=move || details.close_editor(&attribute_name)/>
            </p>
        </div>
    }
}

/// The form for the verification code of an email address or phone number.
#[component]
fn CodeForm(details: DetailsState, attribute_name: String) -> impl IntoView {
    let verify = details.submission.on_submit({
        let attribute_name = attribute_name.clone();
        move || details.verify_attribute(attribute_name.clone())
    });
    let resend = details.send_code_handler(details.resend.submission, attribute_name.clone());
    view! {
        <div class="row-form">
            <p class="row-name">{messages::attribute_name(&attribute_name)}</p>
            <Form
                on_submit=verify
                error=details.submission.error()
                busy=details.submission.is_busy()
                label=texts::VERIFY
                busy_label=texts::VERIFYING
            >
                <CodeField id=CODE_FIELD_ID value=details.code error=details.code_field.error/>
            </Form>
            <ErrorNotice message=details.resend.submission.error()/>
            <p class="inline-actions">
                <ResendButton resend=details.resend on_click=resend/>
                <LinkButton label=labels::LATER on_click=move || details.close_editor(&attribute_name)/>
            </p>
        </div>
    }
}

impl DetailsState {
    fn new(account: AccountContext) -> Self {
        let field = |id| Field {
            id,
            error: RwSignal::new(None),
        };
        Self {
            account,
            open_row: RwSignal::new(None),
            value: RwSignal::new(String::new()),
            value_field: field(VALUE_FIELD_ID),
            code: RwSignal::new(String::new()),
            code_field: field(CODE_FIELD_ID),
            submission: Submission::new(),
            resend: Resend::new(),
            status_message: RwSignal::new(String::new()),
        }
    }

    /// Returns what the row of this attribute shows.
    fn row_mode(self, attribute_name: &str) -> RowMode {
        self.open_row.with(|open_row| match open_row {
            Some(row) if row.attribute_name == attribute_name => row.mode,
            _ => RowMode::Closed,
        })
    }

    /// Opens the form that changes this attribute, and fills in the current value.
    fn open_editor(self, attribute_name: &str, value: String) {
        self.submission.clear();
        self.status_message.set(String::new());
        self.value.set(value);
        self.value_field.error.set(None);
        self.open_row.set(Some(OpenRow {
            attribute_name: attribute_name.to_owned(),
            mode: RowMode::EditsValue,
        }));
        focus_next_frame(VALUE_FIELD_ID);
    }

    /// Returns the submission that changes an attribute, or deletes it if `value` is empty. After that it loads the
    /// user's data again and updates the row.
    fn change_attribute(self, attribute_name: String, value: String) -> Option<SubmitTask> {
        let attribute = AttributeName::parse(&attribute_name)?;
        submit_task(async move {
            match self
                .account
                .auth
                .account()
                .change_attribute(attribute, value)
                .await
            {
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
                        _ => SubmissionResult::FieldError(self.value_field, message),
                    }
                }
            }
        })
    }

    /// Returns the handler of a button that sends a code to an email address or phone number.
    fn send_code_handler(self, submission: Submission, attribute_name: String) -> Callback<()> {
        submission.on_submit(move || self.send_code(attribute_name.clone()))
    }

    fn send_code(self, attribute_name: String) -> Option<SubmitTask> {
        let attribute = AttributeName::parse(&attribute_name)?;
        submit_task(async move {
            match self
                .account
                .auth
                .account()
                .send_attribute_code(&attribute)
                .await
            {
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

    /// Returns the submission that verifies an attribute with the code that the user has typed.
    fn verify_attribute(self, attribute_name: String) -> Option<SubmitTask> {
        let code = parse_field(
            self.code,
            self.code_field,
            VerificationCode::parse,
            &validation::CODE,
        )
        .value_or_focus()?;
        let attribute = AttributeName::parse(&attribute_name)?;
        submit_task(async move {
            match self
                .account
                .auth
                .account()
                .verify_attribute(&attribute, &code)
                .await
            {
                Ok(()) => {
                    self.account.reload_after_change().await;
                    self.close_editor_with_message(&attribute_name, texts::NOW_VERIFIED);
                    SubmissionResult::Done
                }
                Err(error @ (AttributeCodeError::Wrong | AttributeCodeError::Expired)) => {
                    SubmissionResult::FieldError(
                        self.code_field,
                        messages::attribute_code_error(&error),
                    )
                }
                Err(error) => SubmissionResult::FormError(messages::attribute_code_error(&error)),
            }
        })
    }

    /// Opens the field for a verification code in the row of an attribute, after a code has been sent. It does nothing
    /// if the page is gone.
    fn show_code_form(self, attribute_name: &str, message: String) {
        let row = OpenRow {
            attribute_name: attribute_name.to_owned(),
            mode: RowMode::AwaitsCode,
        };
        if self.open_row.try_set(Some(row)).is_none() {
            self.status_message.set(message);
            self.code.set(String::new());
            self.code_field.error.set(None);
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

    /// Closes the editor of an attribute without a change. It does nothing while a submission is running.
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

/// Returns the ID of the button that opens the editor of an attribute.
fn edit_button_id(attribute_name: &str) -> String {
    format!("change-{attribute_name}")
}
