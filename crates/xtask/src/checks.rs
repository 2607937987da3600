//! The command `test`: runs all stages, the fast ones first. It stops at the first stage that fails and names the
//! stages that did not run.

use std::{
    cell::OnceCell,
    path::PathBuf,
    process::{Command, ExitCode},
    time::{Duration, Instant},
};

use anyhow::{Result, anyhow};

use crate::{
    audit,
    browser::Browser,
    bundle_size, clients, dist, paths,
    progress::format_duration,
    test_summary::{TestSummary, run_tests},
    tools::{self, Tools},
};

/// One stage of the checks.
struct Stage {
    name: &'static str,
    description: &'static str,
    run: fn(&CheckContext) -> Result<TestSummary>,
}

const STAGES: [Stage; 9] = [
    Stage {
        name: "fmt",
        description: "the format of the code",
        run: fmt,
    },
    Stage {
        name: "clippy",
        description: "lints, native and WebAssembly",
        run: clippy,
    },
    Stage {
        name: "native",
        description: "the protocol crates, the local pool with other clients, the texts of the app",
        run: native,
    },
    Stage {
        name: "audit",
        description: "licenses, sources and known vulnerabilities of the crates, and the packages of our libraries",
        run: audit,
    },
    Stage {
        name: "wasm",
        description: "the protocol crates in WebAssembly",
        run: wasm,
    },
    Stage {
        name: "browser",
        description: "src/browser in Chromium",
        run: browser,
    },
    Stage {
        name: "build",
        description: "the release build",
        run: build,
    },
    Stage {
        name: "weight",
        description: "the size of the sign-in page",
        run: check_bundle_size,
    },
    Stage {
        name: "journeys",
        description: "end-to-end tests in Chromium",
        run: journeys,
    },
];

const WASM: &str = "wasm32-unknown-unknown";

/// The stages of `test quick`, for use before each commit. They need no browser and no release build.
const QUICK: [&str; 3] = ["fmt", "clippy", "native"];

/// Replaces `quick` by the stages that it stands for.
fn expand<'a>(names: &[&'a str]) -> Vec<&'a str> {
    names
        .iter()
        .flat_map(|name| match *name {
            "quick" => QUICK.to_vec(),
            name => vec![name],
        })
        .collect()
}

/// Runs all stages or the named ones. The exit code is 0 if all stages passed.
pub(crate) fn run(names: &[&str]) -> ExitCode {
    let names = expand(names);
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
    let mut done: Vec<(&Stage, TestSummary, Duration)> = Vec::new();
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
            "{:<10} {:<32} {}",
            stage.name,
            count.to_string(),
            format_duration(*time)
        );
        all = all.and(*count);
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

/// The tools for the stages. They are installed when the first stage needs them, so that a formatting error is reported
/// before minutes of building tools.
#[derive(Default)]
struct CheckContext {
    tools: OnceCell<Tools>,
}

impl CheckContext {
    fn tools(&self) -> Result<&Tools> {
        if let Some(tools) = self.tools.get() {
            return Ok(tools);
        }
        let tools = tools::install_all()?;
        Ok(self.tools.get_or_init(|| tools))
    }
}

fn cargo(arguments: &str) -> Command {
    let mut command = Command::new("cargo");
    command
        .current_dir(paths::root())
        .args(arguments.split(' '));
    command
}

/// Runs a check that only has a result of success or failure.
fn check(command: &mut Command, name: &str) -> Result<TestSummary> {
    crate::process::run(command, name).map(|()| TestSummary::ONE_PASSED)
}

fn fmt(_: &CheckContext) -> Result<TestSummary> {
    check(&mut cargo("fmt --all --check"), "cargo fmt")
}

fn clippy(_: &CheckContext) -> Result<TestSummary> {
    tools::ensure_wasm_target()?;
    let native = check(
        &mut cargo("clippy --locked --workspace --exclude poolgate --all-targets -- -D warnings"),
        "cargo clippy",
    )?;
    let wasm = check(
        &mut cargo(&format!(
            "clippy --locked -p poolgate -p cognito-proto -p cognito-srp6a --all-targets --target {WASM} -- -D warnings"
        )),
        "cargo clippy for WebAssembly",
    )?;
    // The release uses the feature `chunks`.
    let chunks = check(
        &mut cargo(&format!(
            "clippy --locked -p poolgate --features chunks --target {WASM} -- -D warnings"
        )),
        "cargo clippy with the feature chunks",
    )?;
    Ok(native.and(wasm).and(chunks))
}

fn native(_: &CheckContext) -> Result<TestSummary> {
    clients::install()?;
    run_tests(
        &mut cargo("test --locked --workspace --exclude e2e --no-fail-fast"),
        "the native tests",
    )
}

fn audit(_: &CheckContext) -> Result<TestSummary> {
    let crates = audit::run_stage()?;
    // The packages are not compiled. Their crates are the ones that the other stages compile.
    let packages = check(
        &mut cargo(
            "package --locked --offline --no-verify --allow-dirty -p cognito-srp6a -p cognito-proto -p cognito-local-pool",
        ),
        "cargo package",
    )?;
    Ok(crates.and(packages))
}

fn wasm(context: &CheckContext) -> Result<TestSummary> {
    let mut command = context.tools()?.command("cargo");
    command.current_dir(paths::root()).args([
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
    run_tests(in_wasm(&mut command), "the tests in WebAssembly")
}

fn browser(context: &CheckContext) -> Result<TestSummary> {
    let browser = Browser::find_or_install()?;
    let mut command = context.tools()?.command("cargo");
    command
        .args([
            "test",
            "--locked",
            "-p",
            "poolgate",
            "--target",
            WASM,
            "--no-fail-fast",
        ])
        .env("CHROMEDRIVER", &browser.driver)
        // The value is in seconds. The test runner's default of five is too short on a busy computer.
        .env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "60");
    run_tests(in_wasm(&mut command), "the tests in the browser")
}

fn in_wasm(command: &mut Command) -> &mut Command {
    command.env(
        "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER",
        "wasm-bindgen-test-runner",
    )
}

fn build(context: &CheckContext) -> Result<TestSummary> {
    dist::build(context.tools()?, &dist_folder()).map(|()| TestSummary::ONE_PASSED)
}

/// Returns the folder of the release that the stages after `build` check.
fn dist_folder() -> PathBuf {
    paths::target().join("test/dist")
}

fn check_bundle_size(_: &CheckContext) -> Result<TestSummary> {
    let sizes = bundle_size::measure_sign_in_page(&dist_folder())?;
    bundle_size::print_table(&sizes);
    let all = bundle_size::total_size(&sizes).brotli;
    if all <= bundle_size::BUDGET {
        return Ok(TestSummary::ONE_PASSED);
    }
    Err(anyhow!(
        "The sign-in page has {all} bytes with brotli, {} more than its budget.",
        all - bundle_size::BUDGET
    ))
}

fn journeys(_: &CheckContext) -> Result<TestSummary> {
    let browser = Browser::find_or_install()?;
    let mut command = cargo("test --locked -p e2e --no-fail-fast");
    command
        .env("POOLGATE_DIST", dist_folder())
        .env("POOLGATE_CHROMIUM", &browser.chromium)
        .env("POOLGATE_CHROMEDRIVER", &browser.driver);
    run_tests(&mut command, "the journeys")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quick_stands_for_the_first_three_stages() {
        assert_eq!(expand(&["quick"]), ["fmt", "clippy", "native"]);
        assert_eq!(
            expand(&["quick", "wasm"]),
            ["fmt", "clippy", "native", "wasm"]
        );
        assert_eq!(expand(&[]), [""; 0]);
        let known: Vec<&str> = STAGES.iter().map(|stage| stage.name).collect();
        assert_eq!(expand(&known), known);
        assert_eq!(known[..3], QUICK);
    }
}
