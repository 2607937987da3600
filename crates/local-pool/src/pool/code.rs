//! Verification codes, which users receive by email or text message.

use core::time::Duration;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use cognito_proto::time::UnixTime;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::contact::ContactKind;
use crate::error::ApiError;
use crate::random;
use crate::secret::Secret;

/// The purpose of a verification code. A user has at most one code for each purpose: the newest one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CodePurpose {
    SignUp,
    ResetPassword,
    Verify(ContactKind),
}

impl CodePurpose {
    /// Returns the name under which the database stores codes for this purpose.
    const fn stored_name(self) -> &'static str {
        match self {
            Self::SignUp => "sign_up",
            Self::ResetPassword => "reset_password",
            Self::Verify(ContactKind::Email) => "verify_email",
            Self::Verify(ContactKind::PhoneNumber) => "verify_phone_number",
        }
    }

    /// Returns how long a code for this purpose is valid.
    const fn lifetime(self) -> Duration {
        match self {
            Self::ResetPassword => Duration::from_secs(3_600),
            Self::SignUp | Self::Verify(_) => Duration::from_secs(86_400),
        }
    }
}

/// The result of the check of a correct verification code: the email address or phone number that the code verifies.
#[derive(Debug)]
pub(crate) struct VerifiedCode {
    /// The contact (email or phone number) to which the code was sent.
    pub(crate) contact: Option<ContactKind>,
    /// The new email address or phone number, if the pool stores it only after the verification.
    pub(crate) pending: Option<String>,
}

/// Creates and stores a verification code for `subject`, the key of a user, and returns it. The code replaces an
/// earlier code for the same purpose.
pub(crate) fn issue_verification_code(
    connection: &Connection,
    subject: &str,
    purpose: CodePurpose,
    contact: ContactKind,
    pending_value: Option<&str>,
    now: UnixTime,
) -> Result<Secret, ApiError> {
    connection
        .prepare_cached("DELETE FROM code WHERE expires_at <= ?1")?
        .execute([now.as_secs()])?;
    let code = random::generate_verification_code();
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO code (subject, purpose, code, attribute, pending, expires_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            subject,
            purpose.stored_name(),
            code,
            contact.attribute_name(),
            pending_value,
            now.plus(purpose.lifetime()).as_secs()
        ])?;
    Ok(Secret::new(code))
}

/// Compares a verification code with the stored one. Returns an error if it is wrong, or if no valid code is
/// stored. The stored code stays valid until [`delete_verification_code`] deletes it.
pub(crate) fn check_verification_code(
    connection: &Connection,
    subject: &str,
    purpose: CodePurpose,
    given_code: &str,
    now: UnixTime,
) -> Result<VerifiedCode, ApiError> {
    let found: Option<(String, String, Option<String>)> = connection
        .prepare_cached(
            "SELECT code, attribute, pending FROM code
             WHERE subject = ?1 AND purpose = ?2 AND expires_at > ?3",
        )?
        .query_row(
            params![subject, purpose.stored_name(), now.as_secs()],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
        .optional()?;
    let Some((code, attribute, pending)) = found else {
        return Err(ApiError::expired_code());
    };
    verify_slices_are_equal(code.as_bytes(), given_code.as_bytes())
        .map_err(|_| ApiError::code_mismatch())?;
    Ok(VerifiedCode {
        contact: ContactKind::from_attribute_name(&attribute),
        pending,
    })
}

/// Returns the new email address or phone number that the pool stores when this code is verified, or `None` if there is
/// none.
pub(crate) fn pending_contact_value(
    connection: &Connection,
    subject: &str,
    purpose: CodePurpose,
    now: UnixTime,
) -> Result<Option<String>, ApiError> {
    Ok(connection
        .prepare_cached(
            "SELECT pending FROM code WHERE subject = ?1 AND purpose = ?2 AND expires_at > ?3",
        )?
        .query_row(
            params![subject, purpose.stored_name(), now.as_secs()],
            |row| row.get(0),
        )
        .optional()?
        .flatten())
}

/// Deletes a verification code after the user has entered it.
pub(crate) fn delete_verification_code(
    connection: &Connection,
    subject: &str,
    purpose: CodePurpose,
) -> Result<(), ApiError> {
    connection
        .prepare_cached("DELETE FROM code WHERE subject = ?1 AND purpose = ?2")?
        .execute([subject, purpose.stored_name()])?;
    Ok(())
}
