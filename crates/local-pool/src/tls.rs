//! The pool over https, for clients that take nothing else (aws-amplify puts `https://` before every domain).
//!
//! | file | what |
//! |---|---|
//! | `certificate` | the certificate that the pool makes for itself, and keeps so that it need be trusted only once |

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

/// How long a client may take to agree on keys; browsers open connections that they never use.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// Agreed connections that wait to be served.
const WAITING: usize = 64;

/// The first byte of a TLS connection: a handshake record (RFC 8446 §5.1).
const HANDSHAKE_RECORD: u8 = 22;

/// Listens, and gives connections once their keys are agreed upon; whoever is slow at it holds nobody up.
pub(crate) struct TlsListener {
    agreed: mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
    address: SocketAddr,
}

impl TlsListener {
    /// Begins to listen; ends when this value goes.
    ///
    /// # Errors
    /// The listener has no address any more.
    pub(crate) fn new(
        mut listener: TcpListener,
        config: Arc<ServerConfig>,
        base_url: Arc<str>,
    ) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let acceptor = TlsAcceptor::from(config);
        let (sender, agreed) = mpsc::channel(WAITING);
        tokio::spawn(async move {
            loop {
                let (stream, peer) = tokio::select! {
                    () = sender.closed() => return,
                    accepted = Listener::accept(&mut listener) => accepted,
                };
                let (acceptor, sender) = (acceptor.clone(), sender.clone());
                let base_url = Arc::clone(&base_url);
                tokio::spawn(async move {
                    let agreed =
                        tokio::time::timeout(HANDSHAKE, agree(stream, &acceptor, &base_url));
                    // Whoever gave up, or trusts us not, has heard so from TLS itself.
                    if let Ok(Ok(Some(stream))) = agreed.await {
                        let _ = sender.send((stream, peer)).await;
                    }
                });
            }
        });
        Ok(Self { agreed, address })
    }
}

/// Agrees on keys. Who speaks http is told where https is.
async fn agree(
    mut stream: TcpStream,
    acceptor: &TlsAcceptor,
    base_url: &str,
) -> io::Result<Option<TlsStream<TcpStream>>> {
    let mut first = [0];
    if stream.peek(&mut first).await? == 1 && first[0] != HANDSHAKE_RECORD {
        let text = format!("This local pool speaks https alone: {base_url}\n");
        let answer = format!(
            "HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: {}\r\n\
             connection: close\r\n\r\n{text}",
            text.len()
        );
        // A request that is left unread would end the connection before its answer is through.
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
        match self.agreed.recv().await {
            Some(agreed) => agreed,
            // The listening task ends only after this value.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.address)
    }
}
