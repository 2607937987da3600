//! The HTTPS listener, for clients that require HTTPS: aws-amplify puts `https://` before every domain.
//!
//! | module | content |
//! |---|---|
//! | `certificate` | The pool's self-signed certificate. The pool stores it, so that developers trust it only once. |

pub(crate) mod certificate;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::Listener;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::server::TlsStream;

/// The time limit of a TLS handshake. Browsers open connections that they never use.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// The maximum number of accepted connections that wait until the server takes them.
const MAX_WAITING_CONNECTIONS: usize = 64;

/// The first byte of a TLS connection: the type of a handshake record (RFC 8446 §5.1).
const HANDSHAKE_RECORD: u8 = 22;

/// A listener for HTTPS, which returns connections after their TLS handshake. Handshakes run concurrently, so a slow
/// client does not delay others.
pub(crate) struct TlsListener {
    encrypted: mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
    address: SocketAddr,
}

impl TlsListener {
    /// Starts the task that accepts TLS connections, and returns the listener. The task ends when the listener is
    /// dropped.
    ///
    /// # Errors
    /// Returns an error if the listener has no local address.
    pub(crate) fn new(
        mut listener: TcpListener,
        config: Arc<ServerConfig>,
        base_url: Arc<str>,
    ) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let acceptor = TlsAcceptor::from(config);
        let (sender, encrypted) = mpsc::channel(MAX_WAITING_CONNECTIONS);
        tokio::spawn(async move {
            loop {
                let (stream, peer) = tokio::select! {
                    () = sender.closed() => return,
                    accepted = Listener::accept(&mut listener) => accepted,
                };
                let (acceptor, sender) = (acceptor.clone(), sender.clone());
                let base_url = Arc::clone(&base_url);
                tokio::spawn(async move {
                    let encrypted = tokio::time::timeout(
                        HANDSHAKE_TIMEOUT,
                        accept_tls(stream, &acceptor, &base_url),
                    );
                    // A failed handshake needs no response: the client gets a TLS alert or has closed the connection.
                    if let Ok(Ok(Some(stream))) = encrypted.await {
                        let _ = sender.send((stream, peer)).await;
                    }
                });
            }
        });
        Ok(Self { encrypted, address })
    }
}

/// Does the TLS handshake and returns the encrypted stream. A client that speaks plain HTTP gets a response
/// with the HTTPS address, and the result is `None`.
async fn accept_tls(
    mut stream: TcpStream,
    acceptor: &TlsAcceptor,
    base_url: &str,
) -> io::Result<Option<TlsStream<TcpStream>>> {
    let mut first = [0];
    if stream.peek(&mut first).await? == 1 && first[0] != HANDSHAKE_RECORD {
        let text = format!("This local pool accepts HTTPS only: {base_url}\n");
        let answer = format!(
            "HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: {}\r\n\
             connection: close\r\n\r\n{text}",
            text.len()
        );
        // Unread request data would reset the connection before the client has received the response.
        let mut request = [0; 16 * 1024];
        let _ = stream.read(&mut request).await?;
        stream.write_all(answer.as_bytes()).await?;
        stream.shutdown().await?;
        return Ok(None);
    }
    acceptor.accept(stream).await.map(Some)
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.encrypted.recv().await {
            Some(encrypted) => encrypted,
            // Not reached: the accepting task ends only after this value is dropped.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.address)
    }
}
