//! Splits the release's WebAssembly: builds crates/wasm-split-shim and puts it on trunk's `PATH` as `wasm-bindgen`.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, bail};
use fs_err as fs;

use crate::{
    paths, process,
    tools::{ToolFolders, find_in_path},
};

/// The flag with which the linker keeps the relocations. Splitting the WebAssembly needs them.
pub(crate) const LINKER_FLAGS: &str = "-C link-args=--emit-relocs";

/// The setup of a release build that splits its WebAssembly into chunks.
pub(crate) struct WasmSplit {
    trunk: Command,
    /// The folder to which wasm-split-shim writes the chunks.
    folder: PathBuf,
}

impl WasmSplit {
    /// Builds wasm-split-shim and puts it before the real wasm-bindgen on trunk's `PATH`.
    pub(crate) fn prepare(tools: &ToolFolders) -> Result<Self> {
        process::run_program(
            Command::new("cargo")
                .current_dir(paths::repository_root())
                .args([
                    "build",
                    "--quiet",
                    "--locked",
                    "--package",
                    "wasm-split-shim",
                ]),
            "building wasm-split-shim",
        )?;
        let folder = paths::target_folder().join("parts");
        let _ = fs::remove_dir_all(&folder);
        let bin = folder.join("bin");
        fs::create_dir_all(&bin)?;
        let program = paths::target_folder().join("debug/wasm-split-shim");
        if !program.is_file() {
            bail!(
                "wasm-split-shim was built, but is not at {}. Set CARGO_TARGET_DIR if cargo builds elsewhere.",
                program.display()
            );
        }
        fs::os::unix::fs::symlink(&program, bin.join("wasm-bindgen"))?;

        let path = tools.path_variable();
        let find = |program: &str| {
            find_in_path(&path, program).with_context(|| format!("{program} is not on PATH."))
        };
        let page = paths::repository_root().join("index.html");
        let flags = wasm_opt_flags(&fs::read_to_string(&page)?)?;
        let all = [bin].into_iter().chain(env::split_paths(&path));
        let all = env::join_paths(all)?;
        let mut trunk = tools.trunk_command();
        trunk
            .env("PATH", all)
            // The split also needs the symbol names.
            .env("CARGO_PROFILE_RELEASE_STRIP", "none")
            // These variables would override the linker flags.
            .env_remove("RUSTFLAGS")
            .env_remove("CARGO_ENCODED_RUSTFLAGS")
            .env("POOLGATE_WASM_BINDGEN", find("wasm-bindgen")?)
            .env("POOLGATE_WASM_OPT", find("wasm-opt")?)
            .env("POOLGATE_WASM_OPT_FLAGS", flags)
            .env("POOLGATE_ESBUILD", find("esbuild")?)
            .env("POOLGATE_CHUNKS_DIR", &folder);
        Ok(Self { trunk, folder })
    }

    /// Returns the command that runs trunk with wasm-split-shim in place of wasm-bindgen.
    pub(crate) fn trunk_command(&mut self) -> &mut Command {
        &mut self.trunk
    }

    /// Copies the chunks into the folder of the built app, and inserts a link to the chunk loader into the app's
    /// index.html.
    pub(crate) fn copy_chunks(&self, dist: &Path) -> Result<()> {
        let files = self.folder.join("files");
        for entry in fs::read_dir(&files)? {
            let file = entry?;
            let place = dist.join(file.file_name());
            fs::copy(file.path(), &place)?;
        }
        let link = self.folder.join("link.html");
        let link = fs::read_to_string(&link)?;
        let page = dist.join("index.html");
        let text = fs::read_to_string(&page)?;
        // The link must follow trunk's `modulepreload` link, because start.js uses the first one for the app.
        let linked = text.replacen("</head>", &format!("{link}</head>"), 1);
        if linked == text {
            bail!("index.html has no </head>.");
        }
        fs::write(&page, linked)?;
        Ok(())
    }
}

/// Returns the flags with which trunk runs wasm-opt. `page` is the text of index.html, which states them in
/// `data-wasm-opt` and `data-wasm-opt-params`.
///
/// `-Oz --flatten --rereloop -Oz` made the main file 1.1 kB smaller (brotli) than `-Oz`, and a chunk of 79 kB 0.5 kB
/// smaller. `-Oz -Oz` saved 0.3 kB. The time of the SRP proof was the same. `--directize` with
/// `directize-initial-contents-immutable` is not possible: the main file reserves the positions of the chunks'
/// functions in the function table with null, and wasm-opt would replace calls to them by traps.
pub(crate) fn wasm_opt_flags(page: &str) -> Result<String> {
    let attribute = |name: &str| {
        let (_, rest) = page.split_once(&format!("{name}=\""))?;
        Some(rest.split_once('"')?.0)
    };
    let flags = || {
        Some((
            attribute("data-wasm-opt")?,
            attribute("data-wasm-opt-params")?,
        ))
    };
    let (level, rest) =
        flags().context("index.html has no data-wasm-opt or no data-wasm-opt-params.")?;
    Ok(format!("-O{level} {rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wasm_chunks_use_the_wasm_opt_flags_of_index_html() {
        let page = r#"<link rel="rust" data-wasm-opt="z" data-wasm-opt-params="--strip-debug --enable-simd">"#;
        assert_eq!(
            wasm_opt_flags(page).ok().as_deref(),
            Some("-Oz --strip-debug --enable-simd")
        );
        assert!(wasm_opt_flags("<p>").is_err());
    }
}
