//! Runs ChromeDriver. All tests of a test program share one ChromeDriver process, on a free port. The process ends with
//! the program.

use std::io::{BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::OnceLock;

use crate::{Result, paths};

/// The shell script that runs ChromeDriver.
///
/// It waits until its own input closes, which happens when the test program ends for any reason. Then it ends the
/// whole process group, because the driver leaves browsers behind that are busy. It also deletes their profiles,
/// because the profiles of hundreds of tests fill a disk. A browser can still write there while it ends, so the
/// script tries for ten seconds.
const RUN_UNTIL_INPUT_CLOSES: &str = r#"
    profiles=$(mktemp -d) || exit
    TMPDIR=$profiles "$1" --port=0 </dev/null &
    trap "" TERM
    read -r _
    kill -TERM 0
    wait 2>/dev/null
    for _ in $(seq 100); do rm -rf "$profiles" 2>/dev/null && exit; sleep 0.1; done
"#;

struct DriverProcess {
    url: String,
    /// The shell process with its open input, and its output. Both stay open as long as the test program runs.
    _process: (Child, BufReader<ChildStdout>),
}

/// Returns the URL of ChromeDriver. The first call starts it.
pub(super) fn webdriver_url() -> Result<&'static str> {
    static DRIVER: OnceLock<Result<DriverProcess, String>> = OnceLock::new();
    match DRIVER.get_or_init(|| start_driver().map_err(|error| error.to_string())) {
        Ok(driver) => Ok(&driver.url),
        Err(error) => Err(error.clone().into()),
    }
}

fn start_driver() -> Result<DriverProcess> {
    let program = paths::program_path("POOLGATE_CHROMEDRIVER", "chromedriver");
    let mut process = Command::new("sh")
        .args(["-c", RUN_UNTIL_INPUT_CLOSES, "sh"])
        .arg(&program)
        // With a process group of its own, the script does not receive Ctrl-C, so that it can clean up.
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut output = BufReader::new(process.stdout.take().ok_or("the driver has no output")?);
    let mut printed = String::new();
    loop {
        let mut line = String::new();
        if output.read_line(&mut line)? == 0 {
            return Err(format!("{} did not start: {printed}", program.display()).into());
        }
        // The driver prints "ChromeDriver was started successfully on port 40123."
        if let Some((_, port)) = line.split_once("started successfully on port ") {
            let port: u16 = port.trim().trim_end_matches('.').parse()?;
            return Ok(DriverProcess {
                url: format!("http://127.0.0.1:{port}"),
                _process: (process, output),
            });
        }
        printed.push_str(&line);
    }
}
