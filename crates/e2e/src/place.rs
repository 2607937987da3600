//! Where things lie.

use std::env;
use std::path::{Path, PathBuf};

/// The repository's root folder.
pub(crate) fn root() -> &'static Path {
    // CARGO_MANIFEST_DIR is <root>/crates/e2e.
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("crates/e2e lies two folders deep")
}

/// The built app: `POOLGATE_DIST`, else `dist/`.
pub(crate) fn dist() -> PathBuf {
    env::var_os("POOLGATE_DIST").map_or_else(|| root().join("dist"), PathBuf::from)
}

/// Where journeys leave what they saw.
pub(crate) fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root().join("target"), |folder| root().join(folder))
}

/// A program of the tests: by `variable`, else by its name on `PATH`.
pub(crate) fn program(variable: &str, name: &str) -> PathBuf {
    env::var_os(variable).map_or_else(|| PathBuf::from(name), PathBuf::from)
}
