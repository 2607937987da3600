//! The files of each lazily loaded chunk, before and after the files of the base chunk are merged.

use std::collections::{BTreeMap, HashMap};

/// The name of the chunk that the app loads before all other chunks. All its files are merged into one file.
pub(crate) const BASE_CHUNK: &str = "engine";

/// The WebAssembly files of a release, and which of them each chunk needs.
///
/// The splitter makes one file for each set of chunks that share a function, so a chunk with much shared code has many
/// files. The files of the base chunk can be merged without copying code into two files, because every other chunk
/// loads the whole base chunk first. Other shared files stay separate. A copy in two files would also be wrong: the
/// second copy of a data segment would reset the variables of the first.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct FileLayout {
    /// The files that the splitter wrote, grouped by the name of the file that will contain them. Names have no
    /// extension.
    pub(crate) sources: BTreeMap<String, Vec<String>>,
    /// The names of the files that each chunk needs, by the name of the chunk. The first is the file with the chunk's
    /// own name.
    pub(crate) files_by_chunk: BTreeMap<String, Vec<String>>,
}

impl FileLayout {
    /// Decides which files are merged. `split_files` lists the files of each chunk that the splitter wrote, and
    /// `base_chunk` is the chunk whose files are merged. If the app has no such chunk, all files stay as they are.
    pub(crate) fn new(split_files: &HashMap<String, Vec<String>>, base_chunk: &str) -> Self {
        let base_name = chunk_file_name(base_chunk);
        let base_sources = split_files
            .get(base_chunk)
            .map_or(&[][..], |files| &files[..]);
        let mut sources: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut files_by_chunk: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (chunk, files) in split_files {
            let own_name = chunk_file_name(chunk);
            let (own, shared): (Vec<&String>, Vec<&String>) = files
                .iter()
                .filter(|file| !base_sources.contains(file))
                .partition(|file| **file == own_name);
            for file in own.iter().chain(&shared) {
                sources.insert((*file).clone(), vec![(*file).clone()]);
            }
            // The file of the base chunk comes right after the chunk's own file. The loader fetches each file once.
            let base = (!base_sources.is_empty()).then_some(&base_name);
            let names = own.into_iter().chain(base).chain(shared);
            files_by_chunk.insert(chunk.clone(), names.cloned().collect());
        }
        if !base_sources.is_empty() {
            sources.insert(base_name, base_sources.to_vec());
        }
        Self {
            sources,
            files_by_chunk,
        }
    }
}

/// Returns the name that the splitter gives to the file that only the chunk `chunk` needs.
fn chunk_file_name(chunk: &str) -> String {
    format!("split_{chunk}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn split_files() -> HashMap<String, Vec<String>> {
        HashMap::from([
            (
                "engine".to_owned(),
                names(&["chunk_1", "chunk_2", "split_engine"]),
            ),
            (
                "account".to_owned(),
                names(&["chunk_1", "chunk_3", "split_account"]),
            ),
            (
                "todos".to_owned(),
                names(&["chunk_2", "chunk_3", "split_todos"]),
            ),
        ])
    }

    #[test]
    fn base_wasm_chunk_is_one_file_that_other_chunks_load_first() {
        let layout = FileLayout::new(&split_files(), "engine");
        let expected = FileLayout {
            sources: BTreeMap::from([
                ("chunk_3".to_owned(), names(&["chunk_3"])),
                ("split_account".to_owned(), names(&["split_account"])),
                (
                    "split_engine".to_owned(),
                    names(&["chunk_1", "chunk_2", "split_engine"]),
                ),
                ("split_todos".to_owned(), names(&["split_todos"])),
            ]),
            files_by_chunk: BTreeMap::from([
                (
                    "account".to_owned(),
                    names(&["split_account", "split_engine", "chunk_3"]),
                ),
                ("engine".to_owned(), names(&["split_engine"])),
                (
                    "todos".to_owned(),
                    names(&["split_todos", "split_engine", "chunk_3"]),
                ),
            ]),
        };
        assert_eq!(layout, expected);
    }

    #[test]
    fn wasm_files_are_not_merged_if_there_is_no_base_chunk() {
        let layout = FileLayout::new(&split_files(), "absent");
        let all = [
            "chunk_1",
            "chunk_2",
            "chunk_3",
            "split_account",
            "split_engine",
            "split_todos",
        ];
        assert_eq!(
            layout.sources,
            all.map(|file| (file.to_owned(), names(&[file]))).into()
        );
        assert_eq!(
            layout.files_by_chunk["account"],
            names(&["split_account", "chunk_1", "chunk_3"])
        );
    }
}
