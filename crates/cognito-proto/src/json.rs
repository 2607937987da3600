//! A small JSON parser and writer (RFC 8259) for the requests and responses of a user pool.
//!
//! It is small because every byte has to be downloaded before a user can sign in. Numbers keep their text, since all
//! numbers of this protocol are whole seconds and counts. The tests compare it with serde_json.

use core::fmt;

/// The maximum depth of nested arrays and objects.
const MAX_DEPTH: usize = 64;

/// A JSON value. An object keeps its members in order. If two members have the same name, the later one counts, as in
/// browsers (RFC 7519 §4 allows this for claims).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as it was written.
    Number(String),
    /// A string, unescaped.
    String(String),
    /// `[…]`
    Array(Vec<Json>),
    /// `{…}`
    Object(Vec<(String, Json)>),
}

/// The error for a text that is not JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the text is not JSON: error at byte {at}")]
pub struct ParseError {
    /// The position of the error, in bytes.
    pub at: usize,
}

impl Json {
    /// Parses a text that consists of one JSON value and white space.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let mut reader = Parser {
            bytes: text.as_bytes(),
            text,
            at: 0,
        };
        let value = reader.parse_value(0)?;
        reader.skip_white_space();
        if reader.at == text.len() {
            Ok(value)
        } else {
            Err(reader.error_here())
        }
    }

    /// Makes an object of these members, without those that are `Json::Null`.
    pub fn object<const N: usize>(members: [(&str, Json); N]) -> Self {
        Self::Object(
            members
                .into_iter()
                .filter(|(_, value)| *value != Self::Null)
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
        )
    }

    /// Returns the member `name` of an object. The result is `null` if there is no such member or if this is not an
    /// object.
    pub fn get(&self, name: &str) -> &Json {
        match self {
            Self::Object(members) => members
                .iter()
                .rev()
                .find(|(key, _)| key == name)
                .map_or(&Self::Null, |(_, value)| value),
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

    /// Returns the whole part of a number that is not negative and has no exponent, or `None` for any other value.
    pub fn as_u64(&self) -> Option<u64> {
        match self {
            Self::Number(text) => {
                let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
                let plain = fraction.bytes().all(|b| b.is_ascii_digit());
                plain.then(|| whole.parse().ok()).flatten()
            }
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

    /// Returns the items of an array, or no items for any other value.
    pub fn items(&self) -> &[Json] {
        self.as_array().unwrap_or_default()
    }

    /// Returns the texts of the strings in an array, and skips its other items.
    pub fn strings(&self) -> impl Iterator<Item = &str> {
        self.items().iter().filter_map(Self::as_str)
    }

    /// Returns the items of an array, or `None` for any other value.
    pub fn as_array(&self) -> Option<&[Json]> {
        match self {
            Self::Array(items) => Some(items),
            _ => None,
        }
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<u64> for Json {
    fn from(number: u64) -> Self {
        Self::Number(number.to_string())
    }
}

impl From<bool> for Json {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

/// Writes the value as JSON without white space.
impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Number(text) => f.write_str(text),
            Self::String(text) => write_string(f, text),
            Self::Array(items) => {
                f.write_str("[")?;
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        f.write_str(",")?;
                    }
                    item.fmt(f)?;
                }
                f.write_str("]")
            }
            Self::Object(members) => {
                f.write_str("{")?;
                for (index, (name, value)) in members.iter().enumerate() {
                    if index > 0 {
                        f.write_str(",")?;
                    }
                    write_string(f, name)?;
                    f.write_str(":")?;
                    value.fmt(f)?;
                }
                f.write_str("}")
            }
        }
    }
}

/// Writes `text` as a JSON string: in quotes, with escapes.
fn write_string(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_str("\"")?;
    for character in text.chars() {
        match character {
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '\u{0}'..='\u{1f}' => write!(f, "\\u{:04x}", character as u32)?,
            _ => fmt::Write::write_char(f, character)?,
        }
    }
    f.write_str("\"")
}

/// A recursive-descent parser: the text and the position of the next byte.
struct Parser<'a> {
    bytes: &'a [u8],
    text: &'a str,
    at: usize,
}

impl Parser<'_> {
    /// Returns an error at the current position.
    fn error_here(&self) -> ParseError {
        ParseError { at: self.at }
    }

    /// Returns the next byte, or zero at the end of the text.
    fn peek_byte(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    fn skip_white_space(&mut self) {
        while matches!(self.peek_byte(), b' ' | b'\t' | b'\n' | b'\r') {
            self.at += 1;
        }
    }

    fn consume(&mut self, expected: &str) -> Result<(), ParseError> {
        if self.bytes[self.at..].starts_with(expected.as_bytes()) {
            self.at += expected.len();
            Ok(())
        } else {
            Err(self.error_here())
        }
    }

    fn parse_value(&mut self, depth: usize) -> Result<Json, ParseError> {
        if depth > MAX_DEPTH {
            return Err(self.error_here());
        }
        self.skip_white_space();
        match self.peek_byte() {
            b'n' => self.consume("null").map(|()| Json::Null),
            b't' => self.consume("true").map(|()| Json::Bool(true)),
            b'f' => self.consume("false").map(|()| Json::Bool(false)),
            b'"' => self.parse_string().map(Json::String),
            b'[' => {
                let mut items = Vec::new();
                self.parse_items(b']', |reader| {
                    items.push(reader.parse_value(depth + 1)?);
                    Ok(())
                })?;
                Ok(Json::Array(items))
            }
            b'{' => {
                let mut members = Vec::new();
                self.parse_items(b'}', |reader| {
                    reader.skip_white_space();
                    let name = reader.parse_string()?;
                    reader.skip_white_space();
                    reader.consume(":")?;
                    members.push((name, reader.parse_value(depth + 1)?));
                    Ok(())
                })?;
                Ok(Json::Object(members))
            }
            _ => self.parse_number(),
        }
    }

    /// Parses the items of an array or object: from the opening bracket to `end`, separated by commas. `item` parses
    /// one item.
    fn parse_items(
        &mut self,
        end: u8,
        mut item: impl FnMut(&mut Self) -> Result<(), ParseError>,
    ) -> Result<(), ParseError> {
        self.at += 1;
        self.skip_white_space();
        if self.peek_byte() == end {
            self.at += 1;
            return Ok(());
        }
        loop {
            item(self)?;
            self.skip_white_space();
            let next = self.peek_byte();
            if next != b',' && next != end {
                return Err(self.error_here());
            }
            self.at += 1;
            if next == end {
                return Ok(());
            }
        }
    }

    fn skip_digits(&mut self) -> Result<(), ParseError> {
        let start = self.at;
        while self.peek_byte().is_ascii_digit() {
            self.at += 1;
        }
        if self.at > start {
            Ok(())
        } else {
            Err(self.error_here())
        }
    }

    fn parse_number(&mut self) -> Result<Json, ParseError> {
        let start = self.at;
        if self.peek_byte() == b'-' {
            self.at += 1;
        }
        if self.peek_byte() == b'0' {
            self.at += 1;
        } else {
            self.skip_digits()?;
        }
        if self.peek_byte() == b'.' {
            self.at += 1;
            self.skip_digits()?;
        }
        if matches!(self.peek_byte(), b'e' | b'E') {
            self.at += 1;
            if matches!(self.peek_byte(), b'+' | b'-') {
                self.at += 1;
            }
            self.skip_digits()?;
        }
        Ok(Json::Number(self.text[start..self.at].to_owned()))
    }

    fn parse_string(&mut self) -> Result<String, ParseError> {
        self.consume("\"")?;
        let mut out = String::new();
        loop {
            let start = self.at;
            while !matches!(self.peek_byte(), b'"' | b'\\' | 0..=0x1f) {
                self.at += 1;
            }
            out.push_str(&self.text[start..self.at]);
            match self.peek_byte() {
                b'"' => {
                    self.at += 1;
                    return Ok(out);
                }
                b'\\' => {
                    self.at += 1;
                    out.push(self.parse_escape()?);
                }
                _ => return Err(self.error_here()),
            }
        }
    }

    fn parse_escape(&mut self) -> Result<char, ParseError> {
        let escape = self.peek_byte();
        self.at += 1;
        Ok(match escape {
            b'"' | b'\\' | b'/' => char::from(escape),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let first = self.parse_four_hex_digits()?;
                let scalar = if (0xd800..0xdc00).contains(&first) {
                    self.consume("\\u")?;
                    let second = self.parse_four_hex_digits()?;
                    if !(0xdc00..0xe000).contains(&second) {
                        return Err(self.error_here());
                    }
                    0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00)
                } else {
                    first
                };
                char::from_u32(scalar).ok_or(self.error_here())?
            }
            _ => return Err(self.error_here()),
        })
    }

    fn parse_four_hex_digits(&mut self) -> Result<u32, ParseError> {
        let mut value = 0;
        for _ in 0..4 {
            let digit = char::from(self.peek_byte())
                .to_digit(16)
                .ok_or(self.error_here())?;
            value = value * 16 + digit;
            self.at += 1;
        }
        Ok(value)
    }
}

#[cfg(test)]
mod tests;
