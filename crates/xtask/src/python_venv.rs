//! Creates and uses Python's virtual environments.

use std::{path::Path, process::Command};

use anyhow::Result;

use crate::progress::ProgressStep;

/// Creates an empty virtual environment of Python in `folder`. `label` is the number of this step.
pub(crate) fn create_venv(folder: &Path, label: &str) -> Result<()> {
    let step = ProgressStep {
        label,
        name: "a Python environment (if this fails on Debian: apt-get install python3-venv)",
        expected_time: "usually 5 s",
    };
    let mut command = Command::new("python3");
    step.run(command.args(["-m", "venv", "--clear"]).arg(folder))
}

/// Returns a command that runs the Python interpreter of the virtual environment.
pub(crate) fn python_command(venv: &Path) -> Command {
    Command::new(venv.join("bin/python"))
}

/// Returns a command that runs pip in the virtual environment. The script bin/pip would not work in a copy of the
/// environment, because its first line contains the path of the original.
pub(crate) fn pip_command(venv: &Path) -> Command {
    let mut command = python_command(venv);
    command.args(["-m", "pip", "--quiet", "--disable-pip-version-check"]);
    command
}
