//! Paths of the folders that the commands use.

use std::{
    env,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
pub(crate) use built_app::paths::{
    dist_folder, find_repository_root, repository_root, target_folder,
};

/// Returns the user's cache folder for poolgate, which all clones share.
pub(crate) fn cache_folder() -> PathBuf {
    user_cache_folder().join("poolgate")
}

/// Returns `$XDG_CACHE_HOME`, or else `~/.cache` (XDG Base Directory Specification).
pub(crate) fn user_cache_folder() -> PathBuf {
    match env::var_os("XDG_CACHE_HOME").filter(|folder| Path::new(folder).is_absolute()) {
        Some(folder) => folder.into(),
        None => home_folder().join(".cache"),
    }
}

fn home_folder() -> PathBuf {
    env::var_os("HOME").map_or_else(env::temp_dir, PathBuf::from)
}

/// Returns cargo's home folder: `$CARGO_HOME`, or else `~/.cargo`.
pub(crate) fn cargo_home_folder() -> Result<PathBuf> {
    env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(env::home_dir()?.join(".cargo")))
        .context("This user has no home folder.")
}

/// Returns the folder in which trunk looks for tools that are not on `PATH`, such as wasm-opt.
pub(crate) fn trunk_cache_folder() -> PathBuf {
    if cfg!(target_os = "macos") {
        home_folder().join("Library/Caches/dev.trunkrs.trunk")
    } else {
        user_cache_folder().join("trunk")
    }
}
