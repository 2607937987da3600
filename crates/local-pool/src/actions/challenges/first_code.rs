//! `EMAIL_OTP` and `SMS_OTP` in place of a password: a code is sent to a verified contact.

use rusqlite::Connection;

use super::sent_code::delivery_parameters;
use super::{NextStep, SignInRequest};
use crate::error::ApiError;
use crate::pool::User;
use crate::pool::contact::Contact;
use crate::pool::delivery::{self, Destination};
use crate::pool::session::{ChallengeName, CompletedFactor, Identity, Progress, SentCode};
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
pub(crate) fn issue_challenge(
    sign_in: &SignInRequest<'_>,
    connection: &Connection,
    (name, destination): (ChallengeName, &Destination),
    (user, identity): (Option<&User>, Identity),
    progress: Progress,
) -> Result<NextStep, ApiError> {
    let code = Secret::new(random::digits(digits(destination.contact)));
    if user.is_some() {
        let now = sign_in.caller.now;
        delivery::send_sign_in_code(connection, sign_in.pool, destination, &code, now)?;
    }
    let progress = Progress {
        sent_code: Some(SentCode {
            code,
            contact: destination.contact,
            address: destination.address.clone(),
            completes: CompletedFactor::FirstFactor,
        }),
        ..progress
    };
    Ok(sign_in.issue_challenge(name, identity, delivery_parameters(destination), progress))
}
