use cognito_proto::config::{
    Api, ApiToken, AuthorizationHints, Config, ConfigError, ConfigErrorKind, ConfigValue,
    ConfiguredFlow, GrantType, HostedUiConfig, Storage,
};
use cognito_proto::ids::{
    AttributeName, ClientId, IdentityProvider, RedirectUri, Scopes, SecureUrl, UserPoolId,
};
use cognito_proto::issuers::Issuers;
use cognito_proto::password_policy::PasswordRule;
use leptos_cognito::browser::config::{ConfigFileError, ConfigFileErrorKind, load_config};
use test_page::{Replacement, js, window};
use wasm_bindgen_test::wasm_bindgen_test;

/// Reads the configuration from two global variables with these values, which are JavaScript expressions.
fn read_with(config: &str, error: &str) -> Result<Config, ConfigFileErrorKind> {
    let _config = Replacement::value(window(), "_config", &js(config));
    let _error = Replacement::value(window(), "_configError", &js(error));
    load_config().map_err(|error| error.kind)
}

const VALID_CONFIG: &str = "({
    cognito: {
        userPoolId: 'us-east-1_Poolgate1',
        userPoolClientId: '1poolgate23456789012345678',
        region: 'us-east-1',
        endpoint: 'http://localhost:9229',
        signUpAttributes: ['name'],
        passwordPolicy: { minimumLength: 8, requireSymbols: true, requireNumbers: false },
        authFlow: undefined,
        domain: 'https://todousers.auth.us-east-1.amazoncognito.com',
        redirectSignIn: 'http://localhost:8000/login/',
        scopes: ['openid', 'email'],
        identityProviders: ['Google'],
        storage: 'session',
        note: () => 'functions have no JSON',
    },
    api: { invokeUrl: 'http://localhost:9229/api', token: 'access', scheme: 'Bearer' },
})";

fn valid_config() -> Config {
    let address = |text| SecureUrl::parse(text).expect("an address");
    let google = IdentityProvider::parse("Google").expect("a name");
    let pool = UserPoolId::parse("us-east-1_Poolgate1").expect("a pool id");
    Config {
        issuers: Issuers::for_pool(&pool, &address("http://localhost:9229"), None),
        pool,
        client: ClientId::parse("1poolgate23456789012345678").expect("a client id"),
        endpoint: address("http://localhost:9229"),
        auth_flow: ConfiguredFlow::UserSrp,
        sign_up_attributes: vec![AttributeName::parse("name").expect("a name")],
        password_rules: vec![PasswordRule::MinimumLength(Some(8)), PasswordRule::Symbol],
        hosted_ui: HostedUiConfig {
            domain: Some(address(
                "https://todousers.auth.us-east-1.amazoncognito.com",
            )),
            redirect_sign_in: RedirectUri::parse("http://localhost:8000/login/"),
            redirect_sign_out: None,
            scopes: Scopes::parse("openid email").expect("scopes"),
            identity_providers: vec![google],
            hints: AuthorizationHints::default(),
            grant_type: GrantType::Code,
        },
        storage: Storage::Session,
        api: Api {
            invoke_url: Some(address("http://localhost:9229/api")),
            token: ApiToken::Access,
            scheme: "Bearer".to_owned(),
        },
    }
}

#[wasm_bindgen_test]
fn valid_window_config_is_parsed_completely() {
    assert_eq!(read_with(VALID_CONFIG, "undefined"), Ok(valid_config()));
    assert_eq!(read_with(VALID_CONFIG, "null"), Ok(valid_config()));
}

#[wasm_bindgen_test]
fn every_invalid_key_of_window_config_is_reported() {
    let kind = |value: &str| ConfigErrorKind::Malformed(ConfigValue::String(value.to_owned()));
    assert_eq!(
        read_with(
            "({ cognito: { userPoolId: 'oops', userPoolClientId: 7, endpoint: 'http://example.com' } })",
            "undefined"
        ),
        Err(ConfigFileErrorKind::Keys(vec![
            ConfigError {
                key: "cognito.userPoolId".into(),
                kind: kind("oops"),
            },
            ConfigError {
                key: "cognito.userPoolClientId".into(),
                kind: ConfigErrorKind::WrongType("a number"),
            },
            ConfigError {
                key: "cognito.endpoint".into(),
                kind: kind("http://example.com"),
            },
        ]))
    );
}

/// A value that is no object, or that has no JSON (ECMAScript, `JSON.stringify`), is an error that names it.
#[wasm_bindgen_test]
fn window_config_that_is_no_object_is_rejected() {
    for (config, found) in [
        ("undefined", "missing"),
        ("null", "missing"),
        ("() => ({})", "missing"),
        ("(() => { const a = {}; a.a = a; return a; })()", "missing"),
        ("({ cognito: 1n })", "missing"),
        (
            "({ get cognito() { throw new Error('thrown'); } })",
            "missing",
        ),
        ("'text'", "a string"),
        ("[]", "a list"),
        ("7", "a number"),
        ("true", "true or false"),
    ] {
        assert_eq!(
            read_with(config, "undefined"),
            Err(ConfigFileErrorKind::Keys(vec![ConfigError {
                key: "window._config".into(),
                kind: ConfigErrorKind::WrongType(found),
            }])),
            "{config}"
        );
    }
}

/// An error of the start script counts even if there is a configuration, because the file may have stopped half-way.
#[wasm_bindgen_test]
fn start_script_error_is_reported_even_if_the_config_is_valid() {
    let syntax = |message: &str, line| ConfigFileErrorKind::Syntax {
        message: message.to_owned(),
        line,
    };
    for (error, problem) in [
        ("({ kind: 'missing' })", ConfigFileErrorKind::FileMissing),
        ("({ kind: 'html' })", ConfigFileErrorKind::HtmlInsteadOfFile),
        (
            "({ kind: 'html', message: \"Unexpected token '<'\", line: 1 })",
            ConfigFileErrorKind::HtmlInsteadOfFile,
        ),
        (
            "({ kind: 'syntax', message: \"SyntaxError: Unexpected identifier 'region'\", line: 6 })",
            syntax("SyntaxError: Unexpected identifier 'region'", Some(6)),
        ),
        // A browser that hides the position of an error reports line 0.
        (
            "({ kind: 'syntax', message: 'Script error.', line: 0 })",
            syntax("Script error.", None),
        ),
        ("({ kind: 'syntax' })", syntax("", None)),
    ] {
        assert_eq!(
            read_with(VALID_CONFIG, error),
            Err(problem.clone()),
            "{error}"
        );
        assert_eq!(read_with("undefined", error), Err(problem), "{error}");
    }
}

#[wasm_bindgen_test]
fn missing_window_config_is_an_error() {
    let names = ["_config", "_configError"];
    for name in names {
        let there = js_sys::Reflect::has(&window(), &name.into());
        assert_eq!(there, Ok(false), "{name}");
    }
    let kind = read_with("undefined", "undefined").expect_err("no configuration");
    assert_eq!(
        load_config(),
        Err(ConfigFileError {
            file: "config.js",
            kind
        })
    );
}

#[wasm_bindgen_test]
fn config_error_names_the_config_file_that_was_loaded() {
    let _error = Replacement::value(window(), "_configError", &js("({ kind: 'html' })"));
    for (run, file) in [
        ("'config.js'", "config.js"),
        ("'js/config.js'", "js/config.js"),
        ("undefined", "config.js"),
        ("'<b>other.js</b>'", "config.js"),
    ] {
        let _file = Replacement::value(window(), "_configFile", &js(run));
        let kind = ConfigFileErrorKind::HtmlInsteadOfFile;
        assert_eq!(load_config(), Err(ConfigFileError { file, kind }), "{run}");
    }
}
