use leptos::prelude::*;

/// How a notice sounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Something went well, or is good to know.
    Calm,
    /// Something did not work.
    Trouble,
}

/// A sentence that is announced when it appears. The region is there from the start, empty, since
/// screen readers only follow regions they know.
#[component]
pub fn Notice(tone: Tone, words: Signal<Option<String>>) -> AnyView {
    let (role, class) = match tone {
        Tone::Calm => ("status", "notice notice-calm"),
        Tone::Trouble => ("alert", "notice notice-trouble"),
    };
    let words = Signal::derive(move || words.get().unwrap_or_default());
    view! { <p role=role class=class>{words}</p> }.into_any()
}
