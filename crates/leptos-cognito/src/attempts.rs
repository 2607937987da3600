//! The sign-ins and sign-outs of this tab, of which only the latest one counts.

use leptos::prelude::*;
use thiserror::Error;

/// Counts the sign-ins and sign-outs of this tab. Each new one supersedes all earlier ones.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attempts {
    latest: StoredValue<u64>,
}

impl Attempts {
    pub(crate) fn new() -> Self {
        Self {
            latest: StoredValue::new(0),
        }
    }

    /// Starts an attempt. All earlier ones are superseded.
    pub(crate) fn start(self) -> Attempt {
        self.supersede();
        self.latest()
    }

    /// Returns the latest attempt. The caller becomes a part of it and supersedes nothing.
    pub(crate) fn latest(self) -> Attempt {
        Attempt {
            number: self.latest.get_value(),
            attempts: self,
        }
    }

    /// Supersedes all attempts without starting one.
    pub(crate) fn supersede(self) {
        self.latest.update_value(|latest| *latest += 1);
    }
}

/// A sign-in or sign-out of this tab. The operations that send the requests of a sign-in or start a session take one, so
/// that late responses of a superseded attempt change nothing.
#[derive(Clone, Debug)]
pub struct Attempt {
    number: u64,
    attempts: Attempts,
}

impl Attempt {
    /// Returns true if a later sign-in or sign-out has started.
    pub fn is_superseded(&self) -> bool {
        self.attempts.latest.get_value() != self.number
    }

    /// Checks that no later sign-in or sign-out has started.
    ///
    /// # Errors
    /// [`Superseded`] if one has started.
    pub fn check(&self) -> Result<(), Superseded> {
        self.keep(())
    }

    /// Waits for `future` and then checks that no later sign-in or sign-out has started during the wait.
    ///
    /// # Errors
    /// [`Superseded`] if one has started. It holds the late result, because the caller may have to undo it, for example
    /// to revoke tokens.
    pub async fn run<T>(&self, future: impl Future<Output = T>) -> Result<T, Superseded<T>> {
        self.keep(future.await)
    }

    fn keep<T>(&self, result: T) -> Result<T, Superseded<T>> {
        if self.is_superseded() {
            Err(Superseded(result))
        } else {
            Ok(result)
        }
    }
}

/// The error of an attempt during which a later sign-in or sign-out has started. Holds the late result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a later sign-in or sign-out has started")]
pub struct Superseded<T = ()>(pub T);

#[cfg(test)]
mod tests {
    use core::future::Future;
    use core::pin::pin;
    use core::task::{Context, Poll, Waker};

    use super::*;

    /// Polls a future that does not wait for anything outside this test.
    fn poll_once<T>(future: impl Future<Output = T>) -> Poll<T> {
        pin!(future).poll(&mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn starting_a_sign_in_supersedes_the_earlier_attempt() {
        let attempts = Attempts::new();
        let first = attempts.start();
        assert_eq!(first.check(), Ok(()));
        let second = attempts.start();
        assert_eq!(first.check(), Err(Superseded(())));
        assert_eq!(second.check(), Ok(()));
        attempts.supersede();
        assert_eq!(second.check(), Err(Superseded(())));
    }

    #[test]
    fn request_in_the_same_sign_in_attempt_keeps_it_valid() {
        let attempts = Attempts::new();
        let started = attempts.start();
        let joined = attempts.latest();
        assert_eq!((started.check(), joined.check()), (Ok(()), Ok(())));
        attempts.supersede();
        assert!(started.is_superseded() && joined.is_superseded());
    }

    #[test]
    fn result_that_arrives_after_a_newer_sign_in_is_superseded() {
        let attempts = Attempts::new();
        let attempt = attempts.start();
        assert_eq!(
            poll_once(attempt.run(async { "tokens" })),
            Poll::Ready(Ok("tokens"))
        );
        let late = attempt.run(async {
            attempts.supersede();
            "tokens"
        });
        assert_eq!(poll_once(late), Poll::Ready(Err(Superseded("tokens"))));
    }
}
