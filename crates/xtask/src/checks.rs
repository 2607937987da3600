//! The command `test`: runs all stages, the fast ones first. It stops at the first stage that fails and names the
//! stages that did not run.

mod single_file;

use std::{
    cell::OnceCell,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
    time::{Duration, Instant},
};

use anyhow::Result;

use crate::{
    audit,
    browser::Browser,
    bundle_size::SignInSize,
    clients, dist, paths,
    progress::format_duration,
    test_summary::{TestSummary, run_tests},
    tools::{self, ToolFolders},
};

/// One stage of the command `test`: its name on the command line, what it checks, and the function that runs it.
struct TestStage {
    name: &'static str,
    description: &'static str,
    run: fn(&CheckContext) -> Result<TestSummary>,
}

const STAGES: [TestStage; 10] = [
    TestStage {
        name: "fmt",
        description: "the format of the code",
        run: run_fmt,
    },
    TestStage {
        name: "clippy",
        description: "lints, native and WebAssembly",
        run: run_clippy,
    },
    TestStage {
        name: "native",
        description: "the protocol crates, the local pool with other clients, the texts of the app",
        run: run_native_tests,
    },
    TestStage {
        name: "audit",
        description: "licenses, sources and known vulnerabilities of the crates, and the packages of our libraries",
        run: audit,
    },
    TestStage {
        name: "wasm",
        description: "the protocol crates in WebAssembly",
        run: run_wasm_tests,
    },
    TestStage {
        name: "browser",
        description: "the browser features of the app and of leptos-cognito in Chromium",
        run: run_browser_tests,
    },
    TestStage {
        name: "single-file",
        description: "the build of trunk alone, with some end-to-end tests in Chromium",
        run: single_file::run_single_file_tests,
    },
    TestStage {
        name: "build",
        description: "the release build",
        run: build_release,
    },
    TestStage {
        name: "weight",
        description: "the size of the files of a sign-in",
        run: check_bundle_size,
    },
    TestStage {
        name: "journeys",
        description: "end-to-end tests in Chromium",
        run: run_end_to_end_tests,
    },
];

const WASM: &str = "wasm32-unknown-unknown";

/// The stages that the name `quick` stands for. They need no browser and no release build, so that developers run them
/// before each commit.
const QUICK: [&str; 3] = ["fmt", "clippy", "native"];

/// Replaces the stage name `quick` by the names of the stages that it stands for.
fn expand_quick_stage<'a>(names: &[&'a str]) -> Vec<&'a str> {
    names
        .iter()
        .flat_map(|name| match *name {
            "quick" => QUICK.to_vec(),
            name => vec![name],
        })
        .collect()
}

/// Runs the stages with these names, or all stages if there are no names. The exit code is 0 if all of them passed, 1
/// after a failure and 2 for an unknown name.
pub(crate) fn run_stages(names: &[&str]) -> ExitCode {
    let names = expand_quick_stage(names);
    if let Some(unknown) = names
        .iter()
        .find(|name| !STAGES.iter().any(|stage| stage.name == **name))
    {
        let known: Vec<&str> = STAGES.iter().map(|stage| stage.name).collect();
        eprintln!(
            "Unknown stage: {unknown}. The stages are: quick, {}",
            known.join(", ")
        );
        return ExitCode::from(2);
    }
    let mut stages = STAGES
        .iter()
        .filter(|stage| names.is_empty() || names.contains(&stage.name));
    let context = CheckContext::default();
    let mut done: Vec<(&TestStage, TestSummary, Duration)> = Vec::new();
    for stage in stages.by_ref() {
        println!("\n== {}: {}", stage.name, stage.description);
        let started = Instant::now();
        let count = (stage.run)(&context).unwrap_or_else(|error| {
            eprintln!("{error:#}");
            TestSummary::ONE_FAILED
        });
        done.push((stage, count, started.elapsed()));
        if count.failed > 0 {
            break;
        }
    }
    let not_run: Vec<&str> = stages.map(|stage| stage.name).collect();
    println!();
    let mut all = TestSummary::default();
    for (stage, count, time) in &done {
        println!(
            "{:<11} {:<32} {}",
            stage.name,
            count.to_string(),
            format_duration(*time)
        );
        all = all.add_counts(*count);
    }
    if !not_run.is_empty() {
        println!("not run: {}", not_run.join(", "));
    }
    println!("\n{all}");
    if all.failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// The tools that the stages of the command `test` need. They are installed when the first stage needs them, so that a
/// formatting error is reported before minutes of building tools.
#[derive(Default)]
struct CheckContext {
    tools: OnceCell<ToolFolders>,
}

impl CheckContext {
    fn tools(&self) -> Result<&ToolFolders> {
        if let Some(tools) = self.tools.get() {
            return Ok(tools);
        }
        let tools = tools::install_all_tools()?;
        Ok(self.tools.get_or_init(|| tools))
    }
}

fn cargo_command(arguments: &str) -> Command {
    let mut command = Command::new("cargo");
    command
        .current_dir(paths::repository_root())
        .args(arguments.split(' '));
    command
}

/// Runs a program that checks something. The result counts as one test, which passes if the program succeeds.
fn run_check_command(command: &mut Command, name: &str) -> Result<TestSummary> {
    crate::process::run_program(command, name).map(|()| TestSummary::ONE_PASSED)
}

fn run_fmt(_: &CheckContext) -> Result<TestSummary> {
    run_check_command(&mut cargo_command("fmt --all --check"), "cargo fmt")
}

fn run_clippy(_: &CheckContext) -> Result<TestSummary> {
    tools::ensure_wasm_target()?;
    let native = run_check_command(
        &mut cargo_command(
            "clippy --locked --workspace --exclude poolgate --exclude leptos-cognito --exclude test-page --exclude minimal --all-targets -- -D warnings",
        ),
        "cargo clippy",
    )?;
    let wasm = run_check_command(
        &mut cargo_command(&format!(
            "clippy --locked -p poolgate -p leptos-cognito -p test-page -p minimal -p cognito-proto -p cognito-srp6a --all-targets --target {WASM} -- -D warnings"
        )),
        "cargo clippy for WebAssembly",
    )?;
    // The release uses the feature `chunks`.
    let chunks = run_check_command(
        &mut cargo_command(&format!(
            "clippy --locked -p poolgate --features chunks --target {WASM} -- -D warnings"
        )),
        "cargo clippy with the feature chunks",
    )?;
    Ok(native.add_counts(wasm).add_counts(chunks))
}

fn run_native_tests(_: &CheckContext) -> Result<TestSummary> {
    clients::install_clients()?;
    run_tests(
        &mut cargo_command("test --locked --workspace --exclude e2e --no-fail-fast"),
        "the native tests",
    )
}

fn audit(_: &CheckContext) -> Result<TestSummary> {
    let crates = audit::run_audit_stage()?;
    // The packages are not compiled. Their crates are the ones that the other stages compile.
    let packages = run_check_command(
        &mut cargo_command(
            "package --locked --offline --no-verify --allow-dirty -p cognito-srp6a -p cognito-proto -p leptos-cognito -p cognito-local-pool",
        ),
        "cargo package",
    )?;
    Ok(crates.add_counts(packages))
}

fn run_wasm_tests(context: &CheckContext) -> Result<TestSummary> {
    let mut command = context.tools()?.command("cargo");
    command.current_dir(paths::repository_root()).args([
        "test",
        "--locked",
        "-p",
        "cognito-proto",
        "-p",
        "cognito-srp6a",
        "--target",
        WASM,
        "--no-fail-fast",
    ]);
    run_tests(
        with_wasm_test_runner(&mut command),
        "the tests in WebAssembly",
    )
}

fn run_browser_tests(context: &CheckContext) -> Result<TestSummary> {
    let browser = Browser::find_or_install_browser()?;
    let mut command = context.tools()?.command("cargo");
    command
        .args([
            "test",
            "--locked",
            "-p",
            "poolgate",
            "-p",
            "leptos-cognito",
            "--target",
            WASM,
            "--no-fail-fast",
        ])
        .env("CHROMEDRIVER", &browser.driver)
        // The value is in seconds. The test runner's default of five is too short on a busy computer.
        .env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "60");
    run_tests(
        with_wasm_test_runner(&mut command),
        "the tests in the browser",
    )
}

/// Configures a `cargo test` command to run the WebAssembly tests with wasm-bindgen's test runner.
fn with_wasm_test_runner(command: &mut Command) -> &mut Command {
    command.env(
        "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER",
        "wasm-bindgen-test-runner",
    )
}

fn build_release(context: &CheckContext) -> Result<TestSummary> {
    dist::build_release(context.tools()?, &dist_folder()).map(|()| TestSummary::ONE_PASSED)
}

/// Returns the folder of the release that the stages after `build` check.
fn dist_folder() -> PathBuf {
    paths::target_folder().join("test/dist")
}

fn check_bundle_size(_: &CheckContext) -> Result<TestSummary> {
    let size = SignInSize::measure_sign_in(&dist_folder())?;
    size.print_table();
    size.check_budgets()?;
    Ok(TestSummary::ONE_PASSED)
}

fn run_end_to_end_tests(_: &CheckContext) -> Result<TestSummary> {
    run_tests(
        &mut end_to_end_test_command(&dist_folder())?,
        "the journeys",
    )
}

/// Returns the command that runs the end-to-end tests with the app in the folder `dist`.
fn end_to_end_test_command(dist: &Path) -> Result<Command> {
    let browser = Browser::find_or_install_browser()?;
    let mut command = cargo_command("test --locked -p e2e --no-fail-fast");
    command
        .env("POOLGATE_DIST", dist)
        .env("POOLGATE_CHROMIUM", &browser.chromium)
        .env("POOLGATE_CHROMEDRIVER", &browser.driver);
    Ok(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xtask_test_quick_runs_the_stages_fmt_clippy_and_native() {
        assert_eq!(expand_quick_stage(&["quick"]), ["fmt", "clippy", "native"]);
        assert_eq!(
            expand_quick_stage(&["quick", "wasm"]),
            ["fmt", "clippy", "native", "wasm"]
        );
        assert_eq!(expand_quick_stage(&[]), [""; 0]);
        let known: Vec<&str> = STAGES.iter().map(|stage| stage.name).collect();
        assert_eq!(expand_quick_stage(&known), known);
        assert_eq!(known[..3], QUICK);
    }
}
