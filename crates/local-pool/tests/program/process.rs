//! The program as a child process, with its own data folder.

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use crate::target_folder::target_folder;

/// Returns a command that runs the program. It is in the target folder of this test program, because the path that
/// cargo sets for the compilation is wrong in a copy of the repository with its target folder.
pub(crate) fn local_pool_command() -> Command {
    let test_program = std::env::current_exe().expect("the path of this program");
    // The test program is in the folder `deps` beside the program.
    let folder = test_program.ancestors().nth(2).expect("its folder");
    Command::new(
        folder
            .join("local-pool")
            .with_extension(std::env::consts::EXE_EXTENSION),
    )
}

/// A running program that is stopped when this value is dropped.
pub(crate) struct Program {
    pub(crate) child: Child,
    pub(crate) address: SocketAddr,
    /// The first line of its output.
    pub(crate) first_line: String,
    output: BufReader<ChildStdout>,
}

impl Program {
    /// Starts the program on a free port, and waits until it has printed its address.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut child = local_pool_command()
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

    /// Returns the output after the first line. The program must have ended.
    pub(crate) fn read_remaining_output(&mut self) -> String {
        let mut rest = String::new();
        self.output
            .read_to_string(&mut rest)
            .expect("its output is text");
        rest
    }

    /// Kills the program with SIGKILL, as the operating system does.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("it was running");
        self.child.wait().expect("it ends");
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // The program may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A temporary folder that is removed when this value is dropped.
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// Creates an empty folder.
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = target_folder().join(format!("tmp/{}-{count}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        Self(folder)
    }

    /// Returns the path of a file in the folder.
    pub(crate) fn path_of_file(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A failure leaves files in the target folder, which does not matter.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
