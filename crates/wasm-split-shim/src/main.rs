//! Takes the app's WebAssembly apart: what most visits need, and parts that are fetched when they are first asked for.
//!
//! It has to happen between the linker, whose relocations it goes by, and wasm-bindgen, which drops them. Trunk has no
//! step there (<https://github.com/trunk-rs/trunk/issues/1022>); so `cargo xtask build` lets trunk find this program
//! under wasm-bindgen's name. It splits (`wasm_split_cli_support`), has the real wasm-bindgen treat the main part as it
//! was told to, and leaves the other files, named by their hashes, in a folder from which the build takes them.

mod chunk_loader;
mod hashed_file;

use std::{
    env,
    error::Error,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use wasm_split_cli_support::{Options, transform};

use crate::hashed_file::{HashedFile, copy_hashed};

type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

/// The real wasm-bindgen.
const WASM_BINDGEN: &str = "POOLGATE_WASM_BINDGEN";
/// wasm-opt, and its flags for the parts, parted by spaces: as trunk calls it for the main one.
const WASM_OPT: &str = "POOLGATE_WASM_OPT";
const WASM_OPT_FLAGS: &str = "POOLGATE_WASM_OPT_FLAGS";
/// The folder for what is left: `files/`, which belong beside the main part, and `link.html`, which belongs in the page.
const CHUNKS_DIR: &str = "POOLGATE_CHUNKS_DIR";

fn main() -> ExitCode {
    match run(env::args_os().skip(1).collect()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("splitting the WebAssembly: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Vec<OsString>) -> Result {
    let wasm_bindgen = require_env(WASM_BINDGEN)?;
    let Some(wasm_input) = find_wasm_input(&arguments) else {
        // `--version`, for one.
        return run_checked(Command::new(&wasm_bindgen).args(&arguments));
    };
    let chunks_dir = PathBuf::from(require_env(CHUNKS_DIR)?);
    let (files_dir, scratch_dir) = (chunks_dir.join("files"), chunks_dir.join("scratch"));
    for folder in [&files_dir, &scratch_dir] {
        fs::create_dir_all(folder)?;
    }
    let main_chunk = scratch_dir.join("main.wasm");
    let input = fs::read(&wasm_input)?;
    let split_importing = |loader: &str| {
        let link = format!("./{loader}");
        let mut options = Options::new(&input);
        options.output_dir = &scratch_dir;
        options.main_out_path = &main_chunk;
        options.link_name = &link;
        transform(options)
    };

    let split = split_importing(chunk_loader::LOADER_NAME)?;
    let mut hashed_files: Vec<HashedFile> = Vec::new();
    let mut unoptimized: Vec<(&Path, Vec<u8>)> = Vec::new();
    for file in &split.split_modules {
        unoptimized.push((file, fs::read(file)?));
        optimize_wasm(file)?;
        hashed_files.push(copy_hashed(file, &files_dir)?);
    }
    let loader_path = scratch_dir.join(chunk_loader::LOADER_NAME);
    fs::write(
        &loader_path,
        chunk_loader::loader_source(&split.prefetch_map, &hashed_files)?,
    )?;
    let loader = copy_hashed(&loader_path, &files_dir)?;
    fs::write(
        chunks_dir.join("link.html"),
        chunk_loader::preload_link(&loader),
    )?;

    // Once more, for a main part that imports the module by its name. So it is another file whenever a part is another:
    // the build names it by what is in it, and browsers keep it for ever.
    split_importing(&loader.name)?;
    for (file, content) in unoptimized {
        if fs::read(file)? != content {
            return Err(format!("{}: split twice, and not alike", file.display()).into());
        }
    }
    let forwarded_args = arguments.iter().map(|argument| {
        if Path::new(argument) == wasm_input {
            main_chunk.as_os_str()
        } else {
            argument
        }
    });
    let mut command = Command::new(&wasm_bindgen);
    // The parts import what the linker has made.
    run_checked(command.args(forwarded_args).arg("--keep-lld-exports"))?;
    fs::remove_dir_all(scratch_dir)?;
    Ok(())
}

/// The WebAssembly that wasm-bindgen is called for: one argument among flags.
fn find_wasm_input(arguments: &[OsString]) -> Option<PathBuf> {
    let mut files = arguments.iter().map(PathBuf::from);
    files.find(|file| {
        file.extension()
            .is_some_and(|extension| extension == "wasm")
    })
}

/// As trunk does with the main part.
fn optimize_wasm(file: &Path) -> Result {
    let flags = require_env(WASM_OPT_FLAGS)?;
    let flags = flags.to_str().ok_or("wasm-opt's flags are not in UTF-8")?;
    let mut command = Command::new(require_env(WASM_OPT)?);
    command.args(flags.split_whitespace());
    command.arg(file).arg("-o").arg(file);
    // It warns of names that it does not know, and is to strip them.
    let output = command
        .output()
        .map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    Err(format!("{command:?}: {}\n{stderr}", output.status).into())
}

fn require_env(name: &str) -> Result<OsString> {
    env::var_os(name)
        .ok_or_else(|| format!("{name} is not set; `cargo xtask build` calls this program").into())
}

fn run_checked(command: &mut Command) -> Result {
    let status = command
        .status()
        .map_err(|error| format!("{command:?}: {error}"))?;
    if status.success() {
        return Ok(());
    }
    Err(format!("{command:?}: {status}").into())
}
