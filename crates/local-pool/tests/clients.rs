//! Other people's Cognito clients against the pool, unmodified: the third witness to the wire.
//!
//! Each runs as a program of its own in `tests/clients`, with the pool in this process.

use std::path::{Path, PathBuf};
use std::process::Command;

use local_pool::LocalPool;
use local_pool::settings::{DEV_CLIENT_ID, DEV_POOL_ID, Settings};

/// How the JavaScript clients come here.
const INSTALL_NODE: &str = "npm ci --prefix crates/local-pool/tests/clients";

/// How the Python clients come here.
const INSTALL_PYTHON: &str = "python3 -m venv target/py && \
                              target/py/bin/pip install -r crates/local-pool/tests/clients/requirements.txt";

fn clients() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients")
}

/// The Python of the clients' own environment in the target folder.
fn python() -> PathBuf {
    let built = Path::new(env!("CARGO_TARGET_TMPDIR"));
    built
        .parent()
        .expect("the target folder")
        .join("py/bin/python")
}

/// Runs a client's script to its end; what it printed is shown when it fails.
fn run(program: &Path, script: &str, install: &str) {
    let pool = LocalPool::start(Settings::for_tests()).expect("the pool starts");
    let output = Command::new(program)
        .arg(script)
        .current_dir(clients())
        .env("POOL_URL", pool.url())
        .env("POOL_ID", DEV_POOL_ID)
        .env("POOL_CLIENT_ID", DEV_CLIENT_ID)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .unwrap_or_else(|error| {
            panic!(
                "{} cannot be run ({error}). Install it:\n  {install}",
                program.display()
            )
        });
    assert!(
        output.status.success(),
        "{script} failed:\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn amazons_javascript_client_registers_signs_in_by_srp_and_all_the_rest() {
    let modules = clients().join("node_modules/amazon-cognito-identity-js");
    assert!(
        modules.is_dir(),
        "Amazon's JavaScript client is not here. Install it:\n  {INSTALL_NODE}"
    );
    run(
        Path::new("node"),
        "amazon-cognito-identity-js.mjs",
        "apt-get install nodejs npm",
    );
}

#[test]
fn a_generic_openid_connect_client_signs_in_renews_and_signs_out() {
    let modules = clients().join("node_modules/oidc-client-ts");
    assert!(
        modules.is_dir(),
        "oidc-client-ts is not here. Install it:\n  {INSTALL_NODE}"
    );
    run(
        Path::new("node"),
        "oidc-client-ts.mjs",
        "apt-get install nodejs npm",
    );
}

#[test]
fn boto3_and_pycognito_work_unmodified() {
    run(&python(), "boto3_and_pycognito.py", INSTALL_PYTHON);
}

#[test]
fn the_aws_command_line_goes_from_nothing_to_tokens() {
    run(&python(), "aws_cli.py", INSTALL_PYTHON);
}
