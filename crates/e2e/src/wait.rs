//! Waits for a condition instead of a fixed time.

use core::fmt::Display;
use std::time::{Duration, Instant};

use crate::Result;

/// How long a test waits for a condition. It is long enough for a busy machine.
pub const TIMEOUT: Duration = Duration::from_secs(20);

/// The time between two checks of a condition that a test waits for.
pub(crate) const POLL_INTERVAL: Duration = Duration::from_millis(25);

/// Calls `check` until it returns a value, for [`TIMEOUT`] at most.
///
/// # Errors
/// `check` has failed, or the time limit has passed.
pub async fn wait_until<T>(
    condition: impl Display,
    check: impl AsyncFnMut() -> Result<Option<T>>,
) -> Result<T> {
    wait_until_within(TIMEOUT, condition, check).await
}

/// Calls `check` until it returns a value, for `limit` at most.
///
/// # Errors
/// `check` has failed, or the time limit has passed.
pub async fn wait_until_within<T>(
    limit: Duration,
    condition: impl Display,
    mut check: impl AsyncFnMut() -> Result<Option<T>>,
) -> Result<T> {
    let deadline = Instant::now() + limit;
    let mut ticks = tokio::time::interval(POLL_INTERVAL);
    loop {
        ticks.tick().await;
        if let Some(found) = check().await? {
            return Ok(found);
        }
        if Instant::now() >= deadline {
            return Err(format!("waited {} s for {condition}", limit.as_secs()).into());
        }
    }
}
