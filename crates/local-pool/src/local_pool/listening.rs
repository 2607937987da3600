//! Listens on all addresses with the same port, and serves requests until the pool stops.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::Request;
use axum::serve::Listener;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tokio_rustls::rustls::ServerConfig;

use super::StartError;
use crate::settings::LocalPoolSettings;
use crate::tls::TlsListener;

/// How long running requests may take to finish when the pool stops.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_millis(500);

/// How often the pool tries to find a port that is free on `127.0.0.1` and on `::1`.
const MAX_BIND_ATTEMPTS: usize = 20;

/// Opens listeners on all addresses of the settings, with the same port.
///
/// # Errors
/// Returns [`StartError::Listen`] with the address that cannot be used.
pub(super) fn open_listeners(settings: &LocalPoolSettings) -> Result<Vec<TcpListener>, StartError> {
    let addresses = settings.listen.addresses();
    let any_port = addresses.iter().all(|address| address.port() == 0);
    let mut attempts = 0;
    loop {
        attempts += 1;
        match open_listeners_once(&addresses) {
            // The port of the first address is used by another program on the second, so try another port.
            Err(StartError::Listen(_, error))
                if any_port
                    && attempts < MAX_BIND_ATTEMPTS
                    && error.kind() == io::ErrorKind::AddrInUse => {}
            done => return done,
        }
    }
}

/// Opens listeners on all addresses. An address with port 0 gets a free port, which the other addresses use
/// too.
fn open_listeners_once(addresses: &[SocketAddr]) -> Result<Vec<TcpListener>, StartError> {
    let mut listeners: Vec<TcpListener> = Vec::new();
    for address in addresses {
        let mut address = *address;
        if let Some(port) = listeners
            .first()
            .and_then(|first| first.local_addr().ok())
            .map(|first| first.port())
        {
            address.set_port(port);
        }
        match open_listener(address) {
            Ok(listener) => listeners.push(listener),
            // A computer without IPv6 has no second loopback address, and its browsers will not try it.
            Err(error) if !listeners.is_empty() && error.kind() != io::ErrorKind::AddrInUse => {}
            Err(error) => return Err(StartError::Listen(address, error)),
        }
    }
    Ok(listeners)
}

/// Opens a non-blocking listener, as an async runtime needs it, without requiring a runtime yet.
fn open_listener(address: SocketAddr) -> io::Result<TcpListener> {
    let listener = TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// Serves requests until the pool stops, and blocks until then. Call it on a separate thread, so that a pool
/// can be dropped anywhere, including async code.
pub(super) fn serve_until_stopped(
    runtime: Runtime,
    listeners: Vec<tokio::net::TcpListener>,
    tls: Option<(Arc<ServerConfig>, Arc<str>)>,
    connections: ConnectionServer,
) {
    runtime.block_on(async {
        let mut servers = tokio::task::JoinSet::new();
        for listener in listeners {
            let connections = connections.clone();
            let tls = tls.clone();
            servers.spawn(async move {
                match tls {
                    None => connections.serve_listener(listener).await,
                    Some((config, base_url)) => {
                        let listener = TlsListener::new(listener, config, base_url)?;
                        connections.serve_listener(listener).await;
                    }
                }
                Ok::<_, io::Error>(())
            });
        }
        wait_until_stopped(connections.stopped).await;
        let _ = tokio::time::timeout(SHUTDOWN_TIMEOUT, async {
            while servers.join_next().await.is_some() {}
        })
        .await;
    });
    runtime.shutdown_timeout(SHUTDOWN_TIMEOUT);
}

/// The settings with which connections are served. `axum::serve` has no time limit for the head of a request, so hyper
/// is used directly.
#[derive(Clone)]
pub(super) struct ConnectionServer {
    pub(super) router: Router,
    /// The time limit for the head of a request. The router limits the time for the body.
    pub(super) request_timeout: Duration,
    pub(super) stopped: watch::Receiver<bool>,
}

impl ConnectionServer {
    /// Serves all connections of a listener until the pool stops, then waits for running requests.
    async fn serve_listener<L>(self, mut listener: L)
    where
        L: Listener<Addr = SocketAddr>,
        L::Io: 'static,
    {
        let mut open = tokio::task::JoinSet::new();
        loop {
            let (stream, peer) = tokio::select! {
                accepted = listener.accept() => accepted,
                () = wait_until_stopped(self.stopped.clone()) => break,
                // Removes finished connections, so that they use no memory.
                Some(_) = open.join_next() => continue,
            };
            open.spawn(self.clone().serve_connection(stream, peer));
        }
        drop(listener);
        while open.join_next().await.is_some() {}
    }

    /// Serves a connection to its end.
    async fn serve_connection<T>(self, stream: T, peer: SocketAddr)
    where
        T: AsyncRead + AsyncWrite + Send + Unpin,
    {
        let router = TowerToHyperService::new(self.router);
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            router.call(request)
        });
        let mut connection = pin!(
            http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(self.request_timeout)
                .serve_connection(TokioIo::new(stream), service)
        );
        // The errors of broken or slow connections are ignored, because no client can receive them.
        tokio::select! {
            _ = connection.as_mut() => {}
            () = wait_until_stopped(self.stopped) => {
                connection.as_mut().graceful_shutdown();
                let _ = connection.await;
            }
        }
    }
}

/// Waits until the pool stops or is dropped.
async fn wait_until_stopped(mut stopped: watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stop| *stop).await;
}
