use leptos::prelude::*;
use ui_texts::{Message, labels};

/// The error message that is shown at a field, or `None` if the field has no error.
pub type ErrorSignal = RwSignal<Option<Message>>;

/// An input element with its label, and the error message below it. Screen readers announce the message when it appears.
/// The children are shown next to the input element.
#[component]
fn LabeledInput(
    id: String,
    label: String,
    value: RwSignal<String>,
    error: ErrorSignal,
    #[prop(into)] kind: Signal<String>,
    autocomplete: &'static str,
    #[prop(optional)] inputmode: Option<&'static str>,
    #[prop(optional)] class: &'static str,
    /// The IDs of further elements that describe the field, separated by spaces.
    #[prop(optional)]
    described_by: &'static str,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let error_id = format!("{id}-error");
    let described_by = format!("{error_id} {described_by}");
    let invalid = Signal::derive(move || error.with(Option::is_some).to_string());
    let error_text = Signal::derive(move || {
        error.with(|error| error.as_ref().map_or_else(String::new, Message::full_text))
    });
    // Names and codes are not prose, so the browser should not capitalize or correct them.
    let is_literal = !matches!(autocomplete, "name" | "street-address");
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <div class="input-with-button">
                <input
                    id=id.clone()
                    name=id
                    class=class
                    type=kind
                    autocomplete=autocomplete
                    inputmode=inputmode
                    autocapitalize=is_literal.then_some("none")
                    spellcheck=is_literal.then_some("false")
                    aria-required="true"
                    aria-describedby=described_by.trim_end().to_owned()
                    aria-invalid=invalid
                    prop:value=value
                    on:input:target=move |event| {
                        let new_value = event.target().value();
                        // `document::dispatch_input_events` also sends this event if the value has not changed, and
                        // to the inputs of a page that is being replaced.
                        if value.try_with_untracked(|current| *current != new_value) == Some(true) {
                            value.set(new_value);
                            error.set(None);
                        }
                    }
                />
                {children.map(|children| children())}
            </div>
            <p id=error_id class="field-error" aria-live="polite">{error_text}</p>
        </div>
    }
}

/// A text field of one line, with a label.
#[component]
pub fn TextField(
    /// The ID and name of the input element.
    #[prop(into)]
    id: String,
    #[prop(into)] label: String,
    value: RwSignal<String>,
    error: ErrorSignal,
    /// The `autocomplete` value of the input element, which tells password managers and address books what to fill in.
    autocomplete: &'static str,
    /// The `type` of the input element. It chooses the keyboard on a phone.
    #[prop(default = "text")]
    kind: &'static str,
) -> impl IntoView {
    view! { <LabeledInput id label value error kind autocomplete/> }
}

/// A field for a verification code. The pool decides how long the code is. A phone can offer the code from a text
/// message (`one-time-code`).
#[component]
pub fn CodeField(
    value: RwSignal<String>,
    error: ErrorSignal,
    /// The ID and name of the input element.
    #[prop(default = "code")]
    id: &'static str,
) -> impl IntoView {
    view! {
        <LabeledInput
            id=id.to_owned()
            label=labels::VERIFICATION_CODE.to_owned()
            value
            error
            kind="text"
            autocomplete="one-time-code"
            inputmode="numeric"
            class="code"
        />
    }
}

/// What a password field asks for. It tells password managers whether to fill in a password or to generate one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordUse {
    /// The field asks for the password of the account.
    Current,
    /// The field asks for the current password, on a form that replaces it.
    Previous,
    /// The field asks for a new password. The text is the ID of the element that lists the rules for it.
    New(&'static str),
}

/// A password field with a button that shows or hides the password. The value is used exactly as typed and is not
/// trimmed.
#[component]
pub fn PasswordField(
    usage: PasswordUse,
    value: RwSignal<String>,
    error: ErrorSignal,
) -> impl IntoView {
    let is_visible = RwSignal::new(false);
    let (id, label, autocomplete, rules) = match usage {
        PasswordUse::Current => ("password", labels::PASSWORD, "current-password", ""),
        PasswordUse::Previous => (
            "previous-password",
            labels::CURRENT_PASSWORD,
            "current-password",
            "",
        ),
        PasswordUse::New(rules) => ("password", labels::NEW_PASSWORD, "new-password", rules),
    };
    let by_visibility = |if_visible: &'static str, if_hidden: &'static str| {
        Signal::derive(move || {
            if is_visible.get() {
                if_visible
            } else {
                if_hidden
            }
            .to_owned()
        })
    };
    let button_name = by_visibility(labels::HIDE_PASSWORD, labels::SHOW_PASSWORD);
    let button_text = by_visibility(labels::HIDE, labels::SHOW);
    view! {
        <LabeledInput
            id=id.to_owned()
            label=label.to_owned()
            value
            error
            kind=by_visibility("text", "password")
            autocomplete
            class="has-button"
            described_by=rules
        >
            <button
                type="button"
                class="ghost"
                aria-controls=id
                aria-label=button_name
                on:click=move |_| is_visible.update(|is_visible| *is_visible = !*is_visible)
            >
                {button_text}
            </button>
        </LabeledInput>
    }
}
