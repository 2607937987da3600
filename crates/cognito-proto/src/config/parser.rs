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
    ) -> Option<T> {
        self.errors.push(ConfigError {
            key: key.into(),
            kind,
        });
        None
    }

    /// Parses the required text `key` with `parse`. `section` is the object that has it as a member. If the text is
    /// missing or invalid, reports an error about `key` and returns `None`.
    pub(super) fn parse_required<T>(
        &mut self,
        section: &ConfigValue,
        key: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let value = section.get(member_name(key));
        let text = self.required_str(key, value)?;
        match parse(text) {
            Some(parsed) => Some(parsed),
            None => self.report_malformed(key, value),
        }
    }

    /// Parses the optional text `key` with `parse`. Returns `Some(None)` if it is missing. If it is invalid, reports an
    /// error about `key` and returns `None`.
    pub(super) fn parse_optional<T>(
        &mut self,
        section: &ConfigValue,
        key: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<Option<T>> {
        match section.get(member_name(key)) {
            ConfigValue::Null => Some(None),
            _ => self.parse_required(section, key, parse).map(Some),
        }
    }

    /// Parses each text of the optional list `key` with `parse`. Returns the values without duplicates, or an empty list
    /// if the key is missing. If a text is invalid, reports an error about `key` and returns `None`.
    pub(super) fn parse_list<T: PartialEq>(
        &mut self,
        section: &ConfigValue,
        key: &'static str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<Vec<T>> {
        let value = section.get(member_name(key));
        let items = match value {
            ConfigValue::Null => &[],
            ConfigValue::Array(items) => items.as_slice(),
            other => return self.report_wrong_type(key, other),
        };
        let mut parsed = Vec::new();
        for item in items {
            match item.as_str().and_then(&parse) {
                Some(item) if !parsed.contains(&item) => parsed.push(item),
                Some(_) => {}
                None => return self.report_malformed(key, value),
            }
        }
        Some(parsed)
    }

    /// Reports that the value of `key` is not valid.
    pub(super) fn report_malformed<T>(
        &mut self,
        key: &'static str,
        value: &ConfigValue,
    ) -> Option<T> {
        self.report(key, ConfigErrorKind::Malformed(value.clone()))
    }

    /// Reports that the value of `key` has the wrong type.
    pub(super) fn report_wrong_type<T>(
        &mut self,
        key: &'static str,
        value: &ConfigValue,
    ) -> Option<T> {
        self.report(key, ConfigErrorKind::WrongType(type_name(value)))
    }

    /// Returns the text of a configuration value. If the value is missing, empty, a placeholder or not a text, reports
    /// an error about `key` and returns `None`.
    fn required_str<'a>(&mut self, key: &'static str, value: &'a ConfigValue) -> Option<&'a str> {
        match value {
            ConfigValue::Null => self.report(key, ConfigErrorKind::Missing),
            ConfigValue::String(text) if text.trim().is_empty() => {
                self.report(key, ConfigErrorKind::Empty)
            }
            ConfigValue::String(text) if is_placeholder(text) => {
                self.report(key, ConfigErrorKind::Placeholder(text.clone()))
            }
            ConfigValue::String(text) => Some(text),
            other => self.report_wrong_type(key, other),
        }
    }
}

/// Returns the last part of a key, for example `domain` of `cognito.domain`.
fn member_name(key: &'static str) -> &'static str {
    key.rsplit_once('.').map_or(key, |(_, name)| name)
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

/// Returns the name of a value's type, as an error message shows it to the operator.
fn type_name(value: &ConfigValue) -> &'static str {
    match value {
        ConfigValue::Null => "missing",
        ConfigValue::Bool(_) => "true or false",
        ConfigValue::Number(_) => "a number",
        ConfigValue::String(_) => "a string",
        ConfigValue::Array(_) => "a list",
        ConfigValue::Object(_) => "an object",
    }
}
