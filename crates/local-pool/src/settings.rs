//! The settings with which a local pool starts.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use cognito_proto::time::UnixTime;

pub use crate::actions::{DEV_CLIENT_ID, DEV_POOL_ID};
use crate::presets::PoolPreset;

/// The default port of a local pool.
pub const DEFAULT_PORT: u16 = 9229;

/// The default of [`LocalPoolSettings::request_timeout`].
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

/// The settings with which a [`LocalPool`](crate::LocalPool) starts.
#[derive(Clone, Debug)]
pub struct LocalPoolSettings {
    /// The addresses to listen on.
    pub listen: ListenAddresses,
    /// The place where users, pools and keys are stored.
    pub data: DataLocation,
    /// The reference pool that the local pool creates at the start.
    pub preset: PoolPreset,
    /// The URL of the reference pool's app, if it is not the preset's. Its callback URLs are registered too.
    pub app_url: Option<PublicUrl>,
    /// The URL at which callers reach the pool, if it is not the listening address.
    pub public_url: Option<PublicUrl>,
    /// The address with which issuers begin, if it is not the address of the API. Tokens and discovery documents then
    /// name it, and each pool's documents are available there too. Port 0 means the port that the pool listens on.
    pub issuer_url: Option<PublicUrl>,
    /// True if the pool uses https with its own certificate instead of http.
    pub tls: bool,
    /// The time limit for the head of a request, and for its body. When it has passed, the connection is
    /// closed.
    pub request_timeout: Duration,
    /// The clock that the pool's rules use.
    pub clock: Clock,
    /// True if requests are recorded for [`LocalPool::requests`](crate::LocalPool::requests).
    pub record: bool,
    /// The destination of log lines, such as a call of an unsupported action.
    pub console: LogOutput,
}

impl LocalPoolSettings {
    /// Returns the settings for a test: a free port on `127.0.0.1` and `::1`, data in memory, the system's clock,
    /// recorded requests, and no log.
    pub fn for_tests() -> Self {
        Self {
            listen: ListenAddresses::Loopback { port: 0 },
            data: DataLocation::InMemory,
            preset: PoolPreset::default(),
            app_url: None,
            public_url: None,
            issuer_url: None,
            tls: false,
            request_timeout: REQUEST_TIMEOUT,
            clock: Clock::system(),
            record: true,
            console: LogOutput::Quiet,
        }
    }

    /// Returns the settings for a developer: port 9229 on `127.0.0.1` and `::1`.
    pub fn for_development(data: DataLocation) -> Self {
        Self {
            listen: ListenAddresses::Loopback { port: DEFAULT_PORT },
            data,
            preset: PoolPreset::default(),
            app_url: None,
            public_url: None,
            issuer_url: None,
            tls: false,
            request_timeout: REQUEST_TIMEOUT,
            clock: Clock::system(),
            record: false,
            console: LogOutput::Stderr,
        }
    }
}

/// The place where a pool stores its data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DataLocation {
    /// An SQLite file, which is created if it does not exist. It survives restarts and crashes.
    File(PathBuf),
    /// The memory of the program. The data is lost when the pool stops.
    InMemory,
}

/// The addresses on which a pool listens. Port 0 means any free port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListenAddresses {
    /// The addresses `127.0.0.1` and `::1`, because browsers may try either first for `localhost`.
    Loopback {
        /// The port on `127.0.0.1` and on `::1`.
        port: u16,
    },
    /// A single address.
    Address(SocketAddr),
}

impl ListenAddresses {
    /// Returns the addresses to listen on. The pool does not start without the first address.
    pub fn addresses(self) -> Vec<SocketAddr> {
        match self {
            Self::Loopback { port } => vec![
                SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port),
                SocketAddr::new(IpAddr::V6(Ipv6Addr::LOCALHOST), port),
            ],
            Self::Address(address) => vec![address],
        }
    }

    /// Returns true if only this computer can connect to these addresses.
    pub fn is_loopback(self) -> bool {
        match self {
            Self::Loopback { .. } => true,
            Self::Address(address) => address.ip().is_loopback(),
        }
    }
}

impl FromStr for ListenAddresses {
    type Err = String;

    /// Parses a listening address: `localhost:9229`, `127.0.0.1:9229`, `[::1]:9229` or `0.0.0.0:9229`. The error is a
    /// text for the user.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(port) = text
            .strip_prefix("localhost:")
            .and_then(|port| port.parse().ok())
        {
            return Ok(Self::Loopback { port });
        }
        text.parse().map(Self::Address).map_err(|_| {
            format!("{text:?} is not a listening address. Examples: localhost:9229, 127.0.0.1:9229, [::1]:9229")
        })
    }
}

/// The URL at which callers reach the pool: scheme, host and optional port, without a path or trailing slash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl(String);

impl PublicUrl {
    /// Returns the URL as text, such as `https://pool.example.com`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns host and port, as in a request's `Host` header.
    pub fn authority(&self) -> &str {
        self.0
            .split_once("://")
            .map_or("", |(_, authority)| authority)
    }

    /// Replaces port 0 in this URL by `port`. A URL with another port is returned unchanged.
    #[must_use]
    pub fn with_port(self, port: u16) -> Self {
        match self.0.strip_suffix(":0") {
            Some(start) => Self(format!("{start}:{port}")),
            None => self,
        }
    }

    /// Returns the host without its port. An IPv6 address has no brackets.
    pub fn host(&self) -> &str {
        let authority = self.authority();
        match authority
            .strip_prefix('[')
            .and_then(|rest| rest.split_once(']'))
        {
            Some((address, _)) => address,
            None => authority
                .split_once(':')
                .map_or(authority, |(host, _)| host),
        }
    }
}

impl FromStr for PublicUrl {
    type Err = String;

    /// Parses a URL that has only scheme, host and optional port. The error is a text for the user.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let lower = text.trim_end_matches('/').to_ascii_lowercase();
        let authority = lower
            .strip_prefix("https://")
            .or_else(|| lower.strip_prefix("http://"));
        let plain = |authority: &str| {
            !authority.is_empty()
                && authority
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"-.:[]".contains(&byte))
        };
        if authority.is_some_and(plain) {
            Ok(Self(lower))
        } else {
            Err(format!(
                "{text:?} is not a URL without a path. Examples: https://pool.example.com, http://localhost:9000"
            ))
        }
    }
}

/// The destination of log lines, which never contain a password, token or code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogOutput {
    /// Log lines are not printed.
    Quiet,
    /// Log lines go to standard error.
    Stderr,
}

/// The pool's clock: the system's clock, or a clock that a test sets.
///
/// A clone shares the same clock.
#[derive(Clone)]
pub struct Clock(Arc<TimeSource>);

/// The source of a clock's time.
enum TimeSource {
    /// The system's time plus an offset in seconds.
    Running { offset: AtomicI64 },
    /// A fixed time.
    Manual { now: AtomicU64 },
}

impl Clock {
    /// Returns the system's clock.
    pub fn system() -> Self {
        Self(Arc::new(TimeSource::Running {
            offset: AtomicI64::new(0),
        }))
    }

    /// Returns a clock that shows `start` until it is moved.
    pub fn manual(start: UnixTime) -> Self {
        Self(Arc::new(TimeSource::Manual {
            now: AtomicU64::new(start.as_secs()),
        }))
    }

    /// Returns the current time of this clock.
    pub fn now(&self) -> UnixTime {
        match &*self.0 {
            TimeSource::Running { offset } => UnixTime::from_secs(
                seconds_since_epoch().saturating_add_signed(offset.load(Ordering::SeqCst)),
            ),
            TimeSource::Manual { now } => UnixTime::from_secs(now.load(Ordering::SeqCst)),
        }
    }

    /// Moves the clock forward by `duration`. A running clock continues to run.
    pub fn advance(&self, duration: Duration) {
        let seconds = duration.as_secs();
        match &*self.0 {
            TimeSource::Running { offset } => {
                offset.fetch_add(i64::try_from(seconds).unwrap_or(i64::MAX), Ordering::SeqCst);
            }
            TimeSource::Manual { now } => {
                now.fetch_add(seconds, Ordering::SeqCst);
            }
        }
    }

    /// Sets the clock to `new_time`. A running clock continues to run from there.
    pub fn set_time(&self, new_time: UnixTime) {
        match &*self.0 {
            TimeSource::Running { offset } => {
                let difference = i128::from(new_time.as_secs()) - i128::from(seconds_since_epoch());
                offset.store(
                    i64::try_from(difference).unwrap_or(i64::MAX),
                    Ordering::SeqCst,
                );
            }
            TimeSource::Manual { now } => now.store(new_time.as_secs(), Ordering::SeqCst),
        }
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Clock({})", self.now().as_secs())
    }
}

/// Returns the system's time in seconds since the epoch, or 0 if the computer's clock is before 1970.
fn seconds_since_epoch() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listening_on_localhost_means_both_loopback_addresses() {
        let listen: ListenAddresses = "localhost:9229".parse().expect("an address");
        assert_eq!(
            listen.addresses(),
            [
                "127.0.0.1:9229".parse().expect("v4"),
                "[::1]:9229".parse().expect("v6")
            ]
        );
        assert!(listen.is_loopback());
    }

    #[test]
    fn listening_address_0_0_0_0_is_not_a_loopback_address() {
        assert_eq!(
            "0.0.0.0:80"
                .parse::<ListenAddresses>()
                .map(ListenAddresses::is_loopback),
            Ok(false)
        );
        assert_eq!(
            "[::1]:80"
                .parse::<ListenAddresses>()
                .map(ListenAddresses::is_loopback),
            Ok(true)
        );
    }

    #[test]
    fn error_for_a_listening_address_without_port_shows_examples() {
        assert_eq!(
            "localhost".parse::<ListenAddresses>(),
            Err("\"localhost\" is not a listening address. Examples: localhost:9229, 127.0.0.1:9229, [::1]:9229".to_owned())
        );
    }

    #[test]
    fn public_url_setting_has_only_scheme_host_and_port() {
        let url: PublicUrl = "https://Pool.example.com/".parse().expect("a URL");
        assert_eq!(
            (url.as_str(), url.authority()),
            ("https://pool.example.com", "pool.example.com")
        );
        for (url, host) in [
            ("https://pool.example.com:8443", "pool.example.com"),
            ("http://127.0.0.1:9000", "127.0.0.1"),
            ("http://[::1]:9000", "::1"),
            ("http://[::1]", "::1"),
        ] {
            assert_eq!(url.parse::<PublicUrl>().expect("a URL").host(), host);
        }
        let with_port = |url: &str| {
            let url: PublicUrl = url.parse().expect("a URL");
            url.with_port(9229).as_str().to_owned()
        };
        assert_eq!(with_port("http://127.0.0.1:0"), "http://127.0.0.1:9229");
        assert_eq!(with_port("http://127.0.0.1:80"), "http://127.0.0.1:80");
        for refused in [
            "pool.example.com",
            "ftp://pool",
            "https://",
            "https://a/b",
            "https://u@h",
            "https://a b",
        ] {
            assert!(refused.parse::<PublicUrl>().is_err(), "{refused}");
        }
    }

    #[test]
    fn manual_clock_stands_still_until_a_test_advances_it() {
        let clock = Clock::manual(UnixTime::from_secs(1_795_072_089));
        let handle = clock.clone();
        handle.advance(Duration::from_secs(11));
        assert_eq!(clock.now(), UnixTime::from_secs(1_795_072_100));
        handle.set_time(UnixTime::from_secs(5));
        assert_eq!(clock.now(), UnixTime::from_secs(5));
    }

    #[test]
    fn system_clock_continues_to_run_after_a_test_set_its_time() {
        let clock = Clock::system();
        clock.set_time(UnixTime::from_secs(1_000));
        assert!((1_000..1_100).contains(&clock.now().as_secs()));
    }
}
