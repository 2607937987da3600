//! Chromium's driver: one for all journeys of a test program, on a free port, gone with the program.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::OnceLock;

use crate::{Outcome, place};

/// Starts the driver and waits for the end of its own input, which comes when the test program is gone, however it
/// went. The driver takes its browsers with it. A signal to the whole group, such as Ctrl-C, must not end this shell
/// before it has ended the driver, which as a job in the background does not hear Ctrl-C.
const UNTIL_WE_ARE_GONE: &str =
    r#""$1" --port=0 </dev/null & driver=$!; trap "" HUP INT QUIT TERM; read -r _; kill "$driver""#;

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
