//! Encoding and decoding of `application/x-www-form-urlencoded`, the format of requests, responses and URLs (RFC 6749
//! appendix B).

use form_urlencoded::Serializer;

/// Encodes parameters as a query or a form body.
///
/// A parameter without a value is omitted, because it means the same (RFC 6749 §3.1). A space becomes `%20`, which
/// all parsers of queries and forms understand.
pub fn encode_form(parameters: &[(&str, &str)]) -> String {
    let with_value = parameters.iter().filter(|(_, value)| !value.is_empty());
    // The serializer writes a space as `+`, and a plus sign as `%2B`.
    Serializer::new(String::new())
        .extend_pairs(with_value)
        .finish()
        .replace('+', "%20")
}

/// Decodes parameters in their order and as browsers do: a `%` that is not part of an escape stays as it is.
pub(super) fn decode_form(text: &str) -> impl Iterator<Item = (String, String)> {
    form_urlencoded::parse(text.as_bytes()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The expected texts come from Python's `urllib.parse.urlencode(…, quote_via=quote, safe='')`, except `%7E`:
    /// Python does not encode `~`.
    #[test]
    fn form_encoder_percent_encodes_reserved_characters() {
        assert_eq!(
            encode_form(&[
                ("redirect_uri", "http://localhost:8000/login/"),
                ("scope", "openid todos/read"),
                ("login_hint", "ann+é@example.com&x=1#"),
                ("code_verifier", "aZ09-._~"),
            ]),
            "redirect_uri=http%3A%2F%2Flocalhost%3A8000%2Flogin%2F&scope=openid%20todos%2Fread\
             &login_hint=ann%2B%C3%A9%40example.com%26x%3D1%23&code_verifier=aZ09-._%7E"
        );
    }

    #[test]
    fn form_encoder_omits_parameters_with_an_empty_value() {
        assert_eq!(
            encode_form(&[("lang", ""), ("prompt", "login")]),
            "prompt=login"
        );
        assert_eq!(encode_form(&[]), "");
    }

    /// The expected values are those of `URLSearchParams` (WHATWG URL Standard §5.1), with malformed escapes among
    /// them.
    #[test]
    fn form_decoder_returns_the_same_values_as_url_search_params() {
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
    fn form_decoder_reverses_the_form_encoder() {
        let all: String = (0..0x3000).filter_map(char::from_u32).collect();
        let written = encode_form(&[("all", &all)]);
        assert_eq!(
            decode_form(&written).collect::<Vec<_>>(),
            [("all".to_owned(), all)]
        );
    }
}
