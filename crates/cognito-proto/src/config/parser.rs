//! A parser for single keys of `config.js`, which reports missing, empty, placeholder, mistyped and malformed values in
//! the same way.

use std::borrow::Cow;

use super::error::{ConfigError, ConfigErrorKind};
use super::value::ConfigValue;

/// A parser of `config.js` that collects all errors, so that the operator sees them after one reload.
#[derive(Default)]
pub(super) struct ConfigParser {
    pub(super) errors: Vec<ConfigError>,
}

impl ConfigParser {
    /// Adds an error about `key` to the list. Always returns `None`, so that a parser function can end with this call.
    pub(super) fn report<T>(
        &mut self,
        key: impl Into<Cow<'static, str>>,
        kind: ConfigErrorKind,
        expected: &'static str,
    ) -> Option<T> {
        self.errors.push(ConfigError {
            key: key.into(),
            kind,
            expected,
        });
        None
    }

    /// Parses the required text `section.name` with `parse`. If it is missing or invalid, reports an error about `key`
    /// and returns `None`. `expected` describes a valid value.
    pub(super) fn parse_required<T>(
        &mut self,
        section: &ConfigValue,
        name: &str,
        key: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
        expected: &'static str,
    ) -> Option<T> {
        let kind = match non_empty_str(section.get(name)) {
            Ok(text) => match parse(text) {
                Some(value) => return Some(value),
                None => ConfigErrorKind::Malformed(truncated(text)),
            },
            Err(kind) => kind,
        };
        self.report(key, kind, expected)
    }

    /// Parses the optional text `section.name` with `parse`. Returns `Some(None)` if it is missing. If it is invalid,
    /// reports an error about `key` and returns `None`.
    pub(super) fn parse_optional<T>(
        &mut self,
        section: &ConfigValue,
        name: &str,
        key: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
        expected: &'static str,
    ) -> Option<Option<T>> {
        match section.get(name) {
            ConfigValue::Null => Some(None),
            _ => self
                .parse_required(section, name, key, parse, expected)
                .map(Some),
        }
    }

    /// Parses each text of the optional list `section.name` with `parse`. Returns the values without duplicates, or an
    /// empty list if the key is missing. If a text is invalid, reports an error about `key` and returns `None`.
    pub(super) fn parse_list<T: PartialEq>(
        &mut self,
        section: &ConfigValue,
        name: &str,
        key: &'static str,
        parse: impl Fn(&str) -> Option<T>,
        expected: &'static str,
    ) -> Option<Vec<T>> {
        let value = section.get(name);
        let items = match value {
            ConfigValue::Null => &[],
            ConfigValue::Array(items) => items.as_slice(),
            other => {
                return self.report(key, ConfigErrorKind::WrongType(type_name(other)), expected);
            }
        };
        let mut parsed = Vec::new();
        for item in items {
            match item.as_str().and_then(&parse) {
                Some(item) if !parsed.contains(&item) => parsed.push(item),
                Some(_) => {}
                None => {
                    let kind = ConfigErrorKind::Malformed(truncated(&value.to_string()));
                    return self.report(key, kind, expected);
                }
            }
        }
        Some(parsed)
    }
}

/// Returns the text of a configuration value, or an error if the value is missing, empty, a placeholder or not a text.
fn non_empty_str(value: &ConfigValue) -> Result<&str, ConfigErrorKind> {
    match value {
        ConfigValue::Null => Err(ConfigErrorKind::Missing),
        ConfigValue::String(text) if text.trim().is_empty() => Err(ConfigErrorKind::Empty),
        ConfigValue::String(text) if is_placeholder(text) => {
            Err(ConfigErrorKind::Placeholder(truncated(text)))
        }
        ConfigValue::String(text) => Ok(text),
        other => Err(ConfigErrorKind::WrongType(type_name(other))),
    }
}

/// Returns true if `text` looks like a placeholder: `<your pool>`, `YOUR_POOL_ID`, `${pool}`, `xxxx`, `REPLACE_ME`,
/// `…`.
fn is_placeholder(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let letters = |text: &str| {
        text.bytes()
            .all(|b| b == b'x' || !b.is_ascii_alphanumeric())
    };
    text.contains(['<', '>', '{', '}', '…'])
        || text.contains("...")
        || [
            "your",
            "replace",
            "change_me",
            "changeme",
            "placeholder",
            "example",
        ]
        .iter()
        .any(|word| lower.starts_with(word))
        || lower == "todo"
        || letters(lower.rsplit('_').next().unwrap_or(&lower))
}

/// Shortens a configuration value so that it can be shown in an error.
pub(super) fn truncated(text: &str) -> String {
    const LONGEST: usize = 60;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Returns the name of a value's type, as an error message shows it to the operator.
pub(super) fn type_name(value: &ConfigValue) -> &'static str {
    match value {
        ConfigValue::Null => "missing",
        ConfigValue::Bool(_) => "true or false",
        ConfigValue::Number(_) => "a number",
        ConfigValue::String(_) => "a string",
        ConfigValue::Array(_) => "a list",
        ConfigValue::Object(_) => "an object",
    }
}
