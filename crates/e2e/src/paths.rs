//! Paths of the repository's folders and of the programs that the tests need.

use std::env;
use std::path::{Path, PathBuf};

/// The root folder of the repository.
pub(crate) fn root() -> &'static Path {
    // CARGO_MANIFEST_DIR is <root>/crates/e2e.
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("crates/e2e lies two folders deep")
}

/// The folder of the built app: `POOLGATE_DIST`, or `dist/`.
pub(crate) fn dist() -> PathBuf {
    env::var_os("POOLGATE_DIST").map_or_else(|| root().join("dist"), PathBuf::from)
}

/// The folder for the output of the journeys.
pub(crate) fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root().join("target"), |folder| root().join(folder))
}

/// Returns the path of a program: the value of `variable`, or `name`, which is found on `PATH`.
pub(crate) fn program(variable: &str, name: &str) -> PathBuf {
    env::var_os(variable).map_or_else(|| PathBuf::from(name), PathBuf::from)
}
