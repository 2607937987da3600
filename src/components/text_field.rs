use leptos::prelude::*;

use super::{Complaint, FieldError};

/// A labelled line of text with its complaint beneath.
#[component]
pub fn TextField(
    /// The input's id and name.
    #[prop(into)]
    id: String,
    #[prop(into)] label: String,
    value: RwSignal<String>,
    error: FieldError,
    /// What a password manager or address book may fill in (HTML, `autocomplete`).
    #[prop(into)]
    autocomplete: String,
    /// The input's type, which chooses the keyboard on a phone.
    #[prop(default = "text")]
    kind: &'static str,
    /// A word of help between label and input.
    #[prop(optional, into)]
    hint: Option<String>,
    /// Whether an empty value is refused.
    #[prop(default = true)]
    required: bool,
) -> impl IntoView {
    let error_id = format!("{id}-error");
    let hint_id = format!("{id}-hint");
    let described_by = match hint {
        Some(_) => format!("{error_id} {hint_id}"),
        None => error_id.clone(),
    };
    // Names are not prose: no capitals, no corrections.
    let plain = kind == "email" || autocomplete == "username";
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            {hint.map(|hint| view! { <p id=hint_id class="field-hint">{hint}</p> })}
            <input
                id=id.clone()
                name=id
                type=kind
                autocomplete=autocomplete
                autocapitalize=plain.then_some("none")
                spellcheck=plain.then_some("false")
                aria-required=required.to_string()
                aria-describedby=described_by
                aria-invalid=move || error.with(Option::is_some).to_string()
                prop:value=move || value.get()
                on:input:target=move |event| {
                    value.set(event.target().value());
                    error.set(None);
                }
            />
            <Complaint id=error_id error=error/>
        </div>
    }
}
