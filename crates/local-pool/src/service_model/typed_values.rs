//! Checks the types of a request's members: AWS JSON 1.1, parsed as Amazon's service does.

use serde_json::{Map, Value};

use super::{ModelShape, ServiceModel};
use crate::error::{ApiError, ErrorKind};

/// Removes null members and null items of a JSON value at any depth, because the protocol treats them as absent.
fn remove_nulls(value: Value) -> Value {
    match value {
        Value::Object(members) => Value::Object(
            members
                .into_iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(name, value)| (name, remove_nulls(value)))
                .collect(),
        ),
        Value::Array(items) => Value::Array(
            items
                .into_iter()
                .filter(|item| !item.is_null())
                .map(remove_nulls)
                .collect(),
        ),
        other => other,
    }
}

/// Returns true if the value is an integer as the service model defines it: with 32 bits.
fn is_32_bit_integer(value: &Value) -> bool {
    value
        .as_i64()
        .is_some_and(|number| i32::try_from(number).is_ok())
}

/// Returns the error for a value that does not have the type `shape`, with the text of Amazon's JSON parser.
fn wrong_type_error(shape: &ModelShape, value: &Value) -> ApiError {
    let token = match value {
        Value::Array(_) => "Start of list found where not expected",
        Value::Object(_) => "Start of structure or map found where not expected.",
        Value::String(_) => "STRING_VALUE",
        Value::Number(_) => "NUMBER_VALUE",
        Value::Bool(true) => "TRUE_VALUE",
        Value::Bool(false) => "FALSE_VALUE",
        Value::Null => "NULL_VALUE",
    };
    let expected = match shape {
        _ if value.is_array() || value.is_object() => {
            return ApiError::new(ErrorKind::Serialization, token);
        }
        ModelShape::List { .. } => {
            return ApiError::new(ErrorKind::Serialization, "Expected list or null");
        }
        ModelShape::Structure { .. } | ModelShape::Map { .. } => {
            return ApiError::new(ErrorKind::Serialization, "Expected null");
        }
        ModelShape::String { .. } => "a String",
        ModelShape::Integer { .. } => "an Integer",
        ModelShape::Boolean => "a Boolean",
        ModelShape::Blob => "a Blob",
    };
    ApiError::new(
        ErrorKind::Serialization,
        format!("{token} can not be converted to {expected}"),
    )
}

impl ServiceModel {
    /// Parses the members of a structure of the service model. Null members and unknown members are omitted.
    ///
    /// # Errors
    /// Returns `SerializationException` for a member of a wrong type.
    pub(super) fn parse_structure(
        &self,
        name: &str,
        mut given_members: Map<String, Value>,
    ) -> Result<Map<String, Value>, ApiError> {
        let shape = self.find_shape(name)?;
        let ModelShape::Structure { members, .. } = shape else {
            return Err(wrong_type_error(shape, &Value::Object(given_members)));
        };
        let mut parsed = Map::new();
        for member in members {
            match given_members.remove(&member.name) {
                None | Some(Value::Null) => {}
                Some(value) => {
                    parsed.insert(member.name.clone(), self.parse_value(&member.shape, value)?);
                }
            }
        }
        Ok(parsed)
    }

    /// Parses a value whose type in the service model has this name.
    ///
    /// # Errors
    /// Returns `SerializationException` for a value of a wrong type.
    fn parse_value(&self, name: &str, value: Value) -> Result<Value, ApiError> {
        let shape = self.find_shape(name)?;
        Ok(match (shape, value) {
            (ModelShape::Structure { document: true, .. }, value) => remove_nulls(value),
            (ModelShape::Structure { .. }, Value::Object(members)) => {
                Value::Object(self.parse_structure(name, members)?)
            }
            (ModelShape::Map { value: of, .. }, Value::Object(entries)) => entries
                .into_iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(key, value)| Ok((key, self.parse_value(of, value)?)))
                .collect::<Result<Map<_, _>, ApiError>>()?
                .into(),
            (ModelShape::List { member, .. }, Value::Array(items)) => items
                .into_iter()
                .filter(|item| !item.is_null())
                .map(|item| self.parse_value(member, item))
                .collect::<Result<Vec<_>, ApiError>>()?
                .into(),
            (ModelShape::String { .. } | ModelShape::Blob, value @ Value::String(_))
            | (ModelShape::Boolean, value @ Value::Bool(_)) => value,
            (ModelShape::Integer { .. }, value) if is_32_bit_integer(&value) => value,
            (shape, value) => return Err(wrong_type_error(shape, &value)),
        })
    }
}
