//! A reader of single keys, which reports missing, empty, placeholder, mistyped and malformed values in the same way.

use std::borrow::Cow;

use super::fault::{ConfigError, Problem};
use crate::json::Json;

/// Collects all errors of a configuration, so that the operator sees them after one reload.
#[derive(Default)]
pub(super) struct Reader {
    pub(super) faults: Vec<ConfigError>,
}

impl Reader {
    pub(super) fn fault<T>(
        &mut self,
        key: impl Into<Cow<'static, str>>,
        problem: Problem,
        expected: &'static str,
    ) -> Option<T> {
        self.faults.push(ConfigError {
            key: key.into(),
            problem,
            expected,
        });
        None
    }

    /// Reads a required text with `parse`.
    pub(super) fn parsed<T>(
        &mut self,
        place: &Json,
        name: &str,
        key: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
        expected: &'static str,
    ) -> Option<T> {
        let problem = match held(place.get(name)) {
            Ok(text) => match parse(text) {
                Some(value) => return Some(value),
                None => Problem::Malformed(shown(text)),
            },
            Err(problem) => problem,
        };
        self.fault(key, problem, expected)
    }

    /// Reads an optional text with `parse`.
    pub(super) fn optional<T>(
        &mut self,
        place: &Json,
        name: &str,
        key: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
        expected: &'static str,
    ) -> Option<Option<T>> {
        match place.get(name) {
            Json::Null => Some(None),
            _ => self.parsed(place, name, key, parse, expected).map(Some),
        }
    }

    /// Reads an optional list of texts with `parse`, without duplicates.
    pub(super) fn list<T: PartialEq>(
        &mut self,
        place: &Json,
        name: &str,
        key: &'static str,
        parse: impl Fn(&str) -> Option<T>,
        expected: &'static str,
    ) -> Option<Vec<T>> {
        let value = place.get(name);
        let items = match value {
            Json::Null => &[],
            Json::Array(items) => items.as_slice(),
            other => {
                return self.fault(key, Problem::WrongType(type_name(other)), expected);
            }
        };
        let mut read = Vec::new();
        for item in items {
            match item.as_text().and_then(&parse) {
                Some(item) if !read.contains(&item) => read.push(item),
                Some(_) => {}
                None => {
                    let problem = Problem::Malformed(shown(&value.to_string()));
                    return self.fault(key, problem, expected);
                }
            }
        }
        Some(read)
    }
}

/// Returns the text of a value, unless it is missing, empty, a placeholder or not a text.
fn held(value: &Json) -> Result<&str, Problem> {
    match value {
        Json::Null => Err(Problem::Missing),
        Json::Text(text) if text.trim().is_empty() => Err(Problem::Empty),
        Json::Text(text) if is_placeholder(text) => Err(Problem::Placeholder(shown(text))),
        Json::Text(text) => Ok(text),
        other => Err(Problem::WrongType(type_name(other))),
    }
}

/// Whether a text looks like a placeholder: `<your pool>`, `YOUR_POOL_ID`, `${pool}`, `xxxx`, `REPLACE_ME`, `…`.
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

/// Shortens a value so that it can be shown in an error.
pub(super) fn shown(text: &str) -> String {
    const LONGEST: usize = 60;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

pub(super) fn type_name(value: &Json) -> &'static str {
    match value {
        Json::Null => "not there",
        Json::Bool(_) => "true or false",
        Json::Number(_) => "a number",
        Json::Text(_) => "a text",
        Json::Array(_) => "a list",
        Json::Object(_) => "an object",
    }
}
