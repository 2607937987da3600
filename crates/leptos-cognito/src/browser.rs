//! The browser features that the engine uses, one file per feature. An app may use them too.
//!
//! Only this module uses web-sys, js-sys and gloo.

pub mod clock;
pub mod config;
pub mod crypto;
pub mod fetch;
pub mod lifecycle;
pub mod location;
pub mod lock;
pub mod passkey;
pub mod random;
pub mod storage;
pub mod timer;
pub mod user_agent;

use core::future::{Future, poll_fn};
use core::pin::Pin;
use core::task::Poll;

/// A boxed future. A function that awaits it then stores only a pointer, and not the whole nested state, which would
/// otherwise be repeated in the download for each of the many requests.
pub type LocalBoxFuture<T> = Pin<Box<dyn Future<Output = T>>>;

/// Runs two tasks at the same time and returns both results.
pub async fn join<A, B>(mut a: LocalBoxFuture<A>, mut b: LocalBoxFuture<B>) -> (A, B) {
    let (mut first, mut second) = (None, None);
    poll_fn(move |context| {
        if first.is_none()
            && let Poll::Ready(value) = a.as_mut().poll(context)
        {
            first = Some(value);
        }
        if second.is_none()
            && let Poll::Ready(value) = b.as_mut().poll(context)
        {
            second = Some(value);
        }
        match (first.take(), second.take()) {
            (Some(a), Some(b)) => Poll::Ready((a, b)),
            (a, b) => {
                (first, second) = (a, b);
                Poll::Pending
            }
        }
    })
    .await
}
