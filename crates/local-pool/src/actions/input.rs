//! Takes the members of an action's request, with their types.

use std::collections::HashMap;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::error::ApiError;
use crate::pool::Attributes;
use crate::secret::Secret;
use crate::service_model;

mod text_map;

pub(crate) use text_map::TextMap;

/// The members of a request to an action. They satisfy the constraints of Amazon's service model.
///
/// Each `take_…` method removes a member and returns it. The methods for required members return a placeholder
/// if the member is missing. The placeholder is never used, because [`ActionInput::finish_and_take_rest`] then
/// rejects the request. The model itself requires most of these members.
#[derive(Debug)]
pub(crate) struct ActionInput {
    members: Map<String, Value>,
    missing: Vec<String>,
    /// The name of a member that an action tried to read with another type than the service model's. This is a bug of
    /// the local pool.
    misread: Option<String>,
}

impl ActionInput {
    /// Wraps the request members that [`service_model::parse_request`] returned.
    pub(crate) const fn new(members: Map<String, Value>) -> Self {
        Self {
            members,
            missing: Vec::new(),
            misread: None,
        }
    }

    /// Removes the member with this name and returns it converted with `convert`, or `None` if the member is
    /// missing.
    fn take_member<T>(
        &mut self,
        name: &str,
        convert: impl FnOnce(Value) -> Option<T>,
    ) -> Option<T> {
        let converted = convert(self.members.remove(name)?);
        if converted.is_none() {
            self.misread = Some(name.to_owned());
        }
        converted
    }

    /// Returns `found`. If it is `None`, records that the required member `name` is missing.
    fn note_if_missing<T>(&mut self, name: &str, found: Option<T>) -> Option<T> {
        if found.is_none() {
            self.missing
                .push(service_model::missing_member_violation(name));
        }
        found
    }

    /// Removes and returns an optional string.
    pub(crate) fn take_optional_text(&mut self, name: &str) -> Option<String> {
        self.take_member(name, text_of_value)
    }

    /// Removes and returns a required string, or a placeholder if the member is missing.
    pub(crate) fn take_text(&mut self, name: &str) -> String {
        let found = self.take_optional_text(name);
        self.note_if_missing(name, found).unwrap_or_default()
    }

    /// Removes and returns an optional password, code or token.
    pub(crate) fn take_optional_secret(&mut self, name: &str) -> Option<Secret> {
        self.take_optional_text(name).map(Secret::new)
    }

    /// Removes and returns a required password, code or token, or a placeholder if the member is missing.
    pub(crate) fn take_secret(&mut self, name: &str) -> Secret {
        Secret::new(self.take_text(name))
    }

    /// Removes an optional enum value. Returns the value in `choices` that has this name.
    pub(crate) fn take_optional_choice<T: Copy>(
        &mut self,
        name: &str,
        choices: &[(&str, T)],
    ) -> Option<T> {
        self.take_member(name, |value| find_choice(&value, choices))
    }

    /// Removes a required enum value. Returns the value in `choices` that has this name.
    pub(crate) fn take_choice<T: Copy>(&mut self, name: &str, choices: &[(&str, T)]) -> Option<T> {
        let found = self.take_optional_choice(name, choices);
        self.note_if_missing(name, found)
    }

    /// Removes a list of enum values. Returns the values in `choices` that have these names. The result is empty if the
    /// list is absent.
    pub(crate) fn take_choices<T: Copy>(&mut self, name: &str, choices: &[(&str, T)]) -> Vec<T> {
        let read = |value| {
            list_of_value(value)?
                .iter()
                .map(|item| find_choice(item, choices))
                .collect()
        };
        self.take_member(name, read).unwrap_or_default()
    }

    /// Removes and returns a boolean, which is false if the member is absent.
    pub(crate) fn take_flag(&mut self, name: &str) -> bool {
        self.take_member(name, |value| value.as_bool())
            .unwrap_or(false)
    }

    /// Removes and returns an optional number.
    pub(crate) fn take_optional_number(&mut self, name: &str) -> Option<u64> {
        self.take_member(name, |value| value.as_u64())
    }

    /// Removes and returns a required number, or a placeholder if the member is missing.
    pub(crate) fn take_number(&mut self, name: &str) -> u64 {
        let found = self.take_optional_number(name);
        self.note_if_missing(name, found).unwrap_or_default()
    }

    /// Removes and returns a map of strings (`AuthParameters`, `ChallengeResponses`), which is empty if the
    /// member is absent.
    pub(crate) fn take_text_map(&mut self, name: &str) -> TextMap {
        let read = |value| match value {
            Value::Object(members) => members
                .into_iter()
                .map(|(key, value)| Some((key, text_of_value(value)?)))
                .collect::<Option<HashMap<_, _>>>(),
            _ => None,
        };
        TextMap(self.take_member(name, read).unwrap_or_default())
    }

    /// Removes and returns a required JSON value of any form (the service model's document type).
    pub(crate) fn take_document(&mut self, name: &str) -> Value {
        let found = self.take_member(name, Some);
        self.note_if_missing(name, found).unwrap_or_default()
    }

    /// Removes an optional list of `{"Name":…,"Value":…}`, and returns the attributes. If a name is repeated,
    /// its last value counts. A missing value is an empty string.
    pub(crate) fn take_optional_attributes(&mut self, name: &str) -> Option<Attributes> {
        self.take_member(name, |value| {
            list_of_value(value)?
                .into_iter()
                .map(|item| {
                    let Value::Object(mut members) = item else {
                        return None;
                    };
                    let name = text_of_value(members.remove("Name")?)?;
                    let value = members
                        .remove("Value")
                        .map_or(Some(String::new()), text_of_value)?;
                    Some((name, value))
                })
                .collect()
        })
    }

    /// Removes a required list of `{"Name":…,"Value":…}`, and returns the attributes.
    pub(crate) fn take_attributes(&mut self, name: &str) -> Attributes {
        let found = self.take_optional_attributes(name);
        self.note_if_missing(name, found).unwrap_or_default()
    }

    /// Removes and returns an optional structure.
    pub(crate) fn take_optional_structure<T: DeserializeOwned>(&mut self, name: &str) -> Option<T> {
        self.take_member(name, |value| serde_json::from_value(value).ok())
    }

    /// Removes and returns a required list of structures.
    pub(crate) fn take_structures<T: DeserializeOwned>(&mut self, name: &str) -> Vec<T> {
        let found = self.take_optional_structure(name);
        self.note_if_missing(name, found).unwrap_or_default()
    }

    /// Removes and returns an optional list of strings.
    pub(crate) fn take_optional_texts(&mut self, name: &str) -> Option<Vec<String>> {
        self.take_member(name, |value| {
            list_of_value(value)?
                .into_iter()
                .map(text_of_value)
                .collect()
        })
    }

    /// Removes and returns a required list of strings.
    pub(crate) fn take_texts(&mut self, name: &str) -> Vec<String> {
        let found = self.take_optional_texts(name);
        self.note_if_missing(name, found).unwrap_or_default()
    }

    /// Returns the members that no `take_…` method has removed, or an error if a required member is missing.
    ///
    /// # Errors
    /// One `InvalidParameterException` for all required members that are missing.
    pub(crate) fn finish_and_take_rest(self) -> Result<Map<String, Value>, ApiError> {
        if let Some(name) = self.misread {
            return Err(ApiError::internal(format_args!(
                "the action does not read {name} as the service model describes it"
            )));
        }
        if self.missing.is_empty() {
            Ok(self.members)
        } else {
            Err(service_model::violations_error(&self.missing))
        }
    }
}

/// Returns the string of a JSON value, or `None` if the value is not a string.
fn text_of_value(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        _ => None,
    }
}

/// Returns the items of a JSON array, or `None` if the value is not an array.
fn list_of_value(value: Value) -> Option<Vec<Value>> {
    match value {
        Value::Array(items) => Some(items),
        _ => None,
    }
}

/// Returns the value in `choices` whose name equals the JSON string, or `None` if there is none.
fn find_choice<T: Copy>(value: &Value, choices: &[(&str, T)]) -> Option<T> {
    let text = value.as_str()?;
    choices
        .iter()
        .find(|(word, _)| *word == text)
        .map(|(_, choice)| *choice)
}
