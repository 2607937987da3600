//! Waiting for a condition instead of a fixed time.

use core::fmt::Display;
use std::time::{Duration, Instant};

use crate::Outcome;

/// The time limit for any condition. It is long enough for a busy machine.
pub const LIMIT: Duration = Duration::from_secs(20);

/// The time between two checks.
pub(crate) const INTERVAL: Duration = Duration::from_millis(25);

/// Calls `look` until it returns a value, for [`LIMIT`] at most.
///
/// # Errors
/// `look` has failed, or the time limit has passed.
pub async fn until<T>(
    what: impl Display,
    look: impl AsyncFnMut() -> Outcome<Option<T>>,
) -> Outcome<T> {
    until_within(LIMIT, what, look).await
}

/// Calls `look` until it returns a value, for `limit` at most.
///
/// # Errors
/// `look` has failed, or the time limit has passed.
pub async fn until_within<T>(
    limit: Duration,
    what: impl Display,
    mut look: impl AsyncFnMut() -> Outcome<Option<T>>,
) -> Outcome<T> {
    let deadline = Instant::now() + limit;
    let mut ticks = tokio::time::interval(INTERVAL);
    loop {
        ticks.tick().await;
        if let Some(found) = look().await? {
            return Ok(found);
        }
        if Instant::now() >= deadline {
            return Err(format!("waited {} s for {what}", limit.as_secs()).into());
        }
    }
}
