use leptos::prelude::*;

use super::{Complaint, FieldError};

/// The code of a message. Its length is the pool's business; a phone may offer it from the message.
#[component]
pub fn CodeField(value: RwSignal<String>, error: FieldError) -> impl IntoView {
    view! {
        <div class="field">
            <label for="code">"Code"</label>
            <input
                id="code"
                name="code"
                class="code"
                type="text"
                inputmode="numeric"
                autocomplete="one-time-code"
                autocapitalize="none"
                spellcheck="false"
                aria-required="true"
                aria-describedby="code-error"
                aria-invalid=move || error.with(Option::is_some).to_string()
                prop:value=move || value.get()
                on:input:target=move |event| {
                    value.set(event.target().value());
                    error.set(None);
                }
            />
            <Complaint id="code-error".to_owned() error=error/>
        </div>
    }
}
