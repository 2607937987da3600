//! Errors in `config.js`, for the operator.

use core::fmt;
use std::borrow::Cow;

use super::value::ConfigValue;

/// An error in `config.js`. Its `Display` is a sentence that names the key, its value and what the value should look
/// like.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct ConfigError {
    /// The key as the operator knows it, e.g. `cognito.userPoolId`.
    pub key: Cow<'static, str>,
    /// The kind of the error.
    pub kind: ConfigErrorKind,
}

/// The kind of an error in `config.js`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigErrorKind {
    /// The key is missing.
    Missing,
    /// The value is empty.
    Empty,
    /// The value, given here, is still the placeholder of a template.
    Placeholder(String),
    /// The value has a wrong type, which is named here.
    WrongType(&'static str),
    /// The value, given here, is not valid.
    Malformed(ConfigValue),
    /// The value contradicts another key.
    Contradicts {
        /// The value.
        value: String,
        /// The last part of the other key, e.g. `userPoolId`.
        other: &'static str,
    },
    /// Another key, which is named here, already has this meaning.
    Redundant(&'static str),
    /// The key has the name of a secret. The error does not contain the value.
    SecretName,
    /// The value contains an AWS access key ID. The error does not contain the value.
    AccessKeyId,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { key, kind } = self;
        let key = truncated(key);
        let valid_value = valid_value(&self.key);
        match kind {
            ConfigErrorKind::Missing => write!(f, "{key} is missing; {valid_value}"),
            ConfigErrorKind::Empty => write!(f, "{key} is empty; {valid_value}"),
            ConfigErrorKind::Placeholder(value) => {
                let value = truncated(value);
                write!(
                    f,
                    "{key} still contains the placeholder “{value}”; {valid_value}"
                )
            }
            ConfigErrorKind::WrongType(found) => write!(f, "{key} is {found}; {valid_value}"),
            ConfigErrorKind::Malformed(value) => {
                let value = match value {
                    ConfigValue::String(text) => truncated(text),
                    value => truncated(&value.to_string()),
                };
                write!(f, "{key} is “{value}”; {valid_value}")
            }
            ConfigErrorKind::Contradicts { value, other } => {
                let (value, reason) = (truncated(value), contradiction(&self.key, other));
                write!(f, "{key} is “{value}”, but {reason}")
            }
            ConfigErrorKind::Redundant(other) => write!(
                f,
                "{key} is not allowed; {other} names the issuer already: delete this key"
            ),
            ConfigErrorKind::SecretName => write!(
                f,
                "{key} is not allowed; this file is public: delete it, and use an app client made without a secret"
            ),
            ConfigErrorKind::AccessKeyId => write!(
                f,
                "{key} is not allowed; it looks like an AWS access key, and this file is public: delete it, and \
                 deactivate that key"
            ),
        }
    }
}

/// Describes the valid values of a key.
fn valid_value(key: &str) -> &'static str {
    match key {
        "window._config" => "it should be an object: window._config = { … }",
        "cognito" | "oidc" => "it should be an object with userPoolId, userPoolClientId and region",
        "cognito.userPoolId" => "it should look like eu-west-1_AbCdEf123",
        "cognito.userPoolClientId" | "oidc.OIDC_CLIENT_NAME" => {
            "it should be the app client ID, such as 25ddkmj4v6hfsfvruhpfi7n4hv"
        }
        "cognito.region" => "it should look like eu-west-1",
        "cognito.endpoint" => {
            "it should be an https address, or http on localhost, such as http://localhost:9229"
        }
        "cognito.issuer" => {
            "it should be the issuer that tokens name: an https address, or http on localhost, that ends in /userPoolId"
        }
        "oidc.OIDC_URL" => {
            "it should look like https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123"
        }
        "cognito.authFlow" => {
            "it should be USER_SRP_AUTH, USER_PASSWORD_AUTH, USER_AUTH or CUSTOM_AUTH"
        }
        "cognito.preferredChallenge" => {
            "it should be PASSWORD_SRP, PASSWORD, EMAIL_OTP, SMS_OTP or WEB_AUTHN"
        }
        "cognito.srpFirst" => "it should be true or false",
        "cognito.storage" => "it should be 'local', 'session' or 'memory'",
        "cognito.signUpAttributes" => {
            "it should be a list of attribute names, such as ['email', 'name']"
        }
        "cognito.passwordPolicy" => {
            "it should look like { minimumLength: 8, requireNumbers: true }"
        }
        "cognito.domain" => {
            "it should look like https://todousers.auth.eu-west-1.amazoncognito.com"
        }
        "cognito.redirectSignIn" => {
            "it should be exactly the app client's callback URL, such as http://localhost:8000/login/"
        }
        "cognito.redirectSignOut" => {
            "it should be exactly the app client's sign-out URL, such as http://localhost:8000"
        }
        "cognito.scopes" => "it should be a list of scopes, such as ['openid', 'email']",
        "cognito.identityProviders" => {
            "it should be a list of the pool's providers, such as ['Google', 'SignInWithApple']"
        }
        "cognito.loginHint" => "it should be the name to fill in, such as 'ann@example.com'",
        "cognito.lang" => "it should be a language of the hosted pages, such as 'de' or 'pt-BR'",
        "cognito.prompt" => {
            "it should be 'none', or some of login, select_account and consent with spaces between"
        }
        "cognito.responseType" => "it should be 'code', or 'token' for the implicit grant",
        "api" => "it should be an object with invokeUrl",
        "api.invokeUrl" => {
            "it should look like https://rc7nyt4tql.execute-api.us-west-2.amazonaws.com/prod"
        }
        "api.token" => "it should be 'id' or 'access'",
        "api.scheme" => "it should be '' or one word, such as 'Bearer'",
        _ => "docs/configuration.md describes its values",
    }
}

/// Describes the contradiction between `key` and the key `other`, and how the operator can resolve it.
fn contradiction(key: &str, other: &str) -> &'static str {
    match (key, other) {
        (_, "preferredChallenge") => {
            "preferredChallenge is set, which belongs to USER_AUTH: use that flow, or delete the key"
        }
        (_, "srpFirst") => {
            "srpFirst is set, which belongs to CUSTOM_AUTH: use that flow, or delete the key"
        }
        ("cognito.region", _) => "userPoolId begins with another region: use that one",
        _ => "it ends in another ID than userPoolId",
    }
}

/// Shortens a configuration value so that it can be shown in an error.
fn truncated(text: &str) -> String {
    const LONGEST: usize = 60;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
