//! The `EMAIL_OTP` and `SMS_OTP` challenges as the first factor: a code is sent to a verified contact.

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

/// Returns the number of digits of a first-factor code: eight by email, six by text message.
const fn code_length(contact: Contact) -> usize {
    match contact {
        Contact::Email => 8,
        Contact::PhoneNumber => 6,
    }
}

/// Sends a sign-in code, and issues `EMAIL_OTP` or `SMS_OTP` for it. For an unknown user no message is sent,
/// and no code is accepted later.
pub(crate) fn issue_challenge(
    sign_in: &SignInRequest<'_>,
    connection: &Connection,
    (name, destination): (ChallengeName, &Destination),
    (user, identity): (Option<&User>, Identity),
    progress: Progress,
) -> Result<NextStep, ApiError> {
    let code = Secret::new(random::generate_digits(code_length(destination.contact)));
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
