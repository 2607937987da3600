use leptos::prelude::*;

/// Sends its form. While an attempt is under way it says so and does nothing more, and keeps the focus.
#[component]
pub fn SubmitButton(
    #[prop(into)] label: String,
    /// What is happening while it is busy, e.g. "Signing in…".
    #[prop(into)]
    busy_label: String,
    busy: Signal<bool>,
) -> impl IntoView {
    view! {
        <button type="submit" class="primary" aria-disabled=move || busy.get().to_string() class:busy=busy>
            {move || if busy.get() { busy_label.clone() } else { label.clone() }}
        </button>
    }
}
