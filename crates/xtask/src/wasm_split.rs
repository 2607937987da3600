//! The step between cargo and wasm-bindgen in the release build: crates/wasm-split-shim, under wasm-bindgen's name.

use crate::{
    fault::{Fault, Outcome, While},
    place, run,
    tools::{Tools, find_in},
};
use std::{
    env, fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Command,
};

/// How the app has to be linked to be taken apart: with the linker's own notes on what refers to what.
pub(crate) const LINKING: &str = "-C link-args=--emit-relocs";

/// Ready for one build.
pub(crate) struct WasmSplit {
    trunk: Command,
    /// What it leaves.
    folder: PathBuf,
}

impl WasmSplit {
    /// Builds it, and puts it where trunk finds it first.
    pub(crate) fn prepare(tools: &Tools) -> Outcome<Self> {
        run::run(
            Command::new("cargo").current_dir(place::root()).args([
                "build",
                "--quiet",
                "--locked",
                "--package",
                "wasm-split-shim",
            ]),
            "building wasm-split-shim",
        )?;
        let folder = place::target().join("parts");
        let _ = fs::remove_dir_all(&folder);
        let bin = folder.join("bin");
        fs::create_dir_all(&bin).during(bin.display())?;
        let program = place::target().join("debug/wasm-split-shim");
        if !program.is_file() {
            return Err(Fault(format!(
                "wasm-split-shim was built, and is not at {}: where cargo builds must be told by CARGO_TARGET_DIR.",
                program.display()
            )));
        }
        symlink(&program, bin.join("wasm-bindgen")).during(program.display())?;

        let path = tools.path();
        let find = |program: &str| {
            find_in(&path, program).ok_or_else(|| Fault(format!("{program} is not there.")))
        };
        let page = place::root().join("index.html");
        let flags = wasm_opt_flags(&fs::read_to_string(&page).during(page.display())?)?;
        let all = [bin].into_iter().chain(env::split_paths(&path));
        let all = env::join_paths(all).map_err(|fault| Fault(fault.to_string()))?;
        let mut trunk = tools.trunk();
        trunk
            .env("PATH", all)
            // The names of what is linked are needed, too.
            .env("CARGO_PROFILE_RELEASE_STRIP", "none")
            // Cargo would take these in place of the flags for linking.
            .env_remove("RUSTFLAGS")
            .env_remove("CARGO_ENCODED_RUSTFLAGS")
            .env("POOLGATE_WASM_BINDGEN", find("wasm-bindgen")?)
            .env("POOLGATE_WASM_OPT", find("wasm-opt")?)
            .env("POOLGATE_WASM_OPT_FLAGS", flags)
            .env("POOLGATE_CHUNKS_DIR", &folder);
        Ok(Self { trunk, folder })
    }

    /// Trunk, which takes it for wasm-bindgen.
    pub(crate) fn trunk(&mut self) -> &mut Command {
        &mut self.trunk
    }

    /// Puts the parts beside the app, and into its page the link to the module that fetches them.
    pub(crate) fn copy_chunks(&self, dist: &Path) -> Outcome {
        let files = self.folder.join("files");
        for entry in fs::read_dir(&files).during(files.display())? {
            let file = entry.during(files.display())?;
            let place = dist.join(file.file_name());
            fs::copy(file.path(), &place).during(place.display())?;
        }
        let link = self.folder.join("link.html");
        let link = fs::read_to_string(&link).during(link.display())?;
        let page = dist.join("index.html");
        let text = fs::read_to_string(&page).during(page.display())?;
        // Behind trunk's own link of this kind: start.js takes the first for the app's.
        let linked = text.replacen("</head>", &format!("{link}</head>"), 1);
        if linked == text {
            return Err(Fault::new("The page has no end of its head."));
        }
        fs::write(&page, linked).during(page.display())
    }
}

/// The flags that trunk takes from the page for the main part: `data-wasm-opt` and `data-wasm-opt-params`.
fn wasm_opt_flags(page: &str) -> Outcome<String> {
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
        flags().ok_or_else(|| Fault::new("index.html does not say how wasm-opt is called."))?;
    Ok(format!("-O{level} {rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_are_optimised_as_the_page_says_of_the_app() {
        let page = r#"<link rel="rust" data-wasm-opt="z" data-wasm-opt-params="--strip-debug --enable-simd">"#;
        assert_eq!(
            wasm_opt_flags(page).ok().as_deref(),
            Some("-Oz --strip-debug --enable-simd")
        );
        assert!(wasm_opt_flags("<p>").is_err());
    }
}
