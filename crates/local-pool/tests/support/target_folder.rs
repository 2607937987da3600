//! Cargo's target folder.

use std::path::PathBuf;

/// Returns the target folder, which contains this test program. The paths that cargo sets for the compilation are wrong
/// in a copy of the repository with its target folder, because cargo does not compile the tests again there.
pub(crate) fn target_folder() -> PathBuf {
    let program = std::env::current_exe().expect("the path of this program");
    // The program is <target folder>/debug/deps/<name>.
    let folder = program.ancestors().nth(3).expect("the target folder");
    folder.to_owned()
}
