//! The parser of verification codes that a user typed or pasted.

use crate::secret::VerificationCode;

/// The digit zero of every script, in order: Unicode 17, `General_Category=Decimal_Number`. The digits one to nine
/// follow each of them (UAX #44 §5.7.4).
#[rustfmt::skip]
const ZERO_DIGITS: &[u32] = &[
    0x30, 0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xDE6, 0xE50,
    0xED0, 0xF20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40,
    0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10, 0x104A0, 0x10D30, 0x10D40,
    0x11066, 0x110F0, 0x11136, 0x111D0, 0x112F0, 0x11450, 0x114D0, 0x11650, 0x116C0, 0x116D0, 0x116DA,
    0x11730, 0x118E0, 0x11950, 0x11BF0, 0x11C50, 0x11D50, 0x11DA0, 0x11DE0, 0x11F50, 0x16130, 0x16A60,
    0x16AC0, 0x16B50, 0x16D70, 0x1CCF0, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6, 0x1E140, 0x1E2F0,
    0x1E4F0, 0x1E5F1, 0x1E950, 0x1FBF0,
];

/// Ranges of characters that are removed from a typed code, as first and last character: dashes
/// (`General_Category=Dash_Punctuation`, and the minus sign) and invisible characters that come along with copied text.
/// White space is removed too.
#[rustfmt::skip]
const DROPPED_RANGES: &[(char, char)] = &[
    ('-', '-'),
    // The soft hyphen.
    ('\u{AD}', '\u{AD}'),
    ('\u{58A}', '\u{58A}'), ('\u{5BE}', '\u{5BE}'), ('\u{1400}', '\u{1400}'), ('\u{1806}', '\u{1806}'),
    // Zero-width characters and direction marks.
    ('\u{200B}', '\u{200F}'),
    ('\u{2010}', '\u{2015}'),
    ('\u{202A}', '\u{202E}'), ('\u{2060}', '\u{2060}'), ('\u{2066}', '\u{2069}'),
    // The minus sign.
    ('\u{2212}', '\u{2212}'),
    ('\u{2E17}', '\u{2E17}'), ('\u{2E1A}', '\u{2E1A}'), ('\u{2E3A}', '\u{2E3B}'), ('\u{2E40}', '\u{2E40}'),
    ('\u{2E5D}', '\u{2E5D}'), ('\u{301C}', '\u{301C}'), ('\u{3030}', '\u{3030}'), ('\u{30A0}', '\u{30A0}'),
    ('\u{FE31}', '\u{FE32}'), ('\u{FE58}', '\u{FE58}'), ('\u{FE63}', '\u{FE63}'),
    // The byte order mark.
    ('\u{FEFF}', '\u{FEFF}'),
    ('\u{FF0D}', '\u{FF0D}'), ('\u{10D6E}', '\u{10D6E}'), ('\u{10EAD}', '\u{10EAD}'),
];

impl VerificationCode {
    /// Parses a code that a user typed or pasted. Decimal digits of any script become ASCII digits, spaces and dashes
    /// are removed, and all other characters stay. Returns `None` if nothing is left.
    ///
    /// ```
    /// use cognito_proto::secret::VerificationCode;
    ///
    /// let code = VerificationCode::parse(" １２３-４５６ ");
    /// assert_eq!(code.as_ref().map(|code| code.expose_secret()), Some("123456"));
    /// ```
    pub fn parse(typed: &str) -> Option<Self> {
        let code = typed
            .chars()
            .filter(|character| !is_dropped(*character))
            .map(|character| ascii_digit(character).unwrap_or(character))
            .collect::<String>();
        (!code.is_empty()).then(|| Self::new(code))
    }
}

fn is_dropped(character: char) -> bool {
    let is_within = |(first, last): &(char, char)| (*first..=*last).contains(&character);
    character.is_whitespace() || DROPPED_RANGES.iter().any(is_within)
}

/// Returns the ASCII digit with the value of a decimal digit of any script, or `None` if `character` is no decimal
/// digit.
fn ascii_digit(character: char) -> Option<char> {
    let character = u32::from(character);
    let next = ZERO_DIGITS.partition_point(|zero| *zero <= character);
    let zero = ZERO_DIGITS.get(next.checked_sub(1)?)?;
    char::from_digit(character - zero, 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(typed: &str) -> Option<String> {
        VerificationCode::parse(typed).map(|code| code.expose_secret().to_owned())
    }

    #[test]
    fn typed_code_is_normalized_from_any_script_and_grouping() {
        for (typed, code) in [
            ("123456", "123456"),
            ("012345", "012345"),
            // Full-width digits, as Japanese and Chinese input methods write them.
            ("１２３４５６", "123456"),
            // Arabic-Indic, Extended Arabic-Indic, Devanagari, Bengali, Thai.
            ("٠١٢٣٤٥٦٧٨٩", "0123456789"),
            ("۰۱۲۳۴۵۶۷۸۹", "0123456789"),
            ("०१२३४५६७८९", "0123456789"),
            ("০১২৩৪৫৬৭৮৯", "0123456789"),
            ("๐๑๒๓๔๕๖๗๘๙", "0123456789"),
            // Digits of two sets in one code.
            ("12３٤56", "123456"),
            (" 123 456\t\r\n", "123456"),
            ("123\u{A0}456\u{3000}", "123456"),
            ("123-456", "123456"),
            ("12–34—56", "123456"),
            ("１２３－４５６", "123456"),
            ("123\u{2212}456", "123456"),
            // Text that is copied from a right-to-left message contains direction marks.
            ("\u{200F}\u{2067}123456\u{2069}", "123456"),
            ("123\u{200B}456\u{FEFF}", "123456"),
            // The service has to refuse characters that are not decimal digits.
            ("12a456", "12a456"),
            ("①②③", "①②③"),
            ("½ⅷ九", "½ⅷ九"),
            ("12.34", "12.34"),
        ] {
            assert_eq!(parsed(typed).as_deref(), Some(code), "{typed}");
        }
        for nothing in ["", " ", "\t\n", "-", " – ", "\u{200B}"] {
            assert_eq!(parsed(nothing), None, "{nothing:?}");
        }
    }

    /// The expected categories come from the Unicode Character Database in the crate `icu_properties`.
    #[cfg(not(target_arch = "wasm32"))]
    #[test]
    fn code_parser_accepts_every_unicode_decimal_digit() {
        use icu_properties::CodePointMapData;
        use icu_properties::props::{GeneralCategory, GeneralCategoryGroup};

        let categories = CodePointMapData::<GeneralCategory>::new();
        let mut digits = 0;
        let numbers = categories.iter_ranges_for_group(GeneralCategoryGroup::DecimalNumber);
        for (place, character) in numbers.flat_map(|range| range.enumerate()) {
            let value = u32::try_from(place % 10).expect("below ten");
            let digit = char::from_digit(value, 10);
            let character = char::from_u32(character).expect("no surrogate");
            assert_eq!(
                parsed(&character.to_string()),
                digit.map(String::from),
                "{character:?}"
            );
            digits += 1;
        }
        assert_eq!(
            digits,
            10 * ZERO_DIGITS.len(),
            "digits that Unicode does not have"
        );
        for character in char::MIN..=char::MAX {
            let category = categories.get(character);
            let is_separator = GeneralCategoryGroup::Separator.contains(category);
            let is_dash = category == GeneralCategory::DashPunctuation;
            let kept = parsed(&character.to_string());
            if is_separator || is_dash {
                assert_eq!(kept, None, "{character:?}");
            } else if character.is_alphanumeric() {
                assert!(kept.is_some(), "{character:?}");
            }
        }
    }
}
