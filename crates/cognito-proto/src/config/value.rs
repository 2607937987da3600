//! The values in `config.js`.

use core::fmt;

use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// A value in `config.js`, with its type in JavaScript. It is not trusted: [`Config::parse`](super::Config::parse)
/// checks its type and content.
///
/// A browser app can make it of the JavaScript value, without a JSON parser. Other programs can deserialize it from
/// JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigValue {
    /// `null` or `undefined`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as JavaScript prints it.
    Number(String),
    /// A string.
    String(String),
    /// An array.
    Array(Vec<ConfigValue>),
    /// An object: the names and values of its members.
    Object(Vec<(String, ConfigValue)>),
}

impl ConfigValue {
    /// Returns the member `name` of an object. The result is `Null` if there is no such member or if this value is not
    /// an object.
    pub fn get(&self, name: &str) -> &Self {
        match self {
            Self::Object(members) => members
                .iter()
                .find_map(|(key, value)| (key == name).then_some(value))
                .unwrap_or(&Self::Null),
            _ => &Self::Null,
        }
    }

    /// Returns the text of a string, or `None` for any other value.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the Boolean, or `None` for any other value.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// Returns the number if it is whole and not negative, or `None` for any other value.
    pub fn as_u64(&self) -> Option<u64> {
        match self {
            Self::Number(text) => text.parse().ok(),
            _ => None,
        }
    }
}

/// Writes the value for a message to the operator, in the notation of JavaScript.
impl fmt::Display for ConfigValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Number(text) => f.write_str(text),
            Self::String(text) => write!(f, "{text:?}"),
            Self::Array(items) => {
                f.write_str("[")?;
                for (index, item) in items.iter().enumerate() {
                    f.write_str(if index == 0 { "" } else { "," })?;
                    item.fmt(f)?;
                }
                f.write_str("]")
            }
            Self::Object(members) => {
                f.write_str("{")?;
                for (index, (name, value)) in members.iter().enumerate() {
                    f.write_str(if index == 0 { "" } else { "," })?;
                    write!(f, "{name}:{value}")?;
                }
                f.write_str("}")
            }
        }
    }
}

impl<'de> Deserialize<'de> for ConfigValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ValueVisitor;

        impl<'de> Visitor<'de> for ValueVisitor {
            type Value = ConfigValue;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON value")
            }

            fn visit_unit<E>(self) -> Result<ConfigValue, E> {
                Ok(ConfigValue::Null)
            }

            fn visit_bool<E>(self, value: bool) -> Result<ConfigValue, E> {
                Ok(ConfigValue::Bool(value))
            }

            fn visit_u64<E>(self, number: u64) -> Result<ConfigValue, E> {
                Ok(ConfigValue::Number(number.to_string()))
            }

            fn visit_i64<E>(self, number: i64) -> Result<ConfigValue, E> {
                Ok(ConfigValue::Number(number.to_string()))
            }

            fn visit_f64<E>(self, number: f64) -> Result<ConfigValue, E> {
                Ok(ConfigValue::Number(number.to_string()))
            }

            fn visit_str<E>(self, text: &str) -> Result<ConfigValue, E> {
                Ok(ConfigValue::String(text.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<ConfigValue, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = seq.next_element()? {
                    items.push(item);
                }
                Ok(ConfigValue::Array(items))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ConfigValue, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(ConfigValue::Object(members))
            }
        }

        deserializer.deserialize_any(ValueVisitor)
    }
}
