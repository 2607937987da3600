use leptos::prelude::*;

/// Whose password a form is about, for the password manager alone.
#[component]
pub fn HiddenUsername(value: RwSignal<String>) -> AnyView {
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
    .into_any()
}
