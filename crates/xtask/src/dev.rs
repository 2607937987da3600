//! `dev`: the app and the local pool, side by side, until Ctrl-C.

use crate::{
    cargo_run::{Step, in_words},
    fault::{Fault, Outcome, While},
    place,
    run::Running,
    tools::{self, Tools},
};
use std::{
    io::{ErrorKind, Read, Write},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream},
    process::Command,
    thread,
    time::{Duration, Instant},
};

const APP: u16 = 8000;
const POOL: u16 = 9229;
/// Users and to-dos of the local pool, kept from one run to the next. In the repository's root, ignored by git.
const DATA_FILE: &str = "local-pool.sqlite";

pub(crate) fn run() -> Outcome {
    let began = Instant::now();
    for (port, what) in [(APP, "the app"), (POOL, "the local pool")] {
        refuse_a_taken_port(port, what)?;
    }
    let tools = prepare()?;
    let mut pool = start_pool()?;
    let mut app = start_app(&tools)?;
    wait_until_both_answer(&mut pool, &mut app)?;
    println!(
        "
Ready after {}.

  the app          http://localhost:{APP}
  the local pool   http://localhost:{POOL}
  its demo inbox   http://localhost:{POOL}/inbox

Try it:
  1. Register at http://localhost:{APP}/register with any e-mail address: nothing is sent anywhere.
  2. Read the code in the demo inbox and enter it.
  3. You are signed in: write a to-do. It is still there the next time.

The app is rebuilt as you edit it; reload the page to see it. Ctrl-C ends both.",
        in_words(began.elapsed())
    );
    loop {
        for (running, what) in [
            (&mut pool, "The local pool"),
            (&mut app, "The app's server (trunk)"),
        ] {
            if let Some(status) = running.ended()? {
                return Err(Fault(format!(
                    "{what} has ended ({status}), so the other was ended too. Its last words are above."
                )));
            }
        }
        thread::sleep(Duration::from_millis(100));
    }
}

/// Before minutes of building, rather than after.
fn refuse_a_taken_port(port: u16, what: &str) -> Outcome {
    for address in [
        IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(Ipv6Addr::LOCALHOST),
    ] {
        match TcpListener::bind(SocketAddr::new(address, port)) {
            Err(error) if error.kind() == ErrorKind::AddrInUse => {
                return Err(Fault(format!(
                    "Port {port}, on which {what} should listen, is taken by another program. \
                     End that one (lsof -i :{port} names it), then try again."
                )));
            }
            // A machine without IPv6 is no reason to stop; what listens there later has its own say.
            _ => {}
        }
    }
    Ok(())
}

/// The tools on one lane, our own two programs on the other: neither keeps two cores busy all the time.
fn prepare() -> Outcome<Tools> {
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
        ours.join().map_err(|_| Fault::new("A step broke off."))??;
        tools
    })
}

fn start_pool() -> Outcome<Running> {
    let program = place::target().join("debug/local-pool");
    let mut command = Command::new(program);
    command
        .current_dir(place::root())
        .args(["--data", DATA_FILE]);
    Running::start(&mut command, "the local pool")
}

fn start_app(tools: &Tools) -> Outcome<Running> {
    let mut command = tools.trunk();
    // Offline: everything was fetched before. Its own lines would be lost among ours; faults of a build still show.
    command.args(["serve", "--offline", "--quiet"]);
    // Not dist/, where `cargo xtask build` and `test` put the release meanwhile.
    command.arg("--dist").arg(place::target().join("dev/dist"));
    Running::start(&mut command, "trunk serve")
}

fn wait_until_both_answer(pool: &mut Running, app: &mut Running) -> Outcome {
    let mut waiting = vec![
        (POOL, pool, "The local pool"),
        (APP, app, "The app's server (trunk)"),
    ];
    while !waiting.is_empty() {
        let mut index = 0;
        while index < waiting.len() {
            let (port, running, what) = &mut waiting[index];
            if let Some(status) = running.ended()? {
                return Err(Fault(format!(
                    "{what} ended before it was ready ({status}). The reason stands above."
                )));
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

/// Whether something speaks HTTP there. trunk opens its port only when the first build is done.
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
    ask().during("asking").unwrap_or(false)
}
