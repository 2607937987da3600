use super::*;

/// The value as serde_json parses it.
fn parse_with_serde_json(text: &str) -> Result<serde_json::Value, serde_json::Error> {
    serde_json::from_str(text)
}

#[test]
fn parser_agrees_with_serde_json() {
    let texts = [
        "null",
        " true ",
        "false",
        "0",
        "-0",
        "10",
        "01",
        "1.",
        ".5",
        "1.5",
        "1e5",
        "1E+05",
        "1e",
        "-",
        "+1",
        "\"\"",
        "\"a\\n\\u00e9\\ud83d\\ude00/\\/\"",
        "\"\\ud83d\"",
        "\"\\ud83dx\"",
        "\"\\ude00\"",
        "\"\\x\"",
        "\"\t\"",
        "\"",
        "\"\\u12",
        "[]",
        "[1,2]",
        "[1,]",
        "[,]",
        "[1 2]",
        "[",
        "]",
        "{}",
        "{\"a\":1}",
        "{\"a\":1,}",
        "{a:1}",
        "{\"a\" : [ {} , null ] }",
        "{\"a\"}",
        "{\"a\":}",
        "",
        " ",
        "nul",
        "nullx",
        "[1]]",
        "\u{feff}1",
        "tru",
        "{\"a\":1 \"b\":2}",
        "\"\u{7f}é😀\"",
        "<!doctype html>",
    ];
    for text in texts {
        let ours = Json::parse(text);
        let theirs = parse_with_serde_json(text);
        assert_eq!(
            ours.is_ok(),
            theirs.is_ok(),
            "{text:?}: {ours:?} {theirs:?}"
        );
        if let (Ok(ours), Ok(theirs)) = (ours, theirs) {
            assert_eq!(
                parse_with_serde_json(&ours.to_string()).expect("our own writing"),
                theirs,
                "{text:?}"
            );
        }
    }
}

#[test]
fn every_string_round_trips() {
    let all: String = (0..0x2_0000).filter_map(char::from_u32).collect();
    let written = Json::String(all.clone()).to_string();
    assert_eq!(Json::parse(&written), Ok(Json::String(all.clone())));
    assert_eq!(
        parse_with_serde_json(&written).expect("JSON"),
        serde_json::Value::String(all)
    );
}

#[test]
fn deep_nesting_is_rejected() {
    assert!(Json::parse(&"[".repeat(100_000)).is_err());
    assert!(Json::parse(&format!("{}{}", "[".repeat(60), "]".repeat(60))).is_ok());
}

#[test]
fn last_duplicate_member_counts() {
    let value = Json::parse(r#"{"sub":"a","sub":"b"}"#).expect("JSON");
    assert_eq!(value.get("sub").as_str(), Some("b"));
}

#[test]
fn fraction_of_a_number_is_dropped() {
    assert_eq!(
        Json::parse("1726247595.861").expect("JSON").as_u64(),
        Some(1_726_247_595)
    );
    for not_whole in ["-1", "1e3", "\"1\"", "18446744073709551616", "null"] {
        assert_eq!(
            Json::parse(not_whole).expect("JSON").as_u64(),
            None,
            "{not_whole}"
        );
    }
}
