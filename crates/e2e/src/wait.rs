//! Waiting for the thing itself, never for a while.

use core::fmt::Display;
use std::time::{Duration, Instant};

use crate::Outcome;

/// How long anything may take, on a machine that is busy with something else, too.
pub const LIMIT: Duration = Duration::from_secs(20);

/// How often one looks.
pub(crate) const INTERVAL: Duration = Duration::from_millis(25);

/// Looks until there is something, for [`LIMIT`] at most.
///
/// # Errors
/// What the look met, or that it never came.
pub async fn until<T>(
    what: impl Display,
    look: impl AsyncFnMut() -> Outcome<Option<T>>,
) -> Outcome<T> {
    until_within(LIMIT, what, look).await
}

/// The same with another limit, for what must come sooner or may take longer.
///
/// # Errors
/// What the look met, or that it never came.
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
