//! The programs that build the app. A program on `PATH` is used if its version is right. Otherwise it is built once and
//! kept in the user's cache folder, which all clones share.

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Result, anyhow};
use fs_err as fs;

use crate::{
    paths, process,
    tool_versions::{InstalledTool, WASM_TARGET, add_wasm_target},
};

const RUSTUP: &str = "curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh";
const NODE: &str = "https://nodejs.org, or on Debian: apt-get install nodejs npm";

/// The folders of the installed tools. Commands get them in front of `PATH`. A tool that is on `PATH` already needs no
/// folder.
#[derive(Default)]
pub(crate) struct ToolFolders {
    folders: Vec<PathBuf>,
}

impl ToolFolders {
    /// Returns a command that runs `program` in the repository's root, with the installed tools on its `PATH`.
    pub(crate) fn command(&self, program: &str) -> Command {
        let path = self.path_variable();
        // The program itself must be found on the new `PATH` too, not only on this process's `PATH`.
        let mut command =
            Command::new(find_in_path(&path, program).unwrap_or_else(|| program.into()));
        command
            .current_dir(paths::repository_root())
            .env("PATH", path);
        command
    }

    /// Returns the value of `PATH` with the folders of the installed tools in front.
    pub(crate) fn path_variable(&self) -> std::ffi::OsString {
        let old = env::var_os("PATH").unwrap_or_default();
        let folders = self.folders.iter().cloned().chain(env::split_paths(&old));
        env::join_paths(folders).unwrap_or(old)
    }

    /// Returns a command that runs trunk in offline mode, because all that trunk needs is installed.
    pub(crate) fn trunk_command(&self) -> Command {
        let mut command = self.command("trunk");
        command
            .env("TRUNK_SKIP_VERSION_CHECK", "true")
            // Trunk rejects NO_COLOR=1 and expects true or false (https://no-color.org allows any value).
            .env_remove("NO_COLOR");
        command
    }
}

/// The tools that are missing and have to be installed. Each takes one step.
pub(crate) struct MissingTools {
    tools: ToolFolders,
    wasm_target: bool,
    programs: Vec<InstalledTool>,
    /// The number of the next installation step.
    next: usize,
}

/// Finds out which tools are missing. Returns an error if a program is missing that xtask cannot install.
pub(crate) fn find_missing_tools() -> Result<MissingTools> {
    require_program("node", NODE)?;
    require_program("npm", NODE)?;
    let mut missing = MissingTools {
        tools: ToolFolders::default(),
        wasm_target: is_wasm_target_missing()?,
        programs: Vec::new(),
        next: 1,
    };
    let path = env::var_os("PATH").unwrap_or_default();
    for tool in InstalledTool::ALL {
        let (program, version) = (tool.program(), tool.version()?);
        if find_in_path(&path, program).is_some_and(|found| has_version(&found, &version)) {
            continue;
        }
        let bin = tool.bin_folder()?;
        if !has_version(&bin.join(program), &version) {
            let folder = tool.folder()?;
            let mut others = missing.programs.iter();
            if !others.any(|other| other.folder().is_ok_and(|other| other == folder)) {
                missing.programs.push(tool);
            }
        }
        missing.tools.folders.push(bin);
    }
    Ok(missing)
}

/// Installs all missing tools and returns the folders of all tools. Commands that need the tools at the start call
/// this.
pub(crate) fn install_all_tools() -> Result<ToolFolders> {
    let missing = find_missing_tools()?;
    let step_count = missing.step_count();
    missing.install(step_count)
}

/// Installs Rust's WebAssembly target if it is missing, and no other tools.
pub(crate) fn ensure_wasm_target() -> Result<()> {
    if is_wasm_target_missing()? {
        add_wasm_target("step 1 of 1")?;
    }
    Ok(())
}

impl MissingTools {
    /// Returns how many steps the installation of the missing tools takes.
    pub(crate) fn step_count(&self) -> usize {
        usize::from(self.wasm_target) + self.programs.len()
    }

    /// Installs Rust's WebAssembly target, which the app's build needs. `step_count` is the number of steps of the
    /// whole command.
    pub(crate) fn install_wasm_target(mut self, step_count: usize) -> Result<Self> {
        if self.wasm_target {
            add_wasm_target(&format!("step {} of {step_count}", self.next))?;
            self.wasm_target = false;
            self.next += 1;
        }
        Ok(self)
    }

    /// Installs the missing tools, one after the other, and returns the folders of all tools.
    pub(crate) fn install(self, step_count: usize) -> Result<ToolFolders> {
        let missing = self.install_wasm_target(step_count)?;
        for (tool, number) in missing.programs.iter().zip(missing.next..) {
            tool.install(&format!("step {number} of {step_count}"))?;
        }
        link_into_trunk_cache(&missing.tools);
        Ok(missing.tools)
    }
}

/// Links the installed tools into trunk's cache folder, so that a plain `trunk serve` uses them and downloads nothing.
/// Errors are ignored, because the commands of xtask do not need the links.
fn link_into_trunk_cache(tools: &ToolFolders) {
    let path = tools.path_variable();
    let links = [
        (InstalledTool::WasmBindgen, "wasm-bindgen"),
        (InstalledTool::WasmOpt, "bin/wasm-opt"),
    ];
    for (tool, file) in links {
        let (program, Ok(version)) = (tool.program(), tool.version()) else {
            continue;
        };
        let folder = format!("{program}-{version}");
        let link = paths::trunk_cache_folder().join(folder).join(file);
        if link.exists() {
            continue;
        }
        if let (Some(program), Some(folder)) = (find_in_path(&path, program), link.parent()) {
            let _ = fs::remove_file(&link); // removes a link whose target no longer exists
            let _ = fs::create_dir_all(folder);
            let _ = std::os::unix::fs::symlink(program, &link);
        }
    }
}

/// Returns true if Rust's standard library for WebAssembly is missing. Returns an error if there is also no rustup that
/// could install it.
fn is_wasm_target_missing() -> Result<bool> {
    let mut command = Command::new("rustc");
    command.current_dir(paths::repository_root()).args([
        "--print",
        "target-libdir",
        "--target",
        WASM_TARGET,
    ]);
    let folder = process::run_and_read_output(&mut command, "rustc")?;
    if Path::new(folder.trim()).is_dir() {
        return Ok(false);
    }
    require_program("rustup", RUSTUP)?;
    Ok(true)
}

/// Returns an error if the program is not on `PATH`. The error contains `install_hint`.
fn require_program(program: &str, install_hint: &str) -> Result<()> {
    let path = env::var_os("PATH").unwrap_or_default();
    if find_in_path(&path, program).is_some() {
        return Ok(());
    }
    Err(anyhow!(
        "{program} is not installed. Install it: {install_hint}"
    ))
}

/// Returns the path of the program in the first folder of `path` that contains it, as a shell finds it, or `None` if
/// there is none.
pub(crate) fn find_in_path(path: &std::ffi::OsStr, program: &str) -> Option<PathBuf> {
    env::split_paths(path)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

/// Returns true if the output of `program --version` contains `version` as a word.
pub(crate) fn has_version(program: &Path, version: &str) -> bool {
    let output = Command::new(program)
        .arg("--version")
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output();
    output.is_ok_and(|output| {
        let text = String::from_utf8_lossy(&output.stdout);
        text.split(|c: char| c.is_whitespace() || "()".contains(c))
            .any(|word| word == version)
    })
}
