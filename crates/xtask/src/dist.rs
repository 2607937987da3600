//! The command `build`: builds the release in dist/, ready for a host of static files.

use std::{ops::Range, path::Path, process::Command};

use anyhow::{Context as _, Result, bail};
use built_app::host_headers;
use fs_err::{self as fs, File};

use crate::{
    bundle_size::{self, SignInSize},
    config_origins, paths, process, sbom,
    tools::{self, ToolFolders, find_in_path},
    wasm_split::{self, WasmSplit},
};

/// Runs the command `build`. With `--sbom` it also writes a software bill of materials.
pub(crate) fn run_build(arguments: &[&str]) -> Result<()> {
    let with_sbom = match arguments {
        [] => false,
        ["--sbom"] => true,
        _ => {
            bail!(
                "The only option of build is --sbom, not {}.",
                arguments.join(" ")
            );
        }
    };
    let tools = tools::install_all_tools()?;
    let dist = paths::dist_folder();
    build_release(&tools, &dist)?;
    if with_sbom {
        let file = sbom::write_sbom()?;
        println!(
            "\nThe software bill of materials is {} (CycloneDX).",
            file.display()
        );
    }
    println!();
    SignInSize::measure_sign_in(&dist)?.print_table();
    println!(
        "\ndist/ is ready. Copy its files to your host. The host must send the headers of dist/_headers (Netlify, \
         Cloudflare Pages) or dist/customHttp.yml (AWS Amplify).\nYou can edit config.js on the host at any time. If \
         it then names another pool or API, build again, because the Content-Security-Policy must name it too."
    );
    Ok(())
}

/// Empties the folder `dist` and builds the release in it. Tests and measurements pass their own folder, so that they
/// do not overwrite dist/.
pub(crate) fn build_release(tools: &ToolFolders, dist: &Path) -> Result<()> {
    let _lock = lock_build()?;
    println!("Building the app for release (usually 1 to 3 minutes)");
    // Read first, because an invalid config.js would otherwise be reported only after the long build.
    let origins = config_origins::read_config_origins(&paths::repository_root().join("config.js"))?;
    fetch_crates()?;
    let mut wasm_split = WasmSplit::prepare(tools)?;
    process::run_program(
        wasm_split
            .trunk_command()
            .args([
                "build",
                "--release",
                "--offline",
                "--locked",
                "--features",
                "chunks",
                "--dist",
            ])
            .arg(dist)
            .env(
                "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
                format!("{} {}", path_remap_flags()?, wasm_split::LINKER_FLAGS),
            ),
        "trunk build",
    )?;
    minify_assets(tools, dist)?;
    finish_index_html(dist)?;
    wasm_split.copy_chunks(dist)?;
    let hashed = list_hashed_files(dist)?;
    let every = host_headers::headers_for_every_response(&origins);
    write_file(
        &dist.join("_headers"),
        &host_headers::netlify_headers_file(&every, &hashed),
    )?;
    write_file(
        &dist.join("customHttp.yml"),
        &host_headers::amplify_headers_file(&every, &hashed),
    )?;
    // config.js is not compressed, because an operator who edits it on the host would not update the compressed copies.
    let rest = ["index.html", "icon.svg", "robots.txt"].map(str::to_owned);
    let compressed = [&hashed[..], &rest].concat();
    bundle_size::measure_files(dist, &compressed, true)?;
    Ok(())
}

/// Deletes the folder `dist` and builds an app in it as `trunk build` alone does: with all WebAssembly in one file, and
/// not optimized. Optimization takes minutes and does not change which code is in the file. `app` is the app's folder,
/// relative to the root of the repository.
pub(crate) fn build_single_file(tools: &ToolFolders, app: &Path, dist: &Path) -> Result<()> {
    let _lock = lock_build()?;
    println!("Building the app in one file (usually 3 minutes the first time)");
    fetch_crates()?;
    if dist.exists() {
        fs::remove_dir_all(dist)?;
    }
    process::run_program(
        tools
            .trunk_command()
            .current_dir(paths::repository_root().join(app))
            .args(["build", "--offline", "--locked", "--dist"])
            .arg(dist),
        "trunk build",
    )
}

/// Minifies start.js and the style sheet. Trunk's option `minify` would also change the app's module and index.html,
/// and it only prints a warning if it cannot minify a file.
fn minify_assets(tools: &ToolFolders, dist: &Path) -> Result<()> {
    let esbuild = find_in_path(&tools.path_variable(), "esbuild");
    process::run_program(
        Command::new("node")
            .current_dir(dist)
            .arg(paths::repository_root().join("crates/xtask/src/scripts/minify.mjs"))
            .arg(esbuild.context("esbuild is not on PATH.")?),
        "minify.mjs",
    )
}

/// Returns compiler flags that remove this computer's folder names from the panic messages in the WebAssembly. The same
/// source then gives the same file on every computer, and the release does not publish local paths. Cargo adds them to
/// the flags of .cargo/config.toml.
fn path_remap_flags() -> Result<String> {
    let sources = paths::cargo_home_folder()?.join("registry/src");
    let mut folders = vec![paths::repository_root().to_owned()];
    for entry in fs::read_dir(&sources)? {
        folders.push(entry?.path());
    }
    let flags: Vec<String> = folders
        .iter()
        .map(|folder| folder.display().to_string())
        // Cargo splits flags at spaces, so a folder with a space in its name is not remapped.
        .filter(|folder| !folder.contains(char::is_whitespace))
        .map(|folder| format!("--remap-path-prefix={folder}/="))
        .collect();
    Ok(flags.join(" "))
}

/// Waits until no other build runs and returns the locked file. Two builds at the same time would use each other's
/// incomplete files.
fn lock_build() -> Result<File> {
    let path = paths::target_folder().join("dist.lock");
    let file = File::create(&path)?;
    if file.try_lock().is_err() {
        println!("Waiting for another build to end");
        file.lock()?;
    }
    Ok(file)
}

/// Downloads the crates that Cargo.lock names, because trunk runs offline.
pub(crate) fn fetch_crates() -> Result<()> {
    process::run_program(
        Command::new("cargo")
            .current_dir(paths::repository_root())
            .args(["fetch", "--locked", "--quiet"]),
        "cargo fetch",
    )
}

/// Finishes index.html: gives the app's two files names with a hash of their content, adds the WebAssembly's size to
/// its link, and moves the link's hash to a `data-` attribute. start.js needs the size because a compressed response
/// does not state it, and it passes the hash to `fetch`. Browsers print a warning for the standard `integrity`
/// attribute on this link.
fn finish_index_html(dist: &Path) -> Result<()> {
    let file = dist.join("index.html");
    let mut page = fs::read_to_string(&file)?;
    for name in list_hashed_files(dist)? {
        // Trunk's names come from the linker's output, before wasm-bindgen and wasm-opt run. Another version of those
        // tools would give another file with the same name, and browsers cache these files for a year.
        let Some(named) = find_hashed_name(&page, &name) else {
            continue;
        };
        fs::rename(dist.join(&name), dist.join(&named))?;
        page = page.replace(&name, &named);
        if named.ends_with(".wasm") {
            let size = fs::metadata(dist.join(&named))?.len();
            page = add_wasm_size(&page, &named, size)
                .with_context(|| format!("index.html has no link to {named}."))?;
        }
    }
    if !page.contains(" data-size=") {
        bail!("index.html has no link to the app's WebAssembly with its hash.");
    }
    write_file(&file, &page)
}

/// Returns a file name that is made from the file's `integrity` in the page, for the app's two files. Returns `None`
/// for other files.
fn find_hashed_name(page: &str, name: &str) -> Option<String> {
    let rest = name.strip_prefix("poolgate-")?;
    let ending = &rest[rest.find(['.', '_'])?..];
    let link = &page[link_element_range(page, name)?];
    let (_, hash) = link.split_once(" integrity=\"sha384-")?;
    let hash = hash.get(..16)?.replace('+', "-").replace('/', "_");
    Some(format!("poolgate-{hash}{ending}"))
}

/// Adds the size of the WebAssembly file to its link in the page. Returns `None` if the page has no such link.
fn add_wasm_size(page: &str, wasm: &str, size: u64) -> Option<String> {
    let Range { start, end } = link_element_range(page, wasm)?;
    let link = &page[start..end];
    if !link.contains(" integrity=\"sha") {
        return None;
    }
    let link = link.replacen(
        " integrity=",
        &format!(" data-size=\"{size}\" data-integrity="),
        1,
    );
    Some(format!("{}{link}{}", &page[..start], &page[end..]))
}

/// Returns the position of the `<link>` element for a file in the page, or `None` if there is no such element.
fn link_element_range(page: &str, file: &str) -> Option<Range<usize>> {
    let address = page.find(&format!("href=\"/{file}\""))?;
    let start = page[..address].rfind("<link")?;
    Some(start..address + page[address..].find('>')?)
}

/// Returns the names of the files that have a hash in their name: those that trunk has built and not copied.
fn list_hashed_files(dist: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(dist)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let built = [".css", ".js", ".wasm"]
            .iter()
            .any(|ending| name.ends_with(ending));
        if built && name.contains('-') {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

fn write_file(file: &Path, text: &str) -> Result<()> {
    fs::write(file, text)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn app_file_names_contain_the_integrity_hash() {
        let page = r#"<link rel="stylesheet" href="/main-1.css" integrity="sha384-M"><link href="/poolgate-1.js" integrity="sha384-AQ4wjo8eBDL5+/1chTg4g1"><link href="/poolgate-1_bg.wasm" integrity="sha384-d4QTDB0/kN5/5ecHJbRrHi">"#;
        let named = |name| find_hashed_name(page, name);
        assert_eq!(
            named("poolgate-1.js").as_deref(),
            Some("poolgate-AQ4wjo8eBDL5-_1c.js")
        );
        assert_eq!(
            named("poolgate-1_bg.wasm").as_deref(),
            Some("poolgate-d4QTDB0_kN5_5ecH_bg.wasm")
        );
        assert_eq!(named("main-1.css"), None);
        assert_eq!(named("poolgate-2.js"), None);
    }

    #[test]
    fn build_adds_size_and_integrity_data_to_the_wasm_preload_link() {
        let page = r#"<link rel="modulepreload" href="/a-1.js" integrity="sha384-J"><link rel="preload" href="/a-1_bg.wasm" crossorigin="anonymous" integrity="sha384-W" as="fetch"></head>"#;
        let finished = r#"<link rel="modulepreload" href="/a-1.js" integrity="sha384-J"><link rel="preload" href="/a-1_bg.wasm" crossorigin="anonymous" data-size="7" data-integrity="sha384-W" as="fetch"></head>"#;
        assert_eq!(
            add_wasm_size(page, "a-1_bg.wasm", 7).as_deref(),
            Some(finished)
        );
        assert_eq!(add_wasm_size("<p>no link</p>", "a-1_bg.wasm", 7), None);
    }
}
