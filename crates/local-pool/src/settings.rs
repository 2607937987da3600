//! What a local pool is started with.

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

/// The port of a local pool when nothing else is said.
pub const DEFAULT_PORT: u16 = 9229;

/// [`Settings::request_timeout`] when nothing else is said.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

/// Everything a [`LocalPool`](crate::LocalPool) is started with.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where it listens.
    pub listen: Listen,
    /// Where users, pools and keys are kept.
    pub data: Data,
    /// The reference pool that is there from the start.
    pub preset: PoolPreset,
    /// Where that pool's app is served, when it is not where the preset says: its addresses are registered too.
    pub app_url: Option<PublicUrl>,
    /// The address by which callers reach the pool, when it is not the one it listens on.
    pub public_url: Option<PublicUrl>,
    /// The base address of issuers, when it is not the address of the API: tokens and discovery then name this one, and
    /// the documents of each pool are there too. Port 0 stands for the port that the pool listens on.
    pub issuer_url: Option<PublicUrl>,
    /// Whether it speaks https, with a certificate of its own, in place of http.
    pub tls: bool,
    /// How long the head of a request may take to arrive, and how long its body; then the connection is closed.
    pub request_timeout: Duration,
    /// What time it is for the pool's rules.
    pub clock: Clock,
    /// Whether every request is remembered for [`LocalPool::requests`](crate::LocalPool::requests).
    pub record: bool,
    /// Where it says what a developer should know, such as an action it lacks.
    pub console: Console,
}

impl Settings {
    /// A pool for a test: a free port on both loopback addresses, data in memory, the system's clock,
    /// every request remembered, nothing printed.
    pub fn for_tests() -> Self {
        Self {
            listen: Listen::Loopback { port: 0 },
            data: Data::InMemory,
            preset: PoolPreset::default(),
            app_url: None,
            public_url: None,
            issuer_url: None,
            tls: false,
            request_timeout: REQUEST_TIMEOUT,
            clock: Clock::system(),
            record: true,
            console: Console::Quiet,
        }
    }

    /// A pool for a developer: port 9229 on both loopback addresses.
    pub fn for_development(data: Data) -> Self {
        Self {
            listen: Listen::Loopback { port: DEFAULT_PORT },
            data,
            preset: PoolPreset::default(),
            app_url: None,
            public_url: None,
            issuer_url: None,
            tls: false,
            request_timeout: REQUEST_TIMEOUT,
            clock: Clock::system(),
            record: false,
            console: Console::Stderr,
        }
    }
}

/// Where a pool's data is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Data {
    /// In this SQLite file, made when it is not there; survives restarts and crashes.
    File(PathBuf),
    /// In memory; gone when the pool stops.
    InMemory,
}

/// Where a pool listens. Port 0 means any free port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listen {
    /// `127.0.0.1` and `::1`: browsers may try either first for `localhost`.
    Loopback {
        /// The same port on both.
        port: u16,
    },
    /// One address as given.
    Address(SocketAddr),
}

impl Listen {
    /// The addresses to listen on, the first of which must be had.
    pub fn addresses(self) -> Vec<SocketAddr> {
        match self {
            Self::Loopback { port } => vec![
                SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port),
                SocketAddr::new(IpAddr::V6(Ipv6Addr::LOCALHOST), port),
            ],
            Self::Address(address) => vec![address],
        }
    }

    /// Whether only this computer can connect.
    pub fn is_loopback(self) -> bool {
        match self {
            Self::Loopback { .. } => true,
            Self::Address(address) => address.ip().is_loopback(),
        }
    }
}

impl FromStr for Listen {
    type Err = String;

    /// Reads `localhost:9229`, `127.0.0.1:9229`, `[::1]:9229` or `0.0.0.0:9229`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(port) = text
            .strip_prefix("localhost:")
            .and_then(|port| port.parse().ok())
        {
            return Ok(Self::Loopback { port });
        }
        text.parse().map(Self::Address).map_err(|_| {
            format!("{text:?} is not an address to listen on; it looks like localhost:9229, 127.0.0.1:9229 or [::1]:9229")
        })
    }
}

/// The address by which callers reach the pool: scheme, host and perhaps port, without a path or final slash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl(String);

impl PublicUrl {
    /// The address as text, such as `https://pool.example.com`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Host and port, as a request's `Host` says them.
    pub fn authority(&self) -> &str {
        self.0
            .split_once("://")
            .map_or("", |(_, authority)| authority)
    }

    /// This address with `port` in place of port 0.
    #[must_use]
    pub fn on_port(self, port: u16) -> Self {
        match self.0.strip_suffix(":0") {
            Some(start) => Self(format!("{start}:{port}")),
            None => self,
        }
    }

    /// The host without its port, an IPv6 address without its brackets.
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
                "{text:?} is not a public URL; it looks like https://pool.example.com or http://localhost:9000, with no path"
            ))
        }
    }
}

/// Where the pool says what a developer should know. Never a password, token or code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Console {
    /// Nowhere.
    Quiet,
    /// On standard error.
    Stderr,
}

/// What time it is for the pool: the system's clock, or one that a test sets by hand.
///
/// A clone is another handle on the same clock.
#[derive(Clone)]
pub struct Clock(Arc<Time>);

enum Time {
    /// The system's time, moved by some seconds.
    Running { moved: AtomicI64 },
    /// Stands still until it is moved.
    Standing { at: AtomicU64 },
}

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Self(Arc::new(Time::Running {
            moved: AtomicI64::new(0),
        }))
    }

    /// A clock that stands at `at` until it is moved.
    pub fn hand_set(at: UnixTime) -> Self {
        Self(Arc::new(Time::Standing {
            at: AtomicU64::new(at.as_secs()),
        }))
    }

    /// The moment it shows.
    pub fn now(&self) -> UnixTime {
        match &*self.0 {
            Time::Running { moved } => UnixTime::from_secs(
                system_seconds().saturating_add_signed(moved.load(Ordering::SeqCst)),
            ),
            Time::Standing { at } => UnixTime::from_secs(at.load(Ordering::SeqCst)),
        }
    }

    /// Moves it on by `length`; a running clock runs on from there.
    pub fn advance(&self, length: Duration) {
        let seconds = length.as_secs();
        match &*self.0 {
            Time::Running { moved } => {
                moved.fetch_add(i64::try_from(seconds).unwrap_or(i64::MAX), Ordering::SeqCst);
            }
            Time::Standing { at } => {
                at.fetch_add(seconds, Ordering::SeqCst);
            }
        }
    }

    /// Sets it to `moment`; a running clock runs on from there.
    pub fn set(&self, moment: UnixTime) {
        match &*self.0 {
            Time::Running { moved } => {
                let difference = i128::from(moment.as_secs()) - i128::from(system_seconds());
                moved.store(
                    i64::try_from(difference).unwrap_or(i64::MAX),
                    Ordering::SeqCst,
                );
            }
            Time::Standing { at } => at.store(moment.as_secs(), Ordering::SeqCst),
        }
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Clock({})", self.now().as_secs())
    }
}

/// Whole seconds since the epoch; a computer set before 1970 is at the epoch.
fn system_seconds() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn localhost_means_both_loopback_addresses() {
        let listen: Listen = "localhost:9229".parse().expect("an address");
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
    fn an_address_that_others_can_reach_is_no_loopback() {
        assert_eq!(
            "0.0.0.0:80".parse::<Listen>().map(Listen::is_loopback),
            Ok(false)
        );
        assert_eq!(
            "[::1]:80".parse::<Listen>().map(Listen::is_loopback),
            Ok(true)
        );
    }

    #[test]
    fn an_address_without_a_port_is_refused_with_an_example() {
        assert_eq!(
            "localhost".parse::<Listen>(),
            Err("\"localhost\" is not an address to listen on; it looks like localhost:9229, 127.0.0.1:9229 or [::1]:9229".to_owned())
        );
    }

    #[test]
    fn a_public_url_is_scheme_and_host_alone() {
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
        let on_port = |url: &str| {
            let url: PublicUrl = url.parse().expect("a URL");
            url.on_port(9229).as_str().to_owned()
        };
        assert_eq!(on_port("http://127.0.0.1:0"), "http://127.0.0.1:9229");
        assert_eq!(on_port("http://127.0.0.1:80"), "http://127.0.0.1:80");
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
    fn a_hand_set_clock_stands_until_it_is_moved() {
        let clock = Clock::hand_set(UnixTime::from_secs(1_795_072_089));
        let handle = clock.clone();
        handle.advance(Duration::from_secs(11));
        assert_eq!(clock.now(), UnixTime::from_secs(1_795_072_100));
        handle.set(UnixTime::from_secs(5));
        assert_eq!(clock.now(), UnixTime::from_secs(5));
    }

    #[test]
    fn a_running_clock_that_was_set_runs_on_from_there() {
        let clock = Clock::system();
        clock.set(UnixTime::from_secs(1_000));
        assert!((1_000..1_100).contains(&clock.now().as_secs()));
    }
}
