//! A static file server that stands for the host of the built app. Paths without a file extension get the start page,
//! missing files get 404, and compressed copies are sent to clients that accept them. Every response has the headers of
//! the folder and a `Date`.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, DATE,
};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use built_app::header_rules::HeaderRules;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::Result;

/// What the host sends for the file `/config.js` or `/js/config.js`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigFile {
    /// The host sends this JavaScript as the content of the file.
    Script(String),
    /// The host has no such file, and sends 404.
    Missing,
    /// The host sends the start page, as some hosts do for every missing file.
    StartPage,
}

/// What the host sends for a file of the built app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileResponse {
    /// The host sends the file as it was built.
    Complete,
    /// The host sends the first half of the file at once, and the rest when the test sets the response to `Complete`.
    FirstHalf,
    /// The host has no such file, and sends 404.
    NotFound,
    /// The host has no such file, and sends 404 with the `Cache-Control` of a file that may be cached for a year.
    CachedNotFound,
    /// The host sends the file with one changed byte.
    Corrupted,
}

/// The setting with which the host sends every file as it was built.
const COMPLETE: (&str, FileResponse) = ("", FileResponse::Complete);

/// The state of a running host, which the test changes and the host's thread reads.
struct HostState {
    dist: PathBuf,
    headers: HeaderRules,
    config: Mutex<ConfigFile>,
    /// The file that the host serves as `/js/config.js`.
    config_in_js: Mutex<ConfigFile>,
    /// What the host sends for some built files: those whose path contains the first value. It sends all other files as
    /// they were built.
    file_response: watch::Sender<(&'static str, FileResponse)>,
    /// The names of the files that were requested so far.
    requested: Mutex<Vec<String>>,
    /// By how much the host's clock is ahead of the computer's clock.
    ahead: Mutex<Duration>,
    /// How old the responses appear to be, as from a cache that sends no `Age`.
    age: Mutex<Duration>,
}

/// A running web server for the built app. Its thread ends when this value is dropped.
pub struct StaticHost {
    host: Arc<HostState>,
    url: String,
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
}

impl StaticHost {
    /// Starts a host that serves the folder `dist` on a free port.
    ///
    /// # Errors
    /// The folder contains no built app, or no port is available.
    pub fn start(dist: PathBuf, headers: HeaderRules, config: ConfigFile) -> Result<Self> {
        if !dist.join("index.html").exists() {
            return Err(
                format!("{} has no built app. Run cargo xtask build", dist.display()).into(),
            );
        }
        let (file_response, _) = watch::channel(COMPLETE);
        let host = Arc::new(HostState {
            dist,
            headers,
            config: Mutex::new(config),
            config_in_js: Mutex::new(ConfigFile::Missing),
            file_response,
            requested: Mutex::default(),
            ahead: Mutex::default(),
            age: Mutex::default(),
        });
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .build()?;
        let listener = runtime.block_on(TcpListener::bind(("127.0.0.1", 0)))?;
        let url = format!("http://localhost:{}", listener.local_addr()?.port());
        let (stop, mut stopped) = watch::channel(false);
        let router = Router::new()
            .fallback(respond_to_request)
            .with_state(Arc::clone(&host));
        let thread = std::thread::Builder::new()
            .name("static-host".to_owned())
            .spawn(move || {
                runtime.block_on(async {
                    tokio::select! {
                        _ = axum::serve(listener, router) => {}
                        _ = stopped.wait_for(|stop| *stop) => {}
                    }
                });
            })?;
        Ok(Self {
            host,
            url,
            stop,
            thread: Some(thread),
        })
    }

    /// Returns the URL of the host, such as `http://localhost:41234`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Sets what the host sends for `/config.js`, as an operator changes the file.
    pub fn set_config(&self, config: ConfigFile) {
        *self
            .host
            .config
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = config;
    }

    /// Sets what the host sends for `/js/config.js`, which is missing at the start.
    pub fn set_js_config(&self, config: ConfigFile) {
        *self
            .host
            .config_in_js
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = config;
    }

    /// Sets what the host sends for files whose path contains `name_part`. It sends all other files as they were built.
    pub fn set_file_response(&self, name_part: &'static str, response: FileResponse) {
        self.host.file_response.send_replace((name_part, response));
    }

    /// Returns the names of the files that were requested so far.
    pub fn requested_files(&self) -> Vec<String> {
        let requested = self.host.requested.lock();
        requested.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Moves the host's clock forward, which gives the responses their `Date`.
    pub fn advance_clock(&self, length: Duration) {
        *self
            .host
            .ahead
            .lock()
            .unwrap_or_else(PoisonError::into_inner) += length;
    }

    /// Makes the `Date` of responses earlier by `age`, as in responses from a cache that sends no `Age`.
    pub fn set_response_age(&self, age: Duration) {
        *self.host.age.lock().unwrap_or_else(PoisonError::into_inner) = age;
    }
}

impl Drop for StaticHost {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        if let Some(thread) = self.thread.take() {
            // If the thread panicked, the panic message is on stderr.
            let _ = thread.join();
        }
    }
}

async fn respond_to_request(
    State(host): State<Arc<HostState>>,
    request: Request,
) -> Response<Body> {
    let path = request.uri().path().to_owned();
    let accepts = request
        .headers()
        .get(ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok());
    let mut response = host.response_for(&path, accepts.unwrap_or_default());
    // Headers for a single path are not sent with an error response.
    let rule_path = if response.status().is_success() {
        path.as_str()
    } else {
        ""
    };
    for (name, value) in host.headers.headers_for_path(rule_path) {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().entry(name).or_insert(value);
        }
    }
    // The app corrects its own clock by `Date` (RFC 9110 §6.6.1).
    if let Ok(date) = HeaderValue::try_from(httpdate::fmt_http_date(host.current_time())) {
        response.headers_mut().insert(DATE, date);
    }
    response
}

impl HostState {
    fn current_time(&self) -> SystemTime {
        let length =
            |value: &Mutex<Duration>| *value.lock().unwrap_or_else(PoisonError::into_inner);
        SystemTime::now() + length(&self.ahead) - length(&self.age)
    }

    /// Returns the response for a path: a configuration file, the start page, or a built file.
    fn response_for(&self, path: &str, accept_encoding: &str) -> Response<Body> {
        let last = path.rsplit('/').next().unwrap_or_default();
        let config = match path {
            "/config.js" => Some(&self.config),
            "/js/config.js" => Some(&self.config_in_js),
            _ => None,
        };
        if let Some(config) = config {
            let config = config
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clone();
            match config {
                ConfigFile::Script(text) => response_with_type("text/javascript", text.into()),
                ConfigFile::Missing => not_found_response(),
                ConfigFile::StartPage => {
                    self.read_file("/index.html", "text/html; charset=utf-8", accept_encoding)
                }
            }
        } else if !last.contains('.') {
            self.read_file("/index.html", "text/html; charset=utf-8", accept_encoding)
        } else {
            self.requested
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(last.to_owned());
            let kind = match last.rsplit('.').next() {
                Some("wasm") => "application/wasm",
                Some("js") => "text/javascript",
                Some("css") => "text/css",
                Some("svg") => "image/svg+xml",
                Some("html") => "text/html; charset=utf-8",
                _ => "text/plain; charset=utf-8",
            };
            self.respond_with_built_file(path, kind, accept_encoding)
        }
    }

    /// Returns the response for a built file, as the test has set it.
    fn respond_with_built_file(
        &self,
        path: &str,
        content_type: &'static str,
        accept_encoding: &str,
    ) -> Response<Body> {
        let (name_part, response_kind) = *self.file_response.borrow();
        let response_kind = if path.contains(name_part) {
            response_kind
        } else {
            FileResponse::Complete
        };
        match response_kind {
            FileResponse::Complete => self.read_file(path, content_type, accept_encoding),
            FileResponse::NotFound => not_found_response(),
            FileResponse::CachedNotFound => {
                let mut response = not_found_response();
                let cached = HeaderValue::from_static("public, max-age=31536000, immutable");
                response.headers_mut().insert(CACHE_CONTROL, cached);
                response
            }
            FileResponse::Corrupted | FileResponse::FirstHalf => {
                let Some(mut bytes) = self.read_file_in_folder(path) else {
                    return not_found_response();
                };
                if response_kind == FileResponse::FirstHalf {
                    return send_in_two_halves(
                        content_type,
                        bytes.into(),
                        self.file_response.subscribe(),
                    );
                }
                let middle = bytes.len() / 2;
                bytes[middle] ^= 1;
                response_with_type(content_type, bytes.into())
            }
        }
    }

    /// Returns a response with a file of the folder, or with its compressed copy if there is one that the browser
    /// accepts. If the file is missing, the response is 404.
    fn read_file(
        &self,
        path: &str,
        content_type: &'static str,
        accept_encoding: &str,
    ) -> Response<Body> {
        for (encoding, ending) in [("br", ".br"), ("gzip", ".gz")] {
            let accepted = accept_encoding
                .split(',')
                .any(|accepted| accepted.trim() == encoding);
            if accepted && let Some(bytes) = self.read_file_in_folder(&format!("{path}{ending}")) {
                let mut response = response_with_type(content_type, bytes.into());
                response
                    .headers_mut()
                    .insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
                return response;
            }
        }
        self.read_file_in_folder(path)
            .map_or_else(not_found_response, |bytes| {
                response_with_type(content_type, bytes.into())
            })
    }

    /// Reads a file that is directly in the folder. Returns `None` if it is missing or in a subfolder.
    fn read_file_in_folder(&self, path: &str) -> Option<Vec<u8>> {
        let name = path.strip_prefix('/').filter(|name| !name.contains('/'))?;
        std::fs::read(self.dist.join(name)).ok()
    }
}

fn response_with_type(content_type: &'static str, bytes: Bytes) -> Response<Body> {
    let mut response = Response::new(Body::from(bytes));
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

fn not_found_response() -> Response<Body> {
    let mut response = response_with_type(
        "text/plain; charset=utf-8",
        Bytes::from_static(b"Not found"),
    );
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

/// Returns a response that sends the first half of the bytes at once, and the rest when the test sets the response to
/// `Complete`.
fn send_in_two_halves(
    content_type: &'static str,
    mut bytes: Bytes,
    mut file_response: watch::Receiver<(&'static str, FileResponse)>,
) -> Response<Body> {
    let length = bytes.len();
    let rest = bytes.split_off(length / 2);
    let (mut sender, body) = http_body_util::channel::Channel::<Bytes>::new(1);
    tokio::spawn(async move {
        // Both fail if there is no receiver: the page has closed the connection, or the test has ended.
        if sender.send_data(bytes).await.is_ok()
            && file_response
                .wait_for(|file_response| file_response.1 == FileResponse::Complete)
                .await
                .is_ok()
        {
            let _ = sender.send_data(rest).await;
        }
    });
    let mut response = Response::new(Body::new(body));
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
        .headers_mut()
        .insert(CONTENT_LENGTH, HeaderValue::from(length));
    response
}
