//! A user's authenticator app: time-based one-time passwords (RFC 6238 with SHA-1, 30 seconds, 6 digits).

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use cognito_proto::time::UnixTime;
use data_encoding::BASE32_NOPAD;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::User;
use crate::error::{ApiError, ErrorKind};
use crate::random;
use crate::secret::Secret;

/// The length of a time step in seconds: `X` in RFC 6238 §4.1.
const STEP: u64 = 30;

/// Returns the six-digit code of an authenticator app for a time step (RFC 4226 §5.3).
fn one_time_password(secret: &[u8], step: u64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let tag = tag.as_ref();
    let offset = usize::from(tag.last().copied().unwrap_or_default() & 0x0f);
    let drawn = tag
        .iter()
        .skip(offset)
        .take(4)
        .fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
    format!("{:06}", (drawn & 0x7fff_ffff) % 1_000_000)
}

/// Returns the time steps for which the authenticator app shows the given code. Only the current step and one step in
/// either direction are tried (RFC 6238 §5.2).
fn matching_time_steps(secret: &[u8], given_code: &str, now: UnixTime) -> Vec<u64> {
    let present = now.as_secs() / STEP;
    [present.saturating_sub(1), present, present + 1]
        .into_iter()
        .filter(|step| {
            let expected = one_time_password(secret, *step);
            verify_slices_are_equal(expected.as_bytes(), given_code.as_bytes()).is_ok()
        })
        .collect()
}

/// Creates and returns a secret for an authenticator app, which a code has to verify. The secret replaces an
/// earlier unverified secret. A verified secret stays valid until the new one is verified.
pub(crate) fn create_pending_totp_secret(
    connection: &Connection,
    user: &User,
) -> Result<Secret, ApiError> {
    let secret = random::generate_bytes::<32>();
    connection
        .prepare_cached(
            "INSERT INTO software_token (user_id, pending) VALUES (?1, ?2)
             ON CONFLICT (user_id) DO UPDATE SET pending = ?2",
        )?
        .execute(params![user.id, secret])?;
    // Authenticator apps accept Base32 without padding (RFC 4648 §6).
    Ok(Secret::new(BASE32_NOPAD.encode(&secret)))
}

/// Verifies the pending secret of an authenticator app with a code of the app. The secret then replaces an earlier
/// verified one.
///
/// # Errors
/// No secret is pending, or the code does not match it.
pub(crate) fn verify_pending_totp_secret(
    connection: &Connection,
    user: &User,
    given_code: &Secret,
    app_name: Option<&str>,
    now: UnixTime,
) -> Result<(), ApiError> {
    let pending: Option<Vec<u8>> = connection
        .prepare_cached("SELECT pending FROM software_token WHERE user_id = ?1")?
        .query_row([user.id], |row| row.get(0))
        .optional()?
        .flatten();
    let Some(pending) = pending else {
        return Err(ApiError::new(
            ErrorKind::SoftwareTokenMfaNotFound,
            "No software token waits to be verified.",
        ));
    };
    let Some(step) = matching_time_steps(&pending, given_code.expose_secret(), now).pop() else {
        return Err(ApiError::new(
            ErrorKind::EnableSoftwareTokenMfa,
            "Code mismatch and fail enable Software Token MFA",
        ));
    };
    connection
        .prepare_cached(
            "UPDATE software_token SET secret = pending, pending = NULL, name = ?2, last_step = ?3
             WHERE user_id = ?1",
        )?
        .execute(params![user.id, app_name, step])?;
    Ok(())
}

/// Returns true if the user has a verified authenticator app.
pub(crate) fn has_verified_authenticator_app(
    connection: &Connection,
    user: &User,
) -> Result<bool, ApiError> {
    Ok(connection
        .prepare_cached("SELECT 1 FROM software_token WHERE user_id = ?1 AND secret IS NOT NULL")?
        .exists([user.id])?)
}

/// Returns the name that the user gave the authenticator app (`FRIENDLY_DEVICE_NAME`), or `None` if it has
/// none.
pub(crate) fn find_authenticator_app_name(
    connection: &Connection,
    user: &User,
) -> Result<Option<String>, ApiError> {
    Ok(connection
        .prepare_cached("SELECT name FROM software_token WHERE user_id = ?1")?
        .query_row([user.id], |row| row.get(0))
        .optional()?
        .flatten())
}

/// Accepts a code of the user's authenticator app. A code is valid once, and afterwards no earlier code is
/// valid (RFC 6238 §5.2).
///
/// # Errors
/// The code is wrong or was used.
pub(crate) fn verify_and_use_app_code(
    connection: &Connection,
    user: &User,
    given_code: &str,
    now: UnixTime,
) -> Result<(), ApiError> {
    let found: Option<(Vec<u8>, Option<u64>)> = connection
        .prepare_cached(
            "SELECT secret, last_step FROM software_token
             WHERE user_id = ?1 AND secret IS NOT NULL",
        )?
        .query_row([user.id], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let mismatch = || ApiError::new(ErrorKind::CodeMismatch, "Invalid code received for user");
    let (secret, last_step) = found.ok_or_else(mismatch)?;
    let steps = matching_time_steps(&secret, given_code, now);
    if steps.is_empty() {
        return Err(mismatch());
    }
    let unused = steps
        .into_iter()
        .find(|step| last_step.is_none_or(|last| *step > last));
    let Some(step) = unused else {
        return Err(ApiError::new(
            ErrorKind::ExpiredCode,
            "Your software token has already been used once.",
        ));
    };
    connection
        .prepare_cached("UPDATE software_token SET last_step = ?2 WHERE user_id = ?1")?
        .execute(params![user.id, step])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The SHA-1 secret of RFC 6238 appendix B.
    const SECRET: &[u8] = b"12345678901234567890";

    /// The passwords of RFC 6238 appendix B, cut to their last six digits.
    const VECTORS: [(u64, &str); 6] = [
        (59, "287082"),
        (1_111_111_109, "081804"),
        (1_111_111_111, "050471"),
        (1_234_567_890, "005924"),
        (2_000_000_000, "279037"),
        (20_000_000_000, "353130"),
    ];

    #[test]
    fn totp_codes_match_the_test_vectors_of_rfc_6238() {
        for (time, password) in VECTORS {
            assert_eq!(one_time_password(SECRET, time / 30), password, "{time}");
        }
    }

    #[test]
    fn totp_code_may_be_one_time_step_early_or_late_but_not_two() {
        // The first vector is skipped, because its time is too close to 1970 for an earlier step.
        for (time, password) in VECTORS.into_iter().skip(1) {
            let step = time / 30;
            for (now, fits) in [
                ((step - 1) * 30 - 1, false),
                ((step - 1) * 30, true),
                (time, true),
                ((step + 1) * 30 + 29, true),
                ((step + 2) * 30, false),
            ] {
                assert_eq!(
                    matching_time_steps(SECRET, password, UnixTime::from_secs(now)).contains(&step),
                    fits,
                    "{password} at {now}"
                );
            }
        }
    }

    #[test]
    fn totp_code_must_have_six_digits() {
        let at = UnixTime::from_secs(59);
        for given in ["94287082", "87082", "", " 287082", "287082 "] {
            assert_eq!(
                matching_time_steps(SECRET, given, at),
                [0_u64; 0],
                "{given:?}"
            );
        }
    }
}
