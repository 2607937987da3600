//! Waking up later.

use core::time::Duration;

pub use gloo_timers::callback::Timeout;

/// Browsers keep a delay in 32 bits and fire at once when it does not fit; half a day is plenty.
const LONGEST: Duration = Duration::from_secs(12 * 60 * 60);

/// Calls `then` after `delay`, or after half a day if that is sooner. Dropping the timeout cancels it.
pub fn after(delay: Duration, then: impl FnOnce() + 'static) -> Timeout {
    Timeout::new(delay.min(LONGEST).as_millis() as u32, then)
}
