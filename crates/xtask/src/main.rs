//! The commands of this repository. `cargo xtask` prints a description of each.
//!
//! - [`dev`], [`checks`], [`dist`], [`audit`], [`mod@bench`]: one command each
//! - [`tools`], [`pinned`], [`browser`], [`clients`]: programs that the commands need; missing ones are installed
//! - [`wasm_split`]: the split of the release's WebAssembly into chunks
//! - [`count`]: the sums of test results
//! - [`run`], [`cargo_run`]: starting, watching and ending other programs
//! - [`config`], [`headers`], [`weight`], [`sbom`]: config.js, the host's HTTP headers, the size of the sign-in page,
//!   and the software bill of materials
//! - [`place`]: paths of folders

// The commands print their results to standard output.
#![allow(clippy::print_stdout)]

mod audit;
mod bench;
mod browser;
mod cargo_run;
mod checks;
mod clients;
mod config;
mod count;
mod dev;
mod dist;
mod headers;
mod pinned;
mod place;
mod run;
mod sbom;
mod tools;
mod wasm_split;
mod weight;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask <command>

  dev             fetch what is missing, then run the app on http://localhost:8000 and the local
                  user pool on http://localhost:9229, until Ctrl-C; with --pool and a name, one of
                  the reference pools with the app it is for: workshop (as without), redirect,
                  playground, quickstart, enterprise
  test [ring …]   every check, cheap to dear, ending with a line that counts them;
                  or only the rings named: fmt clippy native audit wasm browser build weight journeys;
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
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    run::end_everything_on_a_signal();
    let outcome = match words.as_slice() {
        [] | ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        ["dev", pool @ ..] => dev::run(pool),
        ["test", rings @ ..] => return checks::run(rings),
        ["build", words @ ..] => dist::run(words),
        ["audit", words @ ..] => audit::run(words),
        ["bench", parts @ ..] => bench::run(parts),
        _ => {
            eprintln!("There is no such command: {}\n\n{USAGE}", words.join(" "));
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\n{error:#}");
            ExitCode::FAILURE
        }
    }
}
