//! Reads `config.js` from the variables that the start script sets.

use cognito_proto::config::{Config, ConfigError};
use cognito_proto::json::Json;
use wasm_bindgen::JsValue;

/// The error of a missing or invalid configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotConfigured {
    /// The file that the problem is about, by its path below this origin: `config.js`, or `js/config.js` where only
    /// that one exists.
    pub file: &'static str,
    /// The problem with the file.
    pub problem: ConfigProblem,
}

/// A problem with the configuration file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigProblem {
    /// The host has no such file.
    FileMissing,
    /// The host returned an HTML page in place of the file.
    HtmlInItsPlace,
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
pub fn read() -> Result<Config, NotConfigured> {
    read_config().map_err(|problem| NotConfigured {
        file: file(),
        problem,
    })
}

/// The file that the start script ran, by its path below this origin.
pub(super) fn file() -> &'static str {
    match global("_configFile").as_text() {
        Some("js/config.js") => "js/config.js",
        _ => "config.js",
    }
}

fn read_config() -> Result<Config, ConfigProblem> {
    let fault = global("_configError");
    match fault.get("kind").as_text() {
        Some("missing") => Err(ConfigProblem::FileMissing),
        Some("html") => Err(ConfigProblem::HtmlInItsPlace),
        Some(_) => Err(ConfigProblem::Syntax {
            message: fault
                .get("message")
                .as_text()
                .unwrap_or_default()
                .to_owned(),
            line: fault.get("line").as_whole().filter(|line| *line > 0),
        }),
        None => Config::parse(&global("_config")).map_err(ConfigProblem::Keys),
    }
}

/// A global variable, converted through JSON. A value without JSON (undefined, or a cyclic object) is `null`.
fn global(name: &str) -> Json {
    js_sys::Reflect::get(&js_sys::global(), &JsValue::from_str(name))
        .ok()
        .and_then(|value| js_sys::JSON::stringify(&value).ok())
        .and_then(|text| text.as_string())
        .and_then(|text| Json::parse(&text).ok())
        .unwrap_or(Json::Null)
}
