//! The program as a child process, and a folder of its own for its data.

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// A running program that ends with this value.
pub(crate) struct Program {
    pub(crate) child: Child,
    pub(crate) address: SocketAddr,
    /// The first line that it said.
    pub(crate) first_line: String,
    output: BufReader<ChildStdout>,
}

impl Program {
    /// Starts it on a free port and waits until it has said where it is.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_local-pool"))
            .args(["--listen", "localhost:0"])
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("the program starts");
        let mut output = BufReader::new(child.stdout.take().expect("its output"));
        let mut first_line = String::new();
        output
            .read_line(&mut first_line)
            .expect("it says where it is");
        let port = first_line
            .trim_end()
            .rsplit(':')
            .next()
            .and_then(|port| port.parse().ok());
        let port: u16 = port.unwrap_or_else(|| panic!("a port in {first_line:?}"));
        Self {
            child,
            address: SocketAddr::from(([127, 0, 0, 1], port)),
            first_line,
            output,
        }
    }

    /// The rest of what it says, once it has ended.
    pub(crate) fn rest(&mut self) -> String {
        let mut rest = String::new();
        self.output
            .read_to_string(&mut rest)
            .expect("its output is text");
        rest
    }

    /// Ends it as the system does when there is no time left: SIGKILL.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("it was running");
        self.child.wait().expect("it ends");
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An empty folder that goes with this value.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-{count}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        Self(folder)
    }

    pub(crate) fn file(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left over lies in the target folder and is in nobody's way.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
