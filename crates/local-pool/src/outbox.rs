//! What would have been mailed or texted: written in the transaction that made the code, read by the demo inbox.

use core::fmt;

use cognito_proto::time::UnixTime;
use rusqlite::{Connection, Row, params};

use crate::error::ApiError;

/// How many messages are kept; older ones go.
const MAX_MESSAGES: i64 = 10_000;

/// How a message would have travelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Channel {
    /// An e-mail.
    Email,
    /// A text message.
    Sms,
}

impl Channel {
    /// `EMAIL` or `SMS`, as `DeliveryMedium` spells it.
    pub const fn wire_name(self) -> &'static str {
        match self {
            Self::Email => "EMAIL",
            Self::Sms => "SMS",
        }
    }
}

/// One mail or text. `Debug` shows neither text nor code.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    /// Counts up with time; a later message has the greater number.
    pub id: i64,
    /// E-mail address or phone number, as the user has it.
    pub to: String,
    /// Mail or text.
    pub channel: Channel,
    /// The mail's subject; empty for a text.
    pub subject: String,
    /// The whole text, the code in it.
    pub text: String,
    /// The code (or temporary password) alone.
    pub code: String,
    /// When it would have gone out.
    pub sent_at: UnixTime,
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("id", &self.id)
            .field("to", &self.to)
            .field("channel", &self.channel)
            .field("sent_at", &self.sent_at)
            .finish_non_exhaustive()
    }
}

/// A message on its way out.
pub(crate) struct Outgoing<'a> {
    pub(crate) to: &'a str,
    pub(crate) channel: Channel,
    pub(crate) subject: &'a str,
    pub(crate) text: &'a str,
    pub(crate) code: &'a str,
}

/// Puts a message into the outbox.
pub(crate) fn send(
    connection: &Connection,
    message: &Outgoing<'_>,
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

/// Messages to one address or number without regard to case, or to all; newest first.
pub(crate) fn messages(
    connection: &Connection,
    to: Option<&str>,
) -> Result<Vec<Message>, ApiError> {
    const COLUMNS: &str =
        "SELECT id, recipient, channel, subject, text, code, sent_at FROM message";
    let found = match to {
        Some(to) => connection
            .prepare_cached(&format!(
                "{COLUMNS} WHERE recipient_key = ?1 ORDER BY id DESC"
            ))?
            .query_map([to.to_lowercase()], message_from_row)?
            .collect::<Result<_, _>>()?,
        None => connection
            .prepare_cached(&format!("{COLUMNS} ORDER BY id DESC"))?
            .query_map([], message_from_row)?
            .collect::<Result<_, _>>()?,
    };
    Ok(found)
}

fn message_from_row(row: &Row<'_>) -> Result<Message, rusqlite::Error> {
    let channel: String = row.get(2)?;
    Ok(Message {
        id: row.get(0)?,
        to: row.get(1)?,
        channel: if channel == "SMS" {
            Channel::Sms
        } else {
            Channel::Email
        },
        subject: row.get(3)?,
        text: row.get(4)?,
        code: row.get(5)?,
        sent_at: UnixTime::from_secs(row.get(6)?),
    })
}
