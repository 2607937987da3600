use std::borrow::Cow;

use leptos::logging;
use leptos::prelude::*;
use ui_texts::{Message, labels};

use super::reactive;

/// A success or information message, which screen readers announce when it appears. The element is in the page from the
/// start, empty, because screen readers only watch live regions that they already know.
#[component]
pub fn Notice(
    /// The text of the message. It is empty while there is no message.
    text: Signal<String>,
) -> AnyView {
    view! { <p role="status" class="notice notice-info">{text}</p> }.into_any()
}

/// An error message, which screen readers announce when it appears. The element is in the page from the start, as that
/// of [`Notice`].
#[component]
pub fn ErrorNotice(message: Signal<Option<Message>>) -> AnyView {
    let text = Signal::derive(move || {
        message.with(|message| {
            message
                .as_ref()
                .map_or_else(String::new, Message::full_text)
        })
    });
    let details = reactive(move || {
        administrator_details(message.with(|message| message.as_ref()?.details.clone()))
    });
    view! {
        <p role="alert" class="notice notice-error">{text}</p>
        {details}
    }
    .into_any()
}

/// Renders a message that the page shows from the start. It has the role `status`, so that screen readers do not announce
/// it as an error.
pub fn message_text(message: &Message) -> AnyView {
    view! {
        <p role="status" class="muted">{message.full_text()}</p>
        {administrator_details(message.details.clone())}
    }
    .into_any()
}

/// Renders the folded details of a message for the administrator, and writes them to the console. Renders nothing if
/// there are no details.
pub fn administrator_details(details: Option<Cow<'static, str>>) -> AnyView {
    let Some(details) = details else {
        return ().into_any();
    };
    logging::warn!("{details}");
    view! {
        <details class="help">
            <summary>{labels::ADMINISTRATOR_DETAILS}</summary>
            <p>{details.into_owned()}</p>
        </details>
    }
    .into_any()
}
