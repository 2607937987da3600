//! Reads `config.js` from the variables that the start script sets.

use cognito_proto::config::{Config, ConfigError};
use cognito_proto::json::Json;
use wasm_bindgen::JsValue;

/// The error of a missing or invalid configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigFileError {
    /// The file that the problem is about, by its path below this origin: `config.js`, or `js/config.js` where only
    /// that one exists.
    pub file: &'static str,
    /// The problem with the file.
    pub kind: ConfigFileErrorKind,
}

/// What is wrong with the configuration file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigFileErrorKind {
    /// The host has no such file.
    FileMissing,
    /// The host returned an HTML page in place of the file.
    HtmlInsteadOfFile,
    /// The file is not valid JavaScript.
    Syntax {
        /// The browser's error message.
        message: String,
        /// The line number, counted from one, if the browser reports it.
        line: Option<u64>,
    },
    /// The file is valid JavaScript, but these keys are wrong.
    Keys(Vec<ConfigError>),
}

/// Parses `window._config`, or returns the problem with it.
pub fn load() -> Result<Config, ConfigFileError> {
    parse_config_variables().map_err(|kind| ConfigFileError {
        file: file_path(),
        kind,
    })
}

/// The file that the start script ran, by its path below this origin.
pub(super) fn file_path() -> &'static str {
    match read_global_variable("_configFile").as_str() {
        Some("js/config.js") => "js/config.js",
        _ => "config.js",
    }
}

/// Parses the configuration, or returns the error that the start script has stored.
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

/// The value of the global variable `name`, converted through JSON. A value without JSON (undefined, or a cyclic
/// object) is `null`.
fn read_global_variable(name: &str) -> Json {
    js_sys::Reflect::get(&js_sys::global(), &JsValue::from_str(name))
        .ok()
        .and_then(|value| js_sys::JSON::stringify(&value).ok())
        .and_then(|text| text.as_string())
        .and_then(|text| Json::parse(&text).ok())
        .unwrap_or(Json::Null)
}
