//! Reading a request: the model's constraints, checked before any rule, all violations told at once.

use std::collections::HashMap;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::error::{ApiError, ErrorKind};
use crate::pool::Attributes;
use crate::secret::Secret;

mod rule;
mod text_map;

pub(crate) use rule::*;
pub(crate) use text_map::TextMap;

/// The members of a request, and what was found wrong with them so far.
#[derive(Debug)]
pub(crate) struct Input {
    members: Map<String, Value>,
    violations: Vec<String>,
    /// A member has another JSON type than the model's.
    unreadable: Option<&'static str>,
}

/// `ClientId` as messages spell it: `clientId`.
fn lower_camel(name: &str) -> String {
    let mut letters = name.chars();
    letters
        .next()
        .map(|first| first.to_ascii_lowercase().to_string() + letters.as_str())
        .unwrap_or_default()
}

/// Takes null members away, however deep: the protocol does not tell them from absent ones.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(members) => Value::Object(members_without_nulls(members)),
        Value::Array(items) => Value::Array(
            items
                .into_iter()
                .filter(|item| !item.is_null())
                .map(without_nulls)
                .collect(),
        ),
        other => other,
    }
}

fn members_without_nulls(members: Map<String, Value>) -> Map<String, Value> {
    members
        .into_iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| (name, without_nulls(value)))
        .collect()
}

impl Input {
    /// Reads a body. Nesting is bounded by the JSON reader.
    pub(crate) fn read(body: &[u8]) -> Result<Self, ApiError> {
        match serde_json::from_slice(body) {
            Ok(Value::Object(members)) => Ok(Self {
                members: members_without_nulls(members),
                violations: Vec::new(),
                unreadable: None,
            }),
            _ => Err(ApiError::bare(ErrorKind::Serialization)),
        }
    }

    fn violate(&mut self, path: &str, shown: Option<&str>, constraint: &str) {
        let value = shown.map(|value| format!(" '{value}'")).unwrap_or_default();
        self.violations.push(format!(
            "Value{value} at '{path}' failed to satisfy constraint: Member must {constraint}"
        ));
    }

    fn obey(&mut self, path: &str, text: &str, rule: &Rule) {
        let shown = (!rule.sensitive).then_some(text);
        // The service counts as Java does, in UTF-16 units.
        let length = text.encode_utf16().count();
        if length < rule.least {
            self.violate(
                path,
                shown,
                &format!("have length greater than or equal to {}", rule.least),
            );
        } else if length > rule.most {
            self.violate(
                path,
                shown,
                &format!("have length less than or equal to {}", rule.most),
            );
        } else if let Some((_, pattern)) = rule.pattern.filter(|(fits, _)| !fits(text)) {
            self.violate(
                path,
                shown,
                &format!("satisfy regular expression pattern: {pattern}"),
            );
        }
    }

    /// A text inside of a structure.
    pub(crate) fn check(&mut self, path: &str, text: &str, rule: &Rule) {
        self.obey(path, text, rule);
    }

    fn take(&mut self, name: &str) -> Option<Value> {
        self.members.remove(name)
    }

    fn take_text(&mut self, name: &str) -> Option<String> {
        match self.take(name)? {
            Value::String(text) => Some(text),
            _ => {
                self.unreadable = Some("a String");
                None
            }
        }
    }

    /// A text that may be absent.
    pub(crate) fn optional_text(&mut self, name: &str, rule: &Rule) -> Option<String> {
        let text = self.take_text(name)?;
        self.obey(&lower_camel(name), &text, rule);
        Some(text)
    }

    /// A text that must be there; what stands in for a missing one is never used, for [`Input::finish`] refuses.
    pub(crate) fn text(&mut self, name: &str, rule: &Rule) -> String {
        self.optional_text(name, rule).unwrap_or_else(|| {
            self.violate(&lower_camel(name), None, "not be null");
            String::new()
        })
    }

    /// A password, code or token that must be there.
    pub(crate) fn secret(&mut self, name: &str, rule: &Rule) -> Secret {
        Secret::new(self.text(name, rule))
    }

    /// A password, code or token that may be absent.
    pub(crate) fn optional_secret(&mut self, name: &str, rule: &Rule) -> Option<Secret> {
        self.optional_text(name, rule).map(Secret::new)
    }

    /// A word out of a list that may be absent.
    pub(crate) fn optional_choice<T: Copy>(
        &mut self,
        name: &str,
        choices: &[(&str, T)],
    ) -> Option<T> {
        let text = self.take_text(name)?;
        let chosen = choices
            .iter()
            .find(|(word, _)| *word == text)
            .map(|(_, choice)| *choice);
        if chosen.is_none() {
            let words: Vec<_> = choices.iter().map(|(word, _)| *word).collect();
            let constraint = format!("satisfy enum value set: [{}]", words.join(", "));
            self.violate(&lower_camel(name), Some(&text), &constraint);
        }
        chosen
    }

    /// A word out of a list that must be there.
    pub(crate) fn choice<T: Copy>(&mut self, name: &str, choices: &[(&str, T)]) -> Option<T> {
        if !self.members.contains_key(name) {
            self.violate(&lower_camel(name), None, "not be null");
            return None;
        }
        self.optional_choice(name, choices)
    }

    pub(crate) fn flag(&mut self, name: &str) -> bool {
        match self.take(name) {
            None => false,
            Some(Value::Bool(flag)) => flag,
            Some(_) => {
                self.unreadable = Some("a Boolean");
                false
            }
        }
    }

    /// A whole number within bounds that may be absent.
    pub(crate) fn number(&mut self, name: &str, least: u64, most: u64) -> Option<u64> {
        let value = self.take(name)?;
        let Some(number) = value.as_i64() else {
            self.unreadable = Some("an Integer");
            return None;
        };
        let bounded = u64::try_from(number)
            .ok()
            .filter(|number| (least..=most).contains(number));
        if bounded.is_none() {
            let constraint = if number > 0 && number.unsigned_abs() > most {
                format!("have value less than or equal to {most}")
            } else {
                format!("have value greater than or equal to {least}")
            };
            self.violate(&lower_camel(name), Some(&number.to_string()), &constraint);
        }
        bounded
    }

    /// A number that must be there.
    pub(crate) fn required_number(&mut self, name: &str, least: u64, most: u64) -> u64 {
        if !self.members.contains_key(name) {
            self.violate(&lower_camel(name), None, "not be null");
            return least;
        }
        self.number(name, least, most).unwrap_or(least)
    }

    /// A map of texts (`AuthParameters`, `ChallengeResponses`); null values are as absent.
    pub(crate) fn text_map(&mut self, name: &str) -> TextMap {
        let mut map = HashMap::new();
        match self.take(name) {
            None => {}
            Some(Value::Object(members)) => {
                for (key, value) in members {
                    match value {
                        Value::String(text) => {
                            map.insert(key, text);
                        }
                        _ => self.unreadable = Some("a String"),
                    }
                }
            }
            Some(_) => self.unreadable = Some("a Map"),
        }
        TextMap(map)
    }

    fn take_list(&mut self, name: &str) -> Option<Vec<Value>> {
        match self.take(name)? {
            Value::Array(items) => Some(items),
            _ => {
                self.unreadable = Some("a List");
                None
            }
        }
    }

    /// JSON of any form that must be there (the model's document type).
    pub(crate) fn document(&mut self, name: &str) -> Value {
        self.take(name).unwrap_or_else(|| {
            self.violate(&lower_camel(name), None, "not be null");
            Value::Null
        })
    }

    /// A list of `{"Name":…,"Value":…}`; a later value for a name wins, one that is missing is empty.
    pub(crate) fn optional_attributes(&mut self, name: &str) -> Option<Attributes> {
        let items = self.take_list(name)?;
        let mut attributes = Attributes::new();
        for (place, item) in items.into_iter().enumerate() {
            let path = format!("{}.{}.member", lower_camel(name), place + 1);
            let Value::Object(mut members) = item else {
                self.unreadable = Some("a Structure");
                continue;
            };
            let key = match members.remove("Name") {
                Some(Value::String(key)) => key,
                Some(_) => {
                    self.unreadable = Some("a String");
                    continue;
                }
                None => {
                    self.violate(&format!("{path}.name"), None, "not be null");
                    continue;
                }
            };
            let value = match members.remove("Value") {
                Some(Value::String(value)) => value,
                Some(_) => {
                    self.unreadable = Some("a String");
                    continue;
                }
                None => String::new(),
            };
            self.obey(&format!("{path}.name"), &key, &ATTRIBUTE_NAME);
            self.obey(&format!("{path}.value"), &value, &rule::ATTRIBUTE_VALUE);
            attributes.insert(key, value);
        }
        Some(attributes)
    }

    /// A list of attributes that must be there.
    pub(crate) fn attributes(&mut self, name: &str) -> Attributes {
        self.optional_attributes(name).unwrap_or_else(|| {
            self.violate(&lower_camel(name), None, "not be null");
            Attributes::new()
        })
    }

    /// A structure that may be absent; members that it does not have are ignored.
    pub(crate) fn optional_structure<T: DeserializeOwned>(&mut self, name: &str) -> Option<T> {
        let value = self.take(name)?;
        let structure = value
            .is_object()
            .then(|| serde_json::from_value(value).ok())
            .flatten();
        if structure.is_none() {
            self.unreadable = Some("a Structure");
        }
        structure
    }

    /// A list of structures that must be there.
    pub(crate) fn structures<T: DeserializeOwned>(&mut self, name: &str) -> Vec<T> {
        if !self.members.contains_key(name) {
            self.violate(&lower_camel(name), None, "not be null");
            return Vec::new();
        }
        let items = self.take_list(name).unwrap_or_default();
        let read: Option<Vec<T>> = items
            .into_iter()
            .map(|item| serde_json::from_value(item).ok())
            .collect();
        read.unwrap_or_else(|| {
            self.unreadable = Some("a Structure");
            Vec::new()
        })
    }

    /// A list of texts that may be absent.
    pub(crate) fn optional_texts(&mut self, name: &str, rule: &Rule) -> Option<Vec<String>> {
        let items = self.take_list(name)?;
        let mut texts = Vec::with_capacity(items.len());
        for (place, item) in items.into_iter().enumerate() {
            match item {
                Value::String(text) => {
                    self.obey(
                        &format!("{}.{}.member", lower_camel(name), place + 1),
                        &text,
                        rule,
                    );
                    texts.push(text);
                }
                _ => self.unreadable = Some("a String"),
            }
        }
        Some(texts)
    }

    /// A list of texts that must be there.
    pub(crate) fn texts(&mut self, name: &str, rule: &Rule) -> Vec<String> {
        self.optional_texts(name, rule).unwrap_or_else(|| {
            self.violate(&lower_camel(name), None, "not be null");
            Vec::new()
        })
    }

    /// A text looked at where it is, for requests whose members are read whole afterwards.
    pub(crate) fn look(&mut self, name: &str, rule: &Rule, required: bool) {
        match self.members.get(name) {
            Some(Value::String(text)) => {
                let text = text.clone();
                self.obey(&lower_camel(name), &text, rule);
            }
            Some(_) => self.unreadable = Some("a String"),
            None if required => self.violate(&lower_camel(name), None, "not be null"),
            None => {}
        }
    }

    /// Refuses when anything was violated; gives what was not read.
    ///
    /// # Errors
    /// `SerializationException` for a wrong JSON type, else one `InvalidParameterException` for all violations.
    pub(crate) fn finish(self) -> Result<Map<String, Value>, ApiError> {
        if let Some(expected) = self.unreadable {
            return Err(ApiError::new(
                ErrorKind::Serialization,
                format!("A member of the request can not be converted to {expected}"),
            ));
        }
        match self.violations.len() {
            0 => Ok(self.members),
            count => {
                let noun = if count == 1 { "error" } else { "errors" };
                Err(ApiError::invalid_parameter(format!(
                    "{count} validation {noun} detected: {}",
                    self.violations.join("; ")
                )))
            }
        }
    }
}
