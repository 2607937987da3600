//! The size of the sign-in page: all files that a browser loads for it, uncompressed and with gzip and brotli.

use std::{path::Path, process::Command};

use anyhow::{Result, anyhow, bail};
use fs_err as fs;

use crate::{paths, process};

/// The size limit for the files that a browser loads until a user can type into the sign-in form and submit it, in
/// bytes after brotli 11. The goal is 130 kB. leptos_router takes 27 kB of it. Lower the limit after each saving. A
/// commit that raises it states the reason.
const FORM_BUDGET: u64 = 147_800;

/// The size limit for the files that a browser loads until a sign-in by SRP is completed, in bytes after brotli 11: the
/// files of the form and of the base chunk. The goal is 205 kB. serde_json and the derived types take 17 kB of it,
/// leptos_router 27 kB. The separate parts of the session context in leptos-cognito, and the type of tokens whose
/// signatures were not verified, made it 2.7 kB larger.
const SIGN_IN_BUDGET: u64 = 247_000;

/// The start of the file name of the base chunk, which the app loads before all other chunks. It must match
/// `BASE_CHUNK` in wasm-split-shim.
const BASE_CHUNK_FILE: &str = "split_engine-";

/// The sizes of one file in bytes: without compression, with gzip and with brotli.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FileSize {
    pub(crate) name: String,
    pub(crate) raw: u64,
    pub(crate) gzip: u64,
    pub(crate) brotli: u64,
}

/// Returns the names of the files that `index_html`, the text of index.html, loads from the built folder, in their
/// order in the page. index.html is the first.
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

/// Measures the given files in a folder. If `write_compressed` is true, also writes compressed copies next to them.
pub(crate) fn measure_files(
    folder: &Path,
    names: &[String],
    write_compressed: bool,
) -> Result<Vec<FileSize>> {
    let mut command = Command::new("node");
    command
        .current_dir(folder)
        .arg(paths::repository_root().join("crates/xtask/src/scripts/compress.mjs"));
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

/// The sizes of the files that a browser loads for a sign-in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SignInSize {
    /// The sizes of the files that index.html loads. With them, the sign-in form is usable.
    form: Vec<FileSize>,
    /// The size of the base chunk's file, which the app fetches after it has rendered the form. It is empty for a
    /// release without this chunk.
    base_chunk: Vec<FileSize>,
}

impl SignInSize {
    /// Measures the files that a browser loads for a sign-in. `dist` is the folder of the built app.
    pub(crate) fn measure_sign_in(dist: &Path) -> Result<Self> {
        let page = fs::read_to_string(dist.join("index.html"))?;
        let mut base_chunk = Vec::new();
        for entry in fs::read_dir(dist)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if name.starts_with(BASE_CHUNK_FILE) && name.ends_with(".wasm") {
                base_chunk.push(name);
            }
        }
        Ok(Self {
            form: measure_files(dist, &files_loaded_by(&page), false)?,
            base_chunk: measure_files(dist, &base_chunk, false)?,
        })
    }

    /// Returns the total size of the files that a browser loads until the sign-in form is usable.
    fn sign_in_form_total(&self) -> FileSize {
        total_size("until the form is usable", &self.form)
    }

    /// Returns the total size of the files that a browser loads until a sign-in by SRP is completed.
    fn sign_in_total(&self) -> FileSize {
        let name = "until a sign-in by SRP is completed";
        total_size(name, self.form.iter().chain(&self.base_chunk))
    }

    /// Checks the total sizes against their limits. Returns an error if the files of the form or of the sign-in are too
    /// large.
    pub(crate) fn check_budgets(&self) -> Result<()> {
        let budgets = [
            (self.sign_in_form_total(), FORM_BUDGET),
            (self.sign_in_total(), SIGN_IN_BUDGET),
        ];
        for (total, budget) in budgets {
            if total.brotli > budget {
                bail!(
                    "The files {} have {} bytes with brotli, {} more than their budget.",
                    total.name,
                    total.brotli,
                    total.brotli - budget
                );
            }
        }
        Ok(())
    }

    /// Prints a table with the size of each file and the totals, in kB (1,000 bytes).
    pub(crate) fn print_table(&self) {
        println!(
            "{:<44} {:>9} {:>9} {:>9}",
            "files of /signin, kB", "raw", "gzip", "brotli"
        );
        let totals = [self.sign_in_form_total(), self.sign_in_total()];
        let rows = self.form.iter().chain([&totals[0]]);
        let more_rows = self.base_chunk.iter().chain([&totals[1]]);
        for size in rows.chain(more_rows) {
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
}

/// Returns the total size of several files, with and without compression.
fn total_size<'a>(name: &str, sizes: impl IntoIterator<Item = &'a FileSize>) -> FileSize {
    let empty = FileSize {
        name: name.to_owned(),
        ..FileSize::default()
    };
    sizes.into_iter().fold(empty, |sum, file| FileSize {
        raw: sum.raw + file.raw,
        gzip: sum.gzip + file.gzip,
        brotli: sum.brotli + file.brotli,
        ..sum
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, brotli: u64) -> FileSize {
        FileSize {
            name: name.to_owned(),
            raw: 4 * brotli,
            gzip: 2 * brotli,
            brotli,
        }
    }

    #[test]
    fn size_budget_limits_the_sign_in_form_and_the_whole_sign_in() {
        let size = |form, base_chunk| SignInSize {
            form: vec![file("index.html", 1), file("app.wasm", form - 1)],
            base_chunk: vec![file("split_engine-1.wasm", base_chunk)],
        };
        let within = size(FORM_BUDGET, SIGN_IN_BUDGET - FORM_BUDGET);
        assert_eq!(within.sign_in_form_total().brotli, FORM_BUDGET);
        assert_eq!(within.sign_in_total().raw, 4 * SIGN_IN_BUDGET);
        assert!(within.check_budgets().is_ok());
        assert!(size(FORM_BUDGET + 1, 0).check_budgets().is_err());
        assert!(size(10, SIGN_IN_BUDGET - 9).check_budgets().is_err());
    }

    #[test]
    fn bundle_size_counts_each_script_style_and_wasm_file_once() {
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
