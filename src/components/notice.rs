use leptos::prelude::*;

/// The severity of a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// A success message or information.
    Calm,
    /// An error message.
    Trouble,
}

/// A message that screen readers announce when it appears. The element is in the page from the start, empty, because
/// screen readers only watch live regions that they already know.
#[component]
pub fn Notice(tone: Tone, text: Signal<Option<String>>) -> AnyView {
    let (role, class) = match tone {
        Tone::Calm => ("status", "notice notice-info"),
        Tone::Trouble => ("alert", "notice notice-error"),
    };
    let text = Signal::derive(move || text.get().unwrap_or_default());
    view! { <p role=role class=class>{text}</p> }.into_any()
}
