//! The option `--sbom` of the command `build`: writes the software bill of materials of the release (CycloneDX) next to
//! the built folder.

use std::{path::PathBuf, process::Command};

use anyhow::Result;
use fs_err as fs;

use crate::{paths, process};

/// cargo's options for the target and the features of the release. They must match dist.rs.
const APP_OPTIONS: [&str; 5] = [
    "--locked",
    "--offline",
    "--features",
    "chunks",
    // The option for the target has different names in cargo's commands, so the list has only the value.
    "wasm32-unknown-unknown",
];

/// Writes the software bill of materials and returns the path of the file. The file is outside the built folder,
/// because a host publishes that folder.
pub(crate) fn write_sbom() -> Result<PathBuf> {
    let folder = paths::target_folder().join("sbom");
    fs::create_dir_all(&folder)?;
    let [locked, offline, features, chunks, target] = APP_OPTIONS;
    let mut metadata = cargo_command("metadata");
    metadata.args(["--format-version", "1", "--filter-platform", target]);
    metadata.args([locked, offline, features, chunks]);
    let mut tree = cargo_command("tree");
    tree.args(["--package", "poolgate", "--edges", "normal,no-proc-macro"]);
    tree.args(["--prefix", "none", "--no-dedupe", "--target", target]);
    tree.args([locked, offline, features, chunks]);
    let mut inputs = Vec::new();
    for (name, command) in [("metadata.json", &mut metadata), ("tree.txt", &mut tree)] {
        let file = folder.join(name);
        fs::write(&file, process::run_and_read_output(command, name)?)?;
        inputs.push(file);
    }
    let version =
        process::run_and_read_output(Command::new("rustc").arg("--version"), "rustc --version")?;
    let document = process::run_and_read_output(
        Command::new("node")
            .arg(paths::repository_root().join("crates/xtask/src/scripts/sbom.mjs"))
            .args(&inputs)
            .arg(paths::repository_root().join("Cargo.lock"))
            // Takes the version from `rustc 1.95.0 (59807616e 2026-04-14)`.
            .arg(version.split_whitespace().nth(1).unwrap_or_default()),
        "sbom.mjs",
    )?;
    let file = paths::target_folder().join("poolgate.cdx.json");
    fs::write(&file, document)?;
    Ok(file)
}

fn cargo_command(subcommand: &str) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(paths::repository_root()).arg(subcommand);
    cargo
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the document's components as `name version`, in its order.
    fn components(document: &str) -> Vec<String> {
        const LIST: &str = "const bom = JSON.parse(require('fs').readFileSync(0, 'utf8'));
            if (bom.bomFormat !== 'CycloneDX' || bom.specVersion !== '1.6') throw new Error('another format');
            for (const { name, version } of [bom.metadata.component, ...bom.components]) console.log(name, version);";
        let mut node = Command::new("node");
        node.args(["-e", LIST])
            .stdin(std::fs::File::open(document).unwrap());
        let output = node.output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn sbom_lists_only_crates_linked_into_the_app() {
        crate::dist::fetch_crates().unwrap();
        let file = write_sbom().unwrap();
        let components = components(&file.display().to_string());
        let has = |name: &str| {
            components
                .iter()
                .any(|component| component.split(' ').next() == Some(name))
        };
        assert!(components[0].starts_with("poolgate "), "{components:?}");
        for shipped in [
            "cognito-proto",
            "cognito-srp6a",
            "leptos",
            "wasm-bindgen",
            "sha2",
            "rust-std",
        ] {
            assert!(has(shipped), "no {shipped} in {components:?}");
        }
        // A procedural macro, a crate of a build script, a test crate, and crates of the other programs.
        for other in [
            "serde_derive",
            "leptos_macro",
            "wasm-bindgen-test",
            "tokio",
            "axum",
            "cognito-local-pool",
        ] {
            assert!(!has(other), "{other} in {components:?}");
        }
        // The same source must give the same document.
        let first = fs::read(&file).unwrap();
        assert_eq!(fs::read(write_sbom().unwrap()).unwrap(), first);
    }
}
