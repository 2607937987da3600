//! A minimal HTTP/1.1 client with one persistent connection to a user pool's API.

use crate::Result;
use serde_json::Value;
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
};

/// A persistent HTTP connection to a user pool's API.
pub(crate) struct HttpConnection {
    host: String,
    stream: BufReader<TcpStream>,
}

impl HttpConnection {
    /// Opens a connection to a host name with a port, such as `localhost:9229`.
    pub(crate) fn open(host_and_port: &str) -> Result<Self> {
        let stream = TcpStream::connect(host_and_port)?;
        // Every request is one write, so Nagle's algorithm would only delay it.
        stream.set_nodelay(true)?;
        Ok(Self {
            host: host_and_port.to_owned(),
            stream: BufReader::new(stream),
        })
    }

    /// Calls an action of the user-pool API and returns the JSON of its response. Every status except 200 is an error.
    pub(crate) fn call(&mut self, operation: &str, request: &Value) -> Result<Value> {
        let body = serde_json::to_vec(request)?;
        // Neither pool checks the signature. ministack requires the credential.
        let mut message = format!(
            "POST / HTTP/1.1\r\nHost: {}\r\nContent-Type: application/x-amz-json-1.1\r\n\
             X-Amz-Target: AWSCognitoIdentityProviderService.{operation}\r\n\
             Authorization: AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/cognito-idp/aws4_request, \
             SignedHeaders=host, Signature=00\r\nContent-Length: {}\r\n\r\n",
            self.host,
            body.len()
        )
        .into_bytes();
        message.extend(body);
        self.stream.get_mut().write_all(&message)?;
        let (status, body) = self.read_response()?;
        if status != 200 {
            return Err(format!("{operation}: {status} {}", String::from_utf8_lossy(&body)).into());
        }
        if body.is_empty() {
            Ok(Value::Null)
        } else {
            Ok(serde_json::from_slice(&body)?)
        }
    }

    /// Reads an HTTP response and returns its status and body.
    fn read_response(&mut self) -> Result<(u16, Vec<u8>)> {
        let status_line = self.read_line()?;
        let status = status_line
            .split(' ')
            .nth(1)
            .and_then(|code| code.parse().ok())
            .ok_or("The response has no HTTP status.")?;
        let mut length = None;
        loop {
            let line = self.read_line()?;
            if line.is_empty() {
                break;
            }
            let (name, value) = line
                .split_once(':')
                .ok_or("The response has a malformed header.")?;
            if name.eq_ignore_ascii_case("content-length") {
                length = Some(value.trim().parse::<u64>()?);
            }
        }
        let mut body = Vec::new();
        let length = length.ok_or("The response has no Content-Length.")?;
        self.stream.by_ref().take(length).read_to_end(&mut body)?;
        Ok((status, body))
    }

    /// Reads one line of the response, without its line break.
    fn read_line(&mut self) -> Result<String> {
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        Ok(line.trim_end().to_owned())
    }
}
