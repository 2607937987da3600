//! Paths of the built app and of the programs that the tests need.

use std::env;
use std::path::PathBuf;

pub(crate) use built_app::paths::{repository_root, target_folder};

/// Returns the folder with the built app: `POOLGATE_DIST`, or `dist/`.
pub(crate) fn dist_folder() -> PathBuf {
    env::var_os("POOLGATE_DIST").map_or_else(built_app::paths::dist_folder, PathBuf::from)
}

/// Returns the path of a program: the value of the environment variable, or the program's name if the variable is not
/// set.
pub(crate) fn program_path(env_variable: &str, program_name: &str) -> PathBuf {
    env::var_os(env_variable).map_or_else(|| PathBuf::from(program_name), PathBuf::from)
}
