use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use ui_texts::Message;

use super::ErrorNotice;

/// A `<form>` with one submit button. While a submission is running, the button shows `busy_label` and keeps the focus.
/// The form does not block further submissions itself: `on_submit` decides what a press does.
#[component]
pub fn Form(
    on_submit: Callback<()>,
    /// The error message of the last submission, if it does not belong to a field.
    error: Signal<Option<Message>>,
    busy: Signal<bool>,
    label: &'static str,
    /// The label of the button while a submission is running, such as "Signing in…".
    busy_label: &'static str,
    #[prop(optional)] class: &'static str,
    /// True if a press of the button has no effect for another reason than a running submission.
    #[prop(optional)]
    blocked: Signal<bool>,
    children: Children,
) -> impl IntoView {
    let text = Signal::derive(move || if busy.get() { busy_label } else { label }.to_owned());
    let button_class = Signal::derive(move || {
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
            // If the app has crashed, the browser submits the form itself. With GET, the password would be in the
            // URL.
            method="post"
            novalidate=true
            class=class
            on:submit=move |event: SubmitEvent| {
                event.prevent_default();
                on_submit.run(());
            }
        >
            <ErrorNotice message=error/>
            {children()}
            <button type="submit" class=button_class aria-disabled=disabled>{text}</button>
        </form>
    }
}

/// A button below a form that starts another action than the form's submission. It is as wide as the submit button, and
/// has `aria-disabled` while `busy` is true.
#[component]
pub fn SecondaryButton(
    #[prop(into)] on_click: Callback<()>,
    #[prop(into)] label: String,
    busy: Signal<bool>,
) -> impl IntoView {
    let disabled = Signal::derive(move || busy.get().to_string());
    view! {
        <button type="button" class="secondary" aria-disabled=disabled on:click=move |_| on_click.run(())>
            {label}
        </button>
    }
}

/// A button with the style of a link.
#[component]
pub fn LinkButton(
    #[prop(into)] on_click: Callback<()>,
    #[prop(into)] label: Signal<String>,
    /// True if a press of the button has no effect at the moment.
    #[prop(optional)]
    busy: Signal<bool>,
) -> impl IntoView {
    let disabled = Signal::derive(move || busy.get().to_string());
    view! {
        <button type="button" class="link" aria-disabled=disabled on:click=move |_| on_click.run(())>
            {label}
        </button>
    }
}
