use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::{Notice, Tone};

/// A real form with one button. While an attempt is under way the button says so and keeps the
/// focus; what happens on a press is `on_submit`'s to decide.
#[component]
pub fn Form(
    on_submit: Box<dyn Fn() + Send>,
    /// What was wrong with the last attempt, where it belongs to no field.
    trouble: Signal<Option<String>>,
    busy: Signal<bool>,
    #[prop(into)] label: String,
    /// What is happening while it is busy, e.g. "Signing in…".
    #[prop(into)]
    busy_label: String,
    #[prop(default = "")] class: &'static str,
    /// Whether a press would do nothing just now for another reason.
    #[prop(default = Signal::stored(false))]
    blocked: Signal<bool>,
    children: Children,
) -> AnyView {
    let words = Signal::derive(move || {
        if busy.get() {
            busy_label.clone()
        } else {
            label.clone()
        }
    });
    let class_of_button = Signal::derive(move || {
        if busy.get() {
            "primary busy"
        } else {
            "primary"
        }
        .to_owned()
    });
    let disabled = Signal::derive(move || (busy.get() || blocked.get()).to_string());
    view! {
        <form
            // A dead script must not put a password into the address.
            method="post"
            novalidate=true
            class=class
            on:submit=move |event: SubmitEvent| {
                event.prevent_default();
                on_submit();
            }
        >
            <Notice tone=Tone::Trouble words=trouble/>
            {children()}
            <button type="submit" class=class_of_button aria-disabled=disabled>{words}</button>
        </form>
    }
    .into_any()
}

/// A way of its own beside a form's: as wide as the form's button, and as busy while it is under way.
#[component]
pub fn Choice(
    on_press: Box<dyn Fn() + Send>,
    #[prop(into)] words: String,
    busy: Signal<bool>,
) -> AnyView {
    let disabled = Signal::derive(move || busy.get().to_string());
    view! {
        <button type="button" class="choice" aria-disabled=disabled on:click=move |_| on_press()>
            {words}
        </button>
    }
    .into_any()
}

/// A button that looks like the links it stands among.
#[component]
pub fn LinkButton(
    on_press: Box<dyn Fn() + Send>,
    words: Signal<String>,
    /// Whether a press would do nothing just now.
    busy: Signal<bool>,
) -> AnyView {
    let disabled = Signal::derive(move || busy.get().to_string());
    view! {
        <button type="button" class="link" aria-disabled=disabled on:click=move |_| on_press()>
            {words}
        </button>
    }
    .into_any()
}

/// A [`LinkButton`] that always says the same and is never busy.
pub fn link_button(words: &str, on_press: Box<dyn Fn() + Send>) -> AnyView {
    let words = Signal::stored(words.to_owned());
    view! { <LinkButton on_press=on_press words=words busy=Signal::stored(false)/> }.into_any()
}
