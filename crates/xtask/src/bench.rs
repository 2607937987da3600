//! The command `bench`: prints tables of measurements of this project and of comparable projects, taken in the same
//! run. It asserts nothing. Only ratios can be compared between computers.

use std::{
    io::{BufRead, BufReader, ErrorKind},
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use fs_err as fs;

use crate::{
    browser::Browser,
    bundle_size::SignInSize,
    clients, dist, paths,
    process::{self, ProcessGroup},
    progress::ProgressStep,
    python_venv,
    tools::{self, ToolFolders},
    wasm_split,
};

const WASM: &str = "wasm32-unknown-unknown";
/// The version of MiniStack, another Cognito emulator that implements SRP. The version is fixed so that its results
/// stay comparable.
const MINISTACK: &str = "1.5.33";

/// Runs the command `bench`: measures and prints the tables with these names, or all tables.
pub(crate) fn run_bench(tables: &[&str]) -> Result<()> {
    if let Some(unknown) = tables
        .iter()
        .find(|table| !["weight", "browser", "pool"].contains(table))
    {
        bail!("Unknown table: {unknown}. The tables are: weight, browser, pool");
    }
    let wanted = |table| tables.is_empty() || tables.contains(&table);
    let tools = tools::install_all_tools()?;
    if wanted("weight") || wanted("browser") {
        dist::build_release(&tools, &dist_folder())?;
    }
    if wanted("browser") || wanted("pool") {
        let step = ProgressStep {
            label: "bench",
            name: "the local pool, optimized",
            expected_time: "usually 3 minutes the first time",
        };
        step.run(cargo_command().args([
            "build",
            "--locked",
            "--profile",
            "fast",
            "-p",
            "cognito-local-pool",
            "-p",
            "bench",
        ]))?;
    }
    // All tables are printed together at the end.
    let browser = if wanted("browser") {
        Some(measure_browser(&tools)?)
    } else {
        None
    };
    let pool = if wanted("pool") {
        Some(measure_sign_ins()?)
    } else {
        None
    };
    println!();
    if wanted("weight") {
        SignInSize::measure_sign_in(&dist_folder())?.print_table();
        println!();
    }
    for table in [browser, pool].into_iter().flatten() {
        println!("{table}");
    }
    Ok(())
}

/// Returns the folder of the release that is measured.
fn dist_folder() -> PathBuf {
    paths::target_folder().join("bench/dist")
}

fn cargo_command() -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(paths::repository_root());
    command
}

/// Measures the duration of sign-ins in Chromium and returns the table.
fn measure_browser(tools: &ToolFolders) -> Result<String> {
    let browser = Browser::find_or_install_browser()?;
    let page = build_srp_page(tools)?;
    let folder = paths::repository_root().join("crates/bench/browser");
    clients::install_npm_packages(&folder)?;
    let pool = RunningPool::start_pool(local_pool_command())?;
    println!("Timing sign-ins in Chromium (usually 2 minutes)");
    let mut command = Command::new("node");
    command
        .arg(folder.join("bench.mjs"))
        .arg(&pool.url)
        .arg(dist_folder())
        .arg(page);
    process::run_and_read_output(
        command.arg(browser.chromium).arg(browser.driver),
        "bench.mjs",
    )
}

/// Builds a page that contains only the app's SRP code, in the same way as the app: same profile, wasm-bindgen and
/// wasm-opt.
fn build_srp_page(tools: &ToolFolders) -> Result<PathBuf> {
    let step = ProgressStep {
        label: "bench",
        name: "the SRP proof in WebAssembly",
        expected_time: "usually 20 s",
    };
    step.run(cargo_command().args([
        "build",
        "--locked",
        "--release",
        "-p",
        "bench",
        "--bin",
        "srp-page",
        "--target",
        WASM,
    ]))?;
    let folder = paths::target_folder().join("bench/srp-page");
    let built = paths::target_folder()
        .join(WASM)
        .join("release/srp-page.wasm");
    process::run_program(
        tools
            .command("wasm-bindgen")
            .args([
                "--target",
                "web",
                "--no-typescript",
                "--out-name",
                "srp-page",
                "--out-dir",
            ])
            .arg(&folder)
            .arg(built),
        "wasm-bindgen",
    )?;
    let page = fs::read_to_string(paths::repository_root().join("index.html"))?;
    let flags = wasm_split::wasm_opt_flags(&page)?;
    let wasm = folder.join("srp-page_bg.wasm");
    process::run_program(
        tools
            .command("wasm-opt")
            .args(flags.split_whitespace())
            .arg(&wasm)
            .arg("-o")
            .arg(&wasm),
        "wasm-opt",
    )?;
    Ok(folder)
}

/// Measures the sign-ins per second of the local pool and of the other emulator, one after the other, and returns the
/// table.
fn measure_sign_ins() -> Result<String> {
    let row = |name: &str, rate: &str, share: &str| format!("{name:<58}{rate:>10}{share:>22}\n");
    let mut table = row(
        "SRP sign-ins over loopback",
        "per second",
        "time in the client, ms",
    );
    let (rate, share) = measure_pool(&RunningPool::start_pool(local_pool_command())?)?;
    table += &row("the local pool", &rate, &share);
    let peer = format!("ministack {MINISTACK}");
    match start_ministack().and_then(|pool| measure_pool(&pool)) {
        Ok((rate, share)) => table += &row(&peer, &rate, &share),
        Err(error) => table += &format!("{peer} could not be measured: {error:#}\n"),
    }
    Ok(table)
}

fn measure_pool(pool: &RunningPool) -> Result<(String, String)> {
    println!("Signing in at {} for 10 s", pool.url);
    let mut command = Command::new(release_program_path("sign-ins"));
    let line = process::run_and_read_output(command.arg(&pool.url).arg("10"), "sign-ins")?;
    let (rate, share) = line
        .trim()
        .split_once('\t')
        .with_context(|| format!("sign-ins printed an unexpected line: {line}"))?;
    Ok((rate.to_owned(), share.to_owned()))
}

fn release_program_path(program: &str) -> PathBuf {
    paths::target_folder().join("fast").join(program)
}

/// A running pool program. Dropping the value ends the program.
struct RunningPool {
    url: String,
    _running: ProcessGroup,
}

fn local_pool_command() -> Command {
    let mut command = Command::new(release_program_path("local-pool"));
    command.args(["--listen", "127.0.0.1:0", "--ephemeral"]);
    command
}

impl RunningPool {
    /// Starts the pool program and reads the pool's address from the first line of output that contains one.
    fn start_pool(mut command: Command) -> Result<Self> {
        let mut running = ProcessGroup::start(command.stdout(Stdio::piped()), "local-pool")?;
        let pipe = running
            .child()
            .stdout
            .take()
            .context("standard output is not a pipe")?;
        let mut lines = BufReader::new(pipe).lines();
        let url = loop {
            let line = lines
                .next()
                .context("The local pool ended before it was ready.")?;
            let line = line.context("local-pool")?;
            if let Some(at) = line.find("http://") {
                break line[at..]
                    .split_whitespace()
                    .next()
                    .unwrap_or_default()
                    .to_owned();
            }
        };
        // The pool blocks if its output pipe is full.
        thread::spawn(move || lines.for_each(drop));
        Ok(Self {
            url: url.replace("localhost", "127.0.0.1"),
            _running: running,
        })
    }
}

/// Starts MiniStack, the other emulator, from PyPI in its own Python environment. Without `AUTH` it checks no
/// passwords.
fn start_ministack() -> Result<RunningPool> {
    let venv = paths::target_folder().join("bench/py");
    if !has_ministack(&venv) {
        python_venv::create_venv(&venv, "bench")?;
        let step = ProgressStep {
            label: "bench",
            name: "ministack",
            expected_time: "usually 20 s",
        };
        let package = format!("ministack=={MINISTACK}");
        step.run(python_venv::pip_command(&venv).args(["install", &package]))?;
    }
    let port = free_port()?;
    let mut command = python_venv::python_command(&venv);
    command
        // As an argument of the interpreter, the script also works in a copy of the environment.
        .arg(venv.join("bin/ministack"))
        .current_dir(&venv)
        .env("AUTH", "true")
        .env("GATEWAY_PORT", port.to_string())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut running = ProcessGroup::start(&mut command, "ministack")?;
    let started = Instant::now();
    while TcpStream::connect((Ipv4Addr::LOCALHOST, port))
        .is_err_and(|error| error.kind() == ErrorKind::ConnectionRefused)
    {
        if running.exit_status()?.is_some() || started.elapsed() > Duration::from_secs(60) {
            bail!("It did not start within 60 s.");
        }
        thread::sleep(Duration::from_millis(50));
    }
    Ok(RunningPool {
        url: format!("http://127.0.0.1:{port}"),
        _running: running,
    })
}

fn has_ministack(venv: &Path) -> bool {
    let shown = python_venv::pip_command(venv)
        .args(["show", "ministack"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    shown.is_ok_and(|status| status.success())
}

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?.port())
}
