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
    cargo_run::in_words,
    clients,
    count::{Count, tests},
    dist, place,
    tools::{self, Tools},
    weight,
};

/// One stage of the checks.
struct Ring {
    name: &'static str,
    what: &'static str,
    run: fn(&Workshop) -> Result<Count>,
}

const RINGS: [Ring; 9] = [
    Ring {
        name: "fmt",
        what: "the code is formatted",
        run: fmt,
    },
    Ring {
        name: "clippy",
        what: "no warnings, native and WebAssembly",
        run: clippy,
    },
    Ring {
        name: "native",
        what: "the core, the local pool with other people's clients, the words",
        run: native,
    },
    Ring {
        name: "audit",
        what: "the crates are licensed, from crates.io and without known faults",
        run: |_| audit::ring(),
    },
    Ring {
        name: "wasm",
        what: "the core in WebAssembly",
        run: wasm,
    },
    Ring {
        name: "browser",
        what: "src/browser in Chromium",
        run: browser,
    },
    Ring {
        name: "build",
        what: "the release build",
        run: build,
    },
    Ring {
        name: "weight",
        what: "the sign-in page keeps its budget",
        run: weigh,
    },
    Ring {
        name: "journeys",
        what: "what a person does, in Chromium",
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
        .find(|name| !RINGS.iter().any(|ring| ring.name == **name))
    {
        let known: Vec<&str> = RINGS.iter().map(|ring| ring.name).collect();
        eprintln!(
            "There is no ring called {unknown}. There are: quick, {}",
            known.join(", ")
        );
        return ExitCode::from(2);
    }
    let mut rings = RINGS
        .iter()
        .filter(|ring| names.is_empty() || names.contains(&ring.name));
    let workshop = Workshop::default();
    let mut done: Vec<(&Ring, Count, Duration)> = Vec::new();
    for ring in rings.by_ref() {
        println!("\n== {}: {}", ring.name, ring.what);
        let began = Instant::now();
        let count = (ring.run)(&workshop).unwrap_or_else(|error| {
            eprintln!("{error:#}");
            Count::ONE_FAILED
        });
        done.push((ring, count, began.elapsed()));
        if count.failed > 0 {
            break;
        }
    }
    let not_run: Vec<&str> = rings.map(|ring| ring.name).collect();
    println!();
    let mut all = Count::default();
    for (ring, count, time) in &done {
        println!(
            "{:<10} {:<32} {}",
            ring.name,
            count.to_string(),
            in_words(*time)
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
struct Workshop {
    tools: OnceCell<Tools>,
}

impl Workshop {
    fn tools(&self) -> Result<&Tools> {
        if let Some(tools) = self.tools.get() {
            return Ok(tools);
        }
        let tools = tools::ready()?;
        Ok(self.tools.get_or_init(|| tools))
    }
}

fn cargo(arguments: &str) -> Command {
    let mut command = Command::new("cargo");
    command
        .current_dir(place::root())
        .args(arguments.split(' '));
    command
}

/// Runs a check that only has a result of success or failure.
fn holds(command: &mut Command, name: &str) -> Result<Count> {
    crate::run::run(command, name).map(|()| Count::ONE)
}

fn fmt(_: &Workshop) -> Result<Count> {
    holds(&mut cargo("fmt --all --check"), "cargo fmt")
}

fn clippy(_: &Workshop) -> Result<Count> {
    tools::wasm_target()?;
    let native = holds(
        &mut cargo("clippy --locked --workspace --exclude poolgate --all-targets -- -D warnings"),
        "cargo clippy",
    )?;
    let wasm = holds(
        &mut cargo(&format!(
            "clippy --locked -p poolgate -p cognito-proto -p cognito-srp --all-targets --target {WASM} -- -D warnings"
        )),
        "cargo clippy for WebAssembly",
    )?;
    // The release uses the feature `parts`.
    let parts = holds(
        &mut cargo(&format!(
            "clippy --locked -p poolgate --features parts --target {WASM} -- -D warnings"
        )),
        "cargo clippy for the app in parts",
    )?;
    Ok(native.and(wasm).and(parts))
}

fn native(_: &Workshop) -> Result<Count> {
    clients::ready()?;
    tests(
        &mut cargo("test --locked --workspace --exclude e2e --no-fail-fast"),
        "the native tests",
    )
}

fn wasm(workshop: &Workshop) -> Result<Count> {
    let mut command = workshop.tools()?.command("cargo");
    command.current_dir(place::root()).args([
        "test",
        "--locked",
        "-p",
        "cognito-proto",
        "-p",
        "cognito-srp",
        "--target",
        WASM,
        "--no-fail-fast",
    ]);
    tests(in_wasm(&mut command), "the tests in WebAssembly")
}

fn browser(workshop: &Workshop) -> Result<Count> {
    let browser = Browser::ready()?;
    let mut command = workshop.tools()?.command("cargo");
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
    tests(in_wasm(&mut command), "the tests in the browser")
}

fn in_wasm(command: &mut Command) -> &mut Command {
    command.env(
        "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER",
        "wasm-bindgen-test-runner",
    )
}

fn build(workshop: &Workshop) -> Result<Count> {
    dist::build(workshop.tools()?, &built()).map(|()| Count::ONE)
}

/// Returns the folder of the release that the stages after `build` check.
fn built() -> PathBuf {
    place::target().join("test/dist")
}

fn weigh(_: &Workshop) -> Result<Count> {
    let weights = weight::of_the_built_page(&built())?;
    weight::print(&weights);
    let all = weight::total(&weights).brotli;
    if all <= weight::BUDGET {
        return Ok(Count::ONE);
    }
    Err(anyhow!(
        "The sign-in page weighs {all} bytes by brotli, {} more than it may.",
        all - weight::BUDGET
    ))
}

fn journeys(_: &Workshop) -> Result<Count> {
    let browser = Browser::ready()?;
    let mut command = cargo("test --locked -p e2e --no-fail-fast");
    command
        .env("POOLGATE_DIST", built())
        .env("POOLGATE_CHROMIUM", &browser.chromium)
        .env("POOLGATE_CHROMEDRIVER", &browser.driver);
    tests(&mut command, "the journeys")
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
        let known: Vec<&str> = RINGS.iter().map(|ring| ring.name).collect();
        assert_eq!(expand(&known), known);
        assert_eq!(known[..3], QUICK);
    }
}
