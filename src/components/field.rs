use leptos::prelude::*;

/// A field's complaint: nothing while it is well.
pub type FieldError = RwSignal<Option<String>>;

/// What one input is, whoever uses it.
struct Input {
    id: String,
    label: String,
    value: RwSignal<String>,
    error: FieldError,
    kind: Signal<String>,
    autocomplete: &'static str,
    inputmode: Option<&'static str>,
    class: &'static str,
    /// Ids of what else describes the field.
    described_by: &'static str,
    /// Stands beside the input.
    button: Option<AnyView>,
}

impl Input {
    /// A label, the input, and its complaint beneath: beside the field, and announced when it appears.
    fn view(self) -> AnyView {
        let Self {
            id,
            label,
            value,
            error,
            kind,
            autocomplete,
            inputmode,
            class,
            described_by,
            button,
        } = self;
        let error_id = format!("{id}-error");
        let described_by = format!("{error_id} {described_by}");
        let invalid = Signal::derive(move || error.with(Option::is_some).to_string());
        let complaint = Signal::derive(move || error.get().unwrap_or_default());
        // Names and codes are not prose: no capitals, no corrections.
        let plain = !matches!(autocomplete, "name" | "street-address");
        view! {
            <div class="field">
                <label for=id.clone()>{label}</label>
                <div class="with-button">
                    <input
                        id=id.clone()
                        name=id
                        class=class
                        type=kind
                        autocomplete=autocomplete
                        inputmode=inputmode
                        autocapitalize=plain.then_some("none")
                        spellcheck=plain.then_some("false")
                        aria-required="true"
                        aria-describedby=described_by.trim_end().to_owned()
                        aria-invalid=invalid
                        prop:value=value
                        on:input:target=move |event| {
                            let typed = event.target().value();
                            // The event also comes without a change, and to the input of a page that is being
                            // replaced: see `page::announce_input_values`.
                            if value.try_with_untracked(|held| *held != typed) == Some(true) {
                                value.set(typed);
                                error.set(None);
                            }
                        }
                    />
                    {button}
                </div>
                <p id=error_id class="field-error" aria-live="polite">{complaint}</p>
            </div>
        }
        .into_any()
    }
}

/// A labelled line of text.
#[component]
pub fn TextField(
    /// The input's id and name.
    #[prop(into)]
    id: String,
    #[prop(into)] label: String,
    value: RwSignal<String>,
    error: FieldError,
    /// What a password manager or address book may fill in (HTML, `autocomplete`).
    autocomplete: &'static str,
    /// The input's type, which chooses the keyboard on a phone.
    #[prop(default = "text")]
    kind: &'static str,
) -> AnyView {
    let kind = Signal::stored(kind.to_owned());
    Input {
        id,
        label,
        value,
        error,
        kind,
        autocomplete,
        inputmode: None,
        class: "",
        described_by: "",
        button: None,
    }
    .view()
}

/// The code of a message. Its length is the pool's business; a phone may offer it from the message.
#[component]
pub fn CodeField(
    value: RwSignal<String>,
    error: FieldError,
    /// The input's id and name.
    #[prop(default = "code")]
    id: &'static str,
) -> AnyView {
    Input {
        id: id.to_owned(),
        label: "Code".to_owned(),
        value,
        error,
        kind: Signal::stored("text".to_owned()),
        autocomplete: "one-time-code",
        inputmode: Some("numeric"),
        class: "code",
        described_by: "",
        button: None,
    }
    .view()
}

/// Which password is asked for: it tells a password manager whether to fill in or to invent one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordUse {
    /// The one that is.
    Current,
    /// The one that is, where another is to take its place.
    Previous,
    /// One to be, with its rules listed in the element of this id.
    New(&'static str),
}

/// A password, shown on demand. It is used exactly as typed: nothing is trimmed.
#[component]
pub fn PasswordField(usage: PasswordUse, value: RwSignal<String>, error: FieldError) -> AnyView {
    let shown = RwSignal::new(false);
    let (id, label, autocomplete, rules) = match usage {
        PasswordUse::Current => ("password", "Password", "current-password", ""),
        PasswordUse::Previous => (
            "previous-password",
            "Current password",
            "current-password",
            "",
        ),
        PasswordUse::New(rules) => ("password", "New password", "new-password", rules),
    };
    let says = |shown_words: &'static str, hidden_words: &'static str| {
        Signal::derive(move || {
            if shown.get() {
                shown_words
            } else {
                hidden_words
            }
            .to_owned()
        })
    };
    let button = view! {
        <button
            type="button"
            class="quiet"
            aria-controls=id
            aria-label=says("Hide password", "Show password")
            on:click=move |_| shown.update(|shown| *shown = !*shown)
        >
            {says("Hide", "Show")}
        </button>
    };
    Input {
        id: id.to_owned(),
        label: label.to_owned(),
        value,
        error,
        kind: says("text", "password"),
        autocomplete,
        inputmode: None,
        class: "has-button",
        described_by: rules,
        button: Some(button.into_any()),
    }
    .view()
}
