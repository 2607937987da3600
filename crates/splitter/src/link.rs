//! The module that fetches the parts: `parts.js` and a line for each part.

use std::{collections::HashMap, fmt::Write as _};

use crate::{Outcome, files::Kept};

/// As the main part imports it, before it is named by its hash.
pub(crate) const NAME: &str = "parts.js";

const SCRIPT: &str = include_str!("parts.js");

/// The module's text. `files_of` says by a part's file which files have to be in place before it, and itself.
pub(crate) fn module(files_of: &HashMap<String, Vec<String>>, kept: &[Kept]) -> Outcome<String> {
    let mut lines: Vec<String> = Vec::new();
    for (part, files) in files_of {
        let mut line = format!("export const __wasm_split_load_{part} = part(");
        let own = format!("split_{part}");
        let shared = files.iter().filter(|file| **file != own);
        for (place, file) in [&own].into_iter().chain(shared).enumerate() {
            let kept = kept
                .iter()
                .find(|kept| kept.stem == *file)
                .ok_or_else(|| format!("the part {part} has no file {file}"))?;
            let comma = if place == 0 { "" } else { ", " };
            write!(line, "{comma}['{}', '{}']", kept.name, kept.integrity)?;
        }
        line.push_str(");\n");
        lines.push(line);
    }
    // The same app gives the same file.
    lines.sort();
    Ok(SCRIPT.to_owned() + &lines.concat())
}

/// What lets a browser fetch the module with the page, and checks it: an import says nothing of a hash.
pub(crate) fn element(module: &Kept) -> String {
    format!(
        r#"<link rel="modulepreload" href="/{}" crossorigin="anonymous" integrity="{}">"#,
        module.name, module.integrity
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(stem: &str) -> Kept {
        Kept {
            stem: stem.to_owned(),
            name: format!("{stem}-1.wasm"),
            integrity: format!("sha384-{stem}"),
        }
    }

    #[test]
    fn each_part_is_fetched_with_what_it_shares_with_others() {
        let files_of = HashMap::from([
            (
                "own".to_owned(),
                vec!["chunk_5".to_owned(), "split_own".to_owned()],
            ),
            ("callback".to_owned(), vec!["split_callback".to_owned()]),
        ]);
        let all = ["chunk_5", "split_own", "split_callback"].map(kept);
        let module = module(&files_of, &all).expect("a module");
        let lines: Vec<&str> = module
            .strip_prefix(SCRIPT)
            .expect("the script first")
            .lines()
            .collect();
        assert_eq!(
            lines,
            [
                "export const __wasm_split_load_callback = part(['split_callback-1.wasm', 'sha384-split_callback']);",
                "export const __wasm_split_load_own = part(['split_own-1.wasm', 'sha384-split_own'], ['chunk_5-1.wasm', 'sha384-chunk_5']);",
            ]
        );
    }

    #[test]
    fn a_part_without_its_file_is_a_fault() {
        let files_of = HashMap::from([("own".to_owned(), vec![])]);
        assert!(module(&files_of, &[]).is_err());
    }
}
