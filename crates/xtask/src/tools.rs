//! The programs that build the app, pinned by version. One on PATH is used when its version is right; else it is made
//! once and kept in the user's cache folder, where every clone finds it.

use crate::{
    cargo_run::Step,
    fault::{Fault, Outcome, While},
    place, run,
};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// The newest that Rust 1.95 builds. Trunk.toml asks for the same.
const TRUNK: &str = "0.21.14";
/// As in tools/package.json, and as Trunk.toml's `wasm_opt = "version_…"` says.
const BINARYEN: &str = "132.0.0";
const BINARYEN_PACKAGE: &str = include_str!("../tools/package.json");
const BINARYEN_LOCK: &str = include_str!("../tools/package-lock.json");

const WASM_TARGET: &str = "wasm32-unknown-unknown";

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
            .env_remove("NO_COLOR");
        command
    }
}

/// What is still to be made; each entry is a step that takes a while.
pub(crate) struct Missing {
    tools: Tools,
    steps: Vec<Kind>,
    /// Steps already taken.
    made: usize,
}

#[derive(Clone)]
enum Kind {
    WasmTarget,
    Trunk,
    WasmBindgen(String),
    WasmOpt,
}

/// Looks what is there, after checking that what we cannot install ourselves is.
pub(crate) fn look() -> Outcome<Missing> {
    prerequisite("node", "https://nodejs.org, or: apt-get install nodejs npm")?;
    prerequisite("npm", "https://nodejs.org, or: apt-get install nodejs npm")?;
    let mut missing = Missing {
        tools: Tools::default(),
        steps: Vec::new(),
        made: 0,
    };
    if !has_wasm_target()? {
        prerequisite(
            "rustup",
            "curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh",
        )?;
        missing.steps.push(Kind::WasmTarget);
    }
    let bindgen = wasm_bindgen_version()?;
    for (kind, program, version, folder) in [
        (Kind::Trunk, "trunk", TRUNK.to_owned(), trunk_folder()),
        (
            Kind::WasmBindgen(bindgen.clone()),
            "wasm-bindgen",
            bindgen.clone(),
            wasm_bindgen_folder(&bindgen),
        ),
        (
            Kind::WasmOpt,
            "wasm-opt",
            binaryen_release(),
            binaryen_folder(),
        ),
    ] {
        let path = env::var_os("PATH").unwrap_or_default();
        if find_in(&path, program).is_some_and(|found| has_version(&found, &version)) {
            continue;
        }
        let bin = bin_of(&kind, &folder);
        if !has_version(&bin.join(program), &version) {
            missing.steps.push(kind);
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

impl Missing {
    /// How many steps there are to take.
    pub(crate) fn count(&self) -> usize {
        self.steps.len()
    }

    /// Rust's WebAssembly target first, since the app's own build waits for it; `all` counts the command's steps.
    pub(crate) fn with_wasm_target(mut self, all: usize) -> Outcome<Self> {
        if let Some(kind @ Kind::WasmTarget) = self.steps.first() {
            make(kind, &format!("step 1 of {all}"))?;
            self.steps.remove(0);
            self.made += 1;
        }
        Ok(self)
    }

    /// Makes what is missing, one after the other.
    pub(crate) fn make(self, all: usize) -> Outcome<Tools> {
        for (kind, number) in self.steps.iter().zip(self.made + 1..) {
            make(kind, &format!("step {number} of {all}"))?;
        }
        offer_to_trunk(&self.tools);
        Ok(self.tools)
    }
}

fn make(kind: &Kind, place: &str) -> Outcome {
    match kind {
        Kind::WasmTarget => Step {
            place,
            name: "Rust's WebAssembly target",
            usually: "usually 10 s",
        }
        .run(Command::new("rustup").args(["target", "add", WASM_TARGET])),
        Kind::Trunk => cargo_install(
            place,
            "trunk",
            TRUNK,
            "usually 2 to 4 minutes",
            &trunk_folder(),
        ),
        Kind::WasmBindgen(version) => cargo_install(
            place,
            "wasm-bindgen-cli",
            version,
            "usually 1 to 3 minutes",
            &wasm_bindgen_folder(version),
        ),
        Kind::WasmOpt => {
            let folder = binaryen_folder();
            fs::create_dir_all(&folder).during(folder.display())?;
            fs::write(folder.join("package.json"), BINARYEN_PACKAGE).during(folder.display())?;
            fs::write(folder.join("package-lock.json"), BINARYEN_LOCK).during(folder.display())?;
            let name = format!("wasm-opt (binaryen {BINARYEN})");
            Step {
                place,
                name: &name,
                usually: "usually 10 s",
            }
            .run(Command::new("npm").current_dir(&folder).args([
                "ci",
                "--no-audit",
                "--no-fund",
                "--no-update-notifier",
            ]))
        }
    }
}

fn cargo_install(place: &str, package: &str, version: &str, usually: &str, root: &Path) -> Outcome {
    let step = Step {
        place,
        name: &format!("{package} {version}"),
        usually,
    };
    let install = |locked: bool| {
        let mut command = Command::new("cargo");
        command
            .current_dir(env::temp_dir()) // away from our own .cargo/config.toml
            .args(["install", package, "--version", version, "--root"])
            .arg(root)
            // Kept while it is not finished, so that a broken-off build goes on where it was.
            .arg("--target-dir")
            .arg(place::cache().join("build").join(package));
        if locked {
            command.arg("--locked");
        }
        if package == "trunk" {
            // It fetches nothing for us, so it needs no TLS; and is waited for, not waiting: no time for optimising,
            // except for what it does to every byte of the app.
            command.arg("--no-default-features");
            command.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0");
            for hash in ["sha2", "seahash", "base64"] {
                command.args([
                    "--config",
                    &format!("profile.release.package.{hash}.opt-level=3"),
                ]);
            }
        } else {
            command.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1");
        }
        command
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            .env("CARGO_PROFILE_RELEASE_DEBUG", "0")
            .env("CARGO_PROFILE_RELEASE_STRIP", "debuginfo")
            .env_remove("CARGO_TARGET_DIR");
        command
    };
    if let Err(fault) = step.run(&mut install(true)) {
        // Its lock file may name a release that the registry in use does not have (a mirror that lags behind).
        if !fault.0.contains("failed to select a version") {
            return Err(fault);
        }
        println!(
            "[{place}] its own lock file cannot be met by this registry: building with the versions there are"
        );
        step.run(&mut install(false))?;
    }
    // Only for going on after a break; the tool itself is in place.
    let _ = fs::remove_dir_all(place::cache().join("build").join(package));
    Ok(())
}

/// Lets a bare `trunk serve` find the same tools without PATH: links in its own cache folder, where it looks first
/// before it would download. Best effort: our own commands do not need it.
fn offer_to_trunk(tools: &Tools) {
    let path = tools.path();
    let Ok(bindgen) = wasm_bindgen_version() else {
        return;
    };
    let wanted = [
        (
            "wasm-bindgen",
            format!("wasm-bindgen-{bindgen}/wasm-bindgen"),
        ),
        (
            "wasm-opt",
            format!("wasm-opt-{}/bin/wasm-opt", binaryen_release()),
        ),
    ];
    for (program, link) in wanted {
        let link = place::trunk_cache().join(link);
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

fn trunk_folder() -> PathBuf {
    place::cache().join(format!("trunk-{TRUNK}"))
}

fn wasm_bindgen_folder(version: &str) -> PathBuf {
    place::cache().join(format!("wasm-bindgen-cli-{version}"))
}

fn binaryen_folder() -> PathBuf {
    place::cache().join(format!("binaryen-{BINARYEN}"))
}

/// `version_132`: how wasm-opt names itself, and how trunk asks for it.
fn binaryen_release() -> String {
    format!("version_{}", BINARYEN.split('.').next().unwrap_or(BINARYEN))
}

fn bin_of(kind: &Kind, folder: &Path) -> PathBuf {
    match kind {
        Kind::WasmOpt => folder.join("node_modules/.bin"),
        _ => folder.join("bin"),
    }
}

/// The command line tool must be of the very version that the app is built with, so the lock file decides.
fn wasm_bindgen_version() -> Outcome<String> {
    let lock = fs::read_to_string(place::root().join("Cargo.lock")).during("Cargo.lock")?;
    locked_version(&lock, "wasm-bindgen").ok_or_else(|| {
        Fault::new("Cargo.lock names no wasm-bindgen. Restore it: git checkout Cargo.lock")
    })
}

fn locked_version(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name).skip(1);
    let version = lines
        .next()?
        .strip_prefix("version = \"")?
        .strip_suffix('"')?;
    Some(version.to_owned())
}

/// rustup is asked last, since Rust may come from elsewhere.
fn has_wasm_target() -> Outcome<bool> {
    let folder = run::output(
        Command::new("rustc").current_dir(place::root()).args([
            "--print",
            "target-libdir",
            "--target",
            WASM_TARGET,
        ]),
        "rustc",
    )?;
    Ok(Path::new(folder.trim()).is_dir())
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
fn has_version(program: &Path, version: &str) -> bool {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_file_tells_the_version_of_the_package_and_not_of_its_namesakes() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.80\"\n\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\nsource = \"registry\"\n";
        assert_eq!(
            locked_version(lock, "wasm-bindgen").as_deref(),
            Some("0.2.130")
        );
        assert_eq!(locked_version(lock, "leptos"), None);
    }

    #[test]
    fn trunk_and_npm_are_told_the_same_version_of_wasm_opt() {
        let trunk = fs::read_to_string(place::root().join("Trunk.toml")).unwrap();
        assert!(
            trunk.contains(&format!("wasm_opt = \"{}\"", binaryen_release())),
            "{trunk}"
        );
        assert!(
            trunk.contains(&format!("trunk-version = \"{TRUNK}\"")),
            "{trunk}"
        );
        assert!(
            BINARYEN_PACKAGE.contains(&format!("\"binaryen\": \"{BINARYEN}\"")),
            "{BINARYEN_PACKAGE}"
        );
    }
}
