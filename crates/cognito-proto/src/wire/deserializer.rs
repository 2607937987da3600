//! A serde deserializer that compiles to little code. serde_json splits objects and arrays and parses strings; this
//! adapter hands the parts to serde's derives.
//!
//! With serde_json's own deserializer this crate is 23 kB larger (brotli): every struct can also be an array there, and
//! every error has a message and a position, which this crate does not use.

use core::fmt;

use serde::Deserialize;
use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{Deserializer, IntoDeserializer, MapAccess, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::value::RawValue;

use super::RawJson;

/// The JSON text of one value, without white space around it.
#[derive(Clone, Copy)]
pub(super) struct JsonText<'de>(pub(super) &'de str);

/// The error for a JSON value of the wrong type. It has no details, because callers name the member themselves.
#[derive(Debug)]
pub(super) struct WrongType;

impl fmt::Display for WrongType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("wrong type")
    }
}

impl core::error::Error for WrongType {}

impl serde::de::Error for WrongType {
    fn custom<T: fmt::Display>(_message: T) -> Self {
        Self
    }
}

impl<'de> JsonText<'de> {
    #[inline(never)]
    fn string(self) -> Result<String, WrongType> {
        serde_json::from_str(self.0).map_err(|_| WrongType)
    }

    #[inline(never)]
    fn items(self) -> Result<Vec<Self>, WrongType> {
        let items: Vec<&RawValue> = serde_json::from_str(self.0).map_err(|_| WrongType)?;
        Ok(items.into_iter().map(|item| Self(item.get())).collect())
    }

    #[inline(never)]
    fn members(self) -> Result<Vec<(String, Self)>, WrongType> {
        let Members(members) = serde_json::from_str(self.0).map_err(|_| WrongType)?;
        let members = members.into_iter();
        Ok(members
            .map(|(name, value)| (name, Self(value.get())))
            .collect())
    }

    /// Parses a number that is not negative and has no exponent, and drops its fraction. serde_json's own number parser
    /// contains the conversion to floating point.
    #[inline(never)]
    fn parse_whole_number(self) -> Result<u64, WrongType> {
        let (whole, fraction) = self.0.split_once('.').unwrap_or((self.0, "0"));
        let is_plain = fraction.bytes().all(|byte| byte.is_ascii_digit());
        let number = whole.parse().ok().filter(|_| is_plain);
        number.ok_or(WrongType)
    }
}

impl<'de> Deserializer<'de> for JsonText<'de> {
    type Error = WrongType;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WrongType> {
        match self.0.bytes().next() {
            Some(b'{') => self.deserialize_map(visitor),
            Some(b'[') => self.deserialize_seq(visitor),
            Some(b'"') => self.deserialize_string(visitor),
            _ => Err(WrongType),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WrongType> {
        match self.0 {
            "true" => visitor.visit_bool(true),
            "false" => visitor.visit_bool(false),
            _ => Err(WrongType),
        }
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WrongType> {
        visitor.visit_u64(self.parse_whole_number()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WrongType> {
        visitor.visit_string(self.string()?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WrongType> {
        match self.0 {
            "null" => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, WrongType> {
        if name == RawJson::NAME {
            visitor.visit_borrowed_str(self.0)
        } else {
            visitor.visit_newtype_struct(self)
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WrongType> {
        visitor.visit_seq(SeqDeserializer::new(self.items()?.into_iter()))
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WrongType> {
        visitor.visit_map(MapDeserializer::new(self.members()?.into_iter()))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, WrongType> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, WrongType> {
        visitor.visit_enum(self.string()?.into_deserializer())
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WrongType> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 u8 u16 u32 f32 f64 char str bytes byte_buf unit unit_struct tuple tuple_struct identifier
    }
}

impl<'de> IntoDeserializer<'de, WrongType> for JsonText<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// The members of a JSON object, as serde_json splits it.
struct Members<'de>(Vec<(String, &'de RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MembersVisitor;

        impl<'de> Visitor<'de> for MembersVisitor {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(MembersVisitor)
    }
}
