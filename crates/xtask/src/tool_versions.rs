//! The tools that xtask installs if they are missing: their versions, their folders and how to build them.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};
use fs_err as fs;

use crate::{paths, progress::ProgressStep};

/// The version of trunk: the newest that Rust 1.95 can build. It must match Trunk.toml.
const TRUNK: &str = "0.21.14";
/// The version of Binaryen, which contains wasm-opt. It must match tools/package.json and `wasm_opt = "version_…"` in
/// Trunk.toml.
const BINARYEN: &str = "132.0.0";
/// The version of esbuild. It must match tools/package.json.
const ESBUILD: &str = "0.28.2";
const NPM_PACKAGE: &str = include_str!("../tools/package.json");
const NPM_LOCK: &str = include_str!("../tools/package-lock.json");

pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// A tool that xtask installs if it is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InstalledTool {
    Trunk,
    WasmBindgen,
    WasmOpt,
    Esbuild,
}

impl InstalledTool {
    pub(crate) const ALL: [Self; 4] =
        [Self::Trunk, Self::WasmBindgen, Self::WasmOpt, Self::Esbuild];

    /// Returns the name of the tool's executable file.
    pub(crate) fn program(self) -> &'static str {
        match self {
            Self::Trunk => "trunk",
            Self::WasmBindgen => "wasm-bindgen",
            Self::WasmOpt => "wasm-opt",
            Self::Esbuild => "esbuild",
        }
    }

    /// Returns the version of the tool, as the program itself prints it.
    pub(crate) fn version(self) -> Result<String> {
        match self {
            Self::Trunk => Ok(TRUNK.to_owned()),
            Self::WasmBindgen => wasm_bindgen_version(),
            Self::WasmOpt => Ok(binaryen_release()),
            Self::Esbuild => Ok(ESBUILD.to_owned()),
        }
    }

    /// Returns the folder in which the tool is installed. Some tools share a folder. They are installed together.
    pub(crate) fn folder(self) -> Result<PathBuf> {
        let name = match self {
            Self::Trunk => format!("trunk-{TRUNK}"),
            Self::WasmBindgen => format!("wasm-bindgen-cli-{}", wasm_bindgen_version()?),
            Self::WasmOpt | Self::Esbuild => format!("binaryen-{BINARYEN}-esbuild-{ESBUILD}"),
        };
        Ok(paths::cache_folder().join(name))
    }

    /// Returns the folder that contains the tool's executable file.
    pub(crate) fn bin_folder(self) -> Result<PathBuf> {
        let bin = match self {
            Self::Trunk | Self::WasmBindgen => "bin",
            Self::WasmOpt | Self::Esbuild => "node_modules/.bin",
        };
        Ok(self.folder()?.join(bin))
    }

    /// Installs the tool. `label` is the number of this step, such as `step 2 of 5`.
    pub(crate) fn install(self, label: &str) -> Result<()> {
        let folder = self.folder()?;
        match self {
            Self::Trunk => cargo_install(label, "trunk", TRUNK, "usually 2 to 4 minutes", &folder),
            Self::WasmBindgen => cargo_install(
                label,
                "wasm-bindgen-cli",
                &wasm_bindgen_version()?,
                "usually 1 to 3 minutes",
                &folder,
            ),
            Self::WasmOpt | Self::Esbuild => {
                fs::create_dir_all(&folder)?;
                fs::write(folder.join("package.json"), NPM_PACKAGE)?;
                fs::write(folder.join("package-lock.json"), NPM_LOCK)?;
                let name = format!("wasm-opt (binaryen {BINARYEN}) and esbuild {ESBUILD}");
                let mut command = Command::new("npm");
                command.current_dir(&folder);
                command.args(["ci", "--no-audit", "--no-fund", "--no-update-notifier"]);
                // esbuild works without its install script.
                command.arg("--ignore-scripts");
                ProgressStep {
                    label,
                    name: &name,
                    expected_time: "usually 10 s",
                }
                .run(&mut command)
            }
        }
    }
}

/// Installs Rust's standard library for WebAssembly with rustup. `label` is the number of this step, such as `step 2 of
/// 5`.
pub(crate) fn add_wasm_target(label: &str) -> Result<()> {
    let name = "Rust's WebAssembly target";
    let mut command = Command::new("rustup");
    command
        .current_dir(paths::repository_root())
        .args(["target", "add", WASM_TARGET]);
    ProgressStep {
        label,
        name,
        expected_time: "usually 10 s",
    }
    .run(&mut command)
}

fn cargo_install(
    label: &str,
    package: &str,
    version: &str,
    expected_time: &str,
    root: &Path,
) -> Result<()> {
    let step = ProgressStep {
        label,
        name: &format!("{package} {version}"),
        expected_time,
    };
    let install = |locked: bool| {
        let mut command = Command::new("cargo");
        command
            .current_dir(env::temp_dir()) // because .cargo/config.toml here must not apply
            .args(["install", package, "--version", version, "--root"])
            .arg(root)
            // The folder is kept until the build succeeds, so that an interrupted build can continue.
            .arg("--target-dir")
            .arg(paths::cache_folder().join("build").join(package));
        if locked {
            command.arg("--locked");
        }
        if package == "trunk" {
            // Trunk downloads nothing here, so it needs no TLS. The developer waits for this build, so it is not
            // optimized, except for the packages that process each byte of the app.
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
    if let Err(error) = step.run(&mut install(true)) {
        // Trunk's lock file can name a version that the registry in use does not have, such as an outdated mirror.
        if !error.to_string().contains("failed to select a version") {
            return Err(error);
        }
        println!(
            "[{label}] the registry lacks versions of its lock file: building without the lock file"
        );
        step.run(&mut install(false))?;
    }
    // This folder was only needed to continue an interrupted build. The tool itself is installed.
    let _ = fs::remove_dir_all(paths::cache_folder().join("build").join(package));
    Ok(())
}

/// Returns Binaryen's version in the format of wasm-opt and of Trunk.toml: `version_132`.
fn binaryen_release() -> String {
    format!("version_{}", BINARYEN.split('.').next().unwrap_or(BINARYEN))
}

/// Returns the version of wasm-bindgen in Cargo.lock. The command-line tool must have exactly the version of the
/// library.
fn wasm_bindgen_version() -> Result<String> {
    let lock = fs::read_to_string(paths::repository_root().join("Cargo.lock"))?;
    version_in_lock_file(&lock, "wasm-bindgen")
        .context("Cargo.lock has no wasm-bindgen. Restore it: git checkout Cargo.lock")
}

/// Returns the version of the package `package` in the text of Cargo.lock, or `None` if the package is not there.
fn version_in_lock_file(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name).skip(1);
    let version = lines
        .next()?
        .strip_prefix("version = \"")?
        .strip_suffix('"')?;
    Some(version.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_lock_version_is_found_by_the_exact_package_name() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.80\"\n\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\nsource = \"registry\"\n";
        assert_eq!(
            version_in_lock_file(lock, "wasm-bindgen").as_deref(),
            Some("0.2.130")
        );
        assert_eq!(version_in_lock_file(lock, "leptos"), None);
    }

    #[test]
    fn trunk_toml_and_package_json_have_the_same_tool_versions() {
        let trunk = fs::read_to_string(paths::repository_root().join("Trunk.toml")).unwrap();
        assert!(
            trunk.contains(&format!("wasm_opt = \"{}\"", binaryen_release())),
            "{trunk}"
        );
        assert!(
            trunk.contains(&format!("trunk-version = \"{TRUNK}\"")),
            "{trunk}"
        );
        for dependency in [("binaryen", BINARYEN), ("esbuild", ESBUILD)] {
            let (name, version) = dependency;
            assert!(
                NPM_PACKAGE.contains(&format!("\"{name}\": \"{version}\"")),
                "{NPM_PACKAGE}"
            );
        }
    }
}
