//! Checks a request against the constraints of the service model, and writes the error texts for violated constraints.
//!
//! The texts are those that the service has been observed to send. `tests/clients/service_model_violations.py`
//! names the sources.

use serde_json::{Map, Value};

use super::{EMPTY_AS_ABSENT, MinMaxBounds, ModelShape, ServiceModel};
use crate::error::ApiError;

/// Returns the `InvalidParameterException` that lists all violated constraints of a request.
pub(crate) fn violations_error(violations: &[String]) -> ApiError {
    let count = violations.len();
    let noun = if count == 1 { "error" } else { "errors" };
    ApiError::invalid_parameter(format!(
        "{count} validation {noun} detected: {}",
        violations.join("; ")
    ))
}

/// Returns the error text for a missing member that the operation requires, although the service model does not.
pub(crate) fn missing_member_violation(member_name: &str) -> String {
    format!(
        "Value at '{}' failed to satisfy constraint: Member must not be null",
        to_lower_camel_case(member_name)
    )
}

/// Converts a member name to the form that error texts use: `ClientId` to `clientId`.
fn to_lower_camel_case(name: &str) -> String {
    let mut letters = name.chars();
    letters
        .next()
        .map(|first| first.to_ascii_lowercase().to_string() + letters.as_str())
        .unwrap_or_default()
}

/// Converts a length or a count to the integer type of the service model's limits.
fn to_saturated_i64(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Returns the part of an error text that states a minimum. `quantity` is a word such as `length`.
fn minimum_constraint(quantity: &str, minimum: i64) -> String {
    format!("have {quantity} greater than or equal to {minimum}")
}

/// Returns the part of an error text that states a maximum. `quantity` is a word such as `length`.
fn maximum_constraint(quantity: &str, maximum: i64) -> String {
    format!("have {quantity} less than or equal to {maximum}")
}

impl MinMaxBounds {
    /// Returns the error texts for the limits that a value violates. `quantity` is a word such as `length`.
    fn find_violated_bounds(self, quantity: &str, value: i64) -> Vec<String> {
        let too_small = self.min.filter(|least| value < *least);
        let too_great = self.max.filter(|most| value > *most);
        too_small
            .map(|least| minimum_constraint(quantity, least))
            .into_iter()
            .chain(too_great.map(|most| maximum_constraint(quantity, most)))
            .collect()
    }

    /// Returns the texts that state the maximum and then the minimum.
    fn constraints(self, quantity: &str) -> Vec<String> {
        let most = self.max.map(|most| maximum_constraint(quantity, most));
        let least = self.min.map(|least| minimum_constraint(quantity, least));
        most.into_iter().chain(least).collect()
    }
}

/// Returns the part of an error text that lists the allowed words of an enum.
fn enum_constraint(words: &[String]) -> String {
    format!("satisfy enum value set: [{}]", words.join(", "))
}

/// Returns the part of an error text that states a pattern.
fn pattern_constraint(pattern: &str) -> String {
    format!("satisfy regular expression pattern: {pattern}")
}

impl ModelShape {
    /// Returns the error texts for the constraints of this type that a value violates. Nested values are not checked.
    fn find_violated_constraints(&self, value: &Value) -> Vec<String> {
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
                    vec![enum_constraint(words)]
                }
            }
            (
                Self::String {
                    bounds, pattern, ..
                },
                Value::String(text),
            ) => {
                // Java counts UTF-16 code units.
                let mut broken = bounds
                    .find_violated_bounds("length", to_saturated_i64(text.encode_utf16().count()));
                if let Some(pattern) = pattern.as_ref().filter(|pattern| !pattern.matches(text)) {
                    broken.push(pattern_constraint(pattern.error_text()));
                }
                broken
            }
            (Self::Integer { bounds }, Value::Number(number)) => {
                bounds.find_violated_bounds("value", number.as_i64().unwrap_or(i64::MAX))
            }
            (Self::List { bounds, .. }, Value::Array(items)) => {
                bounds.find_violated_bounds("length", to_saturated_i64(items.len()))
            }
            (Self::Map { bounds, .. }, Value::Object(entries)) => {
                bounds.find_violated_bounds("length", to_saturated_i64(entries.len()))
            }
            _ => Vec::new(),
        }
    }

    /// Returns the text that lists all constraints of this type. If an element of a list or map violates one of them,
    /// the service lists all.
    fn list_all_constraints(&self) -> String {
        let all = match self {
            Self::String {
                words: Some(words), ..
            } => vec![enum_constraint(words)],
            Self::String {
                bounds, pattern, ..
            } => {
                let mut all = bounds.constraints("length");
                all.extend(
                    pattern
                        .as_ref()
                        .map(|pattern| pattern_constraint(pattern.error_text())),
                );
                all
            }
            Self::Integer { bounds } => bounds.constraints("value"),
            _ => Vec::new(),
        };
        let all: Vec<_> = all
            .iter()
            .map(|constraint| format!("Member must {constraint}"))
            .collect();
        format!("[{}]", all.join(", "))
    }
}

/// The check of one request against the service model, with the violations that were found so far.
struct ConstraintCheck<'a> {
    model: &'a ServiceModel,
    violations: Vec<String>,
}

impl ServiceModel {
    /// Checks the members of a request against the constraints of the service model. The members already have the
    /// model's types.
    ///
    /// # Errors
    /// Returns one `InvalidParameterException` for all violations.
    pub(super) fn check_constraints(
        &self,
        name: &str,
        request: &Map<String, Value>,
    ) -> Result<(), ApiError> {
        let mut check = ConstraintCheck {
            model: self,
            violations: Vec::new(),
        };
        check.check_structure(name, "", request)?;
        if check.violations.is_empty() {
            Ok(())
        } else {
            Err(violations_error(&check.violations))
        }
    }

    /// Returns the text with which an error quotes a value: lists and maps in Java's notation, structures by their
    /// type.
    fn quote_value(&self, name: &str, value: &Value) -> Result<String, ApiError> {
        Ok(match (self.find_shape(name)?, value) {
            (_, Value::String(text)) => text.clone(),
            (ModelShape::List { member, .. }, Value::Array(items)) => {
                let items = items
                    .iter()
                    .map(|item| self.quote_value(member, item))
                    .collect::<Result<Vec<_>, _>>()?;
                format!("[{}]", items.join(", "))
            }
            (ModelShape::Map { value: of, .. }, Value::Object(entries)) => {
                let entries = entries
                    .iter()
                    .map(|(key, value)| Ok(format!("{key}={}", self.quote_value(of, value)?)))
                    .collect::<Result<Vec<_>, ApiError>>()?;
                format!("{{{}}}", entries.join(", "))
            }
            (ModelShape::Structure { .. }, _) => name.to_owned(),
            (_, other) => other.to_string(),
        })
    }
}

impl ConstraintCheck<'_> {
    /// Adds an error text about the value at `path`. The text does not repeat sensitive values.
    fn add_violation(
        &mut self,
        name: &str,
        path: &str,
        value: Option<&Value>,
        constraint: &str,
    ) -> Result<(), ApiError> {
        let shown = match value {
            _ if self.model.find_shape(name)?.is_sensitive() => String::new(),
            None => " null".to_owned(),
            Some(value) => format!(" '{}'", self.model.quote_value(name, value)?),
        };
        self.violations.push(format!(
            "Value{shown} at '{path}' failed to satisfy constraint: {constraint}"
        ));
        Ok(())
    }

    /// Checks the members of a structure, and adds an error text for each violation.
    fn check_structure(
        &mut self,
        name: &str,
        path: &str,
        members: &Map<String, Value>,
    ) -> Result<(), ApiError> {
        let ModelShape::Structure {
            members: model_members,
            ..
        } = self.model.find_shape(name)?
        else {
            return Ok(());
        };
        for member in model_members {
            let separator = if path.is_empty() { "" } else { "." };
            let path = format!("{path}{separator}{}", to_lower_camel_case(&member.name));
            match members.get(&member.name) {
                Some(Value::String(text))
                    if text.is_empty()
                        && EMPTY_AS_ABSENT.contains(&(name, member.name.as_str())) => {}
                Some(value) => self.check_value(&member.shape, &path, value)?,
                None if member.required => {
                    self.add_violation(&member.shape, &path, None, "Member must not be null")?;
                }
                None => {}
            }
        }
        Ok(())
    }

    /// Checks a value and its nested values, and adds an error text for each violation. `name` is the name of the
    /// value's type.
    fn check_value(&mut self, name: &str, path: &str, value: &Value) -> Result<(), ApiError> {
        let shape = self.model.find_shape(name)?;
        for constraint in shape.find_violated_constraints(value) {
            let constraint = format!("Member must {constraint}");
            self.add_violation(name, path, Some(value), &constraint)?;
        }
        match (shape, value) {
            (ModelShape::Structure { document, .. }, Value::Object(members)) if !document => {
                self.check_structure(name, path, members)
            }
            (ModelShape::List { member, .. }, Value::Array(items)) => {
                let element = self.model.find_shape(member)?;
                if !element.is_scalar() {
                    for (place, item) in items.iter().enumerate() {
                        self.check_value(member, &format!("{path}.{}.member", place + 1), item)?;
                    }
                } else if items
                    .iter()
                    .any(|item| !element.find_violated_constraints(item).is_empty())
                {
                    let constraints = element.list_all_constraints();
                    let constraint = format!("Member must satisfy constraint: {constraints}");
                    self.add_violation(name, path, Some(value), &constraint)?;
                }
                Ok(())
            }
            (ModelShape::Map { key, value: of, .. }, Value::Object(entries)) => {
                let (key, element) = (self.model.find_shape(key)?, self.model.find_shape(of)?);
                let is_wrong = |name: &String| {
                    !key.find_violated_constraints(&Value::from(name.as_str()))
                        .is_empty()
                };
                if entries.keys().any(is_wrong) {
                    let constraints = key.list_all_constraints();
                    let constraint = format!("Map keys must satisfy constraint: {constraints}");
                    self.add_violation(name, path, Some(value), &constraint)?;
                }
                if !element.is_scalar() {
                    for (key, item) in entries {
                        self.check_value(of, &format!("{path}.{key}.member"), item)?;
                    }
                } else if entries
                    .values()
                    .any(|item| !element.find_violated_constraints(item).is_empty())
                {
                    let constraints = element.list_all_constraints();
                    let constraint = format!("Map value must satisfy constraint: {constraints}");
                    self.add_violation(name, path, Some(value), &constraint)?;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }
}
