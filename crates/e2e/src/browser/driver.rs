//! Chromium's driver: one for all journeys of a test program, on a free port, gone with the program.

use std::io::{BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::OnceLock;

use crate::{Outcome, place};

/// Starts the driver and waits for the end of its own input, which comes when the test program is gone, however it
/// went. Then the whole process group goes, since the driver leaves browsers behind that are in the middle of something,
/// and with it what they kept: the profiles of hundreds of journeys fill a disk. A browser that is ending may still write
/// there; so it is tried for ten seconds.
const UNTIL_WE_ARE_GONE: &str = r#"
    kept=$(mktemp -d) || exit
    TMPDIR=$kept "$1" --port=0 </dev/null &
    trap "" TERM
    read -r _
    kill -TERM 0
    wait 2>/dev/null
    for _ in $(seq 100); do rm -rf "$kept" 2>/dev/null && exit; sleep 0.1; done
"#;

struct Driver {
    url: String,
    /// Its input stays open as long as we live, and its output read from.
    _process: (Child, BufReader<ChildStdout>),
}

/// Where the driver listens.
pub(super) fn url() -> Outcome<&'static str> {
    static DRIVER: OnceLock<Result<Driver, String>> = OnceLock::new();
    match DRIVER.get_or_init(|| start().map_err(|fault| fault.to_string())) {
        Ok(driver) => Ok(&driver.url),
        Err(fault) => Err(fault.clone().into()),
    }
}

fn start() -> Outcome<Driver> {
    let program = place::program("POOLGATE_CHROMEDRIVER", "chromedriver");
    let mut process = Command::new("sh")
        .args(["-c", UNTIL_WE_ARE_GONE, "sh"])
        .arg(&program)
        // A group of its own: Ctrl-C does not reach it, so that it can still do what there is to do.
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut output = BufReader::new(process.stdout.take().ok_or("the driver has no output")?);
    let mut said = String::new();
    loop {
        let mut line = String::new();
        if output.read_line(&mut line)? == 0 {
            return Err(format!("{} did not start: {said}", program.display()).into());
        }
        // "ChromeDriver was started successfully on port 40123."
        if let Some((_, port)) = line.split_once("started successfully on port ") {
            let port: u16 = port.trim().trim_end_matches('.').parse()?;
            return Ok(Driver {
                url: format!("http://127.0.0.1:{port}"),
                _process: (process, output),
            });
        }
        said.push_str(&line);
    }
}
