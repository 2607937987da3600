//! The stage `single-file`: some end-to-end tests with the app as `trunk serve` and `trunk build` create it, with all
//! WebAssembly in one file, and the end-to-end test of `examples/minimal`.

use std::path::Path;

use anyhow::{Result, ensure};

use super::{CheckContext, end_to_end_test_command};
use crate::{
    dist, paths,
    test_summary::{TestSummary, run_tests},
};

/// The end-to-end tests of this stage, with their paths in `crates/e2e/tests/journeys`. Together they need every chunk
/// that the release loads at a sign-in or on a page after it.
const JOURNEYS: [&str; 8] = [
    "sign_in::srp_sign_in_never_sends_the_password",
    "sign_up::new_user_confirms_the_account_and_adds_a_todo",
    "hosted_sign_in::hosted_sign_in_gives_the_user_a_working_session",
    "session::session_survives_a_reload_and_a_new_tab",
    "session::sign_out_clears_browser_storage_and_revokes_refresh_token",
    "challenges::second_factors::sign_in_requires_the_email_code_as_second_factor",
    "account::details::changed_name_appears_in_the_greeting_and_in_the_tokens",
    "todo_api::changes_to_todos_survive_a_reload",
];

/// Builds the app and the example, and runs the end-to-end tests of this stage with them.
pub(super) fn run_single_file_tests(context: &CheckContext) -> Result<TestSummary> {
    Ok(run_journeys(context)?.add_counts(run_example_test(context)?))
}

fn run_journeys(context: &CheckContext) -> Result<TestSummary> {
    let dist = paths::target_folder().join("test/single-file-dist");
    let mut command = end_to_end_test_command(&dist)?;
    // The build is part of this stage, so the tests never run with an app of older code.
    dist::build_single_file(context.tools()?, Path::new("."), &dist)?;
    command
        .args(["--test", "journeys", "--", "--exact"])
        .args(JOURNEYS);
    let summary = run_tests(&mut command, "the journeys")?;
    ensure!(
        summary.failed > 0 || summary.passed as usize == JOURNEYS.len(),
        "{} tests ran, but the list in crates/xtask/src/checks/single_file.rs has {}.",
        summary.passed,
        JOURNEYS.len()
    );
    Ok(summary)
}

fn run_example_test(context: &CheckContext) -> Result<TestSummary> {
    let dist = paths::target_folder().join("test/minimal-dist");
    let mut command = end_to_end_test_command(&dist)?;
    dist::build_single_file(context.tools()?, Path::new("examples/minimal"), &dist)?;
    command.args(["--features", "example", "--test", "example"]);
    run_tests(&mut command, "the test of the example")
}

#[cfg(test)]
mod tests {
    use fs_err as fs;

    use super::*;

    #[test]
    fn every_journey_of_the_single_file_stage_exists() {
        let folder = paths::repository_root().join("crates/e2e/tests/journeys");
        for journey in JOURNEYS {
            let (module, test) = journey.rsplit_once("::").unwrap();
            let file = folder.join(module.replace("::", "/")).with_extension("rs");
            let source = fs::read_to_string(file).unwrap();
            assert!(
                source.contains(&format!("#[test]\nfn {test}() {{\n")),
                "{journey}"
            );
        }
    }
}
