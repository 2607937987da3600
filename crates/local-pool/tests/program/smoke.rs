//! The program from its start to its end.

use std::process::{Command, Output};

use serde_json::json;

use crate::http::{Request, call_action};
use crate::process::{Folder, Program, local_pool_command};

/// Runs the program until it ends, and returns its output.
pub(crate) fn run_program(arguments: &[&str]) -> Output {
    local_pool_command()
        .args(arguments)
        .output()
        .expect("the program starts")
}

/// Returns the output as text.
fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Sends a signal with the system's `kill` command.
#[cfg(unix)]
fn send_signal(program: &Program, name: &str) {
    let sent = Command::new("kill")
        .args([name, &program.child.id().to_string()])
        .status()
        .expect("kill is there");
    assert!(sent.success());
}

#[cfg(unix)]
#[test]
fn local_pool_prints_its_url_and_stops_on_sigterm_and_sigint() {
    for name in ["-TERM", "-INT"] {
        let folder = Folder::new();
        let file = folder.path_of_file("pool.sqlite");
        let mut program = Program::start(&["--data", &file]);
        let port = program.address.port();
        assert_eq!(
            program.first_line,
            format!("Local pool, for development and tests only: http://localhost:{port}\n")
        );
        assert_eq!(
            call_action(
                program.address,
                "ListUserPools",
                &json!({ "MaxResults": 1 })
            )
            .status,
            200
        );
        send_signal(&program, name);
        let ended = program.child.wait().expect("it ends");
        assert!(ended.success(), "{ended:?}");
        assert_eq!(
            program.read_remaining_output(),
            format!(
                "  listens on  127.0.0.1:{port} and [::1]:{port}\n  user pool   workshop: us-east-1_Poolgate1, app \
                 client 1poolgate23456789012345678\n  demo inbox  http://localhost:{port}/inbox\n  \
                 demo API    http://localhost:{port}/api\n  data        {file}\nPress Ctrl-C to stop.\n"
            )
        );
    }
}

#[test]
fn signing_keys_survive_a_pool_restart_without_option_new_keys() {
    let folder = Folder::new();
    let file = folder.path_of_file("pool.sqlite");
    let keys = |more: &[&str]| {
        let program = Program::start(&[&["--data", &file], more].concat());
        let answer = Request::new(
            program.address,
            "GET",
            "/us-east-1_Poolgate1/.well-known/jwks.json",
        )
        .send();
        assert_eq!(answer.status, 200);
        answer.json()["keys"].clone()
    };
    let first = keys(&[]);
    assert_eq!(keys(&[]), first);
    // The previous keys come after the new ones.
    let changed = keys(&["--new-keys"]);
    assert_eq!((&changed[2], &changed[3]), (&first[0], &first[1]));
    assert_eq!(changed.as_array().map(Vec::len), Some(4));
    assert_eq!(keys(&[]), changed);
}

#[cfg(unix)]
#[test]
fn local_pool_with_tls_prints_and_reuses_its_certificate() {
    let folder = Folder::new();
    let file = folder.path_of_file("pool.sqlite");
    let trust = folder.path_of_file("pool.cert.pem");
    let certificate = || {
        let mut program = Program::start(&["--tls", "--data", &file]);
        let port = program.address.port();
        assert_eq!(
            program.first_line,
            format!("Local pool, for development and tests only: https://localhost:{port}\n")
        );
        send_signal(&program, "-TERM");
        assert!(program.child.wait().expect("it ends").success());
        assert!(
            program
                .read_remaining_output()
                .contains(&format!("\n  trust       {trust}\n")),
            "the file is named"
        );
        std::fs::read_to_string(&trust).expect("a certificate")
    };
    let first = certificate();
    assert!(
        first.starts_with("-----BEGIN CERTIFICATE-----\n"),
        "{first}"
    );
    std::fs::remove_file(&trust).expect("the copy goes");
    assert_eq!(certificate(), first);
}

#[test]
fn local_pool_error_names_the_port_that_is_in_use() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("its address");
    let output = run_program(&[
        "--listen",
        &format!("localhost:{}", address.port()),
        "--ephemeral",
    ]);
    assert_eq!(
        (
            output.status.code(),
            text(&output.stdout),
            text(&output.stderr)
        ),
        (
            Some(1),
            String::new(),
            format!(
                "local-pool: Another program, perhaps another local pool, already uses {address}. \
                 Stop it, or choose another port: --listen localhost:{}\n",
                address.port().saturating_add(1)
            )
        )
    );
}

#[test]
fn local_pool_reports_an_invalid_data_file_and_keeps_it() {
    let folder = Folder::new();
    let file = folder.path_of_file("letter.txt");
    let letter = "Dear Ann,\n".repeat(200);
    std::fs::write(&file, &letter).expect("a letter");
    let output = run_program(&["--listen", "localhost:0", "--data", &file]);
    assert_eq!(
        (output.status.code(), text(&output.stdout), text(&output.stderr)),
        (
            Some(1),
            String::new(),
            "local-pool: The data cannot be opened: the data file cannot be used: file is not a database.\n".to_owned()
        )
    );
    assert_eq!(std::fs::read_to_string(&file).ok(), Some(letter));
}

#[test]
fn local_pool_error_names_the_unknown_option() {
    let output = run_program(&["--port", "9229"]);
    assert_eq!(
        (output.status.code(), text(&output.stderr)),
        (
            Some(1),
            "local-pool: \"--port\" is not an option.\nRun local-pool --help for the options.\n"
                .to_owned()
        )
    );
}

#[test]
fn local_pool_logs_an_unknown_action_to_the_console() {
    use std::io::{BufRead as _, BufReader};
    use std::process::Stdio;
    let mut child = local_pool_command()
        .args(["--listen", "localhost:0", "--ephemeral"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("its output"))
        .read_line(&mut line)
        .expect("a line");
    let port: u16 = line
        .trim_end()
        .rsplit(':')
        .next()
        .and_then(|port| port.parse().ok())
        .expect("a port");
    let answer = call_action(([127, 0, 0, 1], port).into(), "CreateCat", &json!({}));
    child.kill().expect("it was running");
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(answer.status, 400);
    assert_eq!(
        text(&output.stderr),
        "local-pool: CreateCat: this action is not supported, returned UnknownOperationException\n"
    );
}
