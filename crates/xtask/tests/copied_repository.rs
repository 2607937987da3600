//! `cargo xtask` in a copy of the repository. The copied target folder contains an xtask that was compiled in the
//! original's folder, and cargo does not compile it again.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// Returns a command that runs this repository's xtask, started by something else than cargo.
fn xtask_command() -> Command {
    let test_program = env::current_exe().unwrap();
    // The test program is in the folder `deps` beside xtask.
    let mut command = Command::new(test_program.ancestors().nth(2).unwrap().join("xtask"));
    command.env_remove("CARGO_MANIFEST_DIR");
    command
}

/// Returns the output and the exit code of a command.
fn run(command: &mut Command) -> (String, Option<i32>) {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().unwrap();
    let output = [stdout, stderr].concat();
    (String::from_utf8(output).unwrap(), status.code())
}

/// Creates a repository that has only the package xtask, with the given source, and returns its canonical path.
fn create_repository(folder: &Path, source: &str) -> PathBuf {
    let package = folder.join("crates/xtask");
    fs::create_dir_all(package.join("src")).unwrap();
    for (file, text) in [
        (
            folder.join("Cargo.toml"),
            "[workspace]\nmembers = [\"crates/*\"]\n",
        ),
        (
            package.join("Cargo.toml"),
            "[package]\nname = \"xtask\"\nedition = \"2024\"\n",
        ),
        (package.join("src/lib.rs"), source),
    ] {
        fs::write(file, text).unwrap();
    }
    folder.canonicalize().unwrap()
}

#[test]
fn xtask_commands_work_on_the_repository_of_current_folder() {
    let folder = env::temp_dir().join(format!("xtask-copies-{}", std::process::id()));
    let formatted = create_repository(&folder.join("formatted"), "fn f() {}\n");
    let unformatted = create_repository(&folder.join("unformatted"), "fn  f( ) { }\n");
    for (repository, code) in [(&formatted, 0), (&unformatted, 1)] {
        let package = repository.join("crates/xtask");
        for command in [
            // As `cargo xtask` starts it, from another folder.
            xtask_command()
                .current_dir(&folder)
                .env("CARGO_MANIFEST_DIR", &package),
            // As a shell starts it.
            xtask_command().current_dir(&package),
        ] {
            let (output, exit_code) = run(command.args(["test", "fmt"]));
            assert_eq!(exit_code, Some(code), "{output}");
            let file = package.join("src/lib.rs").display().to_string();
            assert_eq!(output.contains(&file), code == 1, "{output}");
        }
    }
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn xtask_error_outside_a_repository_names_the_missing_file() {
    assert_eq!(
        run(xtask_command()
            .args(["test", "fmt"])
            .current_dir(env::temp_dir())),
        (
            "Neither this folder nor a folder above it has the file crates/xtask/Cargo.toml. Run the command in the \
             repository.\n"
                .to_owned(),
            Some(1)
        )
    );
}
