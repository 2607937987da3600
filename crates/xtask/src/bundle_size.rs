//! The size of the sign-in page: all files that a browser loads for it, uncompressed and with gzip and brotli.

use std::{path::Path, process::Command};

use anyhow::{Result, anyhow};
use fs_err as fs;

use crate::{paths, process};

/// The limit for `/signin` in bytes after brotli 11, slightly above the current size. The goal is 130 kB. Lower the
/// limit after each saving. A commit that raises it states the reason. The hosted sign-in takes 26 kB of it. The checks
/// of issuers and stored sessions, the resending of codes and the start page's own messages take 13 kB. Messages with a
/// next step and details for the administrator take 2 kB.
pub(crate) const BUDGET: u64 = 202_000;

/// The sizes of one file in bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FileSize {
    pub(crate) name: String,
    pub(crate) raw: u64,
    pub(crate) gzip: u64,
    pub(crate) brotli: u64,
}

/// Returns the names of the files that `index_html`, the text of index.html, loads from the built folder, in their order in
/// the page. index.html is the first.
pub(crate) fn files_loaded_by(index_html: &str) -> Vec<String> {
    let mut names = vec!["index.html".to_owned()];
    let mut rest = index_html;
    while let Some(at) = rest.find("=\"/") {
        rest = &rest[at + 3..];
        let Some((address, after)) = rest.split_once('"') else {
            break;
        };
        rest = after;
        let name = address.split(['?', '#']).next().unwrap_or(address);
        let loaded = [".css", ".js", ".wasm", ".woff2"]
            .iter()
            .any(|ending| name.ends_with(ending));
        if loaded && !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names
}

/// Returns the sizes of the given files in a folder. With `write_compressed`, it also writes compressed copies next to
/// them.
pub(crate) fn measure_files(
    folder: &Path,
    names: &[String],
    write_compressed: bool,
) -> Result<Vec<FileSize>> {
    let mut command = Command::new("node");
    command
        .current_dir(folder)
        .arg(paths::root().join("crates/xtask/src/scripts/compress.mjs"));
    if write_compressed {
        command.arg("--write");
    }
    let text = process::run_and_read_output(command.args(names), "compress.mjs")?;
    let sizes: Vec<FileSize> = names
        .iter()
        .zip(text.lines())
        .filter_map(|(name, line)| {
            let mut numbers = line.split('\t').map(str::parse);
            let mut next = || numbers.next()?.ok();
            Some(FileSize {
                name: name.clone(),
                raw: next()?,
                gzip: next()?,
                brotli: next()?,
            })
        })
        .collect();
    if sizes.len() == names.len() {
        Ok(sizes)
    } else {
        Err(anyhow!(
            "compress.mjs printed something else than sizes:\n{text}"
        ))
    }
}

/// Returns the sizes of all files that the sign-in page of the built app loads.
pub(crate) fn measure_sign_in_page(dist: &Path) -> Result<Vec<FileSize>> {
    let page = fs::read_to_string(dist.join("index.html"))?;
    measure_files(dist, &files_loaded_by(&page), false)
}

/// Returns the sums of all sizes, under the name `total`.
pub(crate) fn total_size(sizes: &[FileSize]) -> FileSize {
    sizes.iter().fold(
        FileSize {
            name: "total".to_owned(),
            ..FileSize::default()
        },
        |sum, one| FileSize {
            raw: sum.raw + one.raw,
            gzip: sum.gzip + one.gzip,
            brotli: sum.brotli + one.brotli,
            ..sum
        },
    )
}

/// Prints the sizes of the files and their total as a table, in kB (1,000 bytes).
pub(crate) fn print_size_table(sizes: &[FileSize]) {
    println!(
        "{:<44} {:>9} {:>9} {:>9}",
        "files of /signin, kB", "raw", "gzip", "brotli"
    );
    for size in sizes.iter().chain([&total_size(sizes)]) {
        let kb = |bytes: u64| format!("{}.{:01}", bytes / 1000, bytes % 1000 / 100);
        println!(
            "{:<44} {:>9} {:>9} {:>9}",
            size.name,
            kb(size.raw),
            kb(size.gzip),
            kb(size.brotli)
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_loads_each_script_style_and_wasm_file_once() {
        let page = r#"<link rel="icon" href="/icon.svg"><link rel="preload" as="script" href="/config.js">
            <script src="/start-1.js" defer integrity="sha384-/x/y"></script><link rel="stylesheet" href="/main-2.css"/>
            <link rel="modulepreload" href="/poolgate-3.js"><link rel="preload" href="/poolgate-3_bg.wasm" data-size="9">
            <a href="/register">Register</a><script src="/start-1.js"></script>"#;
        assert_eq!(
            files_loaded_by(page),
            [
                "index.html",
                "config.js",
                "start-1.js",
                "main-2.css",
                "poolgate-3.js",
                "poolgate-3_bg.wasm"
            ]
        );
    }
}
