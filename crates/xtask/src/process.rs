//! Runs other programs. Each starts in its own process group, so that ending the group also ends all child processes.

use std::{
    collections::BTreeSet,
    os::unix::process::CommandExt,
    process::{Child, Command, ExitStatus, Stdio},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Error, Result, anyhow};
use rustix::process::{Pid, Signal, kill_process_group};
use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGTERM},
    iterator::Signals,
};

/// The process IDs of the running programs, each of which leads a process group.
static RUNNING: Mutex<BTreeSet<u32>> = Mutex::new(BTreeSet::new());
static STOPPING: AtomicBool = AtomicBool::new(false);

/// How long a program may take to end before it is killed.
const STOP_TIMEOUT: Duration = Duration::from_secs(5);

/// Sets up signal handlers: after Ctrl-C, a closed terminal or `kill`, all started programs end, and then this program.
pub(crate) fn stop_programs_on_signal() {
    let Ok(mut signals) = Signals::new([SIGINT, SIGTERM, SIGHUP]) else {
        return; // without a handler, Ctrl-C still ends this program
    };
    thread::spawn(move || {
        let Some(signal) = signals.forever().next() else {
            return;
        };
        STOPPING.store(true, Ordering::SeqCst);
        let started = Instant::now();
        send_signal_to_all(Signal::TERM);
        while !running_groups().is_empty() && started.elapsed() < STOP_TIMEOUT {
            thread::sleep(Duration::from_millis(20));
        }
        send_signal_to_all(Signal::KILL);
        eprintln!("\nStopped.");
        // The exit code that a shell reports for a program that a signal has ended.
        std::process::exit(128 + signal);
    });
}

fn running_groups() -> std::sync::MutexGuard<'static, BTreeSet<u32>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

fn send_signal_to_all(signal: Signal) {
    for &leader in running_groups().iter() {
        send_signal(leader, signal);
    }
}

fn send_signal(leader: u32, signal: Signal) {
    if let Some(group) = i32::try_from(leader).ok().and_then(Pid::from_raw) {
        // An error means that the group has ended already.
        let _ = kill_process_group(group, signal);
    }
}

/// A running program with its child processes. Dropping the value ends them.
pub(crate) struct ProcessGroup {
    child: Child,
    name: String,
}

impl ProcessGroup {
    /// Starts the program in a process group of its own. `name` is its name in errors.
    pub(crate) fn start(command: &mut Command, name: &str) -> Result<Self> {
        let child = command
            .stdin(Stdio::null())
            .process_group(0)
            .spawn()
            .with_context(|| format!("cannot start {name}"))?;
        running_groups().insert(child.id());
        Ok(Self {
            child,
            name: name.to_owned(),
        })
    }

    pub(crate) fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Waits until the program ends, and returns its exit status.
    pub(crate) fn wait(&mut self) -> Result<ExitStatus> {
        let status = self.child.wait().with_context(|| self.name.clone())?;
        self.remove_from_running();
        Ok(status)
    }

    /// Returns the exit status of the program, or `None` if it is still running.
    pub(crate) fn exit_status(&mut self) -> Result<Option<ExitStatus>> {
        let status = self.child.try_wait().with_context(|| self.name.clone())?;
        if status.is_some() {
            self.remove_from_running();
        }
        Ok(status)
    }

    fn remove_from_running(&self) {
        running_groups().remove(&self.child.id());
        // While this program ends, the caller must not report the end of its child programs.
        while STOPPING.load(Ordering::SeqCst) {
            thread::park();
        }
    }

    /// Ends the program and its child processes. After [`STOP_TIMEOUT`] they are killed.
    pub(crate) fn stop(&mut self) {
        let leader = self.child.id();
        if !running_groups().remove(&leader) {
            return;
        }
        send_signal(leader, Signal::TERM);
        let started = Instant::now();
        while started.elapsed() < STOP_TIMEOUT {
            if !matches!(self.child.try_wait(), Ok(None)) {
                break;
            }
            thread::sleep(Duration::from_millis(20));
        }
        // The rest of the process group must end too.
        send_signal(leader, Signal::KILL);
        let _ = self.child.wait();
    }
}

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Runs a program to its end and shows its output immediately. Returns an error if the program fails. `name` is the
/// program's name in the error.
pub(crate) fn run_program(command: &mut Command, name: &str) -> Result<()> {
    let status = ProcessGroup::start(command, name)?.wait()?;
    if status.success() {
        Ok(())
    } else {
        Err(exit_error(name, status))
    }
}

/// Runs a program to its end and returns its standard output. Its standard error is shown immediately. Returns an error
/// if the program fails.
pub(crate) fn run_and_read_output(command: &mut Command, name: &str) -> Result<String> {
    command.stdout(Stdio::piped());
    let mut running = ProcessGroup::start(command, name)?;
    let mut pipe = running
        .child()
        .stdout
        .take()
        .context("standard output is not a pipe")?;
    let text = std::io::read_to_string(&mut pipe).with_context(|| name.to_owned())?;
    let status = running.wait()?;
    if status.success() {
        Ok(text)
    } else {
        Err(exit_error(name, status))
    }
}

/// Returns the error for a program that has ended with this exit status. `name` is the program's name in the error.
pub(crate) fn exit_error(name: &str, status: ExitStatus) -> Error {
    anyhow!("{name} failed ({status}).")
}
