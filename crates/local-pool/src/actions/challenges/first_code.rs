//! The `EMAIL_OTP` and `SMS_OTP` challenges as the first factor: a code is sent to a verified contact.

use rusqlite::Connection;

use super::sent_code::code_delivery_parameters;
use super::{NextSignInStep, SignInRequest};
use crate::error::ApiError;
use crate::pool::User;
use crate::pool::contact::ContactKind;
use crate::pool::delivery::{self, MessageDestination};
use crate::pool::session::{
    ChallengeName, FactorCompletedByCode, SentSignInCode, SignInIdentity, SignInProgress,
};
use crate::random;
use crate::secret::Secret;

/// Returns how many digits a code has that serves as the first factor: eight by email, six by text message.
const fn sign_in_code_length(contact: ContactKind) -> usize {
    match contact {
        ContactKind::Email => 8,
        ContactKind::PhoneNumber => 6,
    }
}

/// Sends a sign-in code, and issues `EMAIL_OTP` or `SMS_OTP` for it. For an unknown user no message is sent,
/// and no code is accepted later.
pub(crate) fn issue_first_code_challenge(
    sign_in: &SignInRequest<'_>,
    connection: &Connection,
    (name, destination): (ChallengeName, &MessageDestination),
    (user, identity): (Option<&User>, SignInIdentity),
    progress: SignInProgress,
) -> Result<NextSignInStep, ApiError> {
    let code = Secret::new(random::generate_digits(sign_in_code_length(
        destination.contact,
    )));
    if user.is_some() {
        let now = sign_in.caller.now;
        delivery::send_sign_in_code(connection, sign_in.pool, destination, &code, now)?;
    }
    let progress = SignInProgress {
        sent_code: Some(SentSignInCode {
            code,
            contact: destination.contact,
            address: destination.address.clone(),
            completes: FactorCompletedByCode::FirstFactor,
        }),
        ..progress
    };
    Ok(sign_in.issue_challenge(
        name,
        identity,
        code_delivery_parameters(destination),
        progress,
    ))
}
