//! Runs esbuild (<https://esbuild.github.io/api/>), which makes the release's JavaScript smaller.

use std::{
    ffi::OsStr,
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

use crate::{Result, required_env_variable};

/// The environment variable with the path of esbuild.
const ESBUILD: &str = "POOLGATE_ESBUILD";

/// Passes a JavaScript module to esbuild and returns the output. Relative imports start at `folder`.
pub(crate) fn transform_module(
    source: &str,
    folder: &Path,
    flags: &[impl AsRef<OsStr>],
) -> Result<String> {
    let mut command = Command::new(required_env_variable(ESBUILD)?);
    command
        .current_dir(folder)
        .args(["--format=esm", "--log-level=error"])
        .args(flags)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut running = command
        .spawn()
        .map_err(|error| format!("{command:?}: {error}"))?;
    // esbuild reads all of its input before it writes, so the pipes cannot block each other. Dropping the pipe ends the
    // input.
    running
        .stdin
        .take()
        .ok_or("esbuild has no standard input.")?
        .write_all(source.as_bytes())?;
    let output = running.wait_with_output()?;
    if !output.status.success() {
        return Err(format!("{command:?}: {}", output.status).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}
