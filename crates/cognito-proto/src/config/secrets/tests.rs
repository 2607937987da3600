use crate::config::ConfigValue;
use crate::config::{Config, ConfigError, ConfigErrorKind};

const SECRET: &str = "51ibi1mpn";
/// The example of AWS's documentation.
const ACCESS_KEY_ID: &str = "AKIAIOSFODNN7EXAMPLE";

/// Returns the forbidden keys of a valid configuration to which these members are added, at the top and in
/// `cognito`.
fn forbidden_keys(top: &str, cognito: &str) -> Vec<String> {
    let text = format!(
        r#"{{{top}"cognito":{{{cognito}"userPoolId":"us-west-2_uXboG5pAb","userPoolClientId":"25ddkmj4v6hfsfvruhpfi7n4hv"}}}}"#
    );
    let config = serde_json::from_str::<ConfigValue>(&text).expect("valid JSON");
    let errors = match Config::parse(&config) {
        Ok(_) => return Vec::new(),
        Err(errors) => errors,
    };
    for error in &errors {
        let is_secret = matches!(
            error.kind,
            ConfigErrorKind::SecretName | ConfigErrorKind::AccessKeyId
        );
        assert!(is_secret, "{text}");
        let sentence = error.to_string();
        assert!(sentence.contains("this file is public"), "{sentence}");
        for value in [SECRET, ACCESS_KEY_ID] {
            assert!(!sentence.contains(value), "{sentence}");
        }
    }
    errors
        .iter()
        .map(|error: &ConfigError| error.key.to_string())
        .collect()
}

#[test]
fn config_rejects_keys_that_are_named_like_a_secret() {
    for name in [
        "secret",
        "clientSecret",
        "userPoolClientSecret",
        "client_secret",
        "CLIENT_SECRET",
        "client-secret",
        "OIDC_CLIENT_SECRET",
        "secretKey",
        "aws_secret_key",
        "secretAccessKey",
        "SecretAccessKey",
        "aws_secret_access_key",
        "password",
        "adminPassword",
        "ADMIN_PASSWORD",
        "privateKey",
        "private_key",
        "PRIVATE-KEY",
        "apiKey",
        "api_key",
        "x-api-key",
        "APIKEY",
    ] {
        assert_eq!(
            forbidden_keys("", &format!(r#""{name}":"{SECRET}","#)),
            [format!("cognito.{name}")]
        );
    }
}

#[test]
fn config_rejects_secrets_in_nested_objects() {
    for (top, path) in [
        (r#""secret":"51ibi1mpn","#, "secret"),
        (r#""clientSecret":7,"#, "clientSecret"),
        (r#""api":{"apiKey":"51ibi1mpn"},"#, "api.apiKey"),
        (
            r#""oidc":{"OIDC_CLIENT_SECRET":"51ibi1mpn"},"#,
            "oidc.OIDC_CLIENT_SECRET",
        ),
        (
            r#""more":{"deep":[{},{"x":{"privateKey":["51ibi1mpn"]}}]},"#,
            "more.deep[1].x.privateKey",
        ),
        (
            r#""Auth":{"password":{"clientSecret":"51ibi1mpn"}},"#,
            "Auth.password",
        ),
    ] {
        assert_eq!(forbidden_keys(top, ""), [path]);
    }
}

#[test]
fn config_rejects_an_aws_access_key_id_under_any_key() {
    for (top, path) in [
        (r#""id":"AKIAIOSFODNN7EXAMPLE","#, "id"),
        (r#""more":["x","ASIAIOSFODNN7EXAMPLE"],"#, "more[1]"),
        (
            r#""more":{"note":"key AKIAIOSFODNN7EXAMPLE, old"},"#,
            "more.note",
        ),
        (
            r#""strings":{"password":"AKIAIOSFODNN7EXAMPLE"},"#,
            "strings.password",
        ),
    ] {
        assert_eq!(forbidden_keys(top, ""), [path]);
    }
}

#[test]
fn config_accepts_harmless_keys_that_resemble_secrets() {
    for top in [
        r#""secretary":"x","#,
        r#""apiKeys":"x","#,
        r#""clientSecret":null,"#,
        r#""strings":{"password":"Passphrase","forgot":{"oldPassword":"Old passphrase"}},"#,
        r#""note":"AKIA","#,
        r#""note":"AKIAIOSFODNN7example","#,
        r#""note":"XAKIAIOSFODNN7EXAMPLE","#,
        r#""note":"ASIAN FOOD AND MORE","#,
    ] {
        assert_eq!(forbidden_keys(top, ""), [""; 0], "{top}");
    }
    let policy = r#""passwordPolicy":{"minimumLength":8},"#;
    assert_eq!(forbidden_keys("", policy), [""; 0]);
}
