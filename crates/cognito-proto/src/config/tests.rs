use super::*;
use crate::ids::{Issuer, Scopes};

fn parse(text: &str) -> Result<Config, Vec<String>> {
    let json = serde_json::from_str::<ConfigValue>(text).expect("valid JSON");
    Config::parse(&json).map_err(|errors| errors.iter().map(ConfigError::to_string).collect())
}

fn four_keys(pool: &str, client: &str, region: &str, url: &str) -> String {
    format!(
        r#"{{"cognito":{{"userPoolId":"{pool}","userPoolClientId":"{client}","region":"{region}"}},"api":{{"invokeUrl":"{url}"}}}}"#
    )
}

const USER_POOL_ID: &str = "it should look like eu-west-1_AbCdEf123";
const OIDC_URL: &str =
    "it should look like https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123";
const ISSUER: &str = "it should be the issuer that tokens name: an https address, or http on localhost, that ends in /userPoolId";
const ENDPOINT: &str =
    "it should be an https address, or http on localhost, such as http://localhost:9229";

const POOL: &str = "us-west-2_uXboG5pAb";
const CLIENT: &str = "25ddkmj4v6hfsfvruhpfi7n4hv";
const URL: &str = "https://rc7nyt4tql.execute-api.us-west-2.amazonaws.com/prod";

fn issuers(endpoint: &str, configured: Option<&str>) -> Issuers {
    Issuers::for_pool(
        &UserPoolId::parse(POOL).expect("a pool id"),
        &SecureUrl::parse(endpoint).expect("a URL"),
        configured.map(|issuer| Issuer::parse(issuer).expect("an issuer")),
    )
}

fn expected(endpoint: &str) -> Config {
    Config {
        pool: UserPoolId::parse(POOL).expect("a pool id"),
        client: ClientId::parse(CLIENT).expect("a client id"),
        endpoint: SecureUrl::parse(endpoint).expect("a URL"),
        issuers: issuers(endpoint, None),
        auth_flow: ConfiguredFlow::UserSrp,
        sign_up_attributes: Vec::new(),
        password_rules: Vec::new(),
        hosted_ui: HostedUiConfig {
            domain: None,
            redirect_sign_in: None,
            redirect_sign_out: None,
            scopes: Scopes::parse("openid").expect("a scope"),
            identity_providers: Vec::new(),
            hints: AuthorizationHints::default(),
            grant_type: GrantType::Code,
        },
        storage: Storage::Local,
        api: Api {
            invoke_url: SecureUrl::parse(URL),
            token: ApiToken::Id,
            scheme: String::new(),
        },
    }
}

#[test]
fn config_with_only_the_required_keys_is_valid() {
    let config = parse(&four_keys(POOL, CLIENT, "us-west-2", URL));
    assert_eq!(
        config,
        Ok(expected("https://cognito-idp.us-west-2.amazonaws.com"))
    );
}

#[test]
fn config_with_empty_invoke_url_has_no_api() {
    let config = parse(&four_keys(POOL, CLIENT, "us-west-2", "")).expect("a config");
    assert_eq!(config.api.invoke_url, None);
}

const REGIONAL: &str = "https://cognito-idp.us-west-2.amazonaws.com";
const UPDATED: &str = "https://issuer-cognito-idp.us-west-2.amazonaws.com/us-west-2_uXboG5pAb";

/// Parses a configuration that names the pool by its issuer. `further` is text for more members.
fn oidc(url: &str, more_members: &str) -> Result<Config, Vec<String>> {
    parse(&format!(
        r#"{{"oidc":{{"OIDC_URL":"{url}","OIDC_CLIENT_NAME":"{CLIENT}"}},{more_members}"api":{{"invokeUrl":"{URL}"}}}}"#
    ))
}

#[test]
fn config_gets_pool_and_client_from_the_oidc_section() {
    let of = |endpoint: &str, issuer: &str| {
        Ok(Config {
            issuers: issuers(endpoint, Some(issuer)),
            ..expected(endpoint)
        })
    };
    let original = format!("{REGIONAL}/{POOL}");
    assert_eq!(oidc(&original, ""), of(REGIONAL, &original));
    assert_eq!(oidc(&format!("{original}/"), ""), of(REGIONAL, &original));
    // The API does not answer at the updated form of Amazon's issuer.
    assert_eq!(oidc(UPDATED, ""), of(REGIONAL, UPDATED));
    let local = format!("http://localhost:9229/{POOL}");
    assert_eq!(oidc(&local, ""), of("http://localhost:9229", &local));
    let proxy = format!("https://auth.example.com/cognito/{POOL}");
    assert_eq!(
        oidc(&proxy, ""),
        of("https://auth.example.com/cognito", &proxy)
    );
    assert_eq!(
        oidc("https://example.com/nothing", ""),
        Err(vec![format!(
            "oidc.OIDC_URL is “https://example.com/nothing”; {OIDC_URL}"
        )])
    );
}

#[test]
fn config_accepts_an_endpoint_next_to_the_oidc_section() {
    let endpoint = r#""cognito":{"endpoint":"http://localhost:9229"},"#;
    assert_eq!(
        oidc(UPDATED, endpoint),
        Ok(Config {
            issuers: issuers("http://localhost:9229", Some(UPDATED)),
            ..expected("http://localhost:9229")
        })
    );
    assert_eq!(
        oidc(UPDATED, r#""cognito":{"endpoint":"http://example.com"},"#),
        Err(vec![format!(
            "cognito.endpoint is “http://example.com”; {ENDPOINT}"
        )])
    );
}

#[test]
fn config_rejects_an_issuer_with_another_pool_id() {
    let issuer = |issuer: &str| with(&format!(r#""issuer":"{issuer}""#));
    let other = format!("http://127.0.0.1:9000/{POOL}");
    assert_eq!(
        issuer(&format!("{other}/")).map(|config| config.issuers),
        Ok(issuers(REGIONAL, Some(&other)))
    );
    for (wrong, error) in [
        (
            "https://auth.example.com/us-west-2_Another1",
            "cognito.issuer is “https://auth.example.com/us-west-2_Another1”, but it ends in another ID than userPoolId"
                .to_owned(),
        ),
        (
            "https://auth.example.com",
            format!("cognito.issuer is “https://auth.example.com”; {ISSUER}"),
        ),
        (
            "http://auth.example.com/us-west-2_uXboG5pAb",
            format!("cognito.issuer is “http://auth.example.com/us-west-2_uXboG5pAb”; {ISSUER}"),
        ),
    ] {
        assert_eq!(issuer(wrong), Err(vec![error]), "{wrong}");
    }
    assert_eq!(
        oidc(UPDATED, &format!(r#""cognito":{{"issuer":"{UPDATED}"}},"#)),
        Err(vec![
            "cognito.issuer is not allowed; oidc.OIDC_URL names the issuer already: delete this key".to_owned()
        ])
    );
}

#[test]
fn config_parser_reads_all_optional_settings() {
    let config = parse(&format!(
        r#"{{"cognito":{{"userPoolId":"{POOL}","userPoolClientId":"{CLIENT}","endpoint":"http://localhost:9229",
            "authFlow":"USER_PASSWORD_AUTH","signUpAttributes":["email","name","email"],
            "passwordPolicy":{{"minimumLength":6,"requireUppercase":false,"requireSymbols":true}},
            "somethingNew":{{}}}},
          "api":{{"invokeUrl":"{URL}","token":"access","scheme":"Bearer"}}}}"#
    ));
    let name = |text| AttributeName::parse(text).expect("a name");
    assert_eq!(
        config,
        Ok(Config {
            auth_flow: ConfiguredFlow::UserPassword,
            sign_up_attributes: vec![name("email"), name("name")],
            password_rules: vec![PasswordRule::MinimumLength(Some(6)), PasswordRule::Symbol],
            api: Api {
                invoke_url: SecureUrl::parse(URL),
                token: ApiToken::Access,
                scheme: "Bearer".to_owned()
            },
            ..expected("http://localhost:9229")
        })
    );
}

/// Parses a configuration with the pool's IDs and these members of `cognito`.
pub(super) fn with(members: &str) -> Result<Config, Vec<String>> {
    parse(&format!(
        r#"{{"cognito":{{"userPoolId":"{POOL}","userPoolClientId":"{CLIENT}",{members}}}}}"#
    ))
}

#[test]
fn config_parser_reads_each_auth_flow_with_its_settings() {
    let user_auth = |preferred| ConfiguredFlow::UserAuth { preferred };
    let custom = |srp_first| ConfiguredFlow::Custom { srp_first };
    for (members, flow) in [
        (r#""x":0"#, ConfiguredFlow::UserSrp),
        (r#""authFlow":"USER_SRP_AUTH""#, ConfiguredFlow::UserSrp),
        (
            r#""authFlow":"USER_PASSWORD_AUTH""#,
            ConfiguredFlow::UserPassword,
        ),
        (r#""authFlow":"USER_AUTH""#, user_auth(None)),
        (
            r#""authFlow":"USER_AUTH","preferredChallenge":"PASSWORD_SRP""#,
            user_auth(Some(FirstFactor::PasswordSrp)),
        ),
        (
            r#""authFlow":"USER_AUTH","preferredChallenge":"WEB_AUTHN""#,
            user_auth(Some(FirstFactor::WebAuthn)),
        ),
        (r#""authFlow":"CUSTOM_AUTH""#, custom(false)),
        (
            r#""authFlow":"CUSTOM_AUTH","srpFirst":false"#,
            custom(false),
        ),
        (r#""authFlow":"CUSTOM_AUTH","srpFirst":true"#, custom(true)),
    ] {
        let parsed = with(members).map(|config| config.auth_flow);
        assert_eq!(parsed, Ok(flow), "{members}");
    }
}

#[test]
fn config_rejects_unknown_auth_flow_and_mismatched_settings() {
    for (members, error) in [
        (
            r#""authFlow":"user_auth""#,
            "cognito.authFlow is “user_auth”; it should be USER_SRP_AUTH, USER_PASSWORD_AUTH, USER_AUTH or CUSTOM_AUTH",
        ),
        (
            r#""authFlow":"ADMIN_NO_SRP_AUTH""#,
            "cognito.authFlow is “ADMIN_NO_SRP_AUTH”; it should be USER_SRP_AUTH, USER_PASSWORD_AUTH, USER_AUTH or CUSTOM_AUTH",
        ),
        (
            r#""authFlow":"USER_AUTH","preferredChallenge":"FACE""#,
            "cognito.preferredChallenge is “FACE”; it should be PASSWORD_SRP, PASSWORD, EMAIL_OTP, SMS_OTP or WEB_AUTHN",
        ),
        (
            r#""preferredChallenge":"EMAIL_OTP""#,
            "cognito.authFlow is “USER_SRP_AUTH”, but preferredChallenge is set, which belongs to USER_AUTH: use that flow, or delete the key",
        ),
        (
            r#""authFlow":"CUSTOM_AUTH","preferredChallenge":"EMAIL_OTP","srpFirst":true"#,
            "cognito.authFlow is “CUSTOM_AUTH”, but preferredChallenge is set, which belongs to USER_AUTH: use that flow, or delete the key",
        ),
        (
            r#""authFlow":"USER_AUTH","srpFirst":false"#,
            "cognito.authFlow is “USER_AUTH”, but srpFirst is set, which belongs to CUSTOM_AUTH: use that flow, or delete the key",
        ),
        (
            r#""authFlow":"CUSTOM_AUTH","srpFirst":"yes""#,
            "cognito.srpFirst is a string; it should be true or false",
        ),
    ] {
        assert_eq!(with(members), Err(vec![error.to_owned()]), "{members}");
    }
}

/// A browser sends a password to the pool only if the operator's configuration says so.
#[test]
fn only_two_authflow_settings_let_the_app_send_the_password() {
    let preferred: Vec<_> = FirstFactor::ALL.iter().copied().map(Some).collect();
    let mut flows = vec![
        ConfiguredFlow::UserSrp,
        ConfiguredFlow::UserPassword,
        ConfiguredFlow::UserAuth { preferred: None },
        ConfiguredFlow::Custom { srp_first: false },
        ConfiguredFlow::Custom { srp_first: true },
    ];
    flows.extend(
        preferred
            .into_iter()
            .map(|preferred| ConfiguredFlow::UserAuth { preferred }),
    );
    flows.retain(|flow| flow.sends_password());
    assert_eq!(
        flows,
        [
            ConfiguredFlow::UserPassword,
            ConfiguredFlow::UserAuth {
                preferred: Some(FirstFactor::Password)
            }
        ]
    );
}

#[test]
fn config_accepts_only_local_session_or_memory_as_storage() {
    for (text, storage) in [
        ("local", Storage::Local),
        ("session", Storage::Session),
        ("memory", Storage::Memory),
    ] {
        let config = with(&format!(r#""storage":"{text}""#));
        assert_eq!(config.map(|config| config.storage), Ok(storage));
    }
    assert_eq!(
        with(r#""storage":"cookie""#),
        Err(vec![
            "cognito.storage is “cookie”; it should be 'local', 'session' or 'memory'".to_owned()
        ])
    );
}

#[test]
fn config_error_shows_key_wrong_value_and_valid_example() {
    let errors = |text: &str| parse(text).expect_err("a broken config");
    assert_eq!(
        errors("null"),
        ["window._config is missing; it should be an object: window._config = { … }"]
    );
    assert_eq!(
        errors("{}"),
        ["cognito is missing; it should be an object with userPoolId, userPoolClientId and region"]
    );
    assert_eq!(
        errors(r#"{"cognito":"x"}"#),
        [
            "cognito is a string; it should be an object with userPoolId, userPoolClientId and region"
        ]
    );
    assert_eq!(
        errors(&four_keys("oops", "", "us-west-2", "http://example.com")),
        [
            "cognito.userPoolId is “oops”; it should look like eu-west-1_AbCdEf123",
            "cognito.userPoolClientId is empty; it should be the app client ID, such as 25ddkmj4v6hfsfvruhpfi7n4hv",
            "api.invokeUrl is “http://example.com”; it should look like https://rc7nyt4tql.execute-api.us-west-2.amazonaws.com/prod",
        ]
    );
    assert_eq!(
        errors(r#"{"cognito":{"userPoolId":7}}"#),
        [
            "cognito.userPoolId is a number; it should look like eu-west-1_AbCdEf123",
            "cognito.userPoolClientId is missing; it should be the app client ID, such as 25ddkmj4v6hfsfvruhpfi7n4hv",
        ]
    );
    assert_eq!(
        errors(&four_keys(POOL, CLIENT, "eu-west-1", URL)),
        ["cognito.region is “eu-west-1”, but userPoolId begins with another region: use that one"]
    );
}

#[test]
fn config_error_names_the_key_with_a_placeholder_value() {
    for placeholder in [
        "<your pool id>",
        "YOUR_POOL_ID",
        "${userPoolId}",
        "us-west-2_xxxxxxxxx",
        "XXXXXXXX",
        "REPLACE_ME",
        "us-west-2_...",
        "TODO",
    ] {
        let errors =
            parse(&four_keys(placeholder, CLIENT, "us-west-2", URL)).expect_err(placeholder);
        assert_eq!(
            errors,
            [format!(
                "cognito.userPoolId still contains the placeholder “{placeholder}”; {USER_POOL_ID}"
            )]
        );
    }
    assert!(parse(&four_keys("us-west-2_todoXYZ12", CLIENT, "us-west-2", URL)).is_ok());
}
