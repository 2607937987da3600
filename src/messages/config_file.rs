use leptos_cognito::browser::config::{ConfigFileError, ConfigFileErrorKind};
use ui_texts::setup;

/// The texts about a configuration that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigFileMessage {
    /// What is wrong with the file.
    pub summary: String,
    /// The places of the errors in the file.
    pub details: Vec<String>,
    /// What the administrator can do.
    pub remedy: &'static str,
}

/// Returns the message for a configuration file that cannot be used.
pub fn config_file_error(ConfigFileError { file, kind }: &ConfigFileError) -> ConfigFileMessage {
    let (summary, remedy) = match kind {
        ConfigFileErrorKind::FileMissing => {
            (setup::config_missing(file), setup::CONFIG_MISSING_REMEDY)
        }
        ConfigFileErrorKind::HtmlInsteadOfFile => {
            (setup::config_html(file), setup::CONFIG_HTML_REMEDY)
        }
        ConfigFileErrorKind::Syntax { .. } => {
            (setup::config_syntax(file), setup::CONFIG_SYNTAX_REMEDY)
        }
        ConfigFileErrorKind::Keys(_) => (setup::config_keys(file), setup::CONFIG_KEYS_REMEDY),
    };
    let details = match kind {
        ConfigFileErrorKind::FileMissing | ConfigFileErrorKind::HtmlInsteadOfFile => Vec::new(),
        ConfigFileErrorKind::Syntax {
            message,
            line: Some(line),
        } => vec![format!("line {line}: {message}")],
        ConfigFileErrorKind::Syntax {
            message,
            line: None,
        } => vec![message.clone()],
        ConfigFileErrorKind::Keys(errors) => errors.iter().map(ToString::to_string).collect(),
    };
    ConfigFileMessage {
        summary,
        details,
        remedy,
    }
}
