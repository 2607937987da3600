//! Limits of attempts per hour, and the lockout after wrong passwords.

use core::time::Duration;

use cognito_proto::time::UnixTime;
use rusqlite::{Connection, OptionalExtension as _, params};

use crate::error::ApiError;

const HOUR: Duration = Duration::from_secs(3_600);
/// The longest time for which a user is locked out. After this time without an attempt, all wrong passwords are
/// forgotten.
const MAX_LOCKOUT: Duration = Duration::from_secs(15 * 60);

/// An action whose attempts per hour are limited. The limit of each action is counted separately.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RateLimit {
    ConfirmSignUp,
    ResendConfirmationCode,
    ForgotPassword,
    ConfirmForgotPassword,
    /// The action `ChangePassword`. Only requests with a wrong current password count.
    ChangePassword,
    AttributeVerificationCode,
    VerifyUserAttribute,
}

impl RateLimit {
    /// Returns the name under which the database stores the attempts of this action.
    const fn stored_name(self) -> &'static str {
        match self {
            Self::ConfirmSignUp => "ConfirmSignUp",
            Self::ResendConfirmationCode => "ResendConfirmationCode",
            Self::ForgotPassword => "ForgotPassword",
            Self::ConfirmForgotPassword => "ConfirmForgotPassword",
            Self::ChangePassword => "ChangePassword",
            Self::AttributeVerificationCode => "GetUserAttributeVerificationCode",
            Self::VerifyUserAttribute => "VerifyUserAttribute",
        }
    }

    /// Returns how many attempts of this action are allowed in an hour. For forgotten passwords Cognito's documentation
    /// gives 5 to 20, depending on a risk that it does not explain; this program allows 5 codes and 10 attempts.
    const fn attempts_per_hour(self) -> u32 {
        match self {
            Self::ConfirmSignUp | Self::VerifyUserAttribute => 15,
            Self::ConfirmForgotPassword => 10,
            Self::ResendConfirmationCode
            | Self::ForgotPassword
            | Self::ChangePassword
            | Self::AttributeVerificationCode => 5,
        }
    }
}

/// Counts an attempt of the action by a user, whose key is `subject`. Returns an error if the attempt exceeds the
/// limit. The hour begins with the first attempt.
pub(crate) fn count_rate_limited_attempt(
    connection: &Connection,
    subject: &str,
    rate_limit: RateLimit,
    now: UnixTime,
) -> Result<(), ApiError> {
    connection
        .prepare_cached("DELETE FROM attempt WHERE since <= ?1")?
        .execute([now.minus(HOUR).as_secs()])?;
    let so_far: u32 = connection
        .prepare_cached(
            "INSERT INTO attempt (subject, kind, since, count) VALUES (?1, ?2, ?3, 1)
             ON CONFLICT (subject, kind) DO UPDATE SET count = count + 1
             RETURNING count",
        )?
        .query_row(
            params![subject, rate_limit.stored_name(), now.as_secs()],
            |row| row.get(0),
        )?;
    if so_far > rate_limit.attempts_per_hour() {
        Err(ApiError::limit_exceeded())
    } else {
        Ok(())
    }
}

/// Returns an error if a user, whose key is `subject`, has already reached the limit of the action. It does not count
/// an attempt.
pub(crate) fn check_rate_limit(
    connection: &Connection,
    subject: &str,
    rate_limit: RateLimit,
    now: UnixTime,
) -> Result<(), ApiError> {
    let so_far: Option<u32> = connection
        .prepare_cached(
            "SELECT count FROM attempt WHERE subject = ?1 AND kind = ?2 AND since > ?3",
        )?
        .query_row(
            params![subject, rate_limit.stored_name(), now.minus(HOUR).as_secs()],
            |row| row.get(0),
        )
        .optional()?;
    if so_far.unwrap_or(0) >= rate_limit.attempts_per_hour() {
        Err(ApiError::limit_exceeded())
    } else {
        Ok(())
    }
}

/// The wrong passwords that were entered for a user, and the lockout that results from them.
struct PasswordLockout {
    failures: u32,
    last_attempt: UnixTime,
    locked_until: UnixTime,
}

/// Loads the wrong passwords of a user, whose key is `subject`. Returns `None` if there are none or they have expired.
fn load_lockout(
    connection: &Connection,
    subject: &str,
    now: UnixTime,
) -> Result<Option<PasswordLockout>, ApiError> {
    let found = connection
        .prepare_cached(
            "SELECT failures, last_attempt, locked_until FROM lockout WHERE subject = ?1",
        )?
        .query_row([subject], |row| {
            Ok(PasswordLockout {
                failures: row.get(0)?,
                last_attempt: UnixTime::from_secs(row.get(1)?),
                locked_until: UnixTime::from_secs(row.get(2)?),
            })
        })
        .optional()?;
    // Failures expire after 15 minutes without an attempt.
    Ok(found.filter(|lockout| now < lockout.last_attempt.plus(MAX_LOCKOUT)))
}

/// Stores the number of wrong passwords of a user, whose key is `subject`, and the end of the lockout.
fn save_lockout(
    connection: &Connection,
    subject: &str,
    lockout: &PasswordLockout,
) -> Result<(), ApiError> {
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO lockout (subject, failures, last_attempt, locked_until)
             VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![
            subject,
            lockout.failures,
            lockout.last_attempt.as_secs(),
            lockout.locked_until.as_secs()
        ])?;
    Ok(())
}

/// Returns an error while the user with the key `subject` is locked out. An attempt in that time does not count as a
/// wrong password, but it restarts the 15 minutes after which wrong passwords expire.
pub(crate) fn check_lockout(
    connection: &Connection,
    subject: &str,
    now: UnixTime,
) -> Result<(), ApiError> {
    match load_lockout(connection, subject, now)? {
        Some(mut lockout) if now < lockout.locked_until => {
            lockout.last_attempt = now;
            save_lockout(connection, subject, &lockout)?;
            Err(ApiError::not_authorized("Password attempts exceeded"))
        }
        _ => Ok(()),
    }
}

/// Records a wrong password of the user with the key `subject`. From the fifth on, the `n`-th wrong password locks the
/// user out for 2 (n−5) seconds, at most 15 minutes.
pub(crate) fn record_wrong_password(
    connection: &Connection,
    subject: &str,
    now: UnixTime,
) -> Result<(), ApiError> {
    connection
        .prepare_cached("DELETE FROM lockout WHERE last_attempt <= ?1")?
        .execute([now.minus(MAX_LOCKOUT).as_secs()])?;
    let failures = load_lockout(connection, subject, now)?
        .map_or(0, |lockout| lockout.failures)
        .saturating_add(1);
    let locked = match failures.checked_sub(5) {
        None => Duration::ZERO,
        Some(doublings) => Duration::from_secs(1 << doublings.min(10)).min(MAX_LOCKOUT),
    };
    save_lockout(
        connection,
        subject,
        &PasswordLockout {
            failures,
            last_attempt: now,
            locked_until: now.plus(locked),
        },
    )
}

/// Records that the user entered the correct password while not locked out. The number of wrong passwords becomes zero.
pub(crate) fn record_correct_password(
    connection: &Connection,
    subject: &str,
) -> Result<(), ApiError> {
    connection
        .prepare_cached("DELETE FROM lockout WHERE subject = ?1")?
        .execute([subject])?;
    Ok(())
}

/// Marks a session or a secret block, which can be used once, as used. Returns `false` if it was used before. `id`
/// identifies it.
pub(crate) fn mark_one_time_id_used(
    connection: &Connection,
    id: &str,
    expires_at: UnixTime,
    now: UnixTime,
) -> Result<bool, ApiError> {
    connection
        .prepare_cached("DELETE FROM spent WHERE expires_at < ?1")?
        .execute([now.as_secs()])?;
    let added = connection
        .prepare_cached("INSERT OR IGNORE INTO spent (id, expires_at) VALUES (?1, ?2)")?
        .execute(params![id, expires_at.as_secs()])?;
    Ok(added == 1)
}

/// Returns true if the session or secret block with this ID was used.
pub(crate) fn is_one_time_id_used(connection: &Connection, id: &str) -> Result<bool, ApiError> {
    Ok(connection
        .prepare_cached("SELECT 1 FROM spent WHERE id = ?1")?
        .exists([id])?)
}
