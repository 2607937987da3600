//! The type for an ID that a server assigned and that the app puts into a URL path.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::wire::deserialize_by_parse;

/// The characters that are percent-encoded: all of ASCII except the unreserved ones (RFC 3986 §2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Percent-encodes all characters of `text` except the unreserved ones (RFC 3986 §2.3).
pub(crate) fn percent_encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// An ID that a server assigned, for use as one segment of a path (RFC 3986 §3.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathSegment(String);

deserialize_by_parse!(PathSegment);

impl PathSegment {
    /// Takes any ID except an empty one, `.` and `..`, for which it returns `None`. Browsers remove such segments from
    /// a path, encoded or not (WHATWG URL Standard §4.1), so the request would go to another URL.
    pub fn parse(id: &str) -> Option<Self> {
        (!matches!(id, "" | "." | "..")).then(|| Self(id.to_owned()))
    }

    /// Returns the ID as the server assigned it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the ID as it appears in a URL path. All characters except the unreserved ones (RFC 3986 §2.3) are
    /// percent-encoded.
    pub fn encoded(&self) -> String {
        percent_encode(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The expected texts come from Python's `urllib.parse.quote(…, safe='')`.
    #[test]
    fn todo_id_is_percent_encoded_as_one_url_path_segment() {
        for (id, encoded) in [
            (
                "6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11",
                "6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11",
            ),
            ("17", "17"),
            ("../user", "..%2Fuser"),
            ("..\\user", "..%5Cuser"),
            // The `%` of encoded dots is encoded again, so that browsers do not take them for dots.
            ("%2e%2E", "%252e%252E"),
            ("%2e", "%252e"),
            ("...", "..."),
            ("a?b#c", "a%3Fb%23c"),
            ("a b+é", "a%20b%2B%C3%A9"),
            ("\t\n", "%09%0A"),
        ] {
            let segment = PathSegment::parse(id).expect(id);
            assert_eq!(segment.encoded(), encoded, "{id}");
            assert_eq!(segment.as_str(), id);
        }
    }

    #[test]
    fn url_path_segment_rejects_empty_and_dot_ids() {
        for id in ["", ".", ".."] {
            assert_eq!(PathSegment::parse(id), None, "{id:?}");
        }
    }
}
