//! The error type of the commands: a text for the developer, with the next action if there is one.

use std::fmt;

/// An error text, printed without changes.
#[derive(Debug)]
pub(crate) struct Fault(pub(crate) String);

pub(crate) type Outcome<T = ()> = Result<T, Fault>;

impl Fault {
    pub(crate) fn new(words: impl Into<String>) -> Self {
        Self(words.into())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Adds the failed action to an error of the standard library.
pub(crate) trait While<T> {
    fn during(self, what: impl fmt::Display) -> Outcome<T>;
}

impl<T, E: fmt::Display> While<T> for Result<T, E> {
    fn during(self, what: impl fmt::Display) -> Outcome<T> {
        self.map_err(|error| Fault(format!("{what}: {error}")))
    }
}
