use super::*;

#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct Account<'a> {
    name: Member<'a, String>,
    active: Member<'a, bool>,
    created: Member<'a, WholeNumber>,
    tags: Member<'a, Vec<String>>,
}

fn parse(json: &str) -> Account<'_> {
    super::parse(json).expect("an object")
}

#[test]
fn json_member_that_is_null_counts_as_missing() {
    let account = parse(
        r#"{"name":"ann \u00e9","active":true,"created":1795072089,"tags":["a"],"other":{"x":[1.5e3]}}"#,
    );
    assert_eq!(account.name.optional().as_deref(), Some("ann é"));
    assert_eq!(account.active.optional(), Some(true));
    let created = account.created.optional_time();
    assert_eq!(created, Some(UnixTime::from_secs(1_795_072_089)));
    assert_eq!(account.tags.optional(), Some(vec!["a".to_owned()]));
    for missing in ["{}", r#"{"name":null}"#] {
        let name = parse(missing).name;
        assert!(name.is_missing(), "{missing}");
        assert_eq!(name.checked(), Ok(None), "{missing}");
    }
}

#[test]
fn json_member_of_a_wrong_type_does_not_affect_the_others() {
    for wrong in ["7", "true", "[\"x\"]", "{\"x\":1}", "1.5e300"] {
        let json = format!(r#"{{"name":{wrong},"active":false}}"#);
        let account = parse(&json);
        assert_eq!(account.name.checked(), Err(WrongMember), "{wrong}");
        assert_eq!(account.name.optional(), None, "{wrong}");
        assert_eq!(account.active.optional(), Some(false), "{wrong}");
    }
}

#[test]
fn json_error_names_the_missing_required_member() {
    for wrong in ["{}", r#"{"name":null}"#, r#"{"name":7}"#] {
        let error = MemberError { member: "name" };
        assert_eq!(parse(wrong).name.required("name"), Err(error), "{wrong}");
    }
}

#[test]
fn json_parser_drops_the_fraction_of_a_number() {
    let number = |json: &str| super::parse(json).map(|WholeNumber(n)| n);
    assert_eq!(number("1726247595.861"), Some(1_726_247_595));
    assert_eq!(number("3600.0"), Some(3600));
    assert_eq!(number("18446744073709551615"), Some(u64::MAX));
    for other in [
        "-1",
        "1e3",
        "1.5e3",
        "\"1\"",
        "18446744073709551616",
        "null",
    ] {
        assert_eq!(number(other), None, "{other}");
    }
}

#[test]
fn json_parser_accepts_only_one_object() {
    for json in [
        "",
        " ",
        "null",
        "[]",
        "\"\"",
        "{",
        "{} {}",
        "{\"name\":}",
        "<html>",
    ] {
        assert!(super::parse::<Account<'_>>(json).is_none(), "{json}");
    }
    assert!(super::parse::<Account<'_>>(" \r\n{ } ").is_some());
}

#[test]
fn json_parser_does_not_overflow_the_stack_on_deep_nesting() {
    let deep = format!(
        "{{\"other\":{}{}}}",
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    assert!(super::parse::<Account<'_>>(&deep).is_some());
    let deep_name = deep.replace("other", "name");
    let account = super::parse::<Account<'_>>(&deep_name).expect("an object");
    assert_eq!(account.name.checked(), Err(WrongMember));
}

#[test]
fn json_names_must_be_unique_after_unescaping() {
    assert!(is_object_with_unique_names(r#"{"a":1,"b":{"a":2,"a":3}}"#));
    for json in [
        r#"{"a":1,"a":1}"#,
        r#"{"sub":1,"x":2,"s\u0075b":3}"#,
        "[]",
        "{",
    ] {
        assert!(!is_object_with_unique_names(json), "{json}");
    }
}

#[test]
fn stored_data_with_another_version_number_is_rejected() {
    assert_eq!(to_json(&Version::<2>), "2");
    assert!(super::parse::<Version<2>>("2").is_some());
    for other in ["1", "3", "\"2\"", "null"] {
        assert!(super::parse::<Version<2>>(other).is_none(), "{other}");
    }
}
