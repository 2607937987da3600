//! The command `dev`: runs the app and the local pool until Ctrl-C.

mod config_file;
mod pool;
// This is the local pool's own file, so that the names and addresses are defined once.
#[allow(
    dead_code,
    unreachable_pub,
    reason = "it is the local pool's, which uses the rest of it"
)]
#[path = "../../local-pool/src/presets/pool_preset.rs"]
mod pool_preset;

use std::{
    io::{ErrorKind, Read, Write},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream},
    process::Command,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, anyhow, bail};

use self::{config_file::Served, pool::Chosen, pool_preset::PoolPreset};
use crate::{
    cargo_run::{Step, in_words},
    place,
    run::{self, Running},
    tools::{self, Tools},
};

const POOL: u16 = 9229;
/// The users and to-dos of the local pool, which are kept between runs. The file is in the repository's root and
/// ignored by git.
const DATA_FILE: &str = "local-pool.sqlite";

pub(crate) fn run(words: &[&str]) -> Result<()> {
    let began = Instant::now();
    let chosen = Chosen::of(Chosen::read(words)?);
    for (port, what) in [(chosen.port, "the app"), (POOL, "the local pool")] {
        refuse_a_taken_port(port, what)?;
    }
    let tools = prepare()?;
    let config = config_in_place_of_ours(chosen)?;
    let mut pool = start_pool(chosen)?;
    let mut app = start_app(&tools, chosen, config.as_ref())?;
    wait_until_both_answer(&mut pool, (chosen.port, &mut app))?;
    println!("\n{}", ready(chosen, config.as_ref(), began.elapsed()));
    loop {
        for (running, what) in [
            (&mut pool, "The local pool"),
            (&mut app, "The app's server (trunk)"),
        ] {
            if let Some(status) = running.ended()? {
                bail!(
                    "{what} has ended ({status}), so the other was ended too. Its last words are above."
                );
            }
        }
        thread::sleep(Duration::from_millis(100));
    }
}

/// Returns the message that is printed when both programs are ready.
fn ready(chosen: Chosen, config: Option<&Served>, took: Duration) -> String {
    let app = chosen.app_url();
    let mut text = format!(
        "Ready after {}.

  the app          {app}
  the local pool   http://localhost:{POOL}
  its demo inbox   http://localhost:{POOL}/inbox
",
        in_words(took)
    );
    if let Some(config) = config {
        text += &format!(
            "  its config.js    {}: yours to edit; written anew with each start\n",
            config.file.display()
        );
    }
    if chosen.is_elsewhere() {
        text += &format!(
            "\nThis pool's app belongs on {}, and port {} needs rights that you do not have (root has them). So it is on\n\
             {app}, its config.js says so, and that address is registered with the pool's app client too.\n",
            chosen.preset.app_url(),
            chosen.preset.app_port()
        );
    }
    text + &format!(
        "
Try it:
{}

The app is rebuilt as you edit it; reload the page to see it. Ctrl-C ends both.",
        chosen.first_steps()
    )
}

/// The reference pool `workshop` fits the repository's config.js. For other pools, serves a config.js that fits them.
fn config_in_place_of_ours(chosen: Chosen) -> Result<Option<Served>> {
    if chosen.preset == PoolPreset::Workshop {
        return Ok(None);
    }
    let mut command = local_pool(chosen);
    let text = run::output(command.arg("--print-config"), "the local pool")?;
    let name = format!("dev/{}.config.js", chosen.preset);
    config_file::serve(place::target().join(name), &text).map(Some)
}

/// Fails at once if the port is in use, before minutes of building.
fn refuse_a_taken_port(port: u16, what: &str) -> Result<()> {
    for address in [
        IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(Ipv6Addr::LOCALHOST),
    ] {
        match TcpListener::bind(SocketAddr::new(address, port)) {
            Err(error) if error.kind() == ErrorKind::AddrInUse => {
                bail!(
                    "Port {port}, on which {what} should listen, is taken by another program. \
                     End that one (lsof -i :{port} names it), then try again."
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
fn prepare() -> Result<Tools> {
    let missing = tools::look()?;
    let ours = [
        (
            "the local pool",
            "usually 2 to 4 minutes the first time",
            &["-p", "local-pool"][..],
        ),
        (
            "the app",
            "usually 2 minutes the first time",
            &["-p", "poolgate", "--target", "wasm32-unknown-unknown"],
        ),
    ];
    let theirs = missing.count();
    let all = theirs + ours.len();
    if theirs > 0 {
        println!(
            "Setting up: {all} steps, some side by side. The first time takes up to 12 minutes, later ones seconds."
        );
    }
    let missing = missing.with_wasm_target(all)?;
    let build_ours = || {
        ours.iter()
            .enumerate()
            .try_for_each(|(index, (name, usually, packages))| {
                let place = format!("step {} of {all}", theirs + index + 1);
                let mut command = Command::new("cargo");
                command
                    .current_dir(place::root())
                    .args(["build", "--locked"])
                    .args(*packages);
                Step {
                    place: &place,
                    name,
                    usually,
                }
                .run(&mut command)
            })
    };
    thread::scope(|scope| {
        let ours = scope.spawn(build_ours);
        let tools = missing.make(all);
        ours.join().map_err(|_| anyhow!("A step panicked."))??;
        tools
    })
}

fn local_pool(chosen: Chosen) -> Command {
    let mut command = Command::new(place::target().join("debug/local-pool"));
    command.current_dir(place::root()).args(chosen.arguments());
    command
}

fn start_pool(chosen: Chosen) -> Result<Running> {
    let mut command = local_pool(chosen);
    Running::start(command.args(["--data", DATA_FILE]), "the local pool")
}

fn start_app(tools: &Tools, chosen: Chosen, config: Option<&Served>) -> Result<Running> {
    let mut command = tools.trunk();
    // Offline, because everything has been fetched. Quiet, because trunk's messages would hide ours. Build errors are
    // still shown.
    command.args(["serve", "--offline", "--quiet"]);
    command.args(["--port", &chosen.port.to_string()]);
    // Not dist/, because `cargo xtask build` and `test` may write the release there at the same time.
    command.arg("--dist").arg(place::target().join("dev/dist"));
    if let Some(config) = config {
        command.args(["--proxy-backend", &config.url]);
        command.args(["--proxy-rewrite", "/config.js", "--proxy-no-system-proxy"]);
    }
    Running::start(&mut command, "trunk serve")
}

fn wait_until_both_answer(pool: &mut Running, (port, app): (u16, &mut Running)) -> Result<()> {
    let mut waiting = vec![
        (POOL, pool, "The local pool"),
        (port, app, "The app's server (trunk)"),
    ];
    while !waiting.is_empty() {
        let mut index = 0;
        while index < waiting.len() {
            let (port, running, what) = &mut waiting[index];
            if let Some(status) = running.ended()? {
                bail!("{what} ended before it was ready ({status}). The reason stands above.");
            }
            if answers(*port) {
                waiting.swap_remove(index);
            } else {
                index += 1;
            }
        }
        thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

/// Returns true if a program speaks HTTP on the port. trunk opens its port only after the first build.
fn answers(port: u16) -> bool {
    let ask = || {
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
    ask().unwrap_or(false)
}
