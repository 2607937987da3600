//! The programs that build the app: which are there, and how they are called. One on PATH is used when its version is
//! right; else it is made once and kept in the user's cache folder, where every clone finds it.

use crate::{
    fault::{Fault, Outcome},
    pinned::{Tool, WASM_TARGET, add_wasm_target},
    place, run,
};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

const RUSTUP: &str = "curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh";
const NODE: &str = "https://nodejs.org, or: apt-get install nodejs npm";

/// The folders in which the tools lie, to be put before PATH; none for a tool that PATH has.
#[derive(Default)]
pub(crate) struct Tools {
    folders: Vec<PathBuf>,
}

impl Tools {
    /// A command that finds the tools.
    pub(crate) fn command(&self, program: &str) -> Command {
        let path = self.path();
        // The program itself must be looked up in the new PATH as well, not in ours.
        let mut command = Command::new(find_in(&path, program).unwrap_or_else(|| program.into()));
        command.current_dir(place::root()).env("PATH", path);
        command
    }

    pub(crate) fn path(&self) -> std::ffi::OsString {
        let old = env::var_os("PATH").unwrap_or_default();
        let folders = self.folders.iter().cloned().chain(env::split_paths(&old));
        env::join_paths(folders).unwrap_or(old)
    }

    /// Trunk, told not to reach for the network: all that it needs is here.
    pub(crate) fn trunk(&self) -> Command {
        let mut command = self.command("trunk");
        command
            .env("TRUNK_SKIP_VERSION_CHECK", "true")
            // Trunk refuses NO_COLOR=1, wanting true or false (https://no-color.org says any value).
            .env_remove("NO_COLOR");
        command
    }
}

/// What is still to be made, one step each.
pub(crate) struct Missing {
    tools: Tools,
    wasm_target: bool,
    programs: Vec<Tool>,
    /// The number of the next step.
    next: usize,
}

/// Looks what is there, after checking that what we cannot install ourselves is.
pub(crate) fn look() -> Outcome<Missing> {
    prerequisite("node", NODE)?;
    prerequisite("npm", NODE)?;
    let mut missing = Missing {
        tools: Tools::default(),
        wasm_target: lacks_wasm_target()?,
        programs: Vec::new(),
        next: 1,
    };
    let path = env::var_os("PATH").unwrap_or_default();
    for tool in Tool::ALL {
        let (program, version) = (tool.program(), tool.version()?);
        if find_in(&path, program).is_some_and(|found| has_version(&found, &version)) {
            continue;
        }
        let bin = tool.bin()?;
        if !has_version(&bin.join(program), &version) {
            missing.programs.push(tool);
        }
        missing.tools.folders.push(bin);
    }
    Ok(missing)
}

/// Everything at once, for the commands that need the tools before anything else.
pub(crate) fn ready() -> Outcome<Tools> {
    let missing = look()?;
    let all = missing.count();
    missing.make(all)
}

/// Rust's WebAssembly target alone.
pub(crate) fn wasm_target() -> Outcome {
    if lacks_wasm_target()? {
        add_wasm_target("step 1 of 1")?;
    }
    Ok(())
}

impl Missing {
    /// How many steps there are to take.
    pub(crate) fn count(&self) -> usize {
        usize::from(self.wasm_target) + self.programs.len()
    }

    /// Rust's WebAssembly target, which the app's own build waits for; `all` counts the steps of the whole command.
    pub(crate) fn with_wasm_target(mut self, all: usize) -> Outcome<Self> {
        if self.wasm_target {
            add_wasm_target(&format!("step {} of {all}", self.next))?;
            self.wasm_target = false;
            self.next += 1;
        }
        Ok(self)
    }

    /// Makes what is missing, one after the other.
    pub(crate) fn make(self, all: usize) -> Outcome<Tools> {
        let missing = self.with_wasm_target(all)?;
        for (tool, number) in missing.programs.iter().zip(missing.next..) {
            tool.make(&format!("step {number} of {all}"))?;
        }
        offer_to_trunk(&missing.tools);
        Ok(missing.tools)
    }
}

/// Lets a bare `trunk serve` find the same tools without PATH: links in its own cache folder, where it looks first
/// before it would download. Best effort: our own commands do not need it.
fn offer_to_trunk(tools: &Tools) {
    let path = tools.path();
    let links = [
        (Tool::WasmBindgen, "wasm-bindgen"),
        (Tool::WasmOpt, "bin/wasm-opt"),
    ];
    for (tool, file) in links {
        let (program, Ok(version)) = (tool.program(), tool.version()) else {
            continue;
        };
        let folder = format!("{program}-{version}");
        let link = place::trunk_cache().join(folder).join(file);
        if link.exists() {
            continue;
        }
        if let (Some(program), Some(folder)) = (find_in(&path, program), link.parent()) {
            let _ = fs::remove_file(&link); // a link to what is no longer there
            let _ = fs::create_dir_all(folder);
            let _ = std::os::unix::fs::symlink(program, &link);
        }
    }
}

/// Whether Rust cannot build WebAssembly yet. rustup, which can help, must then be there: Rust may come from elsewhere.
fn lacks_wasm_target() -> Outcome<bool> {
    let mut command = Command::new("rustc");
    command
        .current_dir(place::root())
        .args(["--print", "target-libdir", "--target", WASM_TARGET]);
    let folder = run::output(&mut command, "rustc")?;
    if Path::new(folder.trim()).is_dir() {
        return Ok(false);
    }
    prerequisite("rustup", RUSTUP)?;
    Ok(true)
}

fn prerequisite(program: &str, get: &str) -> Outcome {
    let path = env::var_os("PATH").unwrap_or_default();
    if find_in(&path, program).is_some() {
        return Ok(());
    }
    Err(Fault(format!(
        "{program} is needed and not here. Get it: {get}"
    )))
}

/// Where a shell would find the program.
pub(crate) fn find_in(path: &std::ffi::OsStr, program: &str) -> Option<PathBuf> {
    env::split_paths(path)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

/// Whether `program --version` names this very version, as a word of its own.
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
