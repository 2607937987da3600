//! The texts that are shown before the app has started, or if it cannot start. Some of them are in `index.html` and
//! `start.js`, which cannot use this crate. A test of this module compares them.
#![allow(missing_docs, reason = "a text is its own description")]

// In index.html.
pub const LOADING: &str = "Loading…";
pub const NOT_STARTED_TITLE: &str = "Couldn't load the page";
pub const NOT_STARTED: &str = "Check your connection, then reload the page. If the problem continues, contact your administrator.";
pub const NO_JAVASCRIPT: &str = "Enable JavaScript to use this app.";

// In start.js.
pub const SLOW: &str = "Still loading… Check your connection.";
pub const NO_WEBASSEMBLY: &str = "Your browser doesn't support WebAssembly. Please update it.";
pub const LOAD_FAILED: &str =
    "The page couldn't be loaded. Check your connection, then reload the page.";
/// The text if the app cannot start or has crashed.
pub const CRASHED: &str = "Something went wrong. Reload the page.";

// The page for a broken config.js, which operators read.
pub const CONFIG_TITLE: &str = "App not configured";
pub const CONFIG_RELOAD: &str = "Then reload this page. No rebuild is needed.";
pub const CONFIG_MISSING_REMEDY: &str =
    "Put config.js next to index.html. The file sets window._config. The README has an example.";
pub const CONFIG_HTML_REMEDY: &str = "Usually the file is missing, and the server answers every address with the start page. Put config.js next to index.html.";
pub const CONFIG_SYNTAX_REMEDY: &str = "Fix the error above (often a missing comma or quote).";
pub const CONFIG_KEYS_REMEDY: &str =
    "Fix the errors above. The Cognito console shows the user pool ID and the app client ID.";

/// The heading if the configuration file could not be fetched.
pub fn config_missing(file_name: &str) -> String {
    format!("The file {file_name} could not be loaded.")
}

/// The heading if the server sent an HTML page in place of the configuration file.
pub fn config_html(file_name: &str) -> String {
    format!("The server sent an HTML page instead of {file_name}.")
}

/// The heading if the configuration file is not valid JavaScript.
pub fn config_syntax(file_name: &str) -> String {
    format!("The file {file_name} contains an error.")
}

/// The heading if the configuration file has invalid or missing keys.
pub fn config_keys(file_name: &str) -> String {
    format!("The file {file_name} has invalid settings.")
}

#[cfg(test)]
mod tests {
    use super::*;

    const INDEX: &str = include_str!("../../../index.html");
    const START: &str = include_str!("../../../start.js");

    #[test]
    fn index_html_contains_the_loading_and_start_error_texts() {
        for text in [LOADING, NOT_STARTED_TITLE, NOT_STARTED, NO_JAVASCRIPT] {
            assert!(INDEX.contains(&format!(">{text}<")), "{text}");
        }
    }

    #[test]
    fn start_js_contains_the_slow_load_and_crash_texts() {
        for text in [SLOW, NO_WEBASSEMBLY, LOAD_FAILED, CRASHED] {
            let literal = [format!("'{text}'"), format!("\"{text}\"")];
            assert!(
                literal.iter().any(|literal| START.contains(literal)),
                "{text}"
            );
        }
    }
}
