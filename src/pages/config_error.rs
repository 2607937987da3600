use leptos::prelude::*;

use crate::browser::config::{ConfigFileError, ConfigFileErrorKind};
use crate::components::Page;

/// The page that replaces all others while the configuration cannot be used. It names the file, the key and the
/// expected value.
pub fn config_error_page(ConfigFileError { file, kind }: ConfigFileError) -> AnyView {
    let (summary, remedy) = match &kind {
        ConfigFileErrorKind::FileMissing => (
            format!("The file {file} could not be loaded."),
            "Put it beside index.html. It sets window._config, and the README has an example to copy.",
        ),
        ConfigFileErrorKind::HtmlInsteadOfFile => (
            format!("The server sent a page of HTML in place of {file}."),
            "Most often the file is missing and the server answers every address with the start page. \
             Put config.js beside index.html.",
        ),
        ConfigFileErrorKind::Syntax { .. } => (
            format!("The file {file} could not be run."),
            "Correct what the browser reports; often a comma or a quote is missing.",
        ),
        ConfigFileErrorKind::Keys(_) => (
            format!("The file {file} cannot be used as it is."),
            "Correct what is listed here. The user pool's id and the app client's id stand in the Cognito console.",
        ),
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
        <Page title="This page is not set up yet">
            <p role="alert" class="notice notice-error">{summary}</p>
            <ul class="details">{details.into_iter().map(row).collect::<Vec<_>>()}</ul>
            <p>{remedy}</p>
            <p>"Then reload this page; there is nothing to rebuild."</p>
        </Page>
    }
    .into_any()
}
