//! Timers and timeouts.

use core::future::{Future, poll_fn};
use core::pin::pin;
use core::task::Poll;
use core::time::Duration;
use std::cell::Cell;
use std::rc::Rc;

pub use gloo_timers::callback::Timeout;

/// The maximum delay of a timer. Browsers store a delay as a 32-bit number and fire at once if it does not fit.
const MAX_DELAY: Duration = Duration::from_secs(12 * 60 * 60);

/// The maximum time that a user waits for one operation (a sign-in step, an API call, the end of a hosted sign-in),
/// however many requests and locks it needs, before the page says that it failed.
pub const OPERATION_TIMEOUT: Duration = Duration::from_secs(18);

/// Calls `callback` after `delay`, or after half a day if that is sooner. Dropping the returned timeout cancels the
/// call.
pub fn set_timeout(delay: Duration, callback: impl FnOnce() + 'static) -> Timeout {
    Timeout::new(delay.min(MAX_DELAY).as_millis() as u32, callback)
}

/// Waits for `future`, at most for `limit`. Returns `None` if `limit` passed before the future was ready.
pub async fn timeout<T>(limit: Duration, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    let is_over = Rc::new(Cell::new(false));
    let mut timeout = None;
    poll_fn(move |context| {
        if let Poll::Ready(value) = future.as_mut().poll(context) {
            return Poll::Ready(Some(value));
        }
        if is_over.get() {
            return Poll::Ready(None);
        }
        timeout.get_or_insert_with(|| {
            let (is_over, waker) = (is_over.clone(), context.waker().clone());
            set_timeout(limit, move || {
                is_over.set(true);
                waker.wake();
            })
        });
        Poll::Pending
    })
    .await
}
