//! Paths of the repository's folders.
//!
//! They are found when a program runs. A path from the time of compilation would be wrong in a copy of the repository:
//! its target folder contains programs that were compiled elsewhere, and cargo does not compile them again.

use std::{
    env, error, fmt,
    path::{Path, PathBuf},
    sync::OnceLock,
};

/// The path of a file by which the repository's root folder is recognized.
const FILE_OF_ROOT: &str = "crates/xtask/Cargo.toml";

/// The error for a program that was started outside the repository: no root folder is above its package or its current
/// folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RootNotFoundError;

impl error::Error for RootNotFoundError {}

impl fmt::Display for RootNotFoundError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Neither this folder nor a folder above it has the file {FILE_OF_ROOT}. Run the command in the repository."
        )
    }
}

/// Finds the root folder of the repository in which the program was started.
///
/// # Errors
/// The program was started by something else than cargo, and in a folder that is not in the repository.
pub fn find_repository_root() -> Result<PathBuf, RootNotFoundError> {
    // `cargo run` and `cargo test` set this variable for the program, to the folder of the program's package.
    let package_folder = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let current_folder = env::current_dir().ok();
    find_root_above(package_folder.into_iter().chain(current_folder))
}

/// Returns the first of these folders, or of the folders above them, that is the repository's root folder.
fn find_root_above(
    folders: impl IntoIterator<Item = PathBuf>,
) -> Result<PathBuf, RootNotFoundError> {
    let is_root = |folder: &&Path| folder.join(FILE_OF_ROOT).is_file();
    folders
        .into_iter()
        .find_map(|folder| folder.ancestors().find(is_root).map(Path::to_owned))
        .ok_or(RootNotFoundError)
}

/// Returns the root folder of the repository. A program calls [`find_repository_root`] first, if it reports the error
/// to its user.
///
/// # Panics
/// [`find_repository_root`] returns an error.
pub fn repository_root() -> &'static Path {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    ROOT.get_or_init(|| find_repository_root().unwrap_or_else(|error| panic!("{error}")))
}

/// Returns cargo's target folder.
pub fn target_folder() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(
        || repository_root().join("target"),
        |folder| repository_root().join(folder),
    )
}

/// Returns the folder `dist`, in which `cargo xtask build` and `trunk build` create the app.
pub fn dist_folder() -> PathBuf {
    repository_root().join("dist")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn repository_root_is_found_above_package_or_current_folder() {
        let folder = env::temp_dir().join(format!("built-app-paths-{}", std::process::id()));
        let (first, second) = (folder.join("first"), folder.join("second"));
        for root in [&first, &second] {
            fs::create_dir_all(root.join("crates/xtask")).unwrap();
            fs::write(root.join(FILE_OF_ROOT), "").unwrap();
        }
        for (folders, expected) in [
            (vec![first.clone()], Ok(first.clone())),
            (vec![first.join("crates/xtask/src")], Ok(first.clone())),
            // The package's folder comes before the current folder, for `cargo run --manifest-path`.
            (
                vec![first.join("crates/xtask"), second.clone()],
                Ok(first.clone()),
            ),
            // The variable of another project does not matter.
            (
                vec![folder.clone(), second.join("docs")],
                Ok(second.clone()),
            ),
            (vec![folder.clone()], Err(RootNotFoundError)),
            (vec![], Err(RootNotFoundError)),
        ] {
            assert_eq!(find_root_above(folders.clone()), expected, "{folders:?}");
        }
        fs::remove_dir_all(folder).unwrap();
    }
}
