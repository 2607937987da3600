use leptos::prelude::*;

/// The severity of a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// A success message or information.
    Info,
    /// An error message.
    Error,
}

/// A message that screen readers announce when it appears. The element is in the page from the start, empty, because
/// screen readers only watch live regions that they already know.
#[component]
pub fn Notice(severity: Severity, text: Signal<Option<String>>) -> AnyView {
    let (role, class) = match severity {
        Severity::Info => ("status", "notice notice-info"),
        Severity::Error => ("alert", "notice notice-error"),
    };
    let text = Signal::derive(move || text.get().unwrap_or_default());
    view! { <p role=role class=class>{text}</p> }.into_any()
}
