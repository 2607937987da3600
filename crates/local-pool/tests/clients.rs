//! Third-party Cognito clients against the pool, unmodified. They check the wire format independently of our own code.
//!
//! Each client runs as a separate program from `tests/clients`. The pool runs in the test process.

#[path = "support/target_folder.rs"]
mod target_folder;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use local_pool::LocalPool;
use local_pool::presets::PoolPreset;
use local_pool::settings::{DataLocation, LocalPoolSettings};

use target_folder::target_folder;

/// The command that installs the JavaScript clients.
const INSTALL_NODE: &str = "npm ci --prefix crates/local-pool/tests/clients";

/// The command that installs the Python clients.
const INSTALL_PYTHON: &str = "python3 -m venv target/py && \
                              target/py/bin/pip install -r crates/local-pool/tests/clients/requirements.txt";

/// Returns the folder with the scripts of the clients.
fn clients_folder() -> PathBuf {
    // At run time, because the path from the compilation is wrong in a copy of the repository with its target folder.
    let package = std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo test sets it");
    Path::new(&package).join("tests/clients")
}

/// Returns the path of the Python interpreter in the virtual environment of the clients, in the target folder.
fn python_of_virtual_environment() -> PathBuf {
    target_folder().join("py/bin/python")
}

/// Runs a client's script for the `workshop` pool, and returns its output.
fn run_for_output(pool: &LocalPool, program: &Path, arguments: &[&str], install: &str) -> Output {
    run_for_output_with_preset(pool, PoolPreset::Workshop, program, arguments, install)
}

/// Runs a client's script for the pool of a preset, and returns its output.
fn run_for_output_with_preset(
    pool: &LocalPool,
    preset: PoolPreset,
    program: &Path,
    arguments: &[&str],
    install: &str,
) -> Output {
    // The client needs the address that the pool listens on. The pool's public URL may be another address.
    let url = match pool.certificate_pem() {
        Some(_) => pool.url(),
        None => format!("http://localhost:{}", pool.address().port()),
    };
    let mut command = Command::new(program);
    command
        .args(arguments)
        .current_dir(clients_folder())
        .env("POOL_URL", url)
        .env("POOL_ID", preset.pool_id())
        .env("POOL_CLIENT_ID", preset.client_id())
        .env("PYTHONDONTWRITEBYTECODE", "1");
    if let Some(file) = pool.certificate_file() {
        command.env("NODE_EXTRA_CA_CERTS", file);
    }
    command.output().unwrap_or_else(|error| {
        panic!(
            "{} cannot be run ({error}). Install it:\n  {install}",
            program.display()
        )
    })
}

/// Runs a client's script with a new pool, and fails the test with the script's output if the script fails.
fn run_script(program: &Path, script: &str, install: &str) {
    let pool = LocalPool::start(LocalPoolSettings::for_tests()).expect("the pool starts");
    run_script_against_pool(&pool, program, script, install);
}

/// Runs a client's script with this pool, and fails the test if the script fails.
fn run_script_against_pool(pool: &LocalPool, program: &Path, script: &str, install: &str) {
    assert_script_succeeded(script, &run_for_output(pool, program, &[script], install));
}

/// Fails the test with the script's output if the script failed.
fn assert_script_succeeded(script: &str, output: &Output) {
    assert!(
        output.status.success(),
        "{script} failed:\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn amazon_cognito_identity_js_signs_up_and_signs_in() {
    let modules = clients_folder().join("node_modules/amazon-cognito-identity-js");
    assert!(
        modules.is_dir(),
        "Amazon's JavaScript client is not here. Install it:\n  {INSTALL_NODE}"
    );
    run_script(
        Path::new("node"),
        "amazon-cognito-identity-js.mjs",
        "apt-get install nodejs npm",
    );
}

#[test]
fn amazon_cognito_identity_js_skips_mfa_on_remembered_devices() {
    let modules = clients_folder().join("node_modules/amazon-cognito-identity-js");
    assert!(
        modules.is_dir(),
        "Amazon's JavaScript client is not here. Install it:\n  {INSTALL_NODE}"
    );
    run_script(
        Path::new("node"),
        "amazon-cognito-identity-js-devices.mjs",
        "apt-get install nodejs npm",
    );
}

#[test]
fn amplify_signs_in_by_user_auth_with_passkey_and_device() {
    let modules = clients_folder().join("node_modules/@aws-amplify/auth");
    assert!(
        modules.is_dir(),
        "Amplify is not here. Install it:\n  {INSTALL_NODE}"
    );
    run_script(
        Path::new("node"),
        "aws-amplify-user-auth.mjs",
        "apt-get install nodejs npm",
    );
}

#[test]
fn amazon_cognito_identity_js_responds_to_every_challenge() {
    let modules = clients_folder().join("node_modules/amazon-cognito-identity-js");
    assert!(
        modules.is_dir(),
        "Amazon's JavaScript client is not here. Install it:\n  {INSTALL_NODE}"
    );
    run_script(
        Path::new("node"),
        "amazon-cognito-identity-js-challenges.mjs",
        "apt-get install nodejs npm",
    );
}

#[test]
fn amplify_sets_up_and_uses_second_factors() {
    let modules = clients_folder().join("node_modules/@aws-amplify/auth");
    assert!(
        modules.is_dir(),
        "Amplify is not here. Install it:\n  {INSTALL_NODE}"
    );
    run_script(
        Path::new("node"),
        "aws-amplify-mfa.mjs",
        "apt-get install nodejs npm",
    );
}

#[test]
fn oidc_client_ts_signs_in_refreshes_tokens_and_signs_out() {
    let modules = clients_folder().join("node_modules/oidc-client-ts");
    assert!(
        modules.is_dir(),
        "oidc-client-ts is not here. Install it:\n  {INSTALL_NODE}"
    );
    run_script(
        Path::new("node"),
        "oidc-client-ts.mjs",
        "apt-get install nodejs npm",
    );
}

/// A pool over HTTPS, and a temporary folder for its data and certificate.
struct OverHttps {
    pool: LocalPool,
    folder: PathBuf,
}

impl OverHttps {
    /// Starts a pool over HTTPS with a new data folder.
    fn start_pool_over_https(name: &str) -> Self {
        let folder = target_folder().join(format!("tmp/{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let pool = LocalPool::start(LocalPoolSettings {
            tls: true,
            data: DataLocation::File(folder.join("pool.sqlite")),
            ..LocalPoolSettings::for_tests()
        })
        .expect("the pool starts");
        assert_eq!(
            pool.certificate_file(),
            Some(&*folder.join("pool.cert.pem"))
        );
        Self { pool, folder }
    }
}

impl Drop for OverHttps {
    fn drop(&mut self) {
        // A failure leaves files in the target folder, which does not matter.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

#[test]
fn https_clients_must_trust_the_pools_certificate() {
    let here = OverHttps::start_pool_over_https("oidc");
    let node = Path::new("node");
    run_script_against_pool(
        &here.pool,
        node,
        "oidc-client-ts.mjs",
        "apt-get install nodejs npm",
    );

    let untrusting_client = "fetch(process.env.POOL_URL).then(() => console.log('let in'), (error) => console.log(error.cause.code))";
    let output = Command::new(node)
        .args(["--eval", untrusting_client])
        .env("POOL_URL", here.pool.url())
        .output()
        .expect("node has run before");
    assert_eq!(
        String::from_utf8_lossy(&output.stdout).trim_end(),
        "DEPTH_ZERO_SELF_SIGNED_CERT"
    );
}

#[test]
fn amplify_signs_in_directly_and_by_the_hosted_pages() {
    let modules = clients_folder().join("node_modules/@aws-amplify/auth");
    assert!(
        modules.is_dir(),
        "Amplify is not here. Install it:\n  {INSTALL_NODE}"
    );
    let here = OverHttps::start_pool_over_https("amplify");
    run_script_against_pool(
        &here.pool,
        Path::new("node"),
        "aws-amplify.mjs",
        "apt-get install nodejs npm",
    );
}

#[test]
fn amplify_ui_authenticator_registers_and_signs_in() {
    let modules = clients_folder().join("node_modules/@aws-amplify/ui-react");
    assert!(
        modules.is_dir(),
        "Amplify UI is not here. Install it:\n  {INSTALL_NODE}"
    );
    let pool = LocalPool::start(LocalPoolSettings::for_tests()).expect("the pool starts");
    let (node, script) = (Path::new("node"), "amplify-ui.mjs");
    // The component keeps a timer that would keep the process alive.
    let arguments = ["--test-force-exit", script];
    assert_script_succeeded(
        script,
        &run_for_output(&pool, node, &arguments, "apt-get install nodejs npm"),
    );
}

/// Amazon's endpoint, as the README names it.
const AMAZON: &str = "https://cognito-idp.us-east-1.amazonaws.com";

/// Starts a pool with Amazon's issuer, set up in the first way that the README names.
fn start_pool_with_amazons_issuer() -> LocalPool {
    LocalPool::start(LocalPoolSettings {
        public_url: Some(AMAZON.parse().expect("a URL")),
        ..LocalPoolSettings::for_tests()
    })
    .expect("the pool starts")
}

#[test]
fn aws_jwt_verify_accepts_only_tokens_of_amazons_issuers() {
    let modules = clients_folder().join("node_modules/aws-jwt-verify");
    assert!(
        modules.is_dir(),
        "aws-jwt-verify is not here. Install it:\n  {INSTALL_NODE}"
    );
    let (node, script) = (Path::new("node"), "aws-jwt-verify.mjs");
    let by_issuer_url = LocalPool::start(LocalPoolSettings {
        issuer_url: Some(AMAZON.parse().expect("a URL")),
        ..LocalPoolSettings::for_tests()
    })
    .expect("the pool starts");
    for pool in [start_pool_with_amazons_issuer(), by_issuer_url] {
        let arguments = [script, "amazon"];
        assert_script_succeeded(
            script,
            &run_for_output(&pool, node, &arguments, "apt-get install nodejs npm"),
        );
    }
    run_script(node, script, "apt-get install nodejs npm");
}

#[test]
fn python_test_written_for_moto_passes_with_the_local_pool() {
    run_script_against_pool(
        &start_pool_with_amazons_issuer(),
        &python_of_virtual_environment(),
        "moto_style.py",
        INSTALL_PYTHON,
    );
}

/// The README contains the lines that these clients run.
#[test]
fn readme_contains_the_settings_that_the_client_tests_use() {
    let readme = include_str!("../README.md");
    let option = format!("`--public-url {AMAZON}`");
    for (client, needed) in [
        ("aws-jwt-verify (`CognitoJwtVerifier`)", option.as_str()),
        ("suites written for moto", option.as_str()),
        (
            "Amplify UI (`<Authenticator>`)",
            "`userPoolEndpoint: 'http://localhost:9229'`",
        ),
    ] {
        let row = readme
            .lines()
            .find(|line| line.starts_with("| ") && line.contains(client));
        assert!(row.is_some_and(|row| row.contains(needed)), "{client}");
    }
}

#[test]
fn boto3_and_pycognito_work_with_the_local_pool_unmodified() {
    run_script(
        &python_of_virtual_environment(),
        "boto3_and_pycognito.py",
        INSTALL_PYTHON,
    );
}

#[test]
fn pycognito_signs_in_on_a_remembered_device() {
    run_script(
        &python_of_virtual_environment(),
        "pycognito_devices.py",
        INSTALL_PYTHON,
    );
}

#[test]
fn the_aws_cli_creates_a_pool_and_gets_tokens() {
    run_script(
        &python_of_virtual_environment(),
        "aws_cli.py",
        INSTALL_PYTHON,
    );
}

#[test]
fn local_pool_refuses_each_violation_of_botocores_model() {
    run_script(
        &python_of_virtual_environment(),
        "service_model_violations.py",
        INSTALL_PYTHON,
    );
}

#[test]
fn service_model_of_the_local_pool_equals_botocores() {
    run_script(
        &python_of_virtual_environment(),
        "service_model.py",
        INSTALL_PYTHON,
    );
}

/// The steps of the README for the `quickstart` pool.
#[test]
fn quickstart_pool_allows_sign_in_after_the_steps_in_the_readme() {
    let pool = LocalPool::start(LocalPoolSettings {
        preset: PoolPreset::Quickstart,
        ..LocalPoolSettings::for_tests()
    })
    .expect("the pool starts");
    let (script, python) = ("quickstart.py", python_of_virtual_environment());
    let output = run_for_output_with_preset(
        &pool,
        PoolPreset::Quickstart,
        &python,
        &[script],
        INSTALL_PYTHON,
    );
    assert_script_succeeded(script, &output);
}
