//! Errors in `config.js`, for the operator.

use core::fmt;
use std::borrow::Cow;

/// An error in `config.js`. Its `Display` is a sentence that names the key, its value and what the value should look
/// like.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct ConfigError {
    /// The key as the operator knows it, e.g. `cognito.userPoolId`.
    pub key: Cow<'static, str>,
    /// The kind of the error.
    pub kind: ConfigErrorKind,
    /// A description of a valid value.
    pub expected: &'static str,
}

/// The kind of an error in `config.js`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigErrorKind {
    /// The key is missing.
    Missing,
    /// The value is empty.
    Empty,
    /// The value is still the placeholder of a template.
    Placeholder(String),
    /// The value has a wrong type, which is named here.
    WrongType(&'static str),
    /// The value, given here, is not valid.
    Malformed(String),
    /// The value, given here, contradicts another key.
    Contradicts(String),
    /// The key is not allowed, because it names a secret. Its value is not repeated.
    Forbidden,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            key,
            kind,
            expected,
        } = self;
        match kind {
            ConfigErrorKind::Missing => write!(f, "{key} is missing; {expected}"),
            ConfigErrorKind::Empty => write!(f, "{key} is empty; {expected}"),
            ConfigErrorKind::Placeholder(value) => {
                write!(
                    f,
                    "{key} still contains the placeholder “{value}”; {expected}"
                )
            }
            ConfigErrorKind::WrongType(found) => write!(f, "{key} is {found}; {expected}"),
            ConfigErrorKind::Malformed(value) => write!(f, "{key} is “{value}”; {expected}"),
            ConfigErrorKind::Contradicts(value) => write!(f, "{key} is “{value}”, but {expected}"),
            ConfigErrorKind::Forbidden => write!(f, "{key} is not allowed; {expected}"),
        }
    }
}
