//! A code that is sent and typed back: `SMS_MFA` and `EMAIL_OTP` as a second factor, and codes in place of a password.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use rusqlite::Connection;
use serde_json::json;

use super::{Step, Turn, parameters};
use crate::actions::input::TextMap;
use crate::error::{ApiError, ErrorKind};
use crate::pool::contact::Contact;
use crate::pool::delivery::{self, Destination};
use crate::pool::mfa::{Factor, Preference};
use crate::pool::session::{ChallengeName, Progress, Proof, SentCode, Session, Who};
use crate::pool::{Attributes, User};
use crate::random;
use crate::secret::Secret;

/// Codes of a second factor have six digits.
const DIGITS: usize = 6;

/// Sends a code to a user, as their second factor or to set one up, and asks for it.
pub(crate) fn pose_second_factor(
    turn: &Turn<'_>,
    connection: &Connection,
    user: &User,
    (name, destination, proves): (ChallengeName, &Destination, Proof),
    progress: Progress,
) -> Result<Step, ApiError> {
    let code = Secret::new(random::digits(DIGITS));
    delivery::send_sign_in_code(connection, turn.pool, destination, &code, turn.caller.now)?;
    let mut parameters = delivered(destination);
    parameters.insert("USER_ID_FOR_SRP".to_owned(), json!(user.username));
    let progress = Progress {
        sent_code: Some(SentCode {
            code,
            contact: destination.contact,
            address: destination.address.clone(),
            proves,
        }),
        ..progress
    };
    Ok(turn.pose(name, Who::user(user), parameters, progress))
}

/// Where a code went, as `ChallengeParameters` say it.
pub(crate) fn delivered(destination: &Destination) -> serde_json::Map<String, serde_json::Value> {
    parameters([
        (
            "CODE_DELIVERY_DELIVERY_MEDIUM",
            json!(destination.channel().wire_name()),
        ),
        ("CODE_DELIVERY_DESTINATION", json!(destination.masked())),
    ])
}

/// The key of `ChallengeResponses` under which a challenge's code comes back.
fn answer_key(challenge: ChallengeName) -> &'static str {
    match challenge {
        ChallengeName::SmsMfa => "SMS_MFA_CODE",
        ChallengeName::SmsOtp => "SMS_OTP_CODE",
        _ => "EMAIL_OTP_CODE",
    }
}

/// Judges the code. A wrong one leaves the session good: it may be typed again.
pub(crate) fn answer(
    turn: &Turn<'_>,
    challenge: ChallengeName,
    session: Option<&str>,
    answers: &TextMap,
) -> Result<Step, ApiError> {
    let session = turn.session(session, challenge, answers)?;
    let given = Secret::new(answers.required(answer_key(challenge))?);
    turn.with_sent_code(&session, &given)
}

impl Turn<'_> {
    /// Judges the code of a session that waits for one, and goes on.
    pub(crate) fn with_sent_code(
        &self,
        session: &Session,
        given: &Secret,
    ) -> Result<Step, ApiError> {
        let sent = session.progress.sent_code.as_ref();
        let right = sent.is_some_and(|sent| {
            let (code, given) = (sent.code.reveal(), given.reveal());
            verify_slices_are_equal(code.as_bytes(), given.as_bytes()).is_ok()
        });
        self.decide(session, |tx, user| {
            let (Some(sent), Some(user), true) = (sent, user, right) else {
                return Err(ApiError::new(
                    ErrorKind::CodeMismatch,
                    "Invalid code or auth state for the user.",
                ));
            };
            session.spend(tx, self.caller.now)?;
            let progress = Progress {
                sent_code: None,
                ..session.progress.clone()
            };
            if sent.proves == Proof::SetUp {
                adopt(self, tx, user.clone(), sent)?;
            }
            self.finish(tx, user, &progress)
        })
    }
}

/// The address is theirs: it becomes their verified e-mail address and their second factor.
fn adopt(
    turn: &Turn<'_>,
    connection: &Connection,
    mut user: User,
    sent: &SentCode,
) -> Result<(), ApiError> {
    let changed = Attributes::from([
        (sent.contact.name().to_owned(), sent.address.clone()),
        (sent.contact.verified_flag().to_owned(), "true".to_owned()),
    ]);
    let mut attributes = user.attributes(connection)?;
    attributes.extend(changed.clone());
    turn.pool
        .refuse_taken_alias(connection, &attributes, Some(user.id))?;
    user.set_attributes(connection, &changed)?;
    turn.pool.index_aliases(connection, &user, &attributes)?;
    user.update(connection, turn.caller.now)?;
    let factor = match sent.contact {
        Contact::Email => Factor::Email,
        Contact::PhoneNumber => Factor::Sms,
    };
    let mut preference = Preference::load(connection, &user)?;
    preference.enable(factor, true);
    preference.save(connection, &user)
}
