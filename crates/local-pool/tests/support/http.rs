//! A plain HTTP/1.1 client that sends exactly what the test wrote.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// A response, with its header names in lower case and in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(found, _)| found == name)
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// A request that is being built.
pub(crate) struct Request<'a> {
    address: SocketAddr,
    method: &'a str,
    path: &'a str,
    host: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl<'a> Request<'a> {
    /// A request to `address`, with the `Host` `localhost`.
    pub(crate) fn new(address: SocketAddr, method: &'a str, path: &'a str) -> Self {
        let host = format!("localhost:{}", address.port());
        Self {
            address,
            method,
            path,
            host,
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    pub(crate) fn host(mut self, host: impl Into<String>) -> Self {
        self.host = host.into();
        self
    }

    pub(crate) fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    pub(crate) fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.header("content-type", "application/json")
            .body(body.to_string())
    }

    /// Sends the request and reads the whole response. Returns an error if the connection breaks before that.
    pub(crate) fn try_send(self) -> std::io::Result<Answer> {
        let mut stream = TcpStream::connect(self.address)?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        let mut head = format!(
            "{} {} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n",
            self.method, self.path, self.host
        );
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&format!("content-length: {}\r\n\r\n", self.body.len()));
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(&self.body);
        stream.write_all(&bytes)?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        parse_answer(&answer).ok_or_else(|| std::io::Error::from(std::io::ErrorKind::UnexpectedEof))
    }

    /// Sends the request and reads the whole response.
    pub(crate) fn send(self) -> Answer {
        self.try_send().expect("the pool answers")
    }
}

/// Parses the bytes of a response, or returns `None` if they are incomplete.
pub(crate) fn parse_answer(bytes: &[u8]) -> Option<Answer> {
    let end = bytes.windows(4).position(|part| part == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&bytes[..end]).ok()?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let body = String::from_utf8(bytes[end + 4..].to_vec()).ok()?;
    Some(Answer {
        status,
        headers,
        body,
    })
}

/// Calls an action of the user-pool API, and returns the response.
pub(crate) fn call_action(address: SocketAddr, operation: &str, body: &Value) -> Answer {
    try_call_action(address, operation, body).expect("the pool answers")
}

/// Calls an action of the user-pool API. Returns an error if the connection breaks.
pub(crate) fn try_call_action(
    address: SocketAddr,
    operation: &str,
    body: &Value,
) -> std::io::Result<Answer> {
    Request::new(address, "POST", "/")
        .header("content-type", "application/x-amz-json-1.1")
        .header(
            "x-amz-target",
            format!("AWSCognitoIdentityProviderService.{operation}"),
        )
        .body(body.to_string())
        .try_send()
}
