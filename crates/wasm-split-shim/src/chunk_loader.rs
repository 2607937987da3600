//! The JavaScript module that loads the chunks: `chunk_loader.js`, followed by one line for each chunk.

use std::{collections::HashMap, fmt::Write as _};

use crate::{Result, hashed_file::HashedFile};

/// The file name of the module before its hash is added.
pub(crate) const LOADER_NAME: &str = "chunk-loader.js";

const LOADER_TEMPLATE: &str = include_str!("chunk_loader.js");

/// Returns the JavaScript source of the module that loads the chunks.
///
/// `files_by_chunk` lists the files of each chunk: files that it shares with other chunks, and its own file.
pub(crate) fn loader_source(
    files_by_chunk: &HashMap<String, Vec<String>>,
    hashed_files: &[HashedFile],
) -> Result<String> {
    let mut lines: Vec<String> = Vec::new();
    for (chunk, files) in files_by_chunk {
        let mut line = format!("export const __wasm_split_load_{chunk} = chunkLoader(");
        let own_file = format!("split_{chunk}");
        let shared = files.iter().filter(|file| **file != own_file);
        for (index, file) in [&own_file].into_iter().chain(shared).enumerate() {
            let hashed = hashed_files
                .iter()
                .find(|hashed| hashed.stem == *file)
                .ok_or_else(|| format!("The file {file} of the chunk {chunk} was not built."))?;
            let comma = if index == 0 { "" } else { ", " };
            write!(line, "{comma}['{}', '{}']", hashed.name, hashed.integrity)?;
        }
        line.push_str(");\n");
        lines.push(line);
    }
    // A hash map has no fixed order, and the same input must give the same file.
    lines.sort();
    Ok(LOADER_TEMPLATE.to_owned() + &lines.concat())
}

/// Returns the HTML element with which the browser fetches the module early and checks its hash.
///
/// The `import` in the main file cannot state a hash.
pub(crate) fn preload_link(loader: &HashedFile) -> String {
    format!(
        r#"<link rel="modulepreload" href="/{}" crossorigin="anonymous" integrity="{}">"#,
        loader.name, loader.integrity
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hashed_file(stem: &str) -> HashedFile {
        HashedFile {
            stem: stem.to_owned(),
            name: format!("{stem}-1.wasm"),
            integrity: format!("sha384-{stem}"),
        }
    }

    #[test]
    fn each_chunk_lists_its_own_file_before_shared_files() {
        let files_by_chunk = HashMap::from([
            (
                "own".to_owned(),
                vec!["chunk_5".to_owned(), "split_own".to_owned()],
            ),
            ("callback".to_owned(), vec!["split_callback".to_owned()]),
        ]);
        let all = ["chunk_5", "split_own", "split_callback"].map(hashed_file);
        let source = loader_source(&files_by_chunk, &all).expect("all files exist");
        let lines: Vec<&str> = source
            .strip_prefix(LOADER_TEMPLATE)
            .expect("the source begins with the template")
            .lines()
            .collect();
        assert_eq!(
            lines,
            [
                "export const __wasm_split_load_callback = chunkLoader(['split_callback-1.wasm', 'sha384-split_callback']);",
                "export const __wasm_split_load_own = chunkLoader(['split_own-1.wasm', 'sha384-split_own'], ['chunk_5-1.wasm', 'sha384-chunk_5']);",
            ]
        );
    }

    #[test]
    fn chunk_without_its_file_is_an_error() {
        let files_by_chunk = HashMap::from([("own".to_owned(), vec![])]);
        assert!(loader_source(&files_by_chunk, &[]).is_err());
    }
}
