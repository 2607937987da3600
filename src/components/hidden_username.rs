use leptos::prelude::*;

/// A hidden input element with the username to which the password on the form belongs. Password managers read it.
#[component]
pub fn HiddenUsername(value: RwSignal<String>) -> impl IntoView {
    view! {
        <input
            type="text"
            class="visually-hidden"
            name="username"
            autocomplete="username"
            aria-hidden="true"
            tabindex="-1"
            readonly=true
            prop:value=value
        />
    }
}
