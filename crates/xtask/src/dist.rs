//! `build`: the release in dist/, ready for a host of static files.

use crate::{
    config,
    fault::{Fault, Outcome, While},
    headers, place, run, sbom,
    tools::{self, Tools},
    wasm_split::{self, WasmSplit},
    weight,
};
use std::{
    fs::{self, File},
    ops::Range,
    path::Path,
    process::Command,
};

/// The command. `--sbom` also writes a list of what is shipped.
pub(crate) fn run(words: &[&str]) -> Outcome {
    let with_sbom = match words {
        [] => false,
        ["--sbom"] => true,
        _ => {
            return Err(Fault(format!(
                "build takes --sbom or nothing, not {}.",
                words.join(" ")
            )));
        }
    };
    let tools = tools::ready()?;
    let dist = place::dist();
    build(&tools, &dist)?;
    if with_sbom {
        let file = sbom::write()?;
        println!(
            "\nWhat is shipped is listed in {} (CycloneDX).",
            file.display()
        );
    }
    println!();
    weight::print(&weight::of_the_built_page(&dist)?);
    println!(
        "\ndist/ is ready. Put its files where they shall be served, with the headers of dist/_headers (Netlify, \
         Cloudflare Pages) or dist/customHttp.yml (AWS Amplify).\nconfig.js may be edited there at any time; when it \
         then names another pool or API, the Content-Security-Policy must name it too: build again."
    );
    Ok(())
}

/// Makes the folder anew. Tests and measurements have one of their own, so that whoever works in dist/ meanwhile
/// disturbs them as little as they do him.
pub(crate) fn build(tools: &Tools, dist: &Path) -> Outcome {
    let _alone = alone()?;
    println!("Building the app for release (usually 1 to 3 minutes)");
    // Before the long part, since a config.js that cannot be read would spoil it at the end.
    let origins = config::origins(&place::root().join("config.js"))?;
    fetch_crates()?;
    let mut wasm_split = WasmSplit::prepare(tools)?;
    run::run(
        wasm_split
            .trunk()
            .args([
                "build",
                "--release",
                "--offline",
                "--locked",
                "--features",
                "parts",
                "--dist",
            ])
            .arg(dist)
            .env(
                "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
                format!("{} {}", without_this_machine()?, wasm_split::LINKING),
            ),
        "trunk build",
    )?;
    finish_the_page(dist)?;
    wasm_split.copy_chunks(dist)?;
    let hashed = hashed_files(dist)?;
    let every = headers::for_every_answer(&origins);
    write(
        &dist.join("_headers"),
        &headers::as_headers_file(&every, &hashed),
    )?;
    write(
        &dist.join("customHttp.yml"),
        &headers::as_amplify_file(&every, &hashed),
    )?;
    // config.js stays as it is: whoever edits it on the host would not think of its compressed copies.
    let rest = ["index.html", "icon.svg", "robots.txt"].map(str::to_owned);
    let compressed = [&hashed[..], &rest].concat();
    weight::weigh(dist, &compressed, true)?;
    Ok(())
}

/// Flags that leave this machine's folders out of the panic messages in the WebAssembly: the same source gives the same
/// file everywhere, and nobody downloads where somebody keeps their crates. Cargo adds them to .cargo/config.toml's.
fn without_this_machine() -> Outcome<String> {
    let sources = place::cargo_home()?.join("registry/src");
    let mut folders = vec![place::root().to_owned()];
    for entry in fs::read_dir(&sources).during(sources.display())? {
        folders.push(entry.during(sources.display())?.path());
    }
    let flags: Vec<String> = folders
        .iter()
        .map(|folder| folder.display().to_string())
        // Cargo parts flags at spaces; a folder with one in its name stays as it is.
        .filter(|folder| !folder.contains(char::is_whitespace))
        .map(|folder| format!("--remap-path-prefix={folder}/="))
        .collect();
    Ok(flags.join(" "))
}

/// Two builds at once would take each other's half-made files: the second waits until this file goes.
fn alone() -> Outcome<File> {
    let path = place::target().join("dist.lock");
    let file = File::create(&path).during(path.display())?;
    if file.try_lock().is_err() {
        println!("Waiting for another build to end");
        file.lock().during(path.display())?;
    }
    Ok(file)
}

/// Trunk is told to stay offline; so what the lock file names must be here before.
pub(crate) fn fetch_crates() -> Outcome {
    run::run(
        Command::new("cargo")
            .current_dir(place::root())
            .args(["fetch", "--locked", "--quiet"]),
        "cargo fetch",
    )
}

/// Names the app's two files by what is in them, notes on the link to the WebAssembly its size, which start.js cannot
/// learn from a compressed answer, and moves its hash to where browsers do not look: they say on the console that they
/// ignore it there (start.js hands it to fetch).
fn finish_the_page(dist: &Path) -> Outcome {
    let file = dist.join("index.html");
    let mut page = fs::read_to_string(&file).during(file.display())?;
    for name in hashed_files(dist)? {
        // Trunk has named them by what the linker made, before wasm-bindgen and wasm-opt had their turn: another version
        // of one of these would leave another file under a name that browsers keep for ever.
        let Some(named) = name_by_content(&page, &name) else {
            continue;
        };
        fs::rename(dist.join(&name), dist.join(&named)).during(&name)?;
        page = page.replace(&name, &named);
        if named.ends_with(".wasm") {
            let size = fs::metadata(dist.join(&named)).during(&named)?.len();
            page = with_size(&page, &named, size)
                .ok_or_else(|| Fault(format!("The page has no link to {named}.")))?;
        }
    }
    if !page.contains(" data-size=") {
        return Err(Fault::new("The page has no link to the app with its hash."));
    }
    write(&file, &page)
}

/// The name of one of the app's two files by its `integrity`; `None` for other files.
fn name_by_content(page: &str, name: &str) -> Option<String> {
    let rest = name.strip_prefix("poolgate-")?;
    let ending = &rest[rest.find(['.', '_'])?..];
    let link = &page[link_to(page, name)?];
    let (_, hash) = link.split_once(" integrity=\"sha384-")?;
    let hash = hash.get(..16)?.replace('+', "-").replace('/', "_");
    Some(format!("poolgate-{hash}{ending}"))
}

fn with_size(page: &str, wasm: &str, size: u64) -> Option<String> {
    let Range { start, end } = link_to(page, wasm)?;
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

/// Where the page links to a file.
fn link_to(page: &str, file: &str) -> Option<Range<usize>> {
    let address = page.find(&format!("href=\"/{file}\""))?;
    let start = page[..address].rfind("<link")?;
    Some(start..address + page[address..].find('>')?)
}

/// The files with a hash in their names: all that trunk has built rather than copied.
fn hashed_files(dist: &Path) -> Outcome<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(dist).during(dist.display())? {
        let name = entry
            .during(dist.display())?
            .file_name()
            .to_string_lossy()
            .into_owned();
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

fn write(file: &Path, text: &str) -> Outcome {
    fs::write(file, text).during(file.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_apps_files_are_named_by_their_hashes() {
        let page = r#"<link rel="stylesheet" href="/main-1.css" integrity="sha384-M"><link href="/poolgate-1.js" integrity="sha384-AQ4wjo8eBDL5+/1chTg4g1"><link href="/poolgate-1_bg.wasm" integrity="sha384-d4QTDB0/kN5/5ecHJbRrHi">"#;
        let named = |name| name_by_content(page, name);
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
    fn the_link_to_the_wasm_tells_its_size_and_keeps_its_hash_out_of_the_browsers_sight() {
        let page = r#"<link rel="modulepreload" href="/a-1.js" integrity="sha384-J"><link rel="preload" href="/a-1_bg.wasm" crossorigin="anonymous" integrity="sha384-W" as="fetch"></head>"#;
        let finished = r#"<link rel="modulepreload" href="/a-1.js" integrity="sha384-J"><link rel="preload" href="/a-1_bg.wasm" crossorigin="anonymous" data-size="7" data-integrity="sha384-W" as="fetch"></head>"#;
        assert_eq!(with_size(page, "a-1_bg.wasm", 7).as_deref(), Some(finished));
        assert_eq!(with_size("<p>no link</p>", "a-1_bg.wasm", 7), None);
    }
}
