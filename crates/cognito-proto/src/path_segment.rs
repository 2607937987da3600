//! Ids that a server gives and that stand in a path.

use crate::oauth::escape;

/// An id that a server gave, for one segment of a path (RFC 3986 §3.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathSegment(String);

impl PathSegment {
    /// Takes an id. `None` for an empty one, and for `.` and `..`: browsers take these segments out of a path, however
    /// they are encoded (WHATWG URL Standard §4.1), so that the request would go to another address.
    pub fn parse(id: &str) -> Option<Self> {
        (!matches!(id, "" | "." | "..")).then(|| Self(id.to_owned()))
    }

    /// The id as the server gave it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The id as it stands in a path: all but the unreserved characters (RFC 3986 §2.3) are percent-encoded.
    pub fn encoded(&self) -> String {
        escape(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Encodings as Python's `urllib.parse.quote(…, safe='')` gives them.
    #[test]
    fn an_id_is_encoded_so_that_it_stays_one_segment() {
        for (id, encoded) in [
            (
                "6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11",
                "6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11",
            ),
            ("17", "17"),
            ("../user", "..%2Fuser"),
            ("..\\user", "..%5Cuser"),
            // Already encoded dots are encoded again, and so are no dots to a browser.
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
    fn an_id_that_a_path_cannot_hold_is_refused() {
        for id in ["", ".", ".."] {
            assert_eq!(PathSegment::parse(id), None, "{id:?}");
        }
    }
}
