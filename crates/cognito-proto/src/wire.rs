//! What serde's derives cannot express: members whose type is checked late, objects with any names, and record
//! versions.

mod deserializer;

use core::fmt;
use core::marker::PhantomData;

use serde::de::{Error as _, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::time::UnixTime;
use deserializer::JsonText;

/// A member of a JSON object from a service or from the browser's storage: the JSON text of its value, which should
/// have the type `T`. The type is checked when the value is read, so that one wrong member does not make the whole
/// object unreadable. `null` counts as missing.
pub(crate) struct Member<'a, T> {
    json: Option<&'a str>,
    of_type: PhantomData<fn() -> T>,
}

/// The error for a required member that is missing, or a member of the wrong type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WrongMember;

/// The error for a response that lacks a required member, or whose member has the wrong type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the member {member} is missing or has a wrong value")]
pub struct MemberError {
    /// The name of the member that is missing or has the wrong type.
    pub member: &'static str,
}

impl<T> Clone for Member<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Member<'_, T> {}

impl<T> Default for Member<'_, T> {
    fn default() -> Self {
        Self {
            json: None,
            of_type: PhantomData,
        }
    }
}

impl<'a, T: Deserialize<'a>> Member<'a, T> {
    /// Returns the member's value, or `None` if the member is missing. A value of the wrong type is an error, not a
    /// missing member.
    #[inline(never)]
    pub(crate) fn checked(self) -> Result<Option<T>, WrongMember> {
        let value = self.json.map(|json| T::deserialize(JsonText(json)));
        value.transpose().map_err(|_| WrongMember)
    }

    /// Returns the member's value, or `None` if the member is missing or has the wrong type.
    pub(crate) fn optional(self) -> Option<T> {
        self.checked().ok().flatten()
    }

    /// Returns the value of a required member. The error names the member if it is missing or has the wrong type.
    pub(crate) fn required(self, member: &'static str) -> Result<T, MemberError> {
        self.optional().ok_or(MemberError { member })
    }
}

impl<T> Member<'_, T> {
    /// Returns true if the member is missing.
    pub(crate) fn is_missing(self) -> bool {
        self.json.is_none()
    }
}

impl Member<'_, WholeNumber> {
    /// Returns the time that this number states in seconds, or `None` if the number is missing or has the wrong type.
    pub(crate) fn optional_time(self) -> Option<UnixTime> {
        self.optional().map(UnixTime::from)
    }
}

impl<'de: 'a, 'a, T> Deserialize<'de> for Member<'a, T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let RawJson(json) = RawJson::deserialize(deserializer)?;
        Ok(Self {
            json: Some(json).filter(|json| *json != "null"),
            of_type: PhantomData,
        })
    }
}

/// A whole number that is not negative. In JSON it may have a fraction, which is dropped, but no exponent.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct WholeNumber(pub(crate) u64);

impl From<WholeNumber> for UnixTime {
    fn from(WholeNumber(seconds): WholeNumber) -> Self {
        Self::from_secs(seconds)
    }
}

/// The version member of a stored record, which is always `N`. Records of other versions are not parsed.
#[derive(Debug)]
pub(crate) struct Version<const N: u64>;

impl<const N: u64> Serialize for Version<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(N)
    }
}

impl<'de, const N: u64> Deserialize<'de> for Version<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match WholeNumber::deserialize(deserializer)? {
            WholeNumber(version) if version == N => Ok(Self),
            WholeNumber(_) => Err(D::Error::custom("another version")),
        }
    }
}

/// The names and values of all members of a JSON object, in their order.
#[derive(Debug)]
pub(crate) struct Entries<V>(pub(crate) Vec<(String, V)>);

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Entries<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct EntriesVisitor<V>(PhantomData<V>);

        impl<'de, V: Deserialize<'de>> Visitor<'de> for EntriesVisitor<V> {
            type Value = Entries<V>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }

        deserializer.deserialize_map(EntriesVisitor(PhantomData))
    }
}

/// The JSON text of any value, not parsed.
pub(crate) struct RawJson<'a>(pub(crate) &'a str);

impl RawJson<'_> {
    /// The name by which this type asks the deserializer [`JsonText`] for the JSON text.
    const NAME: &'static str = "$cognito_proto::RawJson";
}

impl<'de: 'a, 'a> Deserialize<'de> for RawJson<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;

        impl<'de> Visitor<'de> for TextVisitor {
            type Value = RawJson<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON text")
            }

            fn visit_borrowed_str<E>(self, json: &'de str) -> Result<RawJson<'de>, E> {
                Ok(RawJson(json))
            }
        }

        deserializer.deserialize_newtype_struct(Self::NAME, TextVisitor)
    }
}

/// Parses JSON text. Returns `None` if the text is not a JSON object or array, or not of the type `T`.
pub(crate) fn parse<'a, T: Deserialize<'a>>(json: &'a str) -> Option<T> {
    let json = json.trim_matches([' ', '\t', '\r', '\n']);
    T::deserialize(JsonText(json)).ok()
}

/// Returns true if the text is a JSON object in which no name appears twice.
pub(crate) fn is_object_with_unique_names(json: &str) -> bool {
    let Some(Entries(members)) = parse::<Entries<IgnoredAny>>(json) else {
        return false;
    };
    let mut names = members.iter().enumerate();
    names.all(|(index, (name, _))| members[..index].iter().all(|(other, _)| other != name))
}

/// Returns the names and values of an object's members as texts to show to the user: a string as it is, and every other
/// value as JSON. Returns `None` if the text is not a JSON object.
pub(crate) fn member_texts(json: &str) -> Option<Vec<(String, String)>> {
    let Entries(members) = parse::<Entries<RawJson>>(json)?;
    let texts = members.into_iter().map(|(name, RawJson(json))| {
        let text = parse(json).unwrap_or_else(|| json.to_owned());
        (name, text)
    });
    Some(texts.collect())
}

/// Serializes a value of this crate as JSON.
pub(crate) fn to_json<T: Serialize + ?Sized>(value: &T) -> String {
    // It fails only for maps whose keys are not strings.
    serde_json::to_string(value).unwrap_or_default()
}

/// Implements `Deserialize` for types whose own `parse` makes them from a string.
macro_rules! deserialize_by_parse {
    ($($name:ident),+ $(,)?) => {$(
        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <String as ::serde::Deserialize>::deserialize(deserializer)?;
                Self::parse(&text).ok_or(::serde::de::Error::custom(concat!("not a ", stringify!($name))))
            }
        }
    )+};
}
pub(crate) use deserialize_by_parse;

#[cfg(test)]
mod tests;
