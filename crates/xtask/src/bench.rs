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
    cargo_run::Step,
    clients, dist, place,
    run::{self, Running},
    tools::{self, Tools},
    weight,
};

const WASM: &str = "wasm32-unknown-unknown";
/// The emulator to compare with, which implements SRP. The version is fixed so that its results stay comparable.
const MINISTACK: &str = "1.5.33";

pub(crate) fn run(parts: &[&str]) -> Result<()> {
    if let Some(unknown) = parts
        .iter()
        .find(|part| !["weight", "browser", "pool"].contains(part))
    {
        bail!("There is no part called {unknown}. There are: weight, browser, pool");
    }
    let wanted = |part| parts.is_empty() || parts.contains(&part);
    let tools = tools::ready()?;
    if wanted("weight") || wanted("browser") {
        dist::build(&tools, &built())?;
    }
    if wanted("browser") || wanted("pool") {
        let step = Step {
            place: "bench",
            name: "the local pool, optimised",
            usually: "usually 3 minutes the first time",
        };
        step.run(cargo().args([
            "build",
            "--locked",
            "--profile",
            "fast",
            "-p",
            "local-pool",
            "-p",
            "bench",
        ]))?;
    }
    // All tables are printed together at the end.
    let browser = if wanted("browser") {
        Some(in_the_browser(&tools)?)
    } else {
        None
    };
    let pool = if wanted("pool") {
        Some(sign_ins()?)
    } else {
        None
    };
    println!();
    if wanted("weight") {
        weight::print(&weight::of_the_built_page(&built())?);
        println!();
    }
    for table in [browser, pool].into_iter().flatten() {
        println!("{table}");
    }
    Ok(())
}

/// Returns the folder of the release that is measured.
fn built() -> PathBuf {
    place::target().join("bench/dist")
}

fn cargo() -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(place::root());
    command
}

fn in_the_browser(tools: &Tools) -> Result<String> {
    let browser = Browser::ready()?;
    let page = srp_page(tools)?;
    let folder = place::root().join("crates/bench/browser");
    clients::npm_ci(&folder)?;
    let pool = Pool::start(local_pool())?;
    println!("Timing sign-ins in Chromium (usually 2 minutes)");
    let mut command = Command::new("node");
    command
        .arg(folder.join("bench.mjs"))
        .arg(&pool.url)
        .arg(built())
        .arg(page);
    run::output(
        command.arg(browser.chromium).arg(browser.driver),
        "bench.mjs",
    )
}

/// Builds a page with only the SRP proof, in the same way as the app: same profile, wasm-bindgen and wasm-opt.
fn srp_page(tools: &Tools) -> Result<PathBuf> {
    let step = Step {
        place: "bench",
        name: "the proof in WebAssembly",
        usually: "usually 20 s",
    };
    step.run(cargo().args([
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
    let folder = place::target().join("bench/srp-page");
    let built = place::target().join(WASM).join("release/srp-page.wasm");
    run::run(
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
    let page = fs::read_to_string(place::root().join("index.html"))?;
    let options = page
        .split_once("data-wasm-opt-params=\"")
        .and_then(|(_, rest)| rest.split_once('"'))
        .context("index.html names no data-wasm-opt-params.")?
        .0;
    let wasm = folder.join("srp-page_bg.wasm");
    run::run(
        tools
            .command("wasm-opt")
            .arg("-Oz")
            .args(options.split_whitespace())
            .arg(&wasm)
            .arg("-o")
            .arg(&wasm),
        "wasm-opt",
    )?;
    Ok(folder)
}

/// Measures the sign-ins per second of the local pool and of the other emulator, one after the other.
fn sign_ins() -> Result<String> {
    let row = |name: &str, rate: &str, share: &str| format!("{name:<58}{rate:>10}{share:>22}\n");
    let mut table = row(
        "SRP sign-ins over loopback",
        "a second",
        "client's share, ms",
    );
    let (rate, share) = sign_ins_per_second(&Pool::start(local_pool())?)?;
    table += &row("the local pool", &rate, &share);
    let peer = format!("ministack {MINISTACK}");
    match ministack().and_then(|pool| sign_ins_per_second(&pool)) {
        Ok((rate, share)) => table += &row(&peer, &rate, &share),
        Err(error) => table += &format!("{peer} could not be measured: {error:#}\n"),
    }
    Ok(table)
}

fn sign_ins_per_second(pool: &Pool) -> Result<(String, String)> {
    println!("Signing in at {} for 10 s", pool.url);
    let mut command = Command::new(fast("sign-ins"));
    let line = run::output(command.arg(&pool.url).arg("10"), "sign-ins")?;
    let (rate, share) = line
        .trim()
        .split_once('\t')
        .with_context(|| format!("sign-ins answered {line}"))?;
    Ok((rate.to_owned(), share.to_owned()))
}

fn fast(program: &str) -> PathBuf {
    place::target().join("fast").join(program)
}

/// A running pool. Dropping the value ends it.
struct Pool {
    url: String,
    _running: Running,
}

fn local_pool() -> Command {
    let mut command = Command::new(fast("local-pool"));
    command.args(["--listen", "127.0.0.1:0", "--ephemeral"]);
    command
}

impl Pool {
    /// Starts the pool and reads its address from the first line that contains one.
    fn start(mut command: Command) -> Result<Self> {
        let mut running = Running::start(command.stdout(Stdio::piped()), "local-pool")?;
        let pipe = running.child().stdout.take().context("no pipe")?;
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

/// Starts the other emulator, from PyPI, in its own Python environment. Without `AUTH` it checks no passwords.
fn ministack() -> Result<Pool> {
    let venv = place::target().join("bench/py");
    let program = venv.join("bin/ministack");
    if !is_installed(&venv) {
        let step = |name, usually| Step {
            place: "bench",
            name,
            usually,
        };
        step("a Python environment", "usually 5 s").run(
            Command::new("python3")
                .args(["-m", "venv", "--clear"])
                .arg(&venv),
        )?;
        step("ministack", "usually 20 s").run(
            Command::new(venv.join("bin/pip"))
                .args(["install", "--quiet", "--disable-pip-version-check"])
                .arg(format!("ministack=={MINISTACK}")),
        )?;
    }
    let port = free_port()?;
    let mut command = Command::new(program);
    command
        .current_dir(&venv)
        .env("AUTH", "true")
        .env("GATEWAY_PORT", port.to_string())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut running = Running::start(&mut command, "ministack")?;
    let began = Instant::now();
    while TcpStream::connect((Ipv4Addr::LOCALHOST, port))
        .is_err_and(|error| error.kind() == ErrorKind::ConnectionRefused)
    {
        if running.ended()?.is_some() || began.elapsed() > Duration::from_secs(60) {
            bail!("it did not start.");
        }
        thread::sleep(Duration::from_millis(50));
    }
    Ok(Pool {
        url: format!("http://127.0.0.1:{port}"),
        _running: running,
    })
}

fn is_installed(venv: &Path) -> bool {
    let mut pip = Command::new(venv.join("bin/pip"));
    let shown = pip
        .args(["show", "--quiet", "ministack"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    shown.is_ok_and(|status| status.success())
}

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?.port())
}
