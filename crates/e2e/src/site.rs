//! A host of static files for the built app, as a proper one would be: addresses without an extension get the start
//! page, missing files are 404, compressed copies go to who takes them, and every answer carries the folder's headers and
//! the time.

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

use crate::Outcome;
use crate::headers::Headers;

/// What is at `/config.js`, or at `/js/config.js`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigFile {
    /// This JavaScript.
    Script(String),
    /// Nothing: 404.
    Missing,
    /// The start page, from a host that answers every address with it.
    StartPage,
}

/// What becomes of requests for a built file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BuiltFile {
    /// The file as it was built.
    Whole,
    /// Its first half; the rest once this changes.
    Half,
    /// Nothing: 404.
    Missing,
    /// Nothing, and the 404 may be kept for a year as the file might be.
    MissingForAYear,
    /// The file with one byte changed.
    Damaged,
}

/// Every file as it was built.
const WHOLE: (&str, BuiltFile) = ("", BuiltFile::Whole);

struct Host {
    dist: PathBuf,
    headers: Headers,
    config: Mutex<ConfigFile>,
    /// What is at `/js/config.js`.
    config_in_js: Mutex<ConfigFile>,
    /// What becomes of files with this in their names.
    built: watch::Sender<(&'static str, BuiltFile)>,
    /// The files that were asked for, by their names.
    asked: Mutex<Vec<String>>,
    /// How far its clock is ahead of this computer's.
    ahead: Mutex<Duration>,
    /// How old its answers are, as those of a cache that does not say so.
    age: Mutex<Duration>,
}

/// A running host, on a thread of its own until this value goes.
pub struct Site {
    host: Arc<Host>,
    url: String,
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
}

impl Site {
    /// Serves the folder on a free port.
    ///
    /// # Errors
    /// There is no built app in the folder, or no port.
    pub fn start(dist: PathBuf, headers: Headers, config: ConfigFile) -> Outcome<Self> {
        if !dist.join("index.html").exists() {
            return Err(format!(
                "{} holds no built app: run cargo xtask build",
                dist.display()
            )
            .into());
        }
        let (built, _) = watch::channel(WHOLE);
        let host = Arc::new(Host {
            dist,
            headers,
            config: Mutex::new(config),
            config_in_js: Mutex::new(ConfigFile::Missing),
            built,
            asked: Mutex::default(),
            ahead: Mutex::default(),
            age: Mutex::default(),
        });
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .build()?;
        let listener = runtime.block_on(TcpListener::bind(("127.0.0.1", 0)))?;
        let url = format!("http://localhost:{}", listener.local_addr()?.port());
        let (stop, mut stopped) = watch::channel(false);
        let router = Router::new().fallback(answer).with_state(Arc::clone(&host));
        let thread = std::thread::Builder::new()
            .name("site".to_owned())
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

    /// Its address, such as `http://localhost:41234`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Puts something else at `/config.js`, as an operator would.
    pub fn set_config(&self, config: ConfigFile) {
        *self
            .host
            .config
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = config;
    }

    /// Puts something else at `/js/config.js`, where nothing is at the start.
    pub fn set_config_in_js(&self, config: ConfigFile) {
        *self
            .host
            .config_in_js
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = config;
    }

    /// What becomes from now on of the files with this in their names; all others are whole.
    pub fn set_built(&self, named: &'static str, built: BuiltFile) {
        self.host.built.send_replace((named, built));
    }

    /// The names of the built files that were asked for so far.
    pub fn asked(&self) -> Vec<String> {
        let asked = self.host.asked.lock();
        asked.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Moves the clock on that its answers are dated by.
    pub fn let_time_pass(&self, length: Duration) {
        *self
            .host
            .ahead
            .lock()
            .unwrap_or_else(PoisonError::into_inner) += length;
    }

    /// Dates its answers so much earlier than it gives them, as a cache does that adds no `Age`.
    pub fn set_age(&self, age: Duration) {
        *self.host.age.lock().unwrap_or_else(PoisonError::into_inner) = age;
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        if let Some(thread) = self.thread.take() {
            // A host that broke has said so on the console.
            let _ = thread.join();
        }
    }
}

async fn answer(State(host): State<Arc<Host>>, request: Request) -> Response<Body> {
    let path = request.uri().path().to_owned();
    let accepts = request
        .headers()
        .get(ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok());
    let mut response = host.file(&path, accepts.unwrap_or_default());
    // What is not there has no headers of its own.
    let place = if response.status().is_success() {
        path.as_str()
    } else {
        ""
    };
    for (name, value) in host.headers.of(place) {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().entry(name).or_insert(value);
        }
    }
    // RFC 9110 section 6.6.1: by this the page learns what its own clock is worth.
    if let Ok(date) = HeaderValue::try_from(httpdate::fmt_http_date(host.now())) {
        response.headers_mut().insert(DATE, date);
    }
    response
}

impl Host {
    fn now(&self) -> SystemTime {
        let length = |of: &Mutex<Duration>| *of.lock().unwrap_or_else(PoisonError::into_inner);
        SystemTime::now() + length(&self.ahead) - length(&self.age)
    }

    fn file(&self, path: &str, accepts: &str) -> Response<Body> {
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
                ConfigFile::Script(text) => whole("text/javascript", text.into()),
                ConfigFile::Missing => not_found(),
                ConfigFile::StartPage => {
                    self.read("/index.html", "text/html; charset=utf-8", accepts)
                }
            }
        } else if !last.contains('.') {
            self.read("/index.html", "text/html; charset=utf-8", accepts)
        } else {
            self.asked
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
            self.built(path, kind, accepts)
        }
    }

    fn built(&self, path: &str, kind: &'static str, accepts: &str) -> Response<Body> {
        let (named, built) = *self.built.borrow();
        let built = if path.contains(named) {
            built
        } else {
            BuiltFile::Whole
        };
        match built {
            BuiltFile::Whole => self.read(path, kind, accepts),
            BuiltFile::Missing => not_found(),
            BuiltFile::MissingForAYear => {
                let mut response = not_found();
                let kept = HeaderValue::from_static("public, max-age=31536000, immutable");
                response.headers_mut().insert(CACHE_CONTROL, kept);
                response
            }
            BuiltFile::Damaged | BuiltFile::Half => {
                let Some(mut bytes) = self.bytes(path) else {
                    return not_found();
                };
                if built == BuiltFile::Half {
                    return in_two_halves(kind, bytes.into(), self.built.subscribe());
                }
                let middle = bytes.len() / 2;
                bytes[middle] ^= 1;
                whole(kind, bytes.into())
            }
        }
    }

    /// A file, compressed where there is a copy and the browser takes it.
    fn read(&self, path: &str, kind: &'static str, accepts: &str) -> Response<Body> {
        for (encoding, ending) in [("br", ".br"), ("gzip", ".gz")] {
            let accepted = accepts
                .split(',')
                .any(|accepted| accepted.trim() == encoding);
            if accepted && let Some(bytes) = self.bytes(&format!("{path}{ending}")) {
                let mut response = whole(kind, bytes.into());
                response
                    .headers_mut()
                    .insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
                return response;
            }
        }
        self.bytes(path)
            .map_or_else(not_found, |bytes| whole(kind, bytes.into()))
    }

    /// A file of the folder itself; the folder has no others below it that are served.
    fn bytes(&self, path: &str) -> Option<Vec<u8>> {
        let name = path.strip_prefix('/').filter(|name| !name.contains('/'))?;
        std::fs::read(self.dist.join(name)).ok()
    }
}

fn whole(kind: &'static str, bytes: Bytes) -> Response<Body> {
    let mut response = Response::new(Body::from(bytes));
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

fn not_found() -> Response<Body> {
    let mut response = whole(
        "text/plain; charset=utf-8",
        Bytes::from_static(b"Not found"),
    );
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

/// Half of the bytes now, and the rest when the file is whole again.
fn in_two_halves(
    kind: &'static str,
    mut bytes: Bytes,
    mut built: watch::Receiver<(&'static str, BuiltFile)>,
) -> Response<Body> {
    let length = bytes.len();
    let rest = bytes.split_off(length / 2);
    let (mut sender, body) = http_body_util::channel::Channel::<Bytes>::new(1);
    tokio::spawn(async move {
        // Nobody to send to, or nobody to wait for: the page or the test has gone.
        if sender.send_data(bytes).await.is_ok()
            && built
                .wait_for(|built| built.1 == BuiltFile::Whole)
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
