//! What config.js tells a host. Node runs the file, since it is JavaScript: whatever a browser would make of it, we do.

use crate::{
    fault::{Fault, Outcome},
    place,
    run::{Running, failed},
};
use std::{
    path::Path,
    process::{Command, Stdio},
};

/// The origins that the app will talk to: the user pool's endpoint, its domain and the API.
pub(crate) fn origins(file: &Path) -> Outcome<Vec<String>> {
    let mut command = Command::new("node");
    command
        .arg(place::root().join("crates/xtask/src/scripts/origins.mjs"))
        .arg(file);
    command.stdout(Stdio::piped());
    let name = format!("reading {}", file.display());
    let mut running = Running::start(&mut command, &name)?;
    let pipe = running
        .child()
        .stdout
        .take()
        .ok_or_else(|| Fault::new("no pipe"))?;
    let text = std::io::read_to_string(pipe).map_err(|error| Fault(error.to_string()))?;
    let status = running.wait()?;
    if !status.success() {
        return Err(failed(&name, status));
    }
    Ok(text.lines().map(str::to_owned).collect())
}
