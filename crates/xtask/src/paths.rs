//! Paths of the folders that the commands use.

use std::{
    env,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};

/// Returns the repository's root folder.
pub(crate) fn root() -> &'static Path {
    // CARGO_MANIFEST_DIR is <root>/crates/xtask. Cargo updates it when a moved clone is built again.
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("crates/xtask lies two folders deep")
}

/// Returns the folder of the built app.
pub(crate) fn dist() -> PathBuf {
    root().join("dist")
}

/// Returns cargo's target folder.
pub(crate) fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root().join("target"), |folder| root().join(folder))
}

/// Returns the user's cache folder for poolgate, which all clones share.
pub(crate) fn cache() -> PathBuf {
    user_cache().join("poolgate")
}

/// Returns `$XDG_CACHE_HOME`, or else `~/.cache` (XDG Base Directory Specification).
pub(crate) fn user_cache() -> PathBuf {
    match env::var_os("XDG_CACHE_HOME").filter(|folder| Path::new(folder).is_absolute()) {
        Some(folder) => folder.into(),
        None => home().join(".cache"),
    }
}

fn home() -> PathBuf {
    env::var_os("HOME").map_or_else(env::temp_dir, PathBuf::from)
}

/// Returns cargo's home folder: `$CARGO_HOME`, or else `~/.cargo`.
pub(crate) fn cargo_home() -> Result<PathBuf> {
    env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(env::home_dir()?.join(".cargo")))
        .context("This user has no home folder.")
}

/// Returns the folder in which trunk looks for tools that are not on `PATH`.
pub(crate) fn trunk_cache() -> PathBuf {
    if cfg!(target_os = "macos") {
        home().join("Library/Caches/dev.trunkrs.trunk")
    } else {
        user_cache().join("trunk")
    }
}
