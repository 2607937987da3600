//! Takes the app's WebAssembly apart: what most visits need, and parts that are fetched when they are first asked for.
//!
//! It has to happen between the linker, whose relocations it goes by, and wasm-bindgen, which drops them. Trunk has no
//! step there (<https://github.com/trunk-rs/trunk/issues/1022>); so `cargo xtask build` lets trunk find this program
//! under wasm-bindgen's name. It splits (`wasm_split_cli_support`), has the real wasm-bindgen treat the main part as it
//! was told to, and leaves the other files, named by their hashes, in a folder from which the build takes them.

mod files;
mod link;

use std::{
    env,
    error::Error,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use wasm_split_cli_support::{Options, transform};

use crate::files::{Kept, keep};

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// The real wasm-bindgen.
const WASM_BINDGEN: &str = "POOLGATE_WASM_BINDGEN";
/// wasm-opt, and its flags for the parts, parted by spaces: as trunk calls it for the main one.
const WASM_OPT: &str = "POOLGATE_WASM_OPT";
const WASM_OPT_FLAGS: &str = "POOLGATE_WASM_OPT_FLAGS";
/// The folder for what is left: `files/`, which belong beside the main part, and `link.html`, which belongs in the page.
const PARTS: &str = "POOLGATE_PARTS";

fn main() -> ExitCode {
    match run(env::args_os().skip(1).collect()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("splitting the WebAssembly: {fault}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Vec<OsString>) -> Outcome {
    let wasm_bindgen = variable(WASM_BINDGEN)?;
    let Some(linked) = input(&arguments) else {
        // `--version`, for one.
        return done(Command::new(&wasm_bindgen).args(&arguments));
    };
    let parts = PathBuf::from(variable(PARTS)?);
    let (files, scratch) = (parts.join("files"), parts.join("scratch"));
    for folder in [&files, &scratch] {
        fs::create_dir_all(folder)?;
    }
    let main = scratch.join("main.wasm");
    let input = fs::read(&linked)?;
    let split_for = |link: &str| {
        let link = format!("./{link}");
        let mut options = Options::new(&input);
        options.output_dir = &scratch;
        options.main_out_path = &main;
        options.link_name = &link;
        transform(options)
    };

    let split = split_for(link::NAME)?;
    let mut kept: Vec<Kept> = Vec::new();
    let mut made: Vec<(&Path, Vec<u8>)> = Vec::new();
    for file in &split.split_modules {
        made.push((file, fs::read(file)?));
        optimise(file)?;
        kept.push(keep(file, &files)?);
    }
    let module = scratch.join(link::NAME);
    fs::write(&module, link::module(&split.prefetch_map, &kept)?)?;
    let module = keep(&module, &files)?;
    fs::write(parts.join("link.html"), link::element(&module))?;

    // Once more, for a main part that imports the module by its name. So it is another file whenever a part is another:
    // the build names it by what is in it, and browsers keep it for ever.
    split_for(&module.name)?;
    for (file, content) in made {
        if fs::read(file)? != content {
            return Err(format!("{}: split twice, and not alike", file.display()).into());
        }
    }
    let told = arguments.iter().map(|argument| {
        if Path::new(argument) == linked {
            main.as_os_str()
        } else {
            argument
        }
    });
    let mut command = Command::new(&wasm_bindgen);
    // The parts import what the linker has made.
    done(command.args(told).arg("--keep-lld-exports"))?;
    fs::remove_dir_all(scratch)?;
    Ok(())
}

/// The WebAssembly that wasm-bindgen is called for: one argument among flags.
fn input(arguments: &[OsString]) -> Option<PathBuf> {
    let mut files = arguments.iter().map(PathBuf::from);
    files.find(|file| file.extension().is_some_and(|ending| ending == "wasm"))
}

/// As trunk does with the main part.
fn optimise(file: &Path) -> Outcome {
    let flags = variable(WASM_OPT_FLAGS)?;
    let flags = flags.to_str().ok_or("wasm-opt's flags are not in UTF-8")?;
    let mut command = Command::new(variable(WASM_OPT)?);
    command.args(flags.split_whitespace());
    command.arg(file).arg("-o").arg(file);
    // It warns of names that it does not know, and is to strip them.
    let output = command
        .output()
        .map_err(|fault| format!("{command:?}: {fault}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("{command:?}: {}\n{said}", output.status).into())
}

fn variable(name: &str) -> Outcome<OsString> {
    env::var_os(name)
        .ok_or_else(|| format!("{name} is not set; `cargo xtask build` calls this program").into())
}

fn done(command: &mut Command) -> Outcome {
    let status = command
        .status()
        .map_err(|fault| format!("{command:?}: {fault}"))?;
    if status.success() {
        return Ok(());
    }
    Err(format!("{command:?}: {status}").into())
}
