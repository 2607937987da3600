use leptos::prelude::*;

use crate::browser::config::ConfigProblem;
use crate::components::Page;

/// In place of every page while `config.js` makes no sense: names the file, the key and what it should be.
pub fn config_problem_page(problem: ConfigProblem) -> AnyView {
    let (found, remedy) = match &problem {
        ConfigProblem::FileMissing => (
            "The file config.js could not be loaded.",
            "Put it beside index.html. It sets window._config, and the README has an example to copy.",
        ),
        ConfigProblem::HtmlInItsPlace => (
            "The server sent a page of HTML in place of config.js.",
            "Most often the file is missing and the server answers every address with the start page. \
             Put config.js beside index.html.",
        ),
        ConfigProblem::Syntax { .. } => (
            "The file config.js could not be run.",
            "Mend what the browser complains of; often a comma or a quote is missing.",
        ),
        ConfigProblem::Keys(_) => (
            "The file config.js does not say which user pool this page belongs to.",
            "Mend what is listed here. The user pool's id and the app client's id stand in the Cognito console.",
        ),
    };
    let details = match problem {
        ConfigProblem::FileMissing | ConfigProblem::HtmlInItsPlace => Vec::new(),
        ConfigProblem::Syntax {
            message,
            line: Some(line),
        } => vec![format!("line {line}: {message}")],
        ConfigProblem::Syntax {
            message,
            line: None,
        } => vec![message],
        ConfigProblem::Keys(faults) => faults.iter().map(ToString::to_string).collect(),
    };
    let row = |detail: String| view! { <li><code>{detail}</code></li> };
    view! {
        <header class="bar">
            <span class="brand"><img src="/icon.svg" alt="" width="28" height="28"/>"Poolgate"</span>
        </header>
        <Page title="This page is not set up yet">
            <p role="alert" class="notice notice-trouble">{found}</p>
            <ul class="details">{details.into_iter().map(row).collect::<Vec<_>>()}</ul>
            <p>{remedy}</p>
            <p>"Then reload this page; there is nothing to rebuild."</p>
        </Page>
    }
    .into_any()
}
