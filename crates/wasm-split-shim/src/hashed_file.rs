//! Files with a hash of their content in their name, so that browsers can cache them forever.

use std::{fmt::Write as _, fs, path::Path};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha384};

use crate::Result;

/// A file that was copied to the release under a name that contains a hash of its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HashedFile {
    /// The original file name without the extension.
    pub(crate) stem: String,
    /// The file name with the hash.
    pub(crate) name: String,
    /// The hash as text for the attribute `integrity` (<https://www.w3.org/TR/SRI/#the-integrity-attribute>).
    pub(crate) integrity: String,
}

/// Copies a file to a folder under a name that contains a hash of its content.
pub(crate) fn copy_with_hashed_name(file: &Path, folder: &Path) -> Result<HashedFile> {
    let content = fs::read(file)?;
    let hashed = hash_and_name(file, &content).ok_or_else(|| {
        format!(
            "{}: the name has no extension or is not UTF-8",
            file.display()
        )
    })?;
    fs::write(folder.join(&hashed.name), content)?;
    Ok(hashed)
}

/// Computes the hash and the new name of a file, or returns `None` if the name has no extension or is not UTF-8.
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

    /// The content and hash are an example of Subresource Integrity (<https://www.w3.org/TR/SRI/>).
    #[test]
    fn copied_file_has_its_content_hash_in_its_name() {
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
