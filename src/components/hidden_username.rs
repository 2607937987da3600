use leptos::prelude::*;

/// A hidden input with the username that a password form is about. Password managers read it.
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
