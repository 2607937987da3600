//! The search for secrets in `config.js`. Every visitor can read the file, so it must not contain any.

use super::error::ConfigErrorKind;
use super::parser::{ConfigParser, truncated};
use crate::json::Json;

/// The section whose keys name texts that users read, such as `password: 'Passphrase'`.
const TEXTS: &str = "strings";

/// The endings of keys that name secrets, without the separators of other spellings (`client_secret`, `API-KEY`).
const ENDINGS: [&str; 6] = [
    "secret",
    "secretkey",
    "secretaccesskey",
    "password",
    "privatekey",
    "apikey",
];

impl ConfigParser {
    /// Reports every key that is named like a secret, and every value that looks like an AWS access key ID, at any
    /// depth. The values are not repeated. A browser app cannot keep a secret (RFC 10017 §6.3.3.1).
    pub(super) fn reject_secrets(&mut self, config: &Json) {
        self.reject_secrets_in(config, "", true);
    }

    fn reject_secrets_in(&mut self, value: &Json, path: &str, names_count: bool) {
        match value {
            Json::Object(members) => {
                for (name, value) in members {
                    let is_top = path.is_empty();
                    let path = if is_top {
                        name.clone()
                    } else {
                        format!("{path}.{name}")
                    };
                    if names_count && *value != Json::Null && is_named_like_a_secret(name) {
                        self.report_forbidden(
                            &path,
                            "this file is public: delete it, and use an app client made without a secret",
                        );
                    } else {
                        let names_count = names_count && !(is_top && name == TEXTS);
                        self.reject_secrets_in(value, &path, names_count);
                    }
                }
            }
            Json::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.reject_secrets_in(item, &format!("{path}[{index}]"), names_count);
                }
            }
            Json::String(text) if contains_access_key_id(text) => self.report_forbidden(
                path,
                "it looks like an AWS access key, and this file is public: delete it, and deactivate that key",
            ),
            _ => {}
        }
    }

    fn report_forbidden(&mut self, path: &str, advice: &'static str) {
        self.report::<()>(truncated(path), ConfigErrorKind::Forbidden, advice);
    }
}

fn is_named_like_a_secret(name: &str) -> bool {
    let bare: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_ascii_lowercase();
    ENDINGS.iter().any(|ending| bare.ends_with(ending))
}

/// Whether a word of the text is an AWS access key ID: `AKIA` (long-term) or `ASIA` (temporary), then capitals and
/// digits.
///
/// The minimum of 16 characters is that of `accessKeyIdType` in IAM's API reference. The prefixes are listed in the IAM
/// user guide:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids>
fn contains_access_key_id(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_alphanumeric())
        .any(|word| {
            word.len() >= 16
                && (word.starts_with("AKIA") || word.starts_with("ASIA"))
                && word
                    .bytes()
                    .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        })
}

#[cfg(test)]
mod tests {
    use crate::config::{Config, ConfigError, ConfigErrorKind};
    use crate::json::Json;

    const SECRET: &str = "51ibi1mpn";
    /// The example of AWS's documentation.
    const ACCESS_KEY_ID: &str = "AKIAIOSFODNN7EXAMPLE";

    /// Returns the forbidden keys of a valid configuration to which these members are added, at the top and in
    /// `cognito`.
    fn forbidden(top: &str, cognito: &str) -> Vec<String> {
        let text = format!(
            r#"{{{top}"cognito":{{{cognito}"userPoolId":"us-west-2_uXboG5pAb","userPoolClientId":"25ddkmj4v6hfsfvruhpfi7n4hv"}}}}"#
        );
        let config = Json::parse(&text).expect("the test's own JSON");
        let faults = match Config::parse(&config) {
            Ok(_) => return Vec::new(),
            Err(faults) => faults,
        };
        for fault in &faults {
            assert_eq!(fault.kind, ConfigErrorKind::Forbidden, "{text}");
            let sentence = fault.to_string();
            assert!(sentence.contains("this file is public"), "{sentence}");
            for value in [SECRET, ACCESS_KEY_ID] {
                assert!(!sentence.contains(value), "{sentence}");
            }
        }
        faults
            .iter()
            .map(|fault: &ConfigError| fault.key.to_string())
            .collect()
    }

    #[test]
    fn a_key_named_like_a_secret_is_refused_in_any_spelling() {
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
                forbidden("", &format!(r#""{name}":"{SECRET}","#)),
                [format!("cognito.{name}")]
            );
        }
    }

    #[test]
    fn a_secret_is_refused_at_any_depth() {
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
            assert_eq!(forbidden(top, ""), [path]);
        }
    }

    #[test]
    fn an_access_key_is_refused_whatever_its_key_is_called() {
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
            assert_eq!(forbidden(top, ""), [path]);
        }
    }

    #[test]
    fn other_keys_texts_for_users_and_nothing_are_no_secrets() {
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
            assert_eq!(forbidden(top, ""), [""; 0], "{top}");
        }
        let policy = r#""passwordPolicy":{"minimumLength":8},"#;
        assert_eq!(forbidden("", policy), [""; 0]);
    }
}
