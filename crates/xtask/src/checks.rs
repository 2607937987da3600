//! `test`: every check, cheap to dear. Stops at the first ring that fails and says what was not run.

use crate::{
    browser::Browser,
    cargo_run::in_words,
    clients, dist,
    fault::{Fault, Outcome},
    place,
    run::Running,
    tools::{self, Tools},
    weight,
};
use std::{
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Command, ExitCode, Stdio},
    time::{Duration, Instant},
};

/// How many claims were tried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Count {
    passed: u32,
    failed: u32,
    skipped: u32,
}

/// One ring of checks.
struct Ring {
    name: &'static str,
    what: &'static str,
    run: fn(&Tools) -> Outcome<Count>,
}

const RINGS: [Ring; 8] = [
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

/// All rings, or those named; the exit code says whether all passed.
pub(crate) fn run(names: &[&str]) -> ExitCode {
    if let Some(unknown) = names
        .iter()
        .find(|name| !RINGS.iter().any(|ring| ring.name == **name))
    {
        let known: Vec<&str> = RINGS.iter().map(|ring| ring.name).collect();
        eprintln!(
            "There is no ring called {unknown}. There are: {}",
            known.join(", ")
        );
        return ExitCode::from(2);
    }
    let mut rings = RINGS
        .iter()
        .filter(|ring| names.is_empty() || names.contains(&ring.name));
    let mut done: Vec<(&Ring, Count, Duration)> = Vec::new();
    let mut fault = None;
    match tools::ready() {
        Err(missing) => fault = Some(missing),
        Ok(tools) => {
            for ring in rings.by_ref() {
                println!("\n== {}: {}", ring.name, ring.what);
                let began = Instant::now();
                let count = (ring.run)(&tools).unwrap_or_else(|broken| {
                    eprintln!("{broken}");
                    Count {
                        failed: 1,
                        ..Count::default()
                    }
                });
                done.push((ring, count, began.elapsed()));
                if count.failed > 0 {
                    break;
                }
            }
        }
    }
    let not_run: Vec<&str> = rings.map(|ring| ring.name).collect();
    println!();
    let mut all = Count::default();
    for (ring, count, time) in &done {
        println!(
            "{:<10} {:<32} {}",
            ring.name,
            in_a_line(*count),
            in_words(*time)
        );
        all = all.and(*count);
    }
    if let Some(fault) = &fault {
        println!("{fault}");
        all.failed += 1;
    }
    if !not_run.is_empty() {
        println!("not run: {}", not_run.join(", "));
    }
    println!("\n{}", in_a_line(all));
    if all.failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

impl Count {
    const ONE: Self = Self {
        passed: 1,
        failed: 0,
        skipped: 0,
    };

    fn and(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
            skipped: self.skipped + other.skipped,
        }
    }
}

/// `123 passed, 0 failed`, and what was skipped when something was.
fn in_a_line(count: Count) -> String {
    let Count {
        passed,
        failed,
        skipped,
    } = count;
    let skipped = if skipped > 0 {
        format!(", {skipped} skipped")
    } else {
        String::new()
    };
    format!("{passed} passed, {failed} failed{skipped}")
}

fn cargo(arguments: &str) -> Command {
    let mut command = Command::new("cargo");
    command
        .current_dir(place::root())
        .args(arguments.split(' '));
    command
}

/// A check that either holds or does not.
fn holds(command: &mut Command, name: &str) -> Outcome<Count> {
    crate::run::run(command, name).map(|()| Count::ONE)
}

fn fmt(_: &Tools) -> Outcome<Count> {
    holds(&mut cargo("fmt --all --check"), "cargo fmt")
}

fn clippy(_: &Tools) -> Outcome<Count> {
    let native = holds(
        &mut cargo("clippy --locked --workspace --exclude poolgate --all-targets -- -D warnings"),
        "cargo clippy",
    )?;
    let wasm = holds(
        &mut cargo(&format!(
            "clippy --locked -p poolgate -p cognito-proto --all-targets --target {WASM} -- -D warnings"
        )),
        "cargo clippy for WebAssembly",
    )?;
    Ok(native.and(wasm))
}

fn native(_: &Tools) -> Outcome<Count> {
    clients::ready()?;
    tests(
        &mut cargo("test --locked --workspace --exclude e2e --no-fail-fast"),
        "the native tests",
    )
}

fn wasm(tools: &Tools) -> Outcome<Count> {
    let mut command = tools.command("cargo");
    command.current_dir(place::root()).args([
        "test",
        "--locked",
        "-p",
        "cognito-proto",
        "--target",
        WASM,
        "--no-fail-fast",
    ]);
    tests(in_wasm(&mut command), "the tests in WebAssembly")
}

fn browser(tools: &Tools) -> Outcome<Count> {
    let browser = Browser::ready()?;
    let mut command = tools.command("cargo");
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
        // In seconds; the runner's own five are few on a machine that is busy or cold.
        .env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "60");
    tests(in_wasm(&mut command), "the tests in the browser")
}

fn in_wasm(command: &mut Command) -> &mut Command {
    command.env(
        "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER",
        "wasm-bindgen-test-runner",
    )
}

fn build(tools: &Tools) -> Outcome<Count> {
    dist::build(tools, &built()).map(|()| Count::ONE)
}

/// The release that the rings after `build` look at.
fn built() -> PathBuf {
    place::target().join("test/dist")
}

fn weigh(_: &Tools) -> Outcome<Count> {
    let weights = weight::of_the_built_page(&built())?;
    weight::print(&weights);
    let all = weight::total(&weights).brotli;
    if all <= weight::BUDGET {
        return Ok(Count::ONE);
    }
    Err(Fault(format!(
        "The sign-in page weighs {all} bytes by brotli, {} more than it may.",
        all - weight::BUDGET
    )))
}

fn journeys(_: &Tools) -> Outcome<Count> {
    let browser = Browser::ready()?;
    let mut command = cargo("test --locked -p e2e --no-fail-fast");
    command
        .env("POOLGATE_DIST", built())
        .env("POOLGATE_CHROMIUM", &browser.chromium)
        .env("POOLGATE_CHROMEDRIVER", &browser.driver);
    tests(&mut command, "the journeys")
}

/// Runs test programs, showing what they say, and adds up what each of them counts. That none ran is a failure too: a
/// ring that tries nothing proves nothing.
fn tests(command: &mut Command, name: &str) -> Outcome<Count> {
    command.stdout(Stdio::piped());
    let mut running = Running::start(command, name)?;
    let pipe = running
        .child()
        .stdout
        .take()
        .ok_or_else(|| Fault::new("no pipe"))?;
    let mut count = Count::default();
    for line in BufReader::new(pipe).split(b'\n') {
        let Ok(line) = line else { break };
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        count = count.and(counted(&line).unwrap_or_default());
    }
    let status = running.wait()?;
    if !status.success() && count.failed == 0 {
        // A test program that does not compile or breaks off counts nothing.
        count.failed = 1;
    }
    if count.passed + count.failed == 0 {
        return Err(Fault(format!("{name}: no test ran.")));
    }
    Ok(count)
}

/// The numbers in `test result: ok. 3 passed; 0 failed; 1 ignored; …`, which cargo's and wasm-bindgen's runners write.
fn counted(line: &str) -> Option<Count> {
    let (_, counts) = line
        .trim()
        .strip_prefix("test result: ")?
        .split_once(". ")?;
    let number = |word: &str| {
        let part = counts.split(';').find(|part| part.trim().ends_with(word))?;
        part.trim().split(' ').next()?.parse().ok()
    };
    Some(Count {
        passed: number("passed")?,
        failed: number("failed")?,
        skipped: number("ignored")?,
    })
}

#[cfg(test)]
mod unit {
    use super::*;

    #[test]
    fn a_runners_last_line_is_counted() {
        let line = "test result: FAILED. 12 passed; 1 failed; 2 ignored; 0 measured; 3 filtered out; finished in 0.01s";
        assert_eq!(
            counted(line),
            Some(Count {
                passed: 12,
                failed: 1,
                skipped: 2
            })
        );
        let line =
            "test result: ok. 3 passed; 0 failed; 0 ignored; 0 filtered out; finished in 0.02s";
        assert_eq!(
            counted(line),
            Some(Count {
                passed: 3,
                failed: 0,
                skipped: 0
            })
        );
        assert_eq!(
            counted("test session::late_news_changes_nothing ... ok"),
            None
        );
    }

    #[test]
    fn the_last_line_is_the_one_that_ci_reads() {
        assert_eq!(
            in_a_line(Count {
                passed: 123,
                failed: 0,
                skipped: 0
            }),
            "123 passed, 0 failed"
        );
        assert_eq!(
            in_a_line(Count {
                passed: 7,
                failed: 1,
                skipped: 2
            }),
            "7 passed, 1 failed, 2 skipped"
        );
    }
}
