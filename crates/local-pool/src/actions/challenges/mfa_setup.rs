//! The `MFA_SETUP` challenge: the pool requires a second factor and the user has none, so the user sets one up.
//!
//! For an authenticator app, the client calls `AssociateSoftwareToken` and `VerifySoftwareToken` with the session. Each
//! returns the next session, and a response without further members completes the challenge. For an email address, the
//! client responds with the address, and the pool sends a code to it.

use rusqlite::Connection;
use serde_json::json;

use super::{NextSignInStep, SignInRequest, challenge_parameters, sent_code};
use crate::actions::input::TextMap;
use crate::error::{ApiError, ErrorKind};
use crate::pool::contact::ContactKind;
use crate::pool::delivery::MessageDestination;
use crate::pool::mfa::{MfaPreference, SecondFactor};
use crate::pool::session::{
    ChallengeName, FactorCompletedByCode, SignInIdentity, SignInProgress, SignInSession,
};
use crate::pool::{Attributes, User, UserPool, software_token};
use crate::secret::Secret;

/// Issues `MFA_SETUP`, which asks the user to set up one of these second factors.
pub(crate) fn issue_mfa_setup_challenge(
    sign_in: &SignInRequest<'_>,
    user: &User,
    factors: Vec<SecondFactor>,
    progress: SignInProgress,
) -> Result<NextSignInStep, ApiError> {
    let parameters = challenge_parameters([
        ("MFAS_CAN_SETUP", json!(serde_json::to_string(&factors)?)),
        ("USER_ID_FOR_SRP", json!(user.username)),
    ]);
    let progress = SignInProgress {
        factors,
        ..progress
    };
    Ok(sign_in.issue_challenge(
        ChallengeName::MfaSetup,
        SignInIdentity::from_user(user),
        parameters,
        progress,
    ))
}

/// Verifies the response to `MFA_SETUP`. Completes the sign-in with the authenticator app that was verified before, or
/// sends a code to the email address in the response.
pub(crate) fn verify_mfa_setup_response(
    sign_in: &SignInRequest<'_>,
    session: Option<&str>,
    responses: &TextMap,
) -> Result<NextSignInStep, ApiError> {
    let session = sign_in.open_challenge_session(session, ChallengeName::MfaSetup, responses)?;
    match responses.get_non_empty("EMAIL") {
        Some(address) => sign_in.start_email_mfa_setup(&session, address),
        None => sign_in.complete_software_token_setup(&session),
    }
}

/// Returns an error if the pool does not offer authenticator apps as a second factor.
pub(crate) fn check_authenticator_app_offered(pool: &UserPool) -> Result<(), ApiError> {
    if pool
        .settings
        .offers_second_factor(SecondFactor::SoftwareToken)
    {
        Ok(())
    } else {
        Err(ApiError::new(
            ErrorKind::SoftwareTokenMfaNotFound,
            "Software Token MFA has not been enabled by the userPool",
        ))
    }
}

impl SignInRequest<'_> {
    /// Generates the secret of an authenticator app for the user of this session. Returns the secret and the
    /// session that replaces this one.
    pub(crate) fn associate_software_token(
        &self,
        session: &SignInSession,
    ) -> Result<(Secret, SignInSession), ApiError> {
        check_authenticator_app_offered(self.pool)?;
        self.verify_in_transaction(session, |tx, user| {
            let user = user.ok_or_else(ApiError::no_such_user)?;
            let secret = software_token::create_pending_totp_secret(tx, &user)?;
            Ok((secret, self.replace_setup_session(tx, session, false)?))
        })
    }

    /// Verifies a code of the authenticator app, and makes the app the user's preferred second factor. Returns the
    /// session that replaces this one and says that the app was verified. After a wrong code this session stays valid.
    pub(crate) fn verify_software_token(
        &self,
        session: &SignInSession,
        given_code: &Secret,
        app_name: Option<&str>,
    ) -> Result<SignInSession, ApiError> {
        check_authenticator_app_offered(self.pool)?;
        self.verify_in_transaction(session, |tx, user| {
            let user = user.ok_or_else(ApiError::no_such_user)?;
            software_token::verify_pending_totp_secret(
                tx,
                &user,
                given_code,
                app_name,
                self.caller.now,
            )?;
            let mut preference = MfaPreference::load_mfa_preference(tx, &user)?;
            preference.enable_second_factor(SecondFactor::SoftwareToken, true);
            preference.save_mfa_preference(tx, &user)?;
            self.replace_setup_session(tx, session, true)
        })
    }

    /// Marks the session as used, and returns the session that replaces it.
    fn replace_setup_session(
        &self,
        connection: &Connection,
        session: &SignInSession,
        software_token_verified: bool,
    ) -> Result<SignInSession, ApiError> {
        session.mark_session_used(connection, self.caller.now)?;
        let progress = SignInProgress {
            software_token_verified,
            ..session.progress.clone()
        };
        Ok(SignInSession::new(
            self.client,
            session.identity.clone(),
            ChallengeName::MfaSetup,
            progress,
            self.caller.now,
        ))
    }

    /// Completes the sign-in with the authenticator app that was verified in this session.
    ///
    /// # Errors
    /// No app was verified in this session.
    pub(crate) fn complete_software_token_setup(
        &self,
        session: &SignInSession,
    ) -> Result<NextSignInStep, ApiError> {
        self.verify_in_transaction(session, |tx, user| {
            let user = user.ok_or_else(ApiError::no_such_user)?;
            if !session.progress.software_token_verified {
                return Err(SignInSession::invalid_session_error());
            }
            session.mark_session_used(tx, self.caller.now)?;
            self.complete_sign_in(tx, user, &session.progress)
        })
    }

    /// Sends a code to the email address that is to become the user's second factor, and issues the challenge
    /// for the code.
    ///
    /// # Errors
    /// The pool does not offer email as a second factor, or the address is invalid, belongs to another user, or
    /// differs from the address that the user already has.
    pub(crate) fn start_email_mfa_setup(
        &self,
        session: &SignInSession,
        address: &str,
    ) -> Result<NextSignInStep, ApiError> {
        if !session.progress.factors.contains(&SecondFactor::Email) {
            return Err(ApiError::new(
                ErrorKind::MfaMethodNotFound,
                "The chosen MFA method is not available for the user.",
            ));
        }
        self.verify_in_transaction(session, |tx, user| {
            let user = user.ok_or_else(ApiError::no_such_user)?;
            check_new_email_address(tx, self.pool, &user, address)?;
            session.mark_session_used(tx, self.caller.now)?;
            let destination = MessageDestination {
                contact: ContactKind::Email,
                address: address.to_owned(),
            };
            let progress = SignInProgress {
                factors: Vec::new(),
                ..session.progress.clone()
            };
            sent_code::issue_second_factor_challenge(
                self,
                tx,
                &user,
                (
                    ChallengeName::EmailOtp,
                    &destination,
                    FactorCompletedByCode::MfaSetup,
                ),
                progress,
            )
        })
    }
}

/// Returns an error if the user may not set this email address for codes. A user who has an address can only keep it: a
/// password alone must not move an account to another mailbox.
fn check_new_email_address(
    connection: &Connection,
    pool: &UserPool,
    user: &User,
    address: &str,
) -> Result<(), ApiError> {
    let mut given = Attributes::from([("email".to_owned(), address.to_owned())]);
    pool.settings.check_partial_attributes(&mut given)?;
    let attributes = user.load_attributes(connection)?;
    match attributes.get("email").filter(|known| !known.is_empty()) {
        Some(known) if !known.eq_ignore_ascii_case(address) => Err(ApiError::not_authorized(
            "Cannot modify an already provided email",
        )),
        Some(_) => Ok(()),
        None => {
            let mut updated = attributes;
            updated.extend(given);
            updated.insert("email_verified".to_owned(), "true".to_owned());
            pool.check_aliases_free(connection, &updated, Some(user.id))
        }
    }
}
