//! Listening on every address with one port, and serving there until told to stop.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use axum::serve::ListenerExt as _;
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tokio_rustls::rustls::ServerConfig;

use super::StartError;
use crate::settings::Settings;
use crate::tls::TlsListener;

/// How long requests under way may take to end when the pool stops.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// How often a free port is looked for that is free on both loopback addresses.
const TRIES: usize = 20;

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
                if any_port && tries < TRIES && error.kind() == io::ErrorKind::AddrInUse => {}
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
    router: axum::Router,
    stopped: watch::Receiver<bool>,
) {
    runtime.block_on(async {
        let mut servers = tokio::task::JoinSet::new();
        for listener in listeners {
            let service = router
                .clone()
                .into_make_service_with_connect_info::<SocketAddr>();
            let stop = told(stopped.clone());
            let tls = tls.clone();
            servers.spawn(async move {
                match tls {
                    None => {
                        axum::serve(listener, service)
                            .with_graceful_shutdown(stop)
                            .await
                    }
                    Some((config, base_url)) => {
                        // Tapped, because axum tells the peer's address of its own kinds of listeners alone.
                        let listener = TlsListener::new(listener, config, base_url)?.tap_io(|_| {});
                        axum::serve(listener, service)
                            .with_graceful_shutdown(stop)
                            .await
                    }
                }
            });
        }
        told(stopped).await;
        let _ = tokio::time::timeout(LAST_WORDS, async {
            while servers.join_next().await.is_some() {}
        })
        .await;
    });
    runtime.shutdown_timeout(LAST_WORDS);
}

/// Waits until the pool shall stop; a pool that is gone has stopped too.
async fn told(mut stopped: watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stop| *stop).await;
}
