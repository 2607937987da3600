use super::super::tests::with;
use super::*;

fn hosted_ui(members: &str) -> HostedUiConfig {
    with(members).expect(members).hosted_ui
}

#[test]
fn config_parser_reads_all_hosted_ui_settings() {
    let uri = |text| Some(RedirectUri::parse(text).expect("a URL"));
    let provider = |text| IdentityProvider::parse(text).expect("a provider");
    assert_eq!(
        hosted_ui(
            r#""domain":"https://todousers.auth.us-west-2.amazoncognito.com",
            "redirectSignIn":"http://localhost:8000/login/","redirectSignOut":"http://localhost:8000",
            "scopes":["openid","email","todos/read"],"identityProviders":["Google","TodoSAML","Google"],
            "loginHint":"ann@example.com","lang":"pt-BR","prompt":"login consent","responseType":"token""#
        ),
        HostedUiConfig {
            domain: SecureUrl::parse("https://todousers.auth.us-west-2.amazoncognito.com"),
            redirect_sign_in: uri("http://localhost:8000/login/"),
            redirect_sign_out: uri("http://localhost:8000"),
            scopes: Scopes::parse("openid email todos/read").expect("scopes"),
            identity_providers: vec![provider("Google"), provider("TodoSAML")],
            hints: AuthorizationHints {
                login_hint: Some("ann@example.com".to_owned()),
                lang: Some("pt-BR".to_owned()),
                prompt: Some("login consent".to_owned()),
            },
            grant_type: GrantType::Implicit,
        }
    );
    assert_eq!(
        hosted_ui(r#""responseType":"code""#).grant_type,
        GrantType::Code
    );
}

#[test]
fn config_accepts_a_hosted_ui_domain_without_https_prefix() {
    for text in [
        "https://todousers.auth.us-west-2.amazoncognito.com",
        "https://todousers.auth.us-west-2.amazoncognito.com/",
        "todousers.auth.us-west-2.amazoncognito.com",
    ] {
        assert_eq!(
            hosted_ui(&format!(r#""domain":"{text}""#)).domain,
            SecureUrl::parse("https://todousers.auth.us-west-2.amazoncognito.com"),
            "{text}"
        );
    }
    for local in ["http://localhost:9229", "http://[::1]:9229"] {
        assert_eq!(
            hosted_ui(&format!(r#""domain":"{local}""#)).domain,
            SecureUrl::parse(local)
        );
    }
}

#[test]
fn config_accepts_scopes_as_list_or_text_and_adds_openid() {
    for (text, scopes) in [
        (r#"["email"]"#, "openid email"),
        (r#"["email","openid"]"#, "openid email"),
        (r#""profile  email profile""#, "openid profile email"),
        (r#""openid phone""#, "openid phone"),
        ("[]", "openid"),
        (r#""""#, "openid"),
        ("null", "openid"),
    ] {
        let parsed = hosted_ui(&format!(r#""scopes":{text}"#)).scopes;
        assert_eq!(parsed.as_str(), scopes, "{text}");
    }
}

#[test]
fn config_error_for_hosted_ui_shows_key_and_valid_example() {
    for (members, error) in [
        (
            r#""domain":"todousers""#,
            "cognito.domain is “todousers”; it should look like https://todousers.auth.eu-west-1.amazoncognito.com",
        ),
        (
            r#""domain":"http://auth.example.com""#,
            "cognito.domain is “http://auth.example.com”; it should look like https://todousers.auth.eu-west-1.amazoncognito.com",
        ),
        (
            r#""domain":"https://auth.example.com/login""#,
            "cognito.domain is “https://auth.example.com/login”; it should look like https://todousers.auth.eu-west-1.amazoncognito.com",
        ),
        (
            r#""domain":"your-prefix.auth.eu-west-1.amazoncognito.com""#,
            "cognito.domain still contains the placeholder “your-prefix.auth.eu-west-1.amazoncognito.com”; it should look like https://todousers.auth.eu-west-1.amazoncognito.com",
        ),
        (
            r#""redirectSignIn":"/login/""#,
            "cognito.redirectSignIn is “/login/”; it should be exactly the app client's callback URL, such as http://localhost:8000/login/",
        ),
        (
            r#""redirectSignIn":"http://app.example.com/login/""#,
            "cognito.redirectSignIn is “http://app.example.com/login/”; it should be exactly the app client's callback URL, such as http://localhost:8000/login/",
        ),
        (
            r#""redirectSignOut":"https://app.example.com/?bye""#,
            "cognito.redirectSignOut is “https://app.example.com/?bye”; it should be exactly the app client's sign-out URL, such as http://localhost:8000",
        ),
        (
            r#""scopes":7"#,
            "cognito.scopes is a number; it should be a list of scopes, such as ['openid', 'email']",
        ),
        (
            r#""scopes":["openid",7]"#,
            "cognito.scopes is “[\"openid\",7]”; it should be a list of scopes, such as ['openid', 'email']",
        ),
        (
            r#""scopes":"openid \\""#,
            "cognito.scopes is “openid \\”; it should be a list of scopes, such as ['openid', 'email']",
        ),
        (
            r#""identityProviders":"Google""#,
            "cognito.identityProviders is a string; it should be a list of the pool's providers, such as ['Google', 'SignInWithApple']",
        ),
        (
            r#""identityProviders":["A name of more than 32 characters"]"#,
            "cognito.identityProviders is “[\"A name of more than 32 characters\"]”; it should be a list of the pool's providers, such as ['Google', 'SignInWithApple']",
        ),
        (
            r#""loginHint":"a\u0000b""#,
            "cognito.loginHint is “a\0b”; it should be the name to fill in, such as 'ann@example.com'",
        ),
        (
            r#""lang":"de&x""#,
            "cognito.lang is “de&x”; it should be a language of the hosted pages, such as 'de' or 'pt-BR'",
        ),
        (
            r#""prompt":"none login""#,
            "cognito.prompt is “none login”; it should be 'none', or some of login, select_account and consent with spaces between",
        ),
        (
            r#""prompt":["login"]"#,
            "cognito.prompt is a list; it should be 'none', or some of login, select_account and consent with spaces between",
        ),
        (
            r#""responseType":"id_token""#,
            "cognito.responseType is “id_token”; it should be 'code', or 'token' for the implicit grant",
        ),
    ] {
        assert_eq!(with(members), Err(vec![error.to_owned()]), "{members}");
    }
}

#[test]
fn config_accepts_only_prompt_values_of_openid_connect() {
    for right in [
        "none",
        "login",
        "select_account",
        "consent",
        "login select_account consent",
    ] {
        let parsed = hosted_ui(&format!(r#""prompt":"{right}""#)).hints.prompt;
        assert_eq!(parsed.as_deref(), Some(right));
    }
    for wrong in ["Login", "create", "login none", "login  consent"] {
        assert!(with(&format!(r#""prompt":"{wrong}""#)).is_err(), "{wrong}");
    }
}
