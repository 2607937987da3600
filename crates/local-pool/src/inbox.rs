//! The demo inbox: all emails and text messages that a real pool would have sent, as a page (`/inbox`) and as
//! JSON (`/inbox.json`).

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};
use serde_json::{Value, json as json_value};

use crate::error::ApiError;
use crate::format_time::format_rfc3339;
use crate::front_page;
use crate::outbox::{MessageChannel, OutboxMessage};
use crate::router::{self, ServerState};

/// The maximum number of messages that the demo inbox shows.
const MAX_SHOWN: usize = 100;

/// Returns the page `/inbox`. With `?to=`, the page has only the messages to that email address or phone
/// number.
pub(crate) async fn show_inbox_page(
    State(app): State<Arc<ServerState>>,
    RawQuery(query): RawQuery,
) -> Response {
    let to = parse_recipient_parameter(query.as_deref());
    match load_messages(&app, to.clone()).await {
        Ok(messages) => router::page_response(front_page::render_page(
            "Demo inbox – local pool",
            render_inbox(to.as_deref(), &messages),
        )),
        Err(error) => inbox_error_response(&app, &error),
    }
}

/// Returns the message list `/inbox/messages`, with which the script of the inbox page updates the page.
pub(crate) async fn show_message_list(
    State(app): State<Arc<ServerState>>,
    RawQuery(query): RawQuery,
) -> Response {
    match load_messages(&app, parse_recipient_parameter(query.as_deref())).await {
        Ok(messages) => router::page_response(render_message_list(&messages)),
        Err(error) => inbox_error_response(&app, &error),
    }
}

/// Returns the messages as JSON, for `/inbox.json`: an array, newest first, of
/// `{"to","channel","subject","text","code","sentAt"}`.
///
/// `?to=` selects the messages to one email address or phone number, ignoring case. `sentAt` is in RFC 3339
/// format in UTC.
pub(crate) async fn messages_json_response(
    State(app): State<Arc<ServerState>>,
    RawQuery(query): RawQuery,
) -> Response {
    match load_messages(&app, parse_recipient_parameter(query.as_deref())).await {
        Ok(messages) => {
            let messages: Vec<Value> = messages.iter().map(outbox_message_to_json).collect();
            router::json_response(StatusCode::OK, &Value::Array(messages))
        }
        Err(error) => inbox_error_response(&app, &error),
    }
}

/// Returns the script of the inbox page, `/inbox.js`.
pub(crate) async fn inbox_script_response() -> Response {
    router::embedded_file_response(
        "text/javascript; charset=utf-8",
        include_str!("inbox/inbox.js"),
    )
}

/// Loads the messages to `recipient`, or all messages if it is `None`, on a blocking thread.
async fn load_messages(
    app: &Arc<ServerState>,
    recipient: Option<String>,
) -> Result<Vec<OutboxMessage>, ApiError> {
    let service = Arc::clone(&app.service);
    let read = tokio::task::spawn_blocking(move || service.messages(recipient.as_deref()));
    read.await
        .unwrap_or_else(|error| Err(ApiError::internal(error)))
}

/// Returns the response for an internal error, and logs the error.
fn inbox_error_response(app: &ServerState, error: &ApiError) -> Response {
    app.console.log_line(format_args!(
        "inbox: internal error: {}",
        error.cause.as_deref().unwrap_or_default()
    ));
    router::json_response(
        StatusCode::INTERNAL_SERVER_ERROR,
        &json_value!({ "message": "The inbox cannot be read." }),
    )
}

/// Returns the parameter `to` of a query, or `None` if the parameter is absent or empty.
fn parse_recipient_parameter(query: Option<&str>) -> Option<String> {
    let (_, to) = form_urlencoded::parse(query?.as_bytes()).find(|(name, _)| name == "to")?;
    // A `+` that was not percent-encoded decodes to a space. Addresses and phone numbers contain no spaces, so
    // a space is converted back to `+`.
    let to = to.trim_end().replace(' ', "+");
    (!to.is_empty()).then_some(to)
}

/// Returns a message of the demo inbox as JSON.
fn outbox_message_to_json(message: &OutboxMessage) -> Value {
    json_value!({
        "to": message.to,
        "channel": message.channel.wire_name(),
        "subject": message.subject,
        "text": message.text,
        "code": message.code,
        "sentAt": format_rfc3339(message.sent_at),
    })
}

/// Returns the HTML of the demo inbox's page.
fn render_inbox(recipient: Option<&str>, messages: &[OutboxMessage]) -> Markup {
    html! {
        main {
            h1 { "Demo inbox" }
            p.hint {
                "Emails and text messages that a real pool would have sent, newest first. The list updates automatically. "
                a href="/" { "About the local pool" }
            }
            form.search method="get" action="/inbox" role="search" {
                label {
                    "Filter by email or phone number"
                    input name="to" type="text" inputmode="email" autocomplete="off" autocapitalize="none"
                        spellcheck="false" value=(recipient.unwrap_or_default());
                }
                button type="submit" { "Show" }
            }
            p #state .hint role="status" aria-live="polite" {}
            div #messages { (render_message_list(messages)) }
        }
        script src="/inbox.js" defer {}
    }
}

/// Returns the HTML of the demo inbox's list of messages.
fn render_message_list(messages: &[OutboxMessage]) -> Markup {
    html! {
        @if messages.is_empty() {
            p.empty { "No messages yet. Create an account in the app, and the verification code appears here." }
        } @else {
            ol.messages {
                @for message in messages.iter().take(MAX_SHOWN) {
                    li { (render_message(message)) }
                }
            }
        }
        @if messages.len() > MAX_SHOWN {
            p.hint { "Older messages are in " a href="/inbox.json" { "inbox.json" } "." }
        }
    }
}

/// Returns the HTML of one message in the demo inbox.
fn render_message(message: &OutboxMessage) -> Markup {
    let sent_at = format_rfc3339(message.sent_at);
    let title = if message.subject.is_empty() {
        "Text message"
    } else {
        &message.subject
    };
    html! {
        article.message data-id=(message.id) {
            header {
                h2 { (title) }
                span.channel { @match message.channel { MessageChannel::Email => "EMAIL", MessageChannel::Sms => "SMS" } }
            }
            div.to { "To " (message.to) ", " time datetime=(sent_at) { (sent_at) } }
            @if !message.code.is_empty() {
                div.actions {
                    span.code { (message.code) }
                    button type="button" data-copy=(message.code) aria-label={ "Copy code " (message.code) } { "Copy code" }
                }
            }
            p.text { (message.text) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inbox_url_accepts_a_percent_encoded_recipient() {
        for (query, to) in [
            ("to=ann@example.com", Some("ann@example.com")),
            ("to=ann%40example.com&x=1", Some("ann@example.com")),
            ("to=%2B14325550100", Some("+14325550100")),
            ("to=+14325550100", Some("+14325550100")),
            ("x=1&to=ann+1@example.com", Some("ann+1@example.com")),
            ("to=", None),
            ("", None),
            ("other=ann", None),
        ] {
            assert_eq!(
                parse_recipient_parameter(Some(query)).as_deref(),
                to,
                "{query}"
            );
        }
        assert_eq!(parse_recipient_parameter(None), None);
    }
}
