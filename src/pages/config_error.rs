use leptos::prelude::*;
use leptos_cognito::browser::config::ConfigFileError;
use ui_texts::setup;

use crate::components::Page;
use crate::messages::{self, ConfigFileMessage};

/// The page that replaces all others while the configuration cannot be used. It names the file, the key and the
/// expected value.
#[component]
pub fn ConfigErrorPage(error: ConfigFileError) -> impl IntoView {
    let ConfigFileMessage {
        summary,
        details,
        remedy,
    } = messages::config_file_error(&error);
    let row = |detail: String| view! { <li><code>{detail}</code></li> };
    view! {
        <header class="bar">
            <span class="brand"><img src="/icon.svg" alt="" width="28" height="28"/><span class="brand-name">"Poolgate"</span></span>
        </header>
        <Page title=setup::CONFIG_TITLE>
            <p role="alert" class="notice notice-error">{summary}</p>
            <ul class="details">{details.into_iter().map(row).collect_view()}</ul>
            <p>{remedy}</p>
            <p>{setup::CONFIG_RELOAD}</p>
        </Page>
    }
}
