//! Files that are named by what is in them, so that a browser may keep them for ever.

use std::{fmt::Write as _, fs, path::Path};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha384};

use crate::Result;

/// A file in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HashedFile {
    /// What it was called before, without the extension.
    pub(crate) stem: String,
    /// What it is called now.
    pub(crate) name: String,
    /// Its hash, as `integrity` has it (Subresource Integrity, section 3.5).
    pub(crate) integrity: String,
}

/// Copies a file to a folder, under a name with its hash in it.
pub(crate) fn copy_hashed(file: &Path, folder: &Path) -> Result<HashedFile> {
    let content = fs::read(file)?;
    let hashed =
        hash_and_name(file, &content).ok_or_else(|| format!("{}: not a name", file.display()))?;
    fs::write(folder.join(&hashed.name), content)?;
    Ok(hashed)
}

fn hash_and_name(file: &Path, content: &[u8]) -> Option<HashedFile> {
    let stem = file.file_stem()?.to_str()?;
    let extension = file.extension()?.to_str()?;
    let hash = Sha384::digest(content);
    let mut name = format!("{stem}-");
    for byte in &hash[..8] {
        write!(name, "{byte:02x}").ok()?;
    }
    Some(HashedFile {
        stem: stem.to_owned(),
        name: format!("{name}.{extension}"),
        integrity: format!("sha384-{}", STANDARD.encode(hash)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The hash of the specification's own example, section 3.2.
    #[test]
    fn a_file_is_named_by_its_hash() {
        let hashed = hash_and_name(Path::new("out/part_one.wasm"), b"alert('Hello, world.');");
        let expected = HashedFile {
            stem: "part_one".to_owned(),
            name: "part_one-1fc05187c8f8f0ef.wasm".to_owned(),
            integrity: "sha384-H8BRh8j48O9oYatfu5AZzq6A9RINhZO5H16dQZngK7T62em8MUt1FLm52t+eX6xO"
                .to_owned(),
        };
        assert_eq!(hashed, Some(expected));
    }
}
