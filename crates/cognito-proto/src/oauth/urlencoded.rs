//! Encoding and decoding of `application/x-www-form-urlencoded`, the format of requests, responses and URLs (RFC 6749
//! appendix B).

/// Encodes parameters as a query or a form body.
///
/// A parameter without a value is omitted, because it means the same (RFC 6749 §3.1). A space becomes `%20`, which
/// all parsers of queries and forms understand.
pub fn encode_form(parameters: &[(&str, &str)]) -> String {
    let mut out = String::new();
    for (name, value) in parameters.iter().filter(|(_, value)| !value.is_empty()) {
        if !out.is_empty() {
            out.push('&');
        }
        out.push_str(name);
        out.push('=');
        out.push_str(&percent_encode(value));
    }
    out
}

/// Percent-encodes all characters except the unreserved ones (RFC 3986 §2.3).
pub(crate) fn percent_encode(text: &str) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(char::from(HEX[usize::from(byte >> 4)]));
            out.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
    out
}

/// Decodes parameters in their order and as browsers do: a `%` that is not part of an escape stays as it is.
pub(super) fn decode_form(text: &str) -> impl Iterator<Item = (String, String)> {
    text.split('&').map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (percent_decode(name), percent_decode(value))
    })
}

fn percent_decode(text: &str) -> String {
    let digit = |byte: Option<&u8>| char::from(*byte?).to_digit(16);
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [byte, after @ ..] = rest {
        rest = after;
        match (byte, digit(after.first()), digit(after.get(1))) {
            (b'%', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                rest = &after[2..];
            }
            (b'+', ..) => out.push(b' '),
            (byte, ..) => out.push(*byte),
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The expected texts come from Python's `urllib.parse.urlencode(…, quote_via=quote, safe='')`.
    #[test]
    fn all_but_unreserved_characters_are_encoded() {
        assert_eq!(
            encode_form(&[
                ("redirect_uri", "http://localhost:8000/login/"),
                ("scope", "openid todos/read"),
                ("login_hint", "ann+é@example.com&x=1#"),
                ("code_verifier", "aZ09-._~"),
            ]),
            "redirect_uri=http%3A%2F%2Flocalhost%3A8000%2Flogin%2F&scope=openid%20todos%2Fread\
             &login_hint=ann%2B%C3%A9%40example.com%26x%3D1%23&code_verifier=aZ09-._~"
        );
    }

    #[test]
    fn parameter_without_a_value_is_omitted() {
        assert_eq!(
            encode_form(&[("lang", ""), ("prompt", "login")]),
            "prompt=login"
        );
        assert_eq!(encode_form(&[]), "");
    }

    /// The expected values are those of `URLSearchParams` (WHATWG URL Standard §5.1), with malformed escapes among
    /// them.
    #[test]
    fn parameters_are_decoded_as_in_browsers() {
        let read = |text| decode_form(text).collect::<Vec<_>>();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            read("a=1&b=x+y%20z&c&=d&%73tate=%C3%a9&e=f=g&a="),
            [
                pair("a", "1"),
                pair("b", "x y z"),
                pair("c", ""),
                pair("", "d"),
                pair("state", "é"),
                pair("e", "f=g"),
                pair("a", ""),
            ]
        );
        assert_eq!(
            read("a=%&b=%4&c=%+1&d=%zz&e=%ff"),
            [
                pair("a", "%"),
                pair("b", "%4"),
                pair("c", "% 1"),
                pair("d", "%zz"),
                pair("e", "\u{fffd}"),
            ]
        );
    }

    #[test]
    fn encoded_parameters_round_trip() {
        let all: String = (0..0x3000).filter_map(char::from_u32).collect();
        let written = encode_form(&[("all", &all)]);
        assert_eq!(
            decode_form(&written).collect::<Vec<_>>(),
            [("all".to_owned(), all)]
        );
    }
}
