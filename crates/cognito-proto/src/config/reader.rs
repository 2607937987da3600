//! Reading keys one by one, by one measure: what is missing, empty, a placeholder, of the wrong type or malformed.

use std::borrow::Cow;

use super::fault::{ConfigError, Problem};
use crate::json::Json;

/// Collects what is wrong while it reads on, so that one reload shows all of it.
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

    /// A text that must be there and that `parse` understands.
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

    /// A text that may be missing, and that `parse` understands where it is there.
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

    /// A list of texts that `parse` understands, each counted once; empty where it is missing.
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

/// The text that a key holds, if it could mean anything.
fn held(value: &Json) -> Result<&str, Problem> {
    match value {
        Json::Null => Err(Problem::Missing),
        Json::Text(text) if text.trim().is_empty() => Err(Problem::Empty),
        Json::Text(text) if is_placeholder(text) => Err(Problem::Placeholder(shown(text))),
        Json::Text(text) => Ok(text),
        other => Err(Problem::WrongType(type_name(other))),
    }
}

/// What templates leave behind: `<your pool>`, `YOUR_POOL_ID`, `${pool}`, `xxxx`, `REPLACE_ME`, `…`.
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

/// Enough of a value to recognise it.
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
