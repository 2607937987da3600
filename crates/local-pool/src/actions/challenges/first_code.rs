//! `EMAIL_OTP` and `SMS_OTP` in place of a password: a code is sent to a verified contact.

use rusqlite::Connection;

use super::sent_code::delivered;
use super::{Step, Turn};
use crate::error::ApiError;
use crate::pool::User;
use crate::pool::contact::Contact;
use crate::pool::delivery::{self, Destination};
use crate::pool::session::{ChallengeName, Progress, Proof, SentCode, Who};
use crate::random;
use crate::secret::Secret;

/// Codes by mail that stand for a password have eight digits, those by text message six.
const fn digits(contact: Contact) -> usize {
    match contact {
        Contact::Email => 8,
        Contact::PhoneNumber => 6,
    }
}

/// Sends a code and asks for it; to nobody nothing is sent, and no code is right.
pub(crate) fn pose(
    turn: &Turn<'_>,
    connection: &Connection,
    (name, destination): (ChallengeName, &Destination),
    (user, who): (Option<&User>, Who),
    progress: Progress,
) -> Result<Step, ApiError> {
    let code = Secret::new(random::digits(digits(destination.contact)));
    if user.is_some() {
        let now = turn.caller.now;
        delivery::send_sign_in_code(connection, turn.pool, destination, &code, now)?;
    }
    let progress = Progress {
        sent_code: Some(SentCode {
            code,
            contact: destination.contact,
            address: destination.address.clone(),
            proves: Proof::FirstFactor,
        }),
        ..progress
    };
    Ok(turn.pose(name, who, delivered(destination), progress))
}
