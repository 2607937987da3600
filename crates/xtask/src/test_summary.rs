//! Counts the results of tests.

use std::{
    fmt,
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, bail};

use crate::process::ProcessGroup;

/// The numbers of tests that passed, failed and were skipped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct TestSummary {
    pub(crate) passed: u32,
    pub(crate) failed: u32,
    pub(crate) skipped: u32,
}

impl TestSummary {
    pub(crate) const ONE_PASSED: Self = Self {
        passed: 1,
        failed: 0,
        skipped: 0,
    };

    pub(crate) const ONE_FAILED: Self = Self {
        passed: 0,
        failed: 1,
        skipped: 0,
    };

    /// Adds the counts of two summaries.
    pub(crate) fn add_counts(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
            skipped: self.skipped + other.skipped,
        }
    }
}

/// Formats the counts: `123 passed, 0 failed`, and the skipped tests if there are any.
impl fmt::Display for TestSummary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 {
            write!(f, ", {} skipped", self.skipped)?;
        }
        Ok(())
    }
}

/// Runs a command that runs tests, prints its output and returns the counts of its tests. If no test ran, the result is
/// an error, because nothing was tested.
pub(crate) fn run_tests(command: &mut Command, name: &str) -> Result<TestSummary> {
    command.stdout(Stdio::piped());
    let mut running = ProcessGroup::start(command, name)?;
    let pipe = running
        .child()
        .stdout
        .take()
        .context("standard output is not a pipe")?;
    let mut summary = TestSummary::default();
    for line in BufReader::new(pipe).split(b'\n') {
        let Ok(line) = line else { break };
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        summary = summary.add_counts(parse_summary(&line).unwrap_or_default());
    }
    let status = running.wait()?;
    if !status.success() && summary.failed == 0 {
        // A test program that does not compile or that crashes prints no counts.
        summary.failed = 1;
    }
    if summary.passed + summary.failed == 0 {
        bail!("{name}: no test ran.");
    }
    Ok(summary)
}

/// Parses a line such as `test result: ok. 3 passed; 0 failed; 1 ignored; …`, which the test runners of cargo and
/// wasm-bindgen print. Returns `None` for another line.
fn parse_summary(line: &str) -> Option<TestSummary> {
    let (_, counts) = line
        .trim()
        .strip_prefix("test result: ")?
        .split_once(". ")?;
    let number = |word: &str| {
        let part = counts.split(';').find(|part| part.trim().ends_with(word))?;
        part.trim().split(' ').next()?.parse().ok()
    };
    Some(TestSummary {
        passed: number("passed")?,
        failed: number("failed")?,
        skipped: number("ignored")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_summary_is_parsed_from_the_output_of_cargo_test() {
        let line = "test result: FAILED. 12 passed; 1 failed; 2 ignored; 0 measured; 3 filtered out; finished in 0.01s";
        assert_eq!(
            parse_summary(line),
            Some(TestSummary {
                passed: 12,
                failed: 1,
                skipped: 2
            })
        );
        let line =
            "test result: ok. 3 passed; 0 failed; 0 ignored; 0 filtered out; finished in 0.02s";
        assert_eq!(
            parse_summary(line),
            Some(TestSummary {
                passed: 3,
                failed: 0,
                skipped: 0
            })
        );
        assert_eq!(
            parse_summary("test session::late_answer_changes_nothing ... ok"),
            None
        );
    }

    #[test]
    fn test_summary_shows_skipped_tests_only_if_there_are_any() {
        assert_eq!(
            TestSummary {
                passed: 123,
                failed: 0,
                skipped: 0
            }
            .to_string(),
            "123 passed, 0 failed"
        );
        assert_eq!(
            TestSummary {
                passed: 7,
                failed: 1,
                skipped: 2
            }
            .to_string(),
            "7 passed, 1 failed, 2 skipped"
        );
    }
}
