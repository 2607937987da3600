//! Requests that are not sent to their end.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::http::{Request, call_action};
use crate::process::Program;

const HALVES: usize = 400;

/// Opens a connection and sends an incomplete request: a part of the head for even numbers, the whole head and
/// a part of the body for odd ones.
fn send_half_a_request(program: &Program, number: usize) -> TcpStream {
    let mut stream = TcpStream::connect(program.address).expect("a connection");
    let head = format!(
        "POST / HTTP/1.1\r\nhost: localhost:{}\r\n",
        program.address.port()
    );
    let rest = if number.is_multiple_of(2) {
        ""
    } else {
        "content-length: 100\r\n\r\n{"
    };
    stream
        .write_all(format!("{head}{rest}").as_bytes())
        .expect("half a request");
    stream
}

/// Returns whether the program has not closed the connection.
fn is_open(stream: &TcpStream) -> bool {
    stream.set_nonblocking(true).expect("a setting");
    let open = matches!(stream.peek(&mut [0]), Err(error) if error.kind() == ErrorKind::WouldBlock);
    stream.set_nonblocking(false).expect("a setting");
    open
}

#[test]
fn incomplete_requests_do_not_block_other_clients() {
    let program = Program::start(&["--ephemeral"]);
    // The keys are generated in the background. The test waits for them, so that no other work runs.
    let jwks = || {
        Request::new(
            program.address,
            "GET",
            "/us-east-1_Poolgate1/.well-known/jwks.json",
        )
        .send()
    };
    assert_eq!(jwks().status, 200);

    let begun = Instant::now();
    let halves: Vec<TcpStream> = (0..HALVES)
        .map(|number| send_half_a_request(&program, number))
        .collect();
    for _ in 0..5 {
        assert_eq!(jwks().status, 200);
        let pools = call_action(
            program.address,
            "ListUserPools",
            &json!({ "MaxResults": 1 }),
        );
        assert_eq!(pools.status, 200);
    }
    let answered = begun.elapsed();
    assert!(halves.iter().all(is_open), "closed after {answered:?}");

    for (number, mut half) in halves.into_iter().enumerate() {
        half.set_read_timeout(Some(Duration::from_secs(60)))
            .expect("a time limit");
        let mut answer = Vec::new();
        half.read_to_end(&mut answer).expect("the end");
        let wanted: &[u8] = if number.is_multiple_of(2) {
            b""
        } else {
            b"HTTP/1.1 408 Request Timeout\r\n"
        };
        assert!(
            answer.starts_with(wanted),
            "{number}: {}",
            String::from_utf8_lossy(&answer)
        );
        assert_eq!(answer.is_empty(), wanted.is_empty());
    }
    let closed = begun.elapsed();
    let limit = Duration::from_secs(10);
    assert!(
        (limit..limit * 3).contains(&closed),
        "closed after {closed:?}"
    );
}
