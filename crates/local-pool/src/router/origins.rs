//! The origins whose pages may call the pool from a browser.
//!
//! The pool does not check administrators' signatures. Without this check, every page that is open in the
//! developer's browser could list users and set their passwords. Loopback origins may call the pool, and so may
//! origins that are configured at the start (`--app-url`, `--public-url`) or in the `CallbackURLs` of an app
//! client. A request without `Origin` was not sent by a page's script (Fetch, "`Origin` header").

use std::net::Ipv4Addr;

use rusqlite::Connection;

use crate::error::ApiError;
use crate::pool::AppClient;
use crate::settings::PublicUrl;

/// The origins whose pages may call the pool, as configured at the start.
#[derive(Clone, Debug)]
pub(crate) struct AllowedOrigins(Vec<String>);

impl AllowedOrigins {
    /// Creates the list of allowed origins from the configured URLs.
    pub(crate) fn new(configured_urls: [Option<&PublicUrl>; 2]) -> Self {
        let configured_urls = configured_urls.into_iter().flatten();
        Self(
            configured_urls
                .filter_map(|url| parse_origin(url.as_str()))
                .collect(),
        )
    }

    /// Returns true if pages of this origin may call the pool. The callback URLs of app clients are not considered
    /// here.
    ///
    /// `base_url` is the URL at which the request reached the pool. The pool's own pages may call it.
    pub(crate) fn is_known_origin(&self, origin: &str, base_url: &str) -> bool {
        let Some(origin) = parse_origin(origin) else {
            return false;
        };
        is_loopback_origin(&origin)
            || self.0.contains(&origin)
            || parse_origin(base_url).as_ref() == Some(&origin)
    }
}

/// Returns true if an app client has a callback URL of this origin.
pub(crate) fn is_callback_origin(connection: &Connection, origin: &str) -> Result<bool, ApiError> {
    let Some(origin) = parse_origin(origin) else {
        return Ok(false);
    };
    let callbacks = AppClient::load_all_callback_urls(connection)?;
    Ok(callbacks
        .iter()
        .any(|callback| parse_origin(callback).as_ref() == Some(&origin)))
}

/// Returns the origin of a URL as browsers write it: lower case, without the default port (RFC 6454 §6.2).
/// Returns `None` if the URL has no such origin.
///
/// `null`, the origin of sandboxed frames and local files, is never accepted, because every page can create
/// such a frame.
fn parse_origin(url: &str) -> Option<String> {
    let url = url.to_ascii_lowercase();
    let (scheme, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let default_port = match scheme {
        "http" => ":80",
        "https" => ":443",
        _ => "",
    };
    let authority = match default_port {
        "" => authority,
        port => authority.strip_suffix(port).unwrap_or(authority),
    };
    let is_plain = !scheme.is_empty() && !authority.is_empty() && !authority.contains('@');
    is_plain.then(|| format!("{scheme}://{authority}"))
}

/// Returns true if only this computer can serve pages of this origin. Browsers resolve `localhost` and its subdomains
/// to loopback addresses (RFC 6761 §6.3).
fn is_loopback_origin(origin: &str) -> bool {
    let authority = origin
        .strip_prefix("http://")
        .or_else(|| origin.strip_prefix("https://"));
    let Some(authority) = authority else {
        return false;
    };
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    };
    host == "localhost"
        || host.ends_with(".localhost")
        || host == "[::1]"
        || host
            .parse()
            .is_ok_and(|address: Ipv4Addr| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Makes the origins of a pool with `--app-url` and `--public-url`.
    fn configured_origins() -> AllowedOrigins {
        let app: PublicUrl = "https://app.example.com".parse().expect("a URL");
        let public: PublicUrl = "http://pool.example.com:80".parse().expect("a URL");
        AllowedOrigins::new([Some(&app), Some(&public)])
    }

    #[test]
    fn cors_accepts_loopback_and_configured_origins() {
        for origin in [
            "http://localhost",
            "http://localhost:8000",
            "https://localhost:5173",
            "http://LOCALHOST:8000",
            "http://app.localhost:3000",
            "http://127.0.0.1:49152",
            "http://127.8.9.1",
            "http://[::1]:8000",
            "http://[::1]",
            "https://app.example.com",
            "https://app.example.com:443",
            "http://pool.example.com",
            // The pool's own pages, if it listens on an address of the local network.
            "http://192.168.1.9:9229",
        ] {
            assert!(
                configured_origins().is_known_origin(origin, "http://192.168.1.9:9229"),
                "{origin}"
            );
        }
    }

    #[test]
    fn cors_rejects_all_other_origins() {
        for origin in [
            "",
            "null",
            "localhost:8000",
            "http://",
            "http://evil.example",
            "http://localhost.evil.example",
            "http://evil-localhost",
            "http://localhost@evil.example",
            "http://127.0.0.1.evil.example",
            "http://127.0.0.1.nip.io:8000",
            "http://0.0.0.0:8000",
            "http://2130706433.example",
            "http://[::2]:8000",
            "http://app.example.com",
            "https://app.example.com:8443",
            "https://app.example.com.evil.example",
            "https://pool.example.com",
            "ftp://localhost",
            "http://192.168.1.9:8000",
        ] {
            assert!(
                !configured_origins().is_known_origin(origin, "http://192.168.1.9:9229"),
                "{origin}"
            );
        }
    }

    #[test]
    fn origin_of_a_callback_url_equals_the_browsers_origin_header() {
        for (callback, origin) in [
            ("http://localhost", "http://localhost"),
            (
                "https://App.example.com/login/?x=1",
                "https://app.example.com",
            ),
            (
                "https://app.example.com:443/login",
                "https://app.example.com",
            ),
            (
                "https://app.example.com:8443#x",
                "https://app.example.com:8443",
            ),
            ("capacitor://localhost/login", "capacitor://localhost"),
        ] {
            assert_eq!(
                parse_origin(callback).as_deref(),
                Some(origin),
                "{callback}"
            );
        }
        for callback in [
            "myapp:login",
            "https://user@app.example.com/",
            "https:///login",
        ] {
            assert_eq!(parse_origin(callback), None, "{callback}");
        }
    }
}
