//! The commands of this repository. `cargo xtask` prints a description of each.
//!
//! - [`dev`], [`checks`], [`dist`], [`audit`], [`mod@bench`]: one command each
//! - [`tools`], [`tool_versions`], [`browser`], [`clients`]: programs that the commands need; missing ones are installed
//! - [`wasm_split`]: the split of the release's WebAssembly into chunks
//! - [`test_summary`]: the sums of test results
//! - [`process`], [`progress`]: starting, watching and ending other programs
//! - [`config_origins`], [`headers`], [`bundle_size`], [`sbom`]: the origins in config.js, the host's HTTP headers, the
//!   size of the sign-in page, and the software bill of materials
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
mod headers;
mod paths;
mod process;
mod progress;
mod sbom;
mod test_summary;
mod tool_versions;
mod tools;
mod wasm_split;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask <command>

  dev             fetch what is missing, then run the app on http://localhost:8000 and the local
                  user pool on http://localhost:9229, until Ctrl-C; with --pool and a name, one of
                  the reference pools with the app it is for: workshop (as without), redirect,
                  playground, quickstart, enterprise
  test [ring …]   every check, cheap to dear, ending with a line that counts them;
                  or only the stages named: fmt clippy native audit wasm browser build weight journeys;
                  quick: fmt, clippy and native
  build           the release in dist/: optimised, precompressed, with the headers a host must send;
                  with --sbom also target/poolgate.cdx.json, the list of what is shipped (CycloneDX)
  audit           hold the crates to deny.toml: licenses, sources, crates with known faults, and the
                  advisories of RustSec where a copy of them is at hand; --fetch gets a new copy first
  bench [part …]  a table of what the sign-in page weighs, how long signing in takes and how much
                  the local pool bears; or only the parts named: weight browser pool

Tools are kept by version in ${XDG_CACHE_HOME:-~/.cache}/poolgate.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    process::stop_programs_on_signal();
    let result = match arguments.as_slice() {
        [] | ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        ["dev", pool @ ..] => dev::run(pool),
        ["test", stages @ ..] => return checks::run(stages),
        ["build", arguments @ ..] => dist::run(arguments),
        ["audit", arguments @ ..] => audit::run(arguments),
        ["bench", parts @ ..] => bench::run(parts),
        _ => {
            eprintln!(
                "There is no such command: {}\n\n{USAGE}",
                arguments.join(" ")
            );
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
