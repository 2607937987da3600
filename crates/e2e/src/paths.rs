//! The paths of the repository's folders and of the programs that the tests need.

use std::env;
use std::path::{Path, PathBuf};

/// Returns the root folder of the repository.
pub(crate) fn repository_root() -> &'static Path {
    // CARGO_MANIFEST_DIR is <root>/crates/e2e.
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("crates/e2e lies two folders deep")
}

/// Returns the folder with the built app: `POOLGATE_DIST`, or `dist/`.
pub(crate) fn dist_folder() -> PathBuf {
    env::var_os("POOLGATE_DIST").map_or_else(|| repository_root().join("dist"), PathBuf::from)
}

/// Returns cargo's target folder, in which the end-to-end tests save their output.
pub(crate) fn target_folder() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(
        || repository_root().join("target"),
        |folder| repository_root().join(folder),
    )
}

/// Returns the path of a program: the value of the environment variable, or the program's name if the variable is not
/// set.
pub(crate) fn program_path(env_variable: &str, program_name: &str) -> PathBuf {
    env::var_os(env_variable).map_or_else(|| PathBuf::from(program_name), PathBuf::from)
}
