//! A wrapper of wasm-bindgen that splits the app's WebAssembly into a main file and lazily loaded chunks.
//!
//! The split must happen between the linker, because it needs the linker's relocations, and wasm-bindgen, which removes
//! them. Trunk has no hook there (<https://github.com/trunk-rs/trunk/issues/1022>), so `cargo xtask build` puts this
//! program on `PATH` under the name `wasm-bindgen`.
//!
//! The program splits the WebAssembly with `wasm_split_cli_support` and runs the real wasm-bindgen, with trunk's
//! arguments, on the main file. It writes the other files, with hashes in their names, to a folder from which the build
//! copies them.

mod chunk_loader;
mod esbuild;
mod file_layout;
mod glue;
mod hashed_file;
mod merge;
mod short_names;

use std::{
    env,
    error::Error,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use wasm_split_cli_support::{Options, transform};

use crate::{
    file_layout::{BASE_CHUNK, FileLayout},
    hashed_file::{HashedFile, copy_with_hashed_name},
    short_names::WasmNames,
};

/// The result of the functions of this program. The error type is general, because an error is only printed.
type Result<T = (), E = Box<dyn Error>> = std::result::Result<T, E>;

/// The environment variable with the path of the real wasm-bindgen.
const WASM_BINDGEN: &str = "POOLGATE_WASM_BINDGEN";
/// The environment variable with the path of wasm-opt.
const WASM_OPT: &str = "POOLGATE_WASM_OPT";
/// The environment variable with wasm-opt's flags for the chunks, separated by spaces. Trunk uses the same flags for
/// the main file.
const WASM_OPT_FLAGS: &str = "POOLGATE_WASM_OPT_FLAGS";
/// The environment variable with the output folder. The build copies the contents of its folder `files/` next to the
/// main file, and inserts the text of its `link.html` into the page.
const CHUNKS_DIR: &str = "POOLGATE_CHUNKS_DIR";

fn main() -> ExitCode {
    match split_and_run_wasm_bindgen(env::args_os().skip(1).collect()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("Could not split the WebAssembly: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Splits the WebAssembly file that `arguments` name, and runs wasm-bindgen with these arguments on the main file. If
/// they name no WebAssembly file, only runs wasm-bindgen.
fn split_and_run_wasm_bindgen(arguments: Vec<OsString>) -> Result {
    let wasm_bindgen = required_env_variable(WASM_BINDGEN)?;
    let Some(wasm_input) = find_wasm_input(&arguments) else {
        // Trunk also runs `wasm-bindgen --version`.
        return run_and_check_status(Command::new(&wasm_bindgen).args(&arguments));
    };
    let chunks_dir = PathBuf::from(required_env_variable(CHUNKS_DIR)?);
    let (files_dir, scratch_dir) = (chunks_dir.join("files"), chunks_dir.join("scratch"));
    let merged_dir = scratch_dir.join("merged");
    for folder in [&files_dir, &merged_dir] {
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
    let mut first_split: Vec<(&Path, Vec<u8>)> = Vec::new();
    let mut chunk_imports: Vec<String> = Vec::new();
    for file in &split.split_modules {
        let content = fs::read(file)?;
        let names = WasmNames::parse(&content)?;
        chunk_imports.extend(names.imports.into_iter().map(|(_, name)| name));
        first_split.push((file, content));
    }
    let layout = FileLayout::new(&split.prefetch_map, BASE_CHUNK);
    let mut hashed_files: Vec<HashedFile> = Vec::new();
    for (name, sources) in &layout.sources {
        let file = merged_dir.join(name).with_extension("wasm");
        let mut contents: Vec<Vec<u8>> = sources
            .iter()
            .map(|source| fs::read(scratch_dir.join(source).with_extension("wasm")))
            .collect::<std::result::Result<_, _>>()?;
        let content = match &mut contents[..] {
            [content] => std::mem::take(content),
            contents => merge::merge_files(contents)?,
        };
        fs::write(&file, content)?;
        run_wasm_opt(&file, &wasm_opt_flags()?)?;
        hashed_files.push(copy_with_hashed_name(&file, &files_dir)?);
    }
    let loader_path = scratch_dir.join(chunk_loader::LOADER_NAME);
    let chunk_loader_source =
        chunk_loader::chunk_loader_source(&layout.files_by_chunk, &hashed_files)?;
    fs::write(
        &loader_path,
        esbuild::transform_module(&chunk_loader_source, &scratch_dir, &["--minify"])?,
    )?;
    let loader = copy_with_hashed_name(&loader_path, &files_dir)?;
    fs::write(
        chunks_dir.join("link.html"),
        chunk_loader::loader_preload_link(&loader),
    )?;

    // The second split makes a main file that imports the loader by its hashed name. The main file then changes
    // whenever a chunk changes, and so does the hash in its own name. Browsers may therefore cache all files forever.
    split_importing(&loader.name)?;
    for (file, content) in first_split {
        if fs::read(file)? != content {
            return Err(format!("{}: two splits gave different files", file.display()).into());
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
    // The chunks import symbols that the linker exports.
    run_and_check_status(command.args(forwarded_args).arg("--keep-lld-exports"))?;
    glue::shrink_glue(
        Path::new(find_wasm_bindgen_option(&arguments, "--out-dir=")?),
        find_wasm_bindgen_option(&arguments, "--out-name=")?,
        &chunk_imports,
    )?;
    fs::remove_dir_all(scratch_dir)?;
    Ok(())
}

/// Returns the value of an option in the arguments for wasm-bindgen. `option` ends with `=`, because trunk writes
/// options in this way.
fn find_wasm_bindgen_option<'a>(arguments: &'a [OsString], option: &str) -> Result<&'a str> {
    let mut values = arguments
        .iter()
        .filter_map(|argument| argument.to_str()?.strip_prefix(option));
    let value = values.next();
    value.ok_or_else(|| format!("trunk did not pass {option} to wasm-bindgen.").into())
}

/// Returns the first `.wasm` file among the arguments for wasm-bindgen, or `None` if there is none.
fn find_wasm_input(arguments: &[OsString]) -> Option<PathBuf> {
    let mut files = arguments.iter().map(PathBuf::from);
    files.find(|file| {
        file.extension()
            .is_some_and(|extension| extension == "wasm")
    })
}

/// Reads the flags of wasm-opt from the environment variable.
fn wasm_opt_flags() -> Result<Vec<String>> {
    let flags = required_env_variable(WASM_OPT_FLAGS)?;
    let flags = flags
        .to_str()
        .ok_or("The flags of wasm-opt are not UTF-8.")?;
    Ok(flags.split_whitespace().map(str::to_owned).collect())
}

/// Runs wasm-opt on a file and overwrites the file.
fn run_wasm_opt(file: &Path, flags: &[String]) -> Result {
    let mut command = Command::new(required_env_variable(WASM_OPT)?);
    command.args(flags).arg(file).arg("-o").arg(file);
    // The output is captured, because wasm-opt prints warnings about unknown name subsections, which it then strips.
    let output = command
        .output()
        .map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    Err(format!("{command:?}: {}\n{stderr}", output.status).into())
}

/// Returns the value of an environment variable that `cargo xtask build` sets, or an error if it is not set.
fn required_env_variable(variable: &str) -> Result<OsString> {
    env::var_os(variable).ok_or_else(|| {
        format!("{variable} is not set. Only `cargo xtask build` runs this program.").into()
    })
}

/// Runs a command and returns an error if it fails.
fn run_and_check_status(command: &mut Command) -> Result {
    let status = command
        .status()
        .map_err(|error| format!("{command:?}: {error}"))?;
    if status.success() {
        return Ok(());
    }
    Err(format!("{command:?}: {status}").into())
}
