use leptos::prelude::*;

use super::{Complaint, FieldError};

/// Which password is asked for: it tells a password manager whether to fill in or to invent one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordUse {
    /// The one that is.
    Current,
    /// One to be.
    New,
}

/// A password, shown on demand. It is used exactly as typed: nothing is trimmed.
#[component]
pub fn PasswordField(
    usage: PasswordUse,
    value: RwSignal<String>,
    error: FieldError,
    /// The id of a list of rules beside it, if there is one.
    #[prop(optional)]
    rules: Option<&'static str>,
) -> impl IntoView {
    let shown = RwSignal::new(false);
    let (label, autocomplete) = match usage {
        PasswordUse::Current => ("Password", "current-password"),
        PasswordUse::New => ("New password", "new-password"),
    };
    let described_by = format!("password-error {}", rules.unwrap_or_default());
    view! {
        <div class="field">
            <label for="password">{label}</label>
            <div class="with-button">
                <input
                    id="password"
                    name="password"
                    type=move || if shown.get() { "text" } else { "password" }
                    autocomplete=autocomplete
                    autocapitalize="none"
                    spellcheck="false"
                    maxlength="256"
                    aria-required="true"
                    aria-describedby=described_by.trim_end().to_owned()
                    aria-invalid=move || error.with(Option::is_some).to_string()
                    prop:value=move || value.get()
                    on:input:target=move |event| {
                        value.set(event.target().value());
                        error.set(None);
                    }
                />
                <button
                    type="button"
                    class="quiet"
                    aria-controls="password"
                    aria-pressed=move || shown.get().to_string()
                    on:click=move |_| shown.update(|shown| *shown = !*shown)
                >
                    <span class="visually-hidden">{move || if shown.get() { "Hide password" } else { "Show password" }}</span>
                    <span aria-hidden="true">{move || if shown.get() { "Hide" } else { "Show" }}</span>
                </button>
            </div>
            <Complaint id="password-error".to_owned() error=error/>
        </div>
    }
}
