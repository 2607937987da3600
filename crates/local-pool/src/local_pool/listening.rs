//! Listening on every address with one port, and serving there until told to stop.

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
use crate::settings::Settings;
use crate::tls::TlsListener;

/// How long requests under way may take to end when the pool stops.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_millis(500);

/// How often a free port is looked for that is free on both loopback addresses.
const MAX_BIND_ATTEMPTS: usize = 20;

/// Listens on every address of the settings, with one port for all.
pub(super) fn listen(settings: &Settings) -> Result<Vec<TcpListener>, StartError> {
    let wanted = settings.listen.addresses();
    let any_port = wanted.iter().all(|address| address.port() == 0);
    let mut tries = 0;
    loop {
        tries += 1;
        match listen_once(&wanted) {
            // The port that was free on the first address is another program's on the second: try with the next.
            Err(StartError::Listen(_, error))
                if any_port
                    && tries < MAX_BIND_ATTEMPTS
                    && error.kind() == io::ErrorKind::AddrInUse => {}
            done => return done,
        }
    }
}

fn listen_once(wanted: &[SocketAddr]) -> Result<Vec<TcpListener>, StartError> {
    let mut listeners: Vec<TcpListener> = Vec::new();
    for address in wanted {
        let mut address = *address;
        if let Some(port) = listeners
            .first()
            .and_then(|first| first.local_addr().ok())
            .map(|first| first.port())
        {
            address.set_port(port);
        }
        match bind(address) {
            Ok(listener) => listeners.push(listener),
            // A computer without IPv6 has no second loopback address, and no browser there will try it.
            Err(error) if !listeners.is_empty() && error.kind() != io::ErrorKind::AddrInUse => {}
            Err(error) => return Err(StartError::Listen(address, error)),
        }
    }
    Ok(listeners)
}

/// Listens as an async runtime needs it, without needing one yet.
fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let listener = TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// Serves until told to stop, on a thread of its own: so a pool may be dropped anywhere, in async code too.
pub(super) fn serve(
    runtime: Runtime,
    listeners: Vec<tokio::net::TcpListener>,
    tls: Option<(Arc<ServerConfig>, Arc<str>)>,
    connections: Connections,
) {
    runtime.block_on(async {
        let mut servers = tokio::task::JoinSet::new();
        for listener in listeners {
            let connections = connections.clone();
            let tls = tls.clone();
            servers.spawn(async move {
                match tls {
                    None => connections.accept_from(listener).await,
                    Some((config, base_url)) => {
                        let listener = TlsListener::new(listener, config, base_url)?;
                        connections.accept_from(listener).await;
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

/// How connections are served. `axum::serve` sets no time limit for the head of a request, hence hyper itself.
#[derive(Clone)]
pub(super) struct Connections {
    pub(super) router: Router,
    /// How long the head of a request may take to arrive; the router limits the body.
    pub(super) request_timeout: Duration,
    pub(super) stopped: watch::Receiver<bool>,
}

impl Connections {
    /// Serves every connection of a listener until the pool stops, then waits for the requests under way.
    async fn accept_from<L>(self, mut listener: L)
    where
        L: Listener<Addr = SocketAddr>,
        L::Io: 'static,
    {
        let mut open = tokio::task::JoinSet::new();
        loop {
            let (stream, peer) = tokio::select! {
                accepted = listener.accept() => accepted,
                () = wait_until_stopped(self.stopped.clone()) => break,
                // So that connections that have ended take no memory.
                Some(_) = open.join_next() => continue,
            };
            open.spawn(self.clone().serve(stream, peer));
        }
        drop(listener);
        while open.join_next().await.is_some() {}
    }

    /// Serves one connection to its end.
    async fn serve<T>(self, stream: T, peer: SocketAddr)
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
        // A connection that breaks or is too slow has nobody left to be told.
        tokio::select! {
            _ = connection.as_mut() => {}
            () = wait_until_stopped(self.stopped) => {
                connection.as_mut().graceful_shutdown();
                let _ = connection.await;
            }
        }
    }
}

/// Waits until the pool shall stop; a pool that is gone has stopped too.
async fn wait_until_stopped(mut stopped: watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stop| *stop).await;
}
