//! The search for secrets in `config.js`. Every visitor can read the file, so it must not contain any.

use super::error::ConfigErrorKind;
use super::parser::ConfigParser;
use super::value::ConfigValue;

/// The section of `config.js` that replaces texts of the user interface. Its keys may contain words such as `password`.
const TEXTS_SECTION: &str = "strings";

/// The endings by which keys that name secrets are recognized. They are compared in lower case and without separators
/// (`client_secret`, `API-KEY`).
const SECRET_NAME_ENDINGS: [&str; 6] = [
    "secret",
    "secretkey",
    "secretaccesskey",
    "password",
    "privatekey",
    "apikey",
];

impl ConfigParser {
    /// Reports every key with the name of a secret, and every value that looks like an AWS access key ID, at any depth.
    /// The report does not repeat the values. A browser app cannot keep a secret (RFC 10017 §6.3.3.1).
    pub(super) fn reject_secrets(&mut self, config: &ConfigValue) {
        self.reject_secrets_in(config, "", true);
    }

    /// Searches `value` for secrets. `path` is the path of its key. `check_names` is false inside the section with
    /// texts of the user interface.
    fn reject_secrets_in(&mut self, value: &ConfigValue, path: &str, check_names: bool) {
        match value {
            ConfigValue::Object(members) => {
                for (name, value) in members {
                    let is_top = path.is_empty();
                    let path = if is_top {
                        name.clone()
                    } else {
                        format!("{path}.{name}")
                    };
                    if check_names && *value != ConfigValue::Null && is_named_like_a_secret(name) {
                        self.report::<()>(path, ConfigErrorKind::SecretName);
                    } else {
                        let check_names = check_names && !(is_top && name == TEXTS_SECTION);
                        self.reject_secrets_in(value, &path, check_names);
                    }
                }
            }
            ConfigValue::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.reject_secrets_in(item, &format!("{path}[{index}]"), check_names);
                }
            }
            ConfigValue::String(text) if contains_access_key_id(text) => {
                self.report::<()>(path.to_owned(), ConfigErrorKind::AccessKeyId);
            }
            _ => {}
        }
    }
}

fn is_named_like_a_secret(name: &str) -> bool {
    let bare: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_ascii_lowercase();
    SECRET_NAME_ENDINGS
        .iter()
        .any(|ending| bare.ends_with(ending))
}

/// Returns true if a word of the text is an AWS access key ID: `AKIA` (long-term) or `ASIA` (temporary), then capitals
/// and digits.
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
mod tests;
