//! The constraints of the model, and the error texts for violated constraints.
//!
//! The texts are those that the service has been observed to send. `tests/clients/service_model_violations.py`
//! names the sources.

use serde_json::{Map, Value};

use super::{Bounds, EMPTY_AS_ABSENT, Model, Shape};
use crate::error::ApiError;

/// The error for all violations of a request.
pub(crate) fn violated(violations: &[String]) -> ApiError {
    let count = violations.len();
    let noun = if count == 1 { "error" } else { "errors" };
    ApiError::invalid_parameter(format!(
        "{count} validation {noun} detected: {}",
        violations.join("; ")
    ))
}

/// The violation of a request without a member that the operation requires, although the model does not.
pub(crate) fn missing(member: &str) -> String {
    format!(
        "Value at '{}' failed to satisfy constraint: Member must not be null",
        lower_camel(member)
    )
}

/// `ClientId` as it appears in a path: `clientId`.
fn lower_camel(name: &str) -> String {
    let mut letters = name.chars();
    letters
        .next()
        .map(|first| first.to_ascii_lowercase().to_string() + letters.as_str())
        .unwrap_or_default()
}

fn size(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn at_least(what: &str, least: i64) -> String {
    format!("have {what} greater than or equal to {least}")
}

fn at_most(what: &str, most: i64) -> String {
    format!("have {what} less than or equal to {most}")
}

impl Bounds {
    /// The bounds that a length or a value violates.
    fn broken_by(self, what: &str, found: i64) -> Vec<String> {
        let too_small = self.min.filter(|least| found < *least);
        let too_great = self.max.filter(|most| found > *most);
        too_small
            .map(|least| at_least(what, least))
            .into_iter()
            .chain(too_great.map(|most| at_most(what, most)))
            .collect()
    }

    fn all(self, what: &str) -> Vec<String> {
        let most = self.max.map(|most| at_most(what, most));
        let least = self.min.map(|least| at_least(what, least));
        most.into_iter().chain(least).collect()
    }
}

fn one_of(words: &[String]) -> String {
    format!("satisfy enum value set: [{}]", words.join(", "))
}

fn fitting(pattern: &str) -> String {
    format!("satisfy regular expression pattern: {pattern}")
}

impl Shape {
    /// The constraints of this shape that a value violates, without those of nested values.
    fn broken_by(&self, value: &Value) -> Vec<String> {
        match (self, value) {
            (
                Self::String {
                    words: Some(words), ..
                },
                Value::String(text),
            ) => {
                if words.contains(text) {
                    Vec::new()
                } else {
                    vec![one_of(words)]
                }
            }
            (
                Self::String {
                    bounds, pattern, ..
                },
                Value::String(text),
            ) => {
                // Java counts UTF-16 code units.
                let mut broken = bounds.broken_by("length", size(text.encode_utf16().count()));
                if let Some(pattern) = pattern.as_ref().filter(|pattern| !pattern.matches(text)) {
                    broken.push(fitting(pattern.text()));
                }
                broken
            }
            (Self::Integer { bounds }, Value::Number(number)) => {
                bounds.broken_by("value", number.as_i64().unwrap_or(i64::MAX))
            }
            (Self::List { bounds, .. }, Value::Array(items)) => {
                bounds.broken_by("length", size(items.len()))
            }
            (Self::Map { bounds, .. }, Value::Object(entries)) => {
                bounds.broken_by("length", size(entries.len()))
            }
            _ => Vec::new(),
        }
    }

    /// All constraints of an element. The service lists all of them if one is violated.
    fn all_constraints(&self) -> String {
        let all = match self {
            Self::String {
                words: Some(words), ..
            } => vec![one_of(words)],
            Self::String {
                bounds, pattern, ..
            } => {
                let mut all = bounds.all("length");
                all.extend(pattern.as_ref().map(|pattern| fitting(pattern.text())));
                all
            }
            Self::Integer { bounds } => bounds.all("value"),
            _ => Vec::new(),
        };
        let all: Vec<_> = all
            .iter()
            .map(|constraint| format!("Member must {constraint}"))
            .collect();
        format!("[{}]", all.join(", "))
    }
}

/// The check of a request, with the violations found so far.
struct Check<'a> {
    model: &'a Model,
    violations: Vec<String>,
}

impl Model {
    /// Checks a request, which already has the model's types, against the constraints of the structure with
    /// this name.
    ///
    /// # Errors
    /// One `InvalidParameterException` for all violations.
    pub(super) fn check(&self, name: &str, request: &Map<String, Value>) -> Result<(), ApiError> {
        let mut check = Check {
            model: self,
            violations: Vec::new(),
        };
        check.structure(name, "", request)?;
        if check.violations.is_empty() {
            Ok(())
        } else {
            Err(violated(&check.violations))
        }
    }

    /// A value as a violation quotes it: lists and maps in Java's notation, structures by their type.
    fn quoted(&self, name: &str, value: &Value) -> Result<String, ApiError> {
        Ok(match (self.shape(name)?, value) {
            (_, Value::String(text)) => text.clone(),
            (Shape::List { member, .. }, Value::Array(items)) => {
                let items = items
                    .iter()
                    .map(|item| self.quoted(member, item))
                    .collect::<Result<Vec<_>, _>>()?;
                format!("[{}]", items.join(", "))
            }
            (Shape::Map { value: of, .. }, Value::Object(entries)) => {
                let entries = entries
                    .iter()
                    .map(|(key, value)| Ok(format!("{key}={}", self.quoted(of, value)?)))
                    .collect::<Result<Vec<_>, ApiError>>()?;
                format!("{{{}}}", entries.join(", "))
            }
            (Shape::Structure { .. }, _) => name.to_owned(),
            (_, other) => other.to_string(),
        })
    }
}

impl Check<'_> {
    fn violate(
        &mut self,
        name: &str,
        path: &str,
        value: Option<&Value>,
        constraint: &str,
    ) -> Result<(), ApiError> {
        let shown = match value {
            _ if self.model.shape(name)?.is_sensitive() => String::new(),
            None => " null".to_owned(),
            Some(value) => format!(" '{}'", self.model.quoted(name, value)?),
        };
        self.violations.push(format!(
            "Value{shown} at '{path}' failed to satisfy constraint: {constraint}"
        ));
        Ok(())
    }

    fn structure(
        &mut self,
        name: &str,
        path: &str,
        given: &Map<String, Value>,
    ) -> Result<(), ApiError> {
        let Shape::Structure { members, .. } = self.model.shape(name)? else {
            return Ok(());
        };
        for member in members {
            let separator = if path.is_empty() { "" } else { "." };
            let path = format!("{path}{separator}{}", lower_camel(&member.name));
            match given.get(&member.name) {
                Some(Value::String(text))
                    if text.is_empty()
                        && EMPTY_AS_ABSENT.contains(&(name, member.name.as_str())) => {}
                Some(value) => self.value(&member.shape, &path, value)?,
                None if member.required => {
                    self.violate(&member.shape, &path, None, "Member must not be null")?;
                }
                None => {}
            }
        }
        Ok(())
    }

    fn value(&mut self, name: &str, path: &str, value: &Value) -> Result<(), ApiError> {
        let shape = self.model.shape(name)?;
        for constraint in shape.broken_by(value) {
            let constraint = format!("Member must {constraint}");
            self.violate(name, path, Some(value), &constraint)?;
        }
        match (shape, value) {
            (Shape::Structure { document, .. }, Value::Object(members)) if !document => {
                self.structure(name, path, members)
            }
            (Shape::List { member, .. }, Value::Array(items)) => {
                let element = self.model.shape(member)?;
                if !element.is_scalar() {
                    for (place, item) in items.iter().enumerate() {
                        self.value(member, &format!("{path}.{}.member", place + 1), item)?;
                    }
                } else if items.iter().any(|item| !element.broken_by(item).is_empty()) {
                    let constraints = element.all_constraints();
                    let constraint = format!("Member must satisfy constraint: {constraints}");
                    self.violate(name, path, Some(value), &constraint)?;
                }
                Ok(())
            }
            (Shape::Map { key, value: of, .. }, Value::Object(entries)) => {
                let (key, element) = (self.model.shape(key)?, self.model.shape(of)?);
                let is_wrong =
                    |name: &String| !key.broken_by(&Value::from(name.as_str())).is_empty();
                if entries.keys().any(is_wrong) {
                    let constraints = key.all_constraints();
                    let constraint = format!("Map keys must satisfy constraint: {constraints}");
                    self.violate(name, path, Some(value), &constraint)?;
                }
                if !element.is_scalar() {
                    for (key, item) in entries {
                        self.value(of, &format!("{path}.{key}.member"), item)?;
                    }
                } else if entries
                    .values()
                    .any(|item| !element.broken_by(item).is_empty())
                {
                    let constraints = element.all_constraints();
                    let constraint = format!("Map value must satisfy constraint: {constraints}");
                    self.violate(name, path, Some(value), &constraint)?;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }
}
