//! A running local pool as a value.

mod listening;

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;

use serde_json::{Value, json};
use tokio::runtime::Builder;
use tokio::sync::watch;

use self::listening::Connections;
use crate::actions::{Caller, OpenError, Reply, Service};
use crate::demo_api;
use crate::error::ApiError;
use crate::outbox::Message;
use crate::router::{self, App, Hosts, Origins, RecordedRequest, Recorder, Scheme};
use crate::settings::{Clock, PublicUrl, Settings};
use crate::tls::certificate::{Certificate, CertificateError};

/// A local pool that runs on threads of its own until this value goes.
///
/// Nothing here needs or blocks an async runtime of the caller's; [`LocalPool::call`] and
/// [`LocalPool::messages`] take as long as the action does (milliseconds).
///
/// ```no_run
/// use local_pool::{LocalPool, settings::Settings};
/// let pool = LocalPool::start(Settings::for_tests())?;
/// println!("{} {:?}", pool.url(), pool.messages(Some("ann@example.com")));
/// # Ok::<(), local_pool::StartError>(())
/// ```
pub struct LocalPool {
    app: Arc<App>,
    addresses: Vec<SocketAddr>,
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
    certificate: Option<Certificate>,
}

/// Why a local pool did not start.
#[derive(Debug)]
pub enum StartError {
    /// It cannot listen there.
    Listen(SocketAddr, io::Error),
    /// The data cannot be opened.
    Data(OpenError),
    /// What the pool begins with cannot be written.
    Begin(ApiError),
    /// There is no certificate for https.
    Certificate(CertificateError),
    /// The system gives no threads.
    Threads(io::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listen(address, error) if error.kind() == io::ErrorKind::AddrInUse => write!(
                f,
                "Another program is listening on {address} already (perhaps another local pool). \
                 End it, or choose another port: --listen localhost:{}",
                address.port().saturating_add(1)
            ),
            Self::Listen(address, error) => write!(f, "Cannot listen on {address}: {error}."),
            Self::Data(error) => write!(f, "The data cannot be opened: {error}."),
            Self::Begin(error) => match &error.cause {
                Some(cause) => write!(f, "The data cannot be written: {cause}."),
                None => write!(f, "The data cannot be written: {error}."),
            },
            Self::Certificate(error) => {
                write!(
                    f,
                    "It cannot speak https: {error}. Without --tls it speaks http."
                )
            }
            Self::Threads(error) => write!(f, "The system gives no threads: {error}."),
        }
    }
}

impl std::error::Error for StartError {}

impl LocalPool {
    /// Opens the data, begins to listen, and returns; requests are answered from here on.
    ///
    /// The reference pool of [`Settings::preset`] is made if the data does not have it yet.
    ///
    /// # Errors
    /// [`StartError`], whose text says what to do.
    pub fn start(settings: Settings) -> Result<Self, StartError> {
        let listeners = listening::listen(&settings)?;
        let addresses: Vec<SocketAddr> = listeners
            .iter()
            .filter_map(|listener| listener.local_addr().ok())
            .collect();
        let port = addresses.first().map_or(0, SocketAddr::port);

        let service = Service::open(&settings.data).map_err(StartError::Data)?;
        let scheme = if settings.tls {
            Scheme::Https
        } else {
            Scheme::Http
        };
        let origins = Origins::new([settings.app_url.as_ref(), settings.public_url.as_ref()]);
        let hosts = Hosts::new(
            scheme,
            port,
            addresses.clone(),
            settings.public_url,
            settings.issuer_url.map(|url| url.on_port(port)),
        );
        service
            .seed(
                settings.preset,
                settings.app_url.as_ref().map(PublicUrl::as_str),
                &hosts.own_base_url(),
                settings.clock.now(),
            )
            .map_err(StartError::Begin)?;
        demo_api::prepare(service.store()).map_err(StartError::Begin)?;
        let certificate = match scheme {
            Scheme::Http => None,
            Scheme::Https => {
                // Whoever checks it goes by the system's clock, not by the pool's.
                let now = Clock::system().now();
                let opened = Certificate::open(service.store(), &settings.data, hosts.names(), now);
                Some(opened.map_err(StartError::Certificate)?)
            }
        };

        let app = Arc::new(App {
            service: Arc::new(service),
            clock: settings.clock,
            console: settings.console,
            hosts,
            origins,
            request_timeout: settings.request_timeout,
            recorder: settings.record.then(Recorder::default),
            faults: demo_api::OneTimeFaults::default(),
        });
        let (stop, stopped) = watch::channel(false);
        let connections = Connections {
            router: router::router(Arc::clone(&app)),
            request_timeout: settings.request_timeout,
            stopped,
        };
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            // As many calculations at once as there are cores; a few more, because some wait for the data.
            .max_blocking_threads(std::thread::available_parallelism().map_or(2, usize::from) + 2)
            .thread_name("local-pool")
            .enable_io()
            .enable_time()
            .build()
            .map_err(StartError::Threads)?;
        let ready = {
            let _inside = runtime.enter();
            listeners
                .into_iter()
                .map(tokio::net::TcpListener::from_std)
                .collect::<io::Result<Vec<_>>>()
        };
        let listeners = match ready {
            Ok(listeners) => listeners,
            Err(error) => {
                // Dropping it would wait, which async code must not.
                runtime.shutdown_background();
                return Err(StartError::Threads(error));
            }
        };
        let tls = certificate.as_ref().map(|certificate| {
            (
                Arc::clone(&certificate.config),
                app.hosts.own_base_url().into(),
            )
        });
        let thread = std::thread::Builder::new()
            .name("local-pool".to_owned())
            .spawn(move || listening::serve(runtime, listeners, tls, connections))
            .map_err(StartError::Threads)?;
        Ok(Self {
            app,
            addresses,
            stop,
            thread: Some(thread),
            certificate,
        })
    }

    /// The address for apps, such as `http://localhost:9229`; the public URL if there is one.
    pub fn url(&self) -> String {
        self.app.hosts.own_base_url()
    }

    /// The issuer of a pool's tokens for apps that call [`LocalPool::url`]; none when there is no such pool.
    ///
    /// # Errors
    /// The data cannot be read.
    pub fn issuer(&self, pool_id: &str) -> Result<Option<String>, ApiError> {
        let base_url = self.url();
        let issuer_base = self.app.hosts.issuer_base(&base_url);
        self.app.service.issuer(pool_id, issuer_base)
    }

    /// The first address that it listens on, with the port that it got.
    pub fn address(&self) -> SocketAddr {
        self.addresses
            .first()
            .copied()
            .unwrap_or_else(|| SocketAddr::new(Ipv4Addr::LOCALHOST.into(), 0))
    }

    /// All addresses that it listens on.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// The certificate that callers must trust, as PEM (RFC 7468), when it speaks https ([`Settings::tls`]).
    pub fn certificate_pem(&self) -> Option<&str> {
        self.certificate
            .as_ref()
            .map(|certificate| certificate.pem.as_str())
    }

    /// The file with that certificate, beside the data file; none for data in memory.
    pub fn certificate_file(&self) -> Option<&Path> {
        self.certificate.as_ref()?.file.as_deref()
    }

    /// An operator's call of the user-pool API, without a network: `pool.call("AdminCreateUser", json!({ … }))`.
    ///
    /// An action that answers with an empty body gives `null`.
    ///
    /// # Errors
    /// The exception that Cognito would answer.
    pub fn call(&self, operation: &str, request: &Value) -> Result<Value, ApiError> {
        let base_url = self.url();
        let caller = Caller {
            base_url: &base_url,
            issuer_base: self.app.hosts.issuer_base(&base_url),
            now: self.app.clock.now(),
            ip: IpAddr::V4(Ipv4Addr::LOCALHOST),
        };
        match self
            .app
            .service
            .call_action(operation, request.to_string().as_bytes(), &caller)?
        {
            Reply::Json(value) => Ok(value),
            Reply::EmptyBody => Ok(json!(null)),
        }
    }

    /// What would have been mailed or texted to this address or number (case does not matter), or to all; newest first.
    ///
    /// # Errors
    /// The data cannot be read.
    pub fn messages(&self, to: Option<&str>) -> Result<Vec<Message>, ApiError> {
        self.app.service.messages(to)
    }

    /// New keys sign tokens from here on. The key set holds those of before too, so that their tokens still pass.
    ///
    /// # Errors
    /// The data cannot be written; then the keys are as they were.
    pub fn rotate_keys(&self) -> Result<(), ApiError> {
        self.app.service.rotate_keys(self.app.clock.now())
    }

    /// Every request since the start, in the order in which they came; empty when
    /// [`Settings::record`] is off.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.app
            .recorder
            .as_ref()
            .map(Recorder::requests)
            .unwrap_or_default()
    }

    /// The pool's clock, to be moved by hand.
    pub fn clock(&self) -> &Clock {
        &self.app.clock
    }

    /// Ends it: requests under way have half a second, then its ports are free again.
    pub fn stop(mut self) {
        self.shut_down();
    }

    fn shut_down(&mut self) {
        // Nobody listens any more when the thread has ended by itself.
        let _ = self.stop.send(true);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for LocalPool {
    fn drop(&mut self) {
        self.shut_down();
    }
}

impl fmt::Debug for LocalPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalPool")
            .field("addresses", &self.addresses)
            .finish_non_exhaustive()
    }
}
