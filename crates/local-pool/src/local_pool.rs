//! A running local pool, as a value of a program.

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

use self::listening::ConnectionServer;
use crate::actions::{ActionCaller, ActionResponse, OpenDataError, UserPoolService};
use crate::demo_api;
use crate::error::ApiError;
use crate::outbox::OutboxMessage;
use crate::router::{
    self, AllowedOrigins, PoolHosts, RecordedRequest, RequestRecorder, ServerState, UrlScheme,
};
use crate::settings::{Clock, LocalPoolSettings, PublicUrl};
use crate::tls::certificate::{CertificateError, TlsCertificate};

/// A running local pool. It runs on its own threads until this value is dropped.
///
/// The methods neither need nor use an async runtime of the caller. [`LocalPool::call`] and
/// [`LocalPool::messages`] block for as long as the action takes (milliseconds).
///
/// ```no_run
/// use local_pool::{LocalPool, settings::LocalPoolSettings};
/// let pool = LocalPool::start(LocalPoolSettings::for_tests())?;
/// println!("{} {:?}", pool.url(), pool.messages(Some("ann@example.com")));
/// # Ok::<(), local_pool::StartError>(())
/// ```
pub struct LocalPool {
    app: Arc<ServerState>,
    addresses: Vec<SocketAddr>,
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
    certificate: Option<TlsCertificate>,
}

/// The reason why a local pool did not start.
#[derive(Debug)]
pub enum StartError {
    /// The pool cannot listen on this address.
    Listen(SocketAddr, io::Error),
    /// The data cannot be opened.
    Data(OpenDataError),
    /// The reference pool cannot be written to the data.
    Begin(ApiError),
    /// The certificate for https cannot be created.
    Certificate(CertificateError),
    /// The system cannot create a thread.
    Threads(io::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listen(address, error) if error.kind() == io::ErrorKind::AddrInUse => write!(
                f,
                "Another program, perhaps another local pool, already uses {address}. \
                 Stop it, or choose another port: --listen localhost:{}",
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
                    "https is not available: {error}. Without --tls the pool uses http."
                )
            }
            Self::Threads(error) => write!(f, "The system cannot create threads: {error}."),
        }
    }
}

impl std::error::Error for StartError {}

impl LocalPool {
    /// Opens the data, starts to listen and returns the running pool. The pool handles requests from the moment at
    /// which this function returns.
    ///
    /// The reference pool of [`LocalPoolSettings::preset`] is created if the data does not contain it.
    ///
    /// # Errors
    /// Returns [`StartError`], whose text says what to do.
    pub fn start(settings: LocalPoolSettings) -> Result<Self, StartError> {
        let listeners = listening::open_listeners(&settings)?;
        let addresses: Vec<SocketAddr> = listeners
            .iter()
            .filter_map(|listener| listener.local_addr().ok())
            .collect();
        let port = addresses.first().map_or(0, SocketAddr::port);

        let service = UserPoolService::open(&settings.data).map_err(StartError::Data)?;
        let scheme = if settings.tls {
            UrlScheme::Https
        } else {
            UrlScheme::Http
        };
        let origins =
            AllowedOrigins::new([settings.app_url.as_ref(), settings.public_url.as_ref()]);
        let hosts = PoolHosts::new(
            scheme,
            port,
            addresses.clone(),
            settings.public_url,
            settings.issuer_url.map(|url| url.with_port(port)),
        );
        service
            .seed_preset_pool(
                settings.preset,
                settings.app_url.as_ref().map(PublicUrl::as_str),
                &hosts.own_base_url(),
                settings.clock.now(),
            )
            .map_err(StartError::Begin)?;
        demo_api::create_tables(service.store()).map_err(StartError::Begin)?;
        let certificate = match scheme {
            UrlScheme::Http => None,
            UrlScheme::Https => {
                // Clients check the certificate against the system's clock, not against the pool's.
                let now = Clock::system().now();
                let opened = TlsCertificate::load_or_create_certificate(
                    service.store(),
                    &settings.data,
                    hosts.certificate_names(),
                    now,
                );
                Some(opened.map_err(StartError::Certificate)?)
            }
        };

        let app = Arc::new(ServerState {
            service: Arc::new(service),
            clock: settings.clock,
            console: settings.console,
            hosts,
            origins,
            request_timeout: settings.request_timeout,
            recorder: settings.record.then(RequestRecorder::default),
            faults: demo_api::OneTimeFaults::default(),
        });
        let (stop, stopped) = watch::channel(false);
        let connections = ConnectionServer {
            router: router::build_router(Arc::clone(&app)),
            request_timeout: settings.request_timeout,
            stopped,
        };
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            // One thread for each core for computations, and two more, because some threads wait for the
            // database.
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
                // Dropping the runtime would block, which is not allowed in async code.
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
            .spawn(move || listening::serve_until_stopped(runtime, listeners, tls, connections))
            .map_err(StartError::Threads)?;
        Ok(Self {
            app,
            addresses,
            stop,
            thread: Some(thread),
            certificate,
        })
    }

    /// Returns the URL for apps, such as `http://localhost:9229`, or the public URL if there is one.
    pub fn url(&self) -> String {
        self.app.hosts.own_base_url()
    }

    /// Returns the issuer that tokens of this pool name, for apps that use [`LocalPool::url`]. Returns `None` if the
    /// pool does not exist.
    ///
    /// # Errors
    /// Returns an error if the data cannot be read.
    pub fn issuer(&self, pool_id: &str) -> Result<Option<String>, ApiError> {
        let base_url = self.url();
        let issuer_base = self.app.hosts.issuer_base(&base_url);
        self.app.service.find_issuer_of_pool(pool_id, issuer_base)
    }

    /// Returns the first address that the pool listens on, with the actual port.
    pub fn address(&self) -> SocketAddr {
        self.addresses
            .first()
            .copied()
            .unwrap_or_else(|| SocketAddr::new(Ipv4Addr::LOCALHOST.into(), 0))
    }

    /// Returns all addresses that the pool listens on.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Returns the certificate that callers must trust, as PEM (RFC 7468), or `None` if the pool does not use
    /// https ([`LocalPoolSettings::tls`]).
    pub fn certificate_pem(&self) -> Option<&str> {
        self.certificate
            .as_ref()
            .map(|certificate| certificate.pem.as_str())
    }

    /// Returns the path of the file with the certificate, which is next to the data file, or `None` if the data
    /// is in memory or the pool does not use https.
    pub fn certificate_file(&self) -> Option<&Path> {
        self.certificate.as_ref()?.file.as_deref()
    }

    /// Calls an action of the user-pool API as an administrator, without a network, and returns the response:
    /// `pool.call("AdminCreateUser", json!({ … }))`.
    ///
    /// The result of an action with an empty response body is `null`.
    ///
    /// # Errors
    /// Returns the exception that Cognito would return.
    pub fn call(&self, operation: &str, request: &Value) -> Result<Value, ApiError> {
        let base_url = self.url();
        let caller = ActionCaller {
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
            ActionResponse::Json(value) => Ok(value),
            ActionResponse::EmptyBody => Ok(json!(null)),
        }
    }

    /// Returns the emails and text messages to `recipient` (an email address or a phone number), ignoring case. If it
    /// is `None`, returns all messages. The newest message is first.
    ///
    /// # Errors
    /// Returns an error if the data cannot be read.
    pub fn messages(&self, recipient: Option<&str>) -> Result<Vec<OutboxMessage>, ApiError> {
        self.app.service.messages(recipient)
    }

    /// Replaces the signing keys. The former keys stay in the key set, so that their tokens remain valid.
    ///
    /// # Errors
    /// Returns an error if the data cannot be written. The keys are then unchanged.
    pub fn rotate_keys(&self) -> Result<(), ApiError> {
        self.app.service.rotate_keys(self.app.clock.now())
    }

    /// Returns all requests that the pool has received since its start, in the order of arrival. Returns none if
    /// [`LocalPoolSettings::record`] is false.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.app
            .recorder
            .as_ref()
            .map(RequestRecorder::recorded_requests)
            .unwrap_or_default()
    }

    /// Returns the pool's clock, which a test can move.
    pub fn clock(&self) -> &Clock {
        &self.app.clock
    }

    /// Stops the pool. Running requests have half a second to finish, then the ports are free again.
    pub fn stop(mut self) {
        self.stop_and_wait();
    }

    /// Stops the pool and waits until its thread has ended.
    fn stop_and_wait(&mut self) {
        // The send fails if the thread has ended by itself, which is no error.
        let _ = self.stop.send(true);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for LocalPool {
    fn drop(&mut self) {
        self.stop_and_wait();
    }
}

impl fmt::Debug for LocalPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalPool")
            .field("addresses", &self.addresses)
            .finish_non_exhaustive()
    }
}
