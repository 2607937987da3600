//! The command `dev`: runs the app and the local pool until Ctrl-C.

mod config_server;
mod dev_pool;
mod reference_pool;

use std::{
    io::{ErrorKind, Read, Write},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream},
    process::Command,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, anyhow, bail};

use self::{config_server::ConfigServer, dev_pool::DevPool, reference_pool::ReferencePool};
use crate::{
    paths,
    process::{self, ProcessGroup},
    progress::{ProgressStep, format_duration},
    tools::{self, ToolFolders},
};

const POOL_PORT: u16 = 9229;
/// The data file of the local pool, which keeps its users and to-dos between runs. The file is in the repository's root
/// and ignored by git.
const DATA_FILE: &str = "local-pool.sqlite";

pub(crate) fn run_dev(arguments: &[&str]) -> Result<()> {
    let started = Instant::now();
    let pool = DevPool::new(DevPool::parse_reference_pool(arguments)?);
    for (port, what) in [(pool.port, "the app"), (POOL_PORT, "the local pool")] {
        check_port_is_free(port, what)?;
    }
    let tools = prepare_tools_and_builds()?;
    let config = serve_preset_config(pool)?;
    let mut pool_process = start_pool(pool)?;
    let mut app_process = start_app(&tools, pool, config.as_ref())?;
    wait_until_ready(&mut pool_process, (pool.port, &mut app_process))?;
    println!(
        "\n{}",
        startup_message(pool, config.as_ref(), started.elapsed())
    );
    loop {
        for (running, what) in [
            (&mut pool_process, "The local pool"),
            (&mut app_process, "The app's server (trunk)"),
        ] {
            if let Some(status) = running.exit_status()? {
                bail!(
                    "{what} has ended ({status}), so the other program was ended too. The reason is above."
                );
            }
        }
        thread::sleep(Duration::from_millis(100));
    }
}

/// Returns the message that is printed when the app and the local pool are ready. `duration` is the time since the
/// command was started.
fn startup_message(pool: DevPool, config: Option<&ConfigServer>, duration: Duration) -> String {
    let app = pool.app_url();
    let mut text = format!(
        "Ready after {}.

  the app          {app}
  the local pool   http://localhost:{POOL_PORT}
  its demo inbox   http://localhost:{POOL_PORT}/inbox
",
        format_duration(duration)
    );
    if let Some(config) = config {
        text += &format!(
            "  its config.js    {} (you can edit it; each start writes it again)\n",
            config.file.display()
        );
    }
    if pool.uses_other_port() {
        text += &format!(
            "\nThe app of this pool should run on {}, but only root may use port {}. It runs on\n\
             {app} instead. The config.js has this address, and it is registered with the app client.\n",
            pool.expected_app_url(),
            pool.reference_pool.app_port()
        );
    }
    text + &format!(
        "
Try it:
{}

When you edit the app, it is built again. Reload the page to see the change. Ctrl-C ends both programs.",
        pool.first_steps_text()
    )
}

/// Serves a config.js that fits the chosen reference pool. Returns `None` for the pool `workshop`, which the
/// repository's own config.js fits.
fn serve_preset_config(pool: DevPool) -> Result<Option<ConfigServer>> {
    if pool.reference_pool == ReferencePool::Workshop {
        return Ok(None);
    }
    let mut command = local_pool_command(pool);
    let text = process::run_and_read_output(command.arg("--print-config"), "the local pool")?;
    let name = format!("dev/{}.config.js", pool.reference_pool);
    config_server::serve_config_file(paths::target_folder().join(name), &text).map(Some)
}

/// Returns an error if the port is in use, so that the developer learns it before minutes of building. `program_name`
/// is the program that needs the port.
fn check_port_is_free(port: u16, program_name: &str) -> Result<()> {
    for address in [
        IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(Ipv6Addr::LOCALHOST),
    ] {
        match TcpListener::bind(SocketAddr::new(address, port)) {
            Err(error) if error.kind() == ErrorKind::AddrInUse => {
                bail!(
                    "Port {port}, which {program_name} needs, is used by another program. \
                     Find it with `lsof -i :{port}`, end it and try again."
                );
            }
            // On a computer without IPv6 this address cannot be bound, which is not an error.
            _ => {}
        }
    }
    Ok(())
}

/// Installs the tools and builds the local pool and the app in parallel, because neither job keeps two CPU cores busy
/// all the time.
fn prepare_tools_and_builds() -> Result<ToolFolders> {
    let missing = tools::find_missing_tools()?;
    let builds = [
        (
            "the local pool",
            "usually 2 to 4 minutes the first time",
            &["-p", "cognito-local-pool"][..],
        ),
        (
            "the app",
            "usually 2 minutes the first time",
            &["-p", "poolgate", "--target", "wasm32-unknown-unknown"],
        ),
    ];
    let tool_steps = missing.step_count();
    let all = tool_steps + builds.len();
    if tool_steps > 0 {
        println!(
            "Setting up: {all} steps, some in parallel. The first time takes up to 12 minutes, later starts take seconds."
        );
    }
    let missing = missing.install_wasm_target(all)?;
    let run_builds = || {
        builds
            .iter()
            .enumerate()
            .try_for_each(|(index, (name, expected_time, packages))| {
                let label = format!("step {} of {all}", tool_steps + index + 1);
                let mut command = Command::new("cargo");
                command
                    .current_dir(paths::repository_root())
                    .args(["build", "--locked"])
                    .args(*packages);
                ProgressStep {
                    label: &label,
                    name,
                    expected_time,
                }
                .run(&mut command)
            })
    };
    thread::scope(|scope| {
        let builds = scope.spawn(run_builds);
        let tools = missing.install(all);
        builds.join().map_err(|_| anyhow!("A step panicked."))??;
        tools
    })
}

fn local_pool_command(pool: DevPool) -> Command {
    let mut command = Command::new(paths::target_folder().join("debug/local-pool"));
    command
        .current_dir(paths::repository_root())
        .args(pool.local_pool_arguments());
    command
}

fn start_pool(pool: DevPool) -> Result<ProcessGroup> {
    let mut command = local_pool_command(pool);
    ProcessGroup::start(command.args(["--data", DATA_FILE]), "the local pool")
}

fn start_app(
    tools: &ToolFolders,
    pool: DevPool,
    config: Option<&ConfigServer>,
) -> Result<ProcessGroup> {
    let mut command = tools.trunk_command();
    // Offline, because everything has been fetched. Quiet, because trunk's messages would hide those of this program. Build errors are
    // still shown.
    command.args(["serve", "--offline", "--quiet"]);
    command.args(["--port", &pool.port.to_string()]);
    // Not dist/, because `cargo xtask build` and `test` may write the release there at the same time.
    command
        .arg("--dist")
        .arg(paths::target_folder().join("dev/dist"));
    if let Some(config) = config {
        command.args(["--proxy-backend", &config.url]);
        command.args(["--proxy-rewrite", "/config.js", "--proxy-no-system-proxy"]);
    }
    ProcessGroup::start(&mut command, "trunk serve")
}

fn wait_until_ready(pool: &mut ProcessGroup, (port, app): (u16, &mut ProcessGroup)) -> Result<()> {
    let mut waiting = vec![
        (POOL_PORT, pool, "The local pool"),
        (port, app, "The app's server (trunk)"),
    ];
    while !waiting.is_empty() {
        let mut index = 0;
        while index < waiting.len() {
            let (port, running, what) = &mut waiting[index];
            if let Some(status) = running.exit_status()? {
                bail!("{what} ended before it was ready ({status}). The reason is above.");
            }
            if is_serving_http(*port) {
                waiting.swap_remove(index);
            } else {
                index += 1;
            }
        }
        thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

/// Returns true if a program answers HTTP requests on this port of the computer. trunk does so only after its first
/// build.
fn is_serving_http(port: u16) -> bool {
    let request = || {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        write!(
            stream,
            "GET / HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n"
        )?;
        let mut start = [0; 5];
        stream.read_exact(&mut start)?;
        std::io::Result::Ok(start == *b"HTTP/")
    };
    request().unwrap_or(false)
}
