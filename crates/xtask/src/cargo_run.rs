//! Long runs of cargo and npm: prints their progress at intervals.

use std::{
    collections::VecDeque,
    io::Read,
    process::{Command, Stdio},
    sync::{Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, anyhow};

use crate::run::{Running, failed};

/// The interval between two progress lines.
const EVERY: Duration = Duration::from_secs(10);
/// The number of lines that are shown of a failed step's output.
const LAST_LINES: usize = 60;

/// One long step, with its description for the developer.
pub(crate) struct Step<'a> {
    /// The step's number, such as `step 2 of 5`.
    pub(crate) place: &'a str,
    /// The step's subject, such as `trunk 0.21.14`.
    pub(crate) name: &'a str,
    /// The expected duration, such as `usually 3 minutes`.
    pub(crate) usually: &'a str,
}

impl Step<'_> {
    /// Runs the command and prints one line every ten seconds. After a failure, prints the end of the command's output.
    pub(crate) fn run(&self, command: &mut Command) -> Result<()> {
        let Self {
            place,
            name,
            usually,
        } = self;
        println!("[{place}] {name} ({usually})");
        let began = Instant::now();
        command
            // Cargo draws its progress bar in a pipe only if these variables set it to `always` and give a width.
            .env("CARGO_TERM_PROGRESS_WHEN", "always")
            .env("CARGO_TERM_PROGRESS_WIDTH", "120")
            .env("CARGO_TERM_COLOR", "never")
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let mut running = Running::start(command, name)?;
        let pipe = running.child().stderr.take().context("no pipe")?;
        let seen = Mutex::new(Seen::default());
        let status = thread::scope(|scope| {
            scope.spawn(|| read(pipe, &seen));
            let mut said = began;
            loop {
                if let Some(status) = running.ended()? {
                    return anyhow::Ok(status);
                }
                if said.elapsed() >= EVERY {
                    said = Instant::now();
                    let far = lock(&seen).far.clone();
                    println!("[{place}] {name}: {far}{}", for_how_long(began.elapsed()));
                }
                thread::sleep(Duration::from_millis(50));
            }
        })?;
        if status.success() {
            println!("[{place}] {name}: done in {}", in_words(began.elapsed()));
            return Ok(());
        }
        let lines = lock(&seen)
            .lines
            .iter()
            .cloned()
            .collect::<Vec<_>>()
            .join("\n");
        Err(anyhow!("{lines}\n{}", failed(name, status)))
    }
}

#[derive(Default)]
struct Seen {
    /// The progress, such as `120 of 345 crates, `, or empty before the first progress line.
    far: String,
    lines: VecDeque<String>,
}

fn lock(seen: &Mutex<Seen>) -> std::sync::MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Reads until the pipe closes. Cargo's progress lines end with a carriage return, other lines with a line feed.
fn read(mut pipe: impl Read, seen: &Mutex<Seen>) {
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
            let mut seen = lock(seen);
            match progress(&text) {
                Some((done, all)) => seen.far = format!("{done} of {all} crates, "),
                None if text.trim().is_empty() => {}
                None => {
                    if seen.lines.len() == LAST_LINES {
                        seen.lines.pop_front();
                    }
                    seen.lines.push_back(text);
                }
            }
        }
    }
}

/// Parses the numbers in `Building [====>    ] 120/345: syn, serde`.
fn progress(line: &str) -> Option<(u32, u32)> {
    let (_, rest) = line.split_once("Building [")?;
    let (_, rest) = rest.split_once("] ")?;
    let (done, rest) = rest.split_once('/')?;
    let all = rest.split(':').next()?;
    Some((done.trim().parse().ok()?, all.trim().parse().ok()?))
}

fn for_how_long(time: Duration) -> String {
    format!("{} so far", in_words(time))
}

/// Formats a duration: `8 s`, `2 min 05 s`.
pub(crate) fn in_words(time: Duration) -> String {
    match time.as_secs() {
        seconds @ 0..60 => format!("{seconds} s"),
        seconds => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargos_progress_bar_is_read() {
        let line = "    Building [=====================>              ] 120/345: syn, serde(build)";
        assert_eq!(progress(line), Some((120, 345)));
        assert_eq!(progress("   Compiling syn v2.0.1"), None);
    }

    #[test]
    fn times_read_as_a_person_says_them() {
        assert_eq!(in_words(Duration::from_secs(8)), "8 s");
        assert_eq!(in_words(Duration::from_secs(125)), "2 min 05 s");
    }
}
