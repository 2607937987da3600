use super::*;

#[test]
fn pool_id_is_a_region_an_underscore_letters_and_digits() {
    let pool = UserPoolId::parse("us-gov-west-1_AbCdEf123").expect("a pool id");
    assert_eq!(
        (pool.region().as_str(), pool.pool_name()),
        ("us-gov-west-1", "AbCdEf123")
    );
    for wrong in [
        "",
        "oops",
        "us-west-2",
        "us-west-2_",
        "_abc",
        "us-west-2_a-b",
        "us-west-2_a b",
        "US-west-2_a",
        "west_2",
        "us-west-x_abc",
    ] {
        assert_eq!(UserPoolId::parse(wrong), None, "{wrong}");
    }
    assert_eq!(
        UserPoolId::parse(&format!("us-west-2_{}", "a".repeat(46))),
        None
    );
}

#[test]
fn cognito_endpoint_url_is_derived_from_the_region() {
    let endpoint = |text| Region::parse(text).expect("a region").endpoint();
    assert_eq!(
        endpoint("eu-west-1"),
        "https://cognito-idp.eu-west-1.amazonaws.com"
    );
    assert_eq!(
        endpoint("cn-north-1"),
        "https://cognito-idp.cn-north-1.amazonaws.com.cn"
    );
}

#[test]
fn username_parser_trims_spaces_and_rejects_inner_spaces() {
    assert_eq!(
        Username::parse(" ann@example.com\n")
            .expect("a name")
            .as_str(),
        "ann@example.com"
    );
    assert_eq!(
        Username::parse("\u{feff}ann\u{200b}").map(|name| name.to_string()),
        Some("ann".to_owned())
    );
    assert_eq!(Username::parse("an\u{200b}n"), None);
    assert_eq!(Username::parse("ann lee"), None);
    assert_eq!(Username::parse("  "), None);
    assert_eq!(
        Username::parse(&"é".repeat(128)).map(|name| name.as_str().len()),
        Some(256)
    );
    assert_eq!(Username::parse(&"e".repeat(129)), None);
}

#[test]
fn redirect_uri_parser_keeps_the_exact_text() {
    for (text, origin, path) in [
        (
            "http://localhost:8000/login/",
            "http://localhost:8000",
            "/login/",
        ),
        ("http://localhost:8000", "http://localhost:8000", ""),
        ("http://localhost:8000/", "http://localhost:8000", "/"),
        (
            "http://localhost:4200/oauth/cognito",
            "http://localhost:4200",
            "/oauth/cognito",
        ),
        (
            "https://app.example.com:443/A//b",
            "https://app.example.com:443",
            "/A//b",
        ),
    ] {
        let uri = RedirectUri::parse(text).expect("a URL");
        assert_eq!(
            (uri.as_str(), uri.origin(), uri.path()),
            (text, origin, path)
        );
    }
    for wrong in [
        "",
        "/login/",
        "http://app.example.com/login/",
        "http://localhost:8000/login/?x",
        "http://localhost:8000/login/#x",
        "myapp://callback",
        "javascript:alert(1)",
    ] {
        assert_eq!(RedirectUri::parse(wrong), None, "{wrong}");
    }
}

#[test]
fn oauth_scope_has_only_characters_of_rfc_6749() {
    assert_eq!(
        Scopes::parse("aws.cognito.signin.user.admin https://api.example.com/todos.read")
            .expect("scopes")
            .as_str(),
        "openid aws.cognito.signin.user.admin https://api.example.com/todos.read"
    );
    for wrong in ["e\"mail", "e\\mail", "é", "openid\temail", "a\u{7f}"] {
        assert_eq!(Scopes::parse(wrong), None, "{wrong}");
    }
}

#[test]
fn identity_provider_name_has_1_to_32_characters() {
    for right in ["Google", "COGNITO", "Büro-AD.1", &"é".repeat(32)] {
        assert!(IdentityProvider::parse(right).is_some(), "{right}");
    }
    for wrong in ["", "My IdP", "a\n", &"e".repeat(33)] {
        assert_eq!(IdentityProvider::parse(wrong), None, "{wrong}");
    }
}

#[test]
fn device_key_is_a_region_and_lower_case_hexadecimal_digits() {
    let key = "us-east-1_3f1c8d0e-6d0b-4a55-9f5b-0d3c1d5e9b11";
    assert_eq!(DeviceKey::parse(key).expect("a key").as_str(), key);
    let long = format!("us-east-1_{}", "a".repeat(46));
    for wrong in [
        "",
        "us-east-1",
        "us-east-1_",
        "_3f1c",
        "us-east-1_3F1C",
        "us east_3f1c",
        &long,
    ] {
        assert_eq!(DeviceKey::parse(wrong), None, "{wrong}");
    }
}

#[test]
fn issuer_url_must_end_with_a_pool_id() {
    for right in [
        "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI",
        "http://localhost:9229/us-east-1_Poolgate1",
    ] {
        let issuer = Issuer::parse(right).expect("an issuer");
        assert_eq!(issuer.as_str(), right);
    }
    for wrong in [
        "",
        "https://example.com",
        "https://example.com/",
        "https://example.com/us-east-1_AbCdEfGhI/",
        "http://example.com/us-east-1_AbCdEfGhI",
        "us-east-1_AbCdEfGhI",
    ] {
        assert_eq!(Issuer::parse(wrong), None, "{wrong}");
    }
}

#[test]
fn configured_url_must_be_https_or_a_loopback_address() {
    for right in [
        "https://rc7nyt4tql.execute-api.us-west-2.amazonaws.com/prod",
        "http://localhost:9229/api",
        "http://127.0.0.1:1",
        "http://[::1]:9229/",
        "https://[::1]",
    ] {
        assert!(SecureUrl::parse(right).is_some(), "{right}");
    }
    for wrong in [
        "",
        "example.com",
        "http://example.com",
        "ftp://localhost",
        "https://",
        "https://a..b",
        "https://user@example.com",
        "https://example.com:0",
        "https://example.com:99999",
        "https://example.com\\@evil.example",
        "https://example.com/a?b",
        "https://example.com/#x",
        "https://example.com/../x",
        "https://example.com/%2e%2e/x",
        "https://exa mple.com",
        "https://localhost.evil.example:x",
        "http://localhost.evil.example",
        "javascript://localhost",
    ] {
        assert_eq!(SecureUrl::parse(wrong), None, "{wrong}");
    }
    let url = SecureUrl::parse("https://api.example.com/prod/").expect("a URL");
    assert_eq!(
        (url.origin(), url.path()),
        ("https://api.example.com", "/prod/")
    );
    assert_eq!(url.join("/todos"), "https://api.example.com/prod/todos");
}

#[test]
fn email_address_has_text_on_both_sides_of_the_at_sign() {
    for (typed, parsed) in [
        ("ann@example.com", Some("ann@example.com")),
        (" ann@example.com\t", Some("ann@example.com")),
        ("ann@localhost", Some("ann@localhost")),
        ("", None),
        ("ann", None),
        ("@example.com", None),
        ("ann@", None),
        (" @ ", None),
    ] {
        let address = EmailAddress::parse(typed);
        assert_eq!(
            address.as_ref().map(EmailAddress::as_str),
            parsed,
            "{typed:?}"
        );
        let username = Username::parse_email(typed);
        assert_eq!(username.as_ref().map(Username::as_str), parsed, "{typed:?}");
    }
    assert_eq!(Username::parse_email("ann lee@example.com"), None);
}
