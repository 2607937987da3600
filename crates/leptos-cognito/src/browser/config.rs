//! Reads `config.js` from the variables that the start script sets.

use cognito_proto::config::{Config, ConfigError, ConfigValue};
use js_sys::{Array, JSON, Object, Reflect};
use thiserror::Error;
use wasm_bindgen::{JsCast, JsValue};

/// The error for a configuration file that is missing or invalid.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{file}: {kind}")]
pub struct ConfigFileError {
    /// The path of the file below this origin: `config.js`, or `js/config.js` where only that one exists.
    pub file: &'static str,
    /// What is wrong with the file.
    pub kind: ConfigFileErrorKind,
}

/// What is wrong with the configuration file.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ConfigFileErrorKind {
    /// The host has no such file.
    #[error("the host has no such file")]
    FileMissing,
    /// The host returned an HTML page in place of the file.
    #[error("the host returned an HTML page in place of the file")]
    HtmlInsteadOfFile,
    /// The file is not valid JavaScript.
    #[error("the file is not valid JavaScript: {message}")]
    Syntax {
        /// The browser's error message.
        message: String,
        /// The line number, counted from one, if the browser reports it.
        line: Option<u64>,
    },
    /// The file is valid JavaScript, but has these errors in its keys.
    #[error("{} keys of the file are wrong", .0.len())]
    Keys(Vec<ConfigError>),
}

/// Parses the configuration in `window._config`, or returns what is wrong with it.
pub fn load_config() -> Result<Config, ConfigFileError> {
    parse_config_variables().map_err(|kind| ConfigFileError {
        file: file_path(),
        kind,
    })
}

/// Returns the path of the configuration file that the start script ran, below this origin.
pub(super) fn file_path() -> &'static str {
    match read_global_variable("_configFile").as_str() {
        Some("js/config.js") => "js/config.js",
        _ => "config.js",
    }
}

/// Parses the configuration. If the start script has stored an error, returns this error.
fn parse_config_variables() -> Result<Config, ConfigFileErrorKind> {
    let error = read_global_variable("_configError");
    match error.get("kind").as_str() {
        Some("missing") => Err(ConfigFileErrorKind::FileMissing),
        Some("html") => Err(ConfigFileErrorKind::HtmlInsteadOfFile),
        Some(_) => Err(ConfigFileErrorKind::Syntax {
            message: error.get("message").as_str().unwrap_or_default().to_owned(),
            line: error.get("line").as_u64().filter(|line| *line > 0),
        }),
        None => Config::parse(&read_global_variable("_config")).map_err(ConfigFileErrorKind::Keys),
    }
}

/// Returns the value of the global JavaScript variable `name`. A value that JSON cannot express (undefined, or a cyclic
/// object) is `Null`.
fn read_global_variable(name: &str) -> ConfigValue {
    let value = Reflect::get(&js_sys::global(), &JsValue::from_str(name)).ok();
    let json = value.and_then(|value| JSON::stringify(&value).ok()?.as_string());
    // The parsed value has no functions, cycles or wrapper objects.
    let plain = json.and_then(|json| JSON::parse(&json).ok());
    plain.map_or(ConfigValue::Null, |plain| to_config_value(&plain))
}

/// Converts a JavaScript value that `JSON.parse` has returned. The browser's parser is used, so that the first chunk of
/// the app does not contain a JSON parser.
fn to_config_value(value: &JsValue) -> ConfigValue {
    if let Some(text) = value.as_string() {
        ConfigValue::String(text)
    } else if let Some(value) = value.as_bool() {
        ConfigValue::Bool(value)
    } else if value.as_f64().is_some() {
        let text = JSON::stringify(value).map(String::from);
        ConfigValue::Number(text.unwrap_or_default())
    } else if let Some(items) = value.dyn_ref::<Array>() {
        ConfigValue::Array(items.iter().map(|item| to_config_value(&item)).collect())
    } else if let Some(object) = value.dyn_ref::<Object>() {
        let entries = Object::entries(object);
        let member = |entry: JsValue| {
            let entry = Array::from(&entry);
            let name = entry.get(0).as_string().unwrap_or_default();
            (name, to_config_value(&entry.get(1)))
        };
        ConfigValue::Object(entries.iter().map(member).collect())
    } else {
        ConfigValue::Null
    }
}
