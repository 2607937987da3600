//! The commands of this repository. `cargo xtask` prints a description of each.
//!
//! - [`dev`], [`checks`], [`dist`], [`audit`], [`mod@bench`]: one command each
//! - [`tools`], [`tool_versions`], [`browser`], [`clients`]: programs that the commands need; missing ones are installed
//! - [`wasm_split`]: the split of the release's WebAssembly into chunks
//! - [`test_summary`]: the sums of test results
//! - [`process`], [`progress`], [`python_venv`]: starting, watching and ending other programs
//! - [`config_origins`], [`bundle_size`], [`sbom`]: the origins in config.js, the size of the sign-in page, and the
//!   software bill of materials
//! - [`paths`]: paths of folders

// The commands print their results to standard output.
#![allow(clippy::print_stdout)]

mod audit;
mod bench;
mod browser;
mod bundle_size;
mod checks;
mod clients;
mod config_origins;
mod dev;
mod dist;
mod paths;
mod process;
mod progress;
mod python_venv;
mod sbom;
mod test_summary;
mod tool_versions;
mod tools;
mod wasm_split;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask <command>

  dev                  Runs the app on http://localhost:8000 and the local pool on
                       http://localhost:9229 until Ctrl-C. Installs missing tools first.
                       --pool NAME chooses a reference pool and the app that fits it: workshop
                       (the default), redirect, playground, quickstart, enterprise.
  test [stage …]       Runs all stages, the fast ones first, and prints the number of tests:
                       fmt clippy native audit wasm browser single-file build weight
                       journeys. With names, runs only these stages. quick means fmt, clippy
                       and native.
  build                Builds the release in dist/: optimized, compressed, and with files that
                       list the headers a host must send. --sbom also writes the software bill
                       of materials, target/poolgate.cdx.json (CycloneDX).
  audit                Checks the crates against deny.toml: licenses, sources, vulnerable
                       crates, and RustSec advisories if this computer has a copy of them.
                       --fetch downloads a new copy first.
  bench [table …]      Prints tables: weight (the size of the sign-in page), browser (the
                       duration of a sign-in), pool (sign-ins per second of the local pool).
                       With names, prints only these tables.

Tools are kept by version in ${XDG_CACHE_HOME:-~/.cache}/poolgate.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if let [] | ["help" | "--help" | "-h"] = arguments.as_slice() {
        println!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    if let Err(error) = paths::find_repository_root() {
        eprintln!("{error}");
        return ExitCode::FAILURE;
    }
    process::stop_programs_on_signal();
    let result = match arguments.as_slice() {
        ["dev", pool @ ..] => dev::run_dev(pool),
        ["test", stages @ ..] => return checks::run_stages(stages),
        ["build", arguments @ ..] => dist::run_build(arguments),
        ["audit", arguments @ ..] => audit::run_audit(arguments),
        ["bench", tables @ ..] => bench::run_bench(tables),
        _ => {
            eprintln!("Unknown command: {}\n\n{USAGE}", arguments.join(" "));
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\n{error:#}");
            ExitCode::FAILURE
        }
    }
}
