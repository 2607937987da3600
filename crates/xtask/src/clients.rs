//! Other projects' Cognito clients, with which the local pool is tested. They come from npm and PyPI, in the versions
//! of the lock files.

use std::{path::Path, process::Command};

use anyhow::Result;
use fs_err as fs;

use crate::{paths, progress::ProgressStep, python_venv};

/// Installs other projects' Cognito clients if they are missing or if their lock file has changed.
pub(crate) fn install_clients() -> Result<()> {
    let folder = paths::repository_root().join("crates/local-pool/tests/clients");
    install_npm_packages(&folder)?;
    let requirements = folder.join("requirements.txt");
    let venv = paths::target_folder().join("py");
    install_if_lock_file_changed(&requirements, &venv.join(".poolgate-installed"), || {
        python_venv::create_venv(&venv, "clients")?;
        let step = ProgressStep {
            label: "clients",
            name: "the Python clients",
            expected_time: "usually 30 s",
        };
        let mut pip = python_venv::pip_command(&venv);
        step.run(pip.args(["install", "-r"]).arg(&requirements))
    })
}

/// Installs the npm packages that the lock file in `folder` names, unless they are installed already.
pub(crate) fn install_npm_packages(folder: &Path) -> Result<()> {
    let installed_list = folder.join("node_modules/.poolgate-installed");
    install_if_lock_file_changed(&folder.join("package-lock.json"), &installed_list, || {
        let step = ProgressStep {
            label: "clients",
            name: "the JavaScript clients",
            expected_time: "usually 30 s",
        };
        let mut command = Command::new("npm");
        command.current_dir(folder);
        step.run(command.args(["ci", "--no-audit", "--no-fund", "--no-update-notifier"]))
    })
}

/// Calls `install` if the file `list`, which names packages, has changed since the last installation. `installed_list`
/// is the copy of that file which was made after the last installation.
fn install_if_lock_file_changed(
    list: &Path,
    installed_list: &Path,
    install: impl FnOnce() -> Result<()>,
) -> Result<()> {
    let wanted = fs::read(list)?;
    if fs::read(installed_list).is_ok_and(|done| done == wanted) {
        return Ok(());
    }
    install()?;
    fs::write(installed_list, wanted)?;
    Ok(())
}
