//! A static file server for the built app. Paths without a file extension get the start page, missing files get 404,
//! and compressed copies are sent to clients that accept them. Every response has the headers of the folder and a
//! `Date`.

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
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::Result;
use crate::headers::Headers;

/// The content of `/config.js` or `/js/config.js`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigFile {
    /// This JavaScript.
    Script(String),
    /// No file: the response is 404.
    Missing,
    /// The start page, as from a host that sends it for every address.
    StartPage,
}

/// The response to requests for a built file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileResponse {
    /// The file as it was built.
    Complete,
    /// The first half of the file at once, and the rest when this is set to `Complete`.
    FirstHalf,
    /// No file: the response is 404.
    NotFound,
    /// No file: the response is 404, with the `Cache-Control` of a file that may be cached for a year.
    CachedNotFound,
    /// The file with one changed byte.
    Corrupted,
}

/// The setting under which every file is sent as it was built.
const COMPLETE: (&str, FileResponse) = ("", FileResponse::Complete);

struct HostState {
    dist: PathBuf,
    headers: Headers,
    config: Mutex<ConfigFile>,
    /// The content of `/js/config.js`.
    config_in_js: Mutex<ConfigFile>,
    /// The response for files whose path contains this text.
    built: watch::Sender<(&'static str, FileResponse)>,
    /// The names of the requested files.
    requested: Mutex<Vec<String>>,
    /// The time by which the host's clock is ahead of the computer's clock.
    ahead: Mutex<Duration>,
    /// The age of the responses, as from a cache that sends no `Age`.
    age: Mutex<Duration>,
}

/// A running host. Its thread ends when this value is dropped.
pub struct StaticHost {
    host: Arc<HostState>,
    url: String,
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
}

impl StaticHost {
    /// Serves the folder on a free port.
    ///
    /// # Errors
    /// The folder contains no built app, or no port is available.
    pub fn start(dist: PathBuf, headers: Headers, config: ConfigFile) -> Result<Self> {
        if !dist.join("index.html").exists() {
            return Err(
                format!("{} has no built app. Run cargo xtask build", dist.display()).into(),
            );
        }
        let (built, _) = watch::channel(COMPLETE);
        let host = Arc::new(HostState {
            dist,
            headers,
            config: Mutex::new(config),
            config_in_js: Mutex::new(ConfigFile::Missing),
            built,
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
            .fallback(respond)
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

    /// The address of the host, such as `http://localhost:41234`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Replaces `/config.js`, as an operator does.
    pub fn set_config(&self, config: ConfigFile) {
        *self
            .host
            .config
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = config;
    }

    /// Replaces `/js/config.js`, which is missing at the start.
    pub fn set_js_config(&self, config: ConfigFile) {
        *self
            .host
            .config_in_js
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = config;
    }

    /// Sets the response for files whose path contains `name_part`. All other files are sent as they were built.
    pub fn set_file_response(&self, name_part: &'static str, built: FileResponse) {
        self.host.built.send_replace((name_part, built));
    }

    /// Returns the names of the files that were requested so far.
    pub fn requested_files(&self) -> Vec<String> {
        let requested = self.host.requested.lock();
        requested.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sets the clock forward that `Date` is taken from.
    pub fn advance_clocks(&self, length: Duration) {
        *self
            .host
            .ahead
            .lock()
            .unwrap_or_else(PoisonError::into_inner) += length;
    }

    /// Makes `Date` earlier by `age`, as in responses from a cache that sends no `Age`.
    pub fn set_age(&self, age: Duration) {
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

async fn respond(State(host): State<Arc<HostState>>, request: Request) -> Response<Body> {
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
    for (name, value) in host.headers.for_path(rule_path) {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().entry(name).or_insert(value);
        }
    }
    // The app corrects its own clock by `Date` (RFC 9110 §6.6.1).
    if let Ok(date) = HeaderValue::try_from(httpdate::fmt_http_date(host.now())) {
        response.headers_mut().insert(DATE, date);
    }
    response
}

impl HostState {
    fn now(&self) -> SystemTime {
        let length =
            |value: &Mutex<Duration>| *value.lock().unwrap_or_else(PoisonError::into_inner);
        SystemTime::now() + length(&self.ahead) - length(&self.age)
    }

    fn response_for(&self, path: &str, accepts: &str) -> Response<Body> {
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
                ConfigFile::Script(text) => file_response("text/javascript", text.into()),
                ConfigFile::Missing => not_found(),
                ConfigFile::StartPage => {
                    self.read_file("/index.html", "text/html; charset=utf-8", accepts)
                }
            }
        } else if !last.contains('.') {
            self.read_file("/index.html", "text/html; charset=utf-8", accepts)
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
            self.built_file(path, kind, accepts)
        }
    }

    fn built_file(&self, path: &str, kind: &'static str, accepts: &str) -> Response<Body> {
        let (name_part, built) = *self.built.borrow();
        let built = if path.contains(name_part) {
            built
        } else {
            FileResponse::Complete
        };
        match built {
            FileResponse::Complete => self.read_file(path, kind, accepts),
            FileResponse::NotFound => not_found(),
            FileResponse::CachedNotFound => {
                let mut response = not_found();
                let cached = HeaderValue::from_static("public, max-age=31536000, immutable");
                response.headers_mut().insert(CACHE_CONTROL, cached);
                response
            }
            FileResponse::Corrupted | FileResponse::FirstHalf => {
                let Some(mut bytes) = self.read_bytes(path) else {
                    return not_found();
                };
                if built == FileResponse::FirstHalf {
                    return two_halves(kind, bytes.into(), self.built.subscribe());
                }
                let middle = bytes.len() / 2;
                bytes[middle] ^= 1;
                file_response(kind, bytes.into())
            }
        }
    }

    /// Returns a file, compressed if there is a compressed copy and the browser accepts it.
    fn read_file(&self, path: &str, kind: &'static str, accepts: &str) -> Response<Body> {
        for (encoding, ending) in [("br", ".br"), ("gzip", ".gz")] {
            let accepted = accepts
                .split(',')
                .any(|accepted| accepted.trim() == encoding);
            if accepted && let Some(bytes) = self.read_bytes(&format!("{path}{ending}")) {
                let mut response = file_response(kind, bytes.into());
                response
                    .headers_mut()
                    .insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
                return response;
            }
        }
        self.read_bytes(path)
            .map_or_else(not_found, |bytes| file_response(kind, bytes.into()))
    }

    /// Reads a file directly in the folder. Files in subfolders are not served.
    fn read_bytes(&self, path: &str) -> Option<Vec<u8>> {
        let name = path.strip_prefix('/').filter(|name| !name.contains('/'))?;
        std::fs::read(self.dist.join(name)).ok()
    }
}

fn file_response(kind: &'static str, bytes: Bytes) -> Response<Body> {
    let mut response = Response::new(Body::from(bytes));
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

fn not_found() -> Response<Body> {
    let mut response = file_response(
        "text/plain; charset=utf-8",
        Bytes::from_static(b"Not found"),
    );
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

/// Returns a response with the first half of the bytes. The rest is sent when the setting is `Complete` again.
fn two_halves(
    kind: &'static str,
    mut bytes: Bytes,
    mut built: watch::Receiver<(&'static str, FileResponse)>,
) -> Response<Body> {
    let length = bytes.len();
    let rest = bytes.split_off(length / 2);
    let (mut sender, body) = http_body_util::channel::Channel::<Bytes>::new(1);
    tokio::spawn(async move {
        // Both fail if there is no receiver: the page has closed the connection, or the test has ended.
        if sender.send_data(bytes).await.is_ok()
            && built
                .wait_for(|built| built.1 == FileResponse::Complete)
                .await
                .is_ok()
        {
            let _ = sender.send_data(rest).await;
        }
    });
    let mut response = Response::new(Body::new(body));
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
        .headers_mut()
        .insert(CONTENT_LENGTH, HeaderValue::from(length));
    response
}
