//! The emails and text messages that a real pool would have sent. They are stored in the transaction that creates their
//! code, and shown in the demo inbox.

use core::fmt;

use cognito_proto::time::UnixTime;
use rusqlite::{Connection, Row, params};

use crate::error::ApiError;

/// The maximum number of stored messages. Older messages are deleted.
const MAX_MESSAGES: i64 = 10_000;

/// The medium of a message: email or text message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MessageChannel {
    /// An email.
    Email,
    /// A text message.
    Sms,
}

impl MessageChannel {
    /// Returns `EMAIL` or `SMS`, as in `DeliveryMedium`.
    pub const fn wire_name(self) -> &'static str {
        match self {
            Self::Email => "EMAIL",
            Self::Sms => "SMS",
        }
    }
}

/// An email or a text message in the outbox. `Debug` prints neither text nor code.
#[derive(Clone, PartialEq, Eq)]
pub struct OutboxMessage {
    /// The message's number. Later messages have greater numbers.
    pub id: i64,
    /// The email address or phone number of the recipient, as the user has it.
    pub to: String,
    /// The medium of the message.
    pub channel: MessageChannel,
    /// The email's subject. Empty for a text message.
    pub subject: String,
    /// The whole text, including the code.
    pub text: String,
    /// The code or temporary password in the message, alone.
    pub code: String,
    /// The time at which the message would have been sent.
    pub sent_at: UnixTime,
}

impl fmt::Debug for OutboxMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutboxMessage")
            .field("id", &self.id)
            .field("to", &self.to)
            .field("channel", &self.channel)
            .field("sent_at", &self.sent_at)
            .finish_non_exhaustive()
    }
}

/// An email or a text message that is about to be stored.
pub(crate) struct OutgoingMessage<'a> {
    pub(crate) to: &'a str,
    pub(crate) channel: MessageChannel,
    pub(crate) subject: &'a str,
    pub(crate) text: &'a str,
    pub(crate) code: &'a str,
}

/// Stores a message in the outbox, and deletes the oldest messages if there are too many.
pub(crate) fn store_message(
    connection: &Connection,
    message: &OutgoingMessage<'_>,
    now: UnixTime,
) -> Result<(), ApiError> {
    connection
        .prepare_cached(
            "INSERT INTO message (recipient, recipient_key, channel, subject, text, code, sent_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            message.to,
            message.to.to_lowercase(),
            message.channel.wire_name(),
            message.subject,
            message.text,
            message.code,
            now.as_secs()
        ])?;
    connection
        .prepare_cached("DELETE FROM message WHERE id <= ?1")?
        .execute([connection.last_insert_rowid() - MAX_MESSAGES])?;
    Ok(())
}

/// Loads the messages to `recipient` (an email address or a phone number), ignoring case. If it is `None`, loads all
/// messages. The newest message is first.
pub(crate) fn load_messages(
    connection: &Connection,
    recipient: Option<&str>,
) -> Result<Vec<OutboxMessage>, ApiError> {
    const COLUMNS: &str =
        "SELECT id, recipient, channel, subject, text, code, sent_at FROM message";
    let found = match recipient {
        Some(recipient) => connection
            .prepare_cached(&format!(
                "{COLUMNS} WHERE recipient_key = ?1 ORDER BY id DESC"
            ))?
            .query_map([recipient.to_lowercase()], message_from_row)?
            .collect::<Result<_, _>>()?,
        None => connection
            .prepare_cached(&format!("{COLUMNS} ORDER BY id DESC"))?
            .query_map([], message_from_row)?
            .collect::<Result<_, _>>()?,
    };
    Ok(found)
}

/// Makes a message from a row of the database.
fn message_from_row(row: &Row<'_>) -> Result<OutboxMessage, rusqlite::Error> {
    let channel: String = row.get(2)?;
    Ok(OutboxMessage {
        id: row.get(0)?,
        to: row.get(1)?,
        channel: if channel == "SMS" {
            MessageChannel::Sms
        } else {
            MessageChannel::Email
        },
        subject: row.get(3)?,
        text: row.get(4)?,
        code: row.get(5)?,
        sent_at: UnixTime::from_secs(row.get(6)?),
    })
}
