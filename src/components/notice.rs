use std::borrow::Cow;

use leptos::logging;
use leptos::prelude::*;
use ui_texts::{Message, labels};

/// A success or information message, which screen readers announce when it appears. The element is in the page from the
/// start, empty, because screen readers only watch live regions that they already know.
#[component]
pub fn Notice(
    /// The text of the message. It is empty while there is no message.
    #[prop(into)]
    text: Signal<String>,
) -> impl IntoView {
    view! { <p role="status" class="notice notice-info">{text}</p> }
}

/// An error message, which screen readers announce when it appears. The element is in the page from the start, as that
/// of [`Notice`].
#[component]
pub fn ErrorNotice(#[prop(into)] message: Signal<Option<Message>>) -> impl IntoView {
    let text = Signal::derive(move || {
        message.with(|message| {
            message
                .as_ref()
                .map_or_else(String::new, Message::full_text)
        })
    });
    view! {
        <p role="alert" class="notice notice-error">{text}</p>
        {move || {
            let details = message.with(|message| message.as_ref()?.details.clone());
            view! { <AdministratorDetails details/> }.into_any()
        }}
    }
}

/// A message that the page shows from the start. It has the role `status`, so that screen readers do not announce it as
/// an error.
#[component]
pub fn MessageText(message: Message) -> impl IntoView {
    view! {
        <p role="status" class="muted">{message.full_text()}</p>
        <AdministratorDetails details=message.details/>
    }
}

/// The details of a message for the administrator, folded. They are also written to the console. It renders nothing if
/// there are no details.
#[component]
pub fn AdministratorDetails(details: Option<Cow<'static, str>>) -> impl IntoView {
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
