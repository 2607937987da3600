use leptos::prelude::*;
use leptos_cognito::browser::config::{ConfigFileError, ConfigFileErrorKind};
use ui_texts::setup;

use crate::components::Page;

/// Renders the page that replaces all others while the configuration cannot be used. It names the file, the key and the
/// expected value.
pub fn config_error_page(ConfigFileError { file, kind }: ConfigFileError) -> AnyView {
    let (summary, remedy) = match &kind {
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
        } => vec![message],
        ConfigFileErrorKind::Keys(errors) => errors.iter().map(ToString::to_string).collect(),
    };
    let row = |detail: String| view! { <li><code>{detail}</code></li> };
    view! {
        <header class="bar">
            <span class="brand"><img src="/icon.svg" alt="" width="28" height="28"/><span class="brand-name">"Poolgate"</span></span>
        </header>
        <Page title=setup::CONFIG_TITLE>
            <p role="alert" class="notice notice-error">{summary}</p>
            <ul class="details">{details.into_iter().map(row).collect::<Vec<_>>()}</ul>
            <p>{remedy}</p>
            <p>{setup::CONFIG_RELOAD}</p>
        </Page>
    }
    .into_any()
}
