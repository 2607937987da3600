//! What is wrong with `config.js`, for whoever edits it.

use core::fmt;
use std::borrow::Cow;

/// One thing wrong with `config.js`. Its `Display` is a sentence that names the key, what it holds
/// and what it should look like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The key as the operator knows it, e.g. `cognito.userPoolId`.
    pub key: Cow<'static, str>,
    /// What is wrong with it.
    pub problem: Problem,
    /// What it should look like.
    pub expected: &'static str,
}

/// What is wrong with a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// It is not there.
    Missing,
    /// It is there and holds nothing.
    Empty,
    /// It still holds what a template put there.
    Placeholder(String),
    /// It is not of the right type; this is what it is.
    WrongType(&'static str),
    /// It holds this, which cannot be right.
    Malformed(String),
    /// It holds this, and another key says otherwise.
    Contradicts(String),
    /// It must not be there; its value is not repeated.
    Forbidden,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            key,
            problem,
            expected,
        } = self;
        match problem {
            Problem::Missing => write!(f, "{key} is missing; {expected}"),
            Problem::Empty => write!(f, "{key} is empty; {expected}"),
            Problem::Placeholder(held) => {
                write!(f, "{key} still holds the placeholder “{held}”; {expected}")
            }
            Problem::WrongType(found) => write!(f, "{key} is {found}; {expected}"),
            Problem::Malformed(held) => write!(f, "{key} is “{held}”; {expected}"),
            Problem::Contradicts(held) => write!(f, "{key} is “{held}”, but {expected}"),
            Problem::Forbidden => write!(f, "{key} must not be here; {expected}"),
        }
    }
}
