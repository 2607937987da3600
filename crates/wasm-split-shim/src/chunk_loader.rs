//! The JavaScript module that loads the chunks of the app: `chunk_loader.js`, followed by one line for each chunk.

use std::{collections::BTreeMap, fmt::Write as _};

use crate::{Result, hashed_file::HashedFile};

/// The file name of the JavaScript module that loads the chunks, before a hash is added.
pub(crate) const LOADER_NAME: &str = "chunk-loader.js";

const LOADER_TEMPLATE: &str = include_str!("chunk_loader.js");

/// Returns the JavaScript source of the module that loads the chunks.
///
/// `files_by_chunk` lists the files that each chunk needs. The first is the file with the chunk's name.
pub(crate) fn chunk_loader_source(
    files_by_chunk: &BTreeMap<String, Vec<String>>,
    hashed_files: &[HashedFile],
) -> Result<String> {
    let mut source = LOADER_TEMPLATE.to_owned();
    for (chunk, files) in files_by_chunk {
        let mut arguments: Vec<String> = Vec::new();
        for file in files {
            let hashed = hashed_files
                .iter()
                .find(|hashed| hashed.stem == *file)
                .ok_or_else(|| format!("The file {file} of the chunk {chunk} was not built."))?;
            arguments.push(format!("['{}', '{}']", hashed.name, hashed.integrity));
        }
        if arguments.is_empty() {
            return Err(format!("The chunk {chunk} has no files.").into());
        }
        let arguments = arguments.join(", ");
        writeln!(
            source,
            "export const __wasm_split_load_{chunk} = chunkLoader({arguments});"
        )?;
    }
    Ok(source)
}

/// Returns the HTML element with which the browser fetches the chunk loader early and checks its hash.
///
/// The `import` in the main file cannot state a hash.
pub(crate) fn loader_preload_link(loader: &HashedFile) -> String {
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
    fn chunk_loader_has_a_line_with_the_files_of_each_chunk() {
        let files_by_chunk = BTreeMap::from([
            (
                "own".to_owned(),
                vec!["split_own".to_owned(), "chunk_5".to_owned()],
            ),
            ("callback".to_owned(), vec!["split_callback".to_owned()]),
        ]);
        let all = ["chunk_5", "split_own", "split_callback"].map(hashed_file);
        let source = chunk_loader_source(&files_by_chunk, &all).expect("all files exist");
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
    fn chunk_without_a_built_wasm_file_is_an_error() {
        for files in [vec![], vec!["split_own".to_owned()]] {
            let files_by_chunk = BTreeMap::from([("own".to_owned(), files)]);
            assert!(chunk_loader_source(&files_by_chunk, &[]).is_err());
        }
    }
}
