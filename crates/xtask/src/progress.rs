//! Runs long commands of cargo and npm, and prints their progress at intervals.

use std::{
    collections::VecDeque,
    io::Read,
    process::{Command, Stdio},
    sync::{Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, anyhow};

use crate::process::{ProcessGroup, exit_error};

/// The interval between two progress lines.
const INTERVAL: Duration = Duration::from_secs(10);
/// How many lines of a failed command's output are shown.
const MAX_ERROR_LINES: usize = 60;

/// One step that takes long, such as building a tool, with its description for the developer.
pub(crate) struct ProgressStep<'a> {
    /// The step's number, such as `step 2 of 5`.
    pub(crate) label: &'a str,
    /// What the step is about, such as `trunk 0.21.14`.
    pub(crate) name: &'a str,
    /// The expected duration, such as `usually 3 minutes`.
    pub(crate) expected_time: &'a str,
}

impl ProgressStep<'_> {
    /// Runs the command of this step and prints one line of progress every ten seconds. After a failure, prints the end
    /// of the command's output and returns an error.
    pub(crate) fn run(&self, command: &mut Command) -> Result<()> {
        let Self {
            label,
            name,
            expected_time,
        } = self;
        println!("[{label}] {name} ({expected_time})");
        let started = Instant::now();
        command
            // Cargo draws its progress bar in a pipe only if these variables set it to `always` and give a width.
            .env("CARGO_TERM_PROGRESS_WHEN", "always")
            .env("CARGO_TERM_PROGRESS_WIDTH", "120")
            .env("CARGO_TERM_COLOR", "never")
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let mut running = ProcessGroup::start(command, name)?;
        let pipe = running
            .child()
            .stderr
            .take()
            .context("standard error is not a pipe")?;
        let output = Mutex::new(CommandOutput::default());
        let status = thread::scope(|scope| {
            scope.spawn(|| read_output(pipe, &output));
            let mut last_printed = started;
            loop {
                if let Some(status) = running.exit_status()? {
                    return anyhow::Ok(status);
                }
                if last_printed.elapsed() >= INTERVAL {
                    last_printed = Instant::now();
                    let progress = lock_output(&output).progress.clone();
                    println!(
                        "[{label}] {name}: {progress}{} so far",
                        format_duration(started.elapsed())
                    );
                }
                thread::sleep(Duration::from_millis(50));
            }
        })?;
        if status.success() {
            println!(
                "[{label}] {name}: done in {}",
                format_duration(started.elapsed())
            );
            return Ok(());
        }
        let lines = lock_output(&output)
            .lines
            .iter()
            .cloned()
            .collect::<Vec<_>>()
            .join("\n");
        Err(anyhow!("{lines}\n{}", exit_error(name, status)))
    }
}

/// The output of a running command so far.
#[derive(Default)]
struct CommandOutput {
    /// The last progress of the command, such as `120 of 345 crates, `. It is empty before the first progress line.
    progress: String,
    lines: VecDeque<String>,
}

fn lock_output(output: &Mutex<CommandOutput>) -> std::sync::MutexGuard<'_, CommandOutput> {
    output.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Reads a command's output until the pipe closes, and keeps the lines and the progress. Cargo's progress lines end
/// with a carriage return, other lines with a line feed.
fn read_output(mut pipe: impl Read, output: &Mutex<CommandOutput>) {
    let mut buffer = [0; 4096];
    let mut line = Vec::new();
    while let Ok(count @ 1..) = pipe.read(&mut buffer) {
        for &byte in &buffer[..count] {
            if !matches!(byte, b'\r' | b'\n') {
                line.push(byte);
                continue;
            }
            let text = String::from_utf8_lossy(&line).trim_end().to_owned();
            line.clear();
            let mut output = lock_output(output);
            match parse_progress(&text) {
                Some((done, all)) => output.progress = format!("{done} of {all} crates, "),
                None if text.trim().is_empty() => {}
                None => {
                    if output.lines.len() == MAX_ERROR_LINES {
                        output.lines.pop_front();
                    }
                    output.lines.push_back(text);
                }
            }
        }
    }
}

/// Parses a progress line of cargo, such as `Building [====> ] 120/345: syn, serde`. Returns both numbers, or `None`
/// for any other line.
fn parse_progress(line: &str) -> Option<(u32, u32)> {
    let (_, rest) = line.split_once("Building [")?;
    let (_, rest) = rest.split_once("] ")?;
    let (done, rest) = rest.split_once('/')?;
    let all = rest.split(':').next()?;
    Some((done.trim().parse().ok()?, all.trim().parse().ok()?))
}

/// Formats a duration for the developer: `8 s`, `2 min 05 s`.
pub(crate) fn format_duration(time: Duration) -> String {
    match time.as_secs() {
        seconds @ 0..60 => format!("{seconds} s"),
        seconds => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xtask_parses_the_progress_bar_of_cargo() {
        let line = "    Building [=====================>              ] 120/345: syn, serde(build)";
        assert_eq!(parse_progress(line), Some((120, 345)));
        assert_eq!(parse_progress("   Compiling syn v2.0.1"), None);
    }

    #[test]
    fn xtask_shows_durations_as_minutes_and_seconds() {
        assert_eq!(format_duration(Duration::from_secs(8)), "8 s");
        assert_eq!(format_duration(Duration::from_secs(125)), "2 min 05 s");
    }
}
