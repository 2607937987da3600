//! Requests that are too large or too slow are refused with a clear error.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use local_pool::settings::{DataLocation, LocalPoolSettings};
use local_pool::{BODY_LIMIT, LocalPool};

use crate::http::{Request, parse_answer};
use crate::users::pool;

#[test]
fn pool_refuses_a_request_body_over_the_size_limit() {
    let pool = pool();
    let send = |length: usize| {
        Request::new(pool.address(), "POST", "/")
            .header("x-amz-target", "AWSCognitoIdentityProviderService.SignUp")
            .body(vec![b'x'; length])
            .send()
    };
    let refused = send(BODY_LIMIT + 1);
    assert_eq!(
        (
            refused.status,
            refused.header("x-amzn-errortype"),
            refused.body.as_str()
        ),
        (
            413,
            Some("RequestEntityTooLargeException:"),
            r#"{"__type":"RequestEntityTooLargeException","message":"The request body is larger than 262144 bytes."}"#
        )
    );
    let read = send(BODY_LIMIT);
    assert_eq!(
        (read.status, read.json()["__type"].as_str()),
        (400, Some("SerializationException"))
    );
}

#[test]
fn request_body_of_many_megabytes_gets_status_413() {
    let pool = pool();
    let answer = Request::new(pool.address(), "POST", "/")
        .body(vec![b'x'; 8 * 1024 * 1024])
        .send();
    assert_eq!(answer.status, 413);
}

/// Starts a pool with a short request timeout, and opens a connection to it.
fn pool_with_short_timeout() -> (LocalPool, TcpStream) {
    let pool = LocalPool::start(LocalPoolSettings {
        request_timeout: Duration::from_millis(500),
        ..LocalPoolSettings::for_tests()
    })
    .expect("the pool starts");
    let stream = TcpStream::connect(pool.address()).expect("a connection");
    stream
        .set_read_timeout(Some(Duration::from_secs(60)))
        .expect("a time limit for the test");
    (pool, stream)
}

/// Returns the first lines of a request, without the empty line that ends the head.
fn request_head(pool: &LocalPool) -> String {
    format!(
        "POST / HTTP/1.1\r\nhost: localhost:{}\r\n",
        pool.address().port()
    )
}

#[test]
fn pool_closes_a_connection_with_incomplete_request_headers() {
    for sent in ["", "POST / HT", "POST / HTTP/1.1\r\nhost: localhost\r\n"] {
        let (_pool, mut stream) = pool_with_short_timeout();
        stream.write_all(sent.as_bytes()).expect("half a head");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("the end");
        assert_eq!(answer, b"", "{sent}");
    }
}

#[test]
fn incomplete_request_body_gets_status_408() {
    let (pool, mut stream) = pool_with_short_timeout();
    let half = format!("{}content-length: 100\r\n\r\n{{", request_head(&pool));
    stream.write_all(half.as_bytes()).expect("half a request");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("the end");
    let answer = parse_answer(&answer).expect("an answer");
    assert_eq!(
        (
            answer.status,
            answer.header("connection"),
            answer.body.as_str()
        ),
        (
            408,
            Some("close"),
            r#"{"__type":"RequestTimeoutException","message":"The request body did not arrive within 0.5 seconds."}"#
        )
    );
}

/// A client that sends one byte at a time does not keep the connection open.
#[test]
fn pool_closes_the_connection_of_a_request_sent_too_slowly() {
    for (is_body, status) in [(false, None), (true, Some(408))] {
        let (pool, mut stream) = pool_with_short_timeout();
        let mut start = request_head(&pool);
        if is_body {
            start.push_str("content-length: 100000\r\n\r\n");
        }
        stream.write_all(start.as_bytes()).expect("a beginning");
        stream
            .set_read_timeout(Some(Duration::from_millis(50)))
            .expect("a time limit");
        let mut answer = Vec::new();
        let mut buffer = [0; 1024];
        let mut written = 0;
        loop {
            match stream.read(&mut buffer) {
                Ok(0) => break,
                Ok(length) => answer.extend_from_slice(&buffer[..length]),
                Err(error)
                    if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) =>
                {
                    written += 1;
                    assert!(written < 1000, "it is still open");
                    // The pool may close the connection between the two calls. The next read then fails.
                    let _ = stream.write(b"x");
                }
                // Bytes that arrive after the connection was closed are answered with a reset.
                Err(error) if error.kind() == ErrorKind::ConnectionReset => break,
                Err(error) => panic!("{error}"),
            }
        }
        assert_eq!(parse_answer(&answer).map(|answer| answer.status), status);
        assert!(written > 0, "closed at once");
    }
}

#[test]
fn default_request_timeout_of_the_pool_is_ten_seconds() {
    let ten = Duration::from_secs(10);
    assert_eq!(LocalPoolSettings::for_tests().request_timeout, ten);
    let development = LocalPoolSettings::for_development(DataLocation::InMemory);
    assert_eq!(development.request_timeout, ten);
}

/// Validation texts repeat the value. 200 kB in a header would break clients.
#[test]
fn long_error_message_is_cut_in_the_header_but_not_in_the_body() {
    let pool = pool();
    let name = "n".repeat(200_000);
    let answer = crate::http::call_action(
        pool.address(),
        "DescribeUserPool",
        &serde_json::json!({ "UserPoolId": name }),
    );
    assert_eq!(answer.status, 400);
    let header = answer.header("x-amzn-errormessage").expect("a header");
    assert_eq!(header.len(), 1024);
    let message = answer.json()["message"].as_str().map(str::to_owned);
    let message = message.expect("a message");
    assert!(message.len() > 200_000 && message.starts_with(header));
}
