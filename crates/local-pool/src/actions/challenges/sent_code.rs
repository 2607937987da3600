//! The challenges that ask for a code which the pool sent: `SMS_MFA` and `EMAIL_OTP` as a second factor, and codes
//! instead of a password.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use rusqlite::Connection;
use serde_json::json;

use super::{NextSignInStep, SignInRequest, challenge_parameters};
use crate::actions::input::TextMap;
use crate::error::{ApiError, ErrorKind};
use crate::pool::contact::ContactKind;
use crate::pool::delivery::{self, MessageDestination};
use crate::pool::mfa::{MfaPreference, SecondFactor};
use crate::pool::session::{
    ChallengeName, FactorCompletedByCode, SentSignInCode, SignInIdentity, SignInProgress,
    SignInSession,
};
use crate::pool::{Attributes, User};
use crate::random;
use crate::secret::Secret;

/// The number of digits in a code that serves as a second factor.
const DIGITS: usize = 6;

/// Sends the user a code for the second factor, or for setting one up, and issues the challenge that asks for the code.
pub(crate) fn issue_second_factor_challenge(
    sign_in: &SignInRequest<'_>,
    connection: &Connection,
    user: &User,
    (name, destination, completes): (ChallengeName, &MessageDestination, FactorCompletedByCode),
    progress: SignInProgress,
) -> Result<NextSignInStep, ApiError> {
    let code = Secret::new(random::generate_digits(DIGITS));
    delivery::send_sign_in_code(
        connection,
        sign_in.pool,
        destination,
        &code,
        sign_in.caller.now,
    )?;
    let mut parameters = code_delivery_parameters(destination);
    parameters.insert("USER_ID_FOR_SRP".to_owned(), json!(user.username));
    let progress = SignInProgress {
        sent_code: Some(SentSignInCode {
            code,
            contact: destination.contact,
            address: destination.address.clone(),
            completes,
        }),
        ..progress
    };
    Ok(sign_in.issue_challenge(name, SignInIdentity::from_user(user), parameters, progress))
}

/// Returns the `ChallengeParameters` that say where a code was sent.
pub(crate) fn code_delivery_parameters(
    destination: &MessageDestination,
) -> serde_json::Map<String, serde_json::Value> {
    challenge_parameters([
        (
            "CODE_DELIVERY_DELIVERY_MEDIUM",
            json!(destination.channel().wire_name()),
        ),
        (
            "CODE_DELIVERY_DESTINATION",
            json!(destination.masked_address()),
        ),
    ])
}

/// Returns the key in `ChallengeResponses` under which the client sends the code.
fn code_response_parameter(challenge: ChallengeName) -> &'static str {
    match challenge {
        ChallengeName::SmsMfa => "SMS_MFA_CODE",
        ChallengeName::SmsOtp => "SMS_OTP_CODE",
        _ => "EMAIL_OTP_CODE",
    }
}

/// Verifies the code in a response, and completes the sign-in. After a wrong code the session stays valid, so
/// the user can enter the code again.
pub(crate) fn verify_sent_code_response(
    sign_in: &SignInRequest<'_>,
    challenge: ChallengeName,
    session: Option<&str>,
    responses: &TextMap,
) -> Result<NextSignInStep, ApiError> {
    let session = sign_in.open_challenge_session(session, challenge, responses)?;
    let given = Secret::new(responses.get_required(code_response_parameter(challenge))?);
    sign_in.verify_sent_code(&session, &given)
}

impl SignInRequest<'_> {
    /// Verifies the code that was sent for this session, and completes the sign-in. Returns the error for a
    /// wrong code.
    pub(crate) fn verify_sent_code(
        &self,
        session: &SignInSession,
        given_code: &Secret,
    ) -> Result<NextSignInStep, ApiError> {
        let sent = session.progress.sent_code.as_ref();
        let is_valid = sent.is_some_and(|sent| {
            let (code, given_code) = (sent.code.expose_secret(), given_code.expose_secret());
            verify_slices_are_equal(code.as_bytes(), given_code.as_bytes()).is_ok()
        });
        self.verify_in_transaction(session, |tx, user| {
            let (Some(sent), Some(user), true) = (sent, user, is_valid) else {
                return Err(ApiError::new(
                    ErrorKind::CodeMismatch,
                    "Invalid code or auth state for the user.",
                ));
            };
            session.mark_session_used(tx, self.caller.now)?;
            let progress = SignInProgress {
                sent_code: None,
                ..session.progress.clone()
            };
            if sent.completes == FactorCompletedByCode::MfaSetup {
                save_verified_contact(self, tx, user.clone(), sent)?;
            }
            self.complete_sign_in(tx, user, &progress)
        })
    }
}

/// Saves the address to which a correct code was sent as the user's verified email address or phone number, and makes
/// it the preferred second factor.
fn save_verified_contact(
    sign_in: &SignInRequest<'_>,
    connection: &Connection,
    mut user: User,
    sent: &SentSignInCode,
) -> Result<(), ApiError> {
    let changed = Attributes::from([
        (
            sent.contact.attribute_name().to_owned(),
            sent.address.clone(),
        ),
        (
            sent.contact.verified_flag_name().to_owned(),
            "true".to_owned(),
        ),
    ]);
    let mut attributes = user.load_attributes(connection)?;
    attributes.extend(changed.clone());
    sign_in
        .pool
        .check_aliases_free(connection, &attributes, Some(user.id))?;
    user.set_attributes(connection, &changed)?;
    sign_in.pool.save_aliases(connection, &user, &attributes)?;
    user.update_user(connection, sign_in.caller.now)?;
    let factor = match sent.contact {
        ContactKind::Email => SecondFactor::Email,
        ContactKind::PhoneNumber => SecondFactor::Sms,
    };
    let mut preference = MfaPreference::load_mfa_preference(connection, &user)?;
    preference.enable_second_factor(factor, true);
    preference.save_mfa_preference(connection, &user)
}
