//! The host names under which the pool can be reached.
//!
//! A page on another site can make a browser send requests to a loopback address under the site's own name (DNS
//! rebinding). Such a request has that name in `Host` and is rejected. The accepted name is also the base of
//! the tokens' issuer.

use std::net::SocketAddr;

use crate::pool::issuer::updated_issuer_base;
use crate::settings::PublicUrl;

/// The scheme of the pool's URLs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UrlScheme {
    Http,
    Https,
}

impl UrlScheme {
    /// Returns the scheme as it appears in URLs.
    const fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    /// Returns the port that URLs of this scheme omit.
    const fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

/// The host names and addresses under which a running pool can be reached.
#[derive(Clone, Debug)]
pub(crate) struct PoolHosts {
    scheme: UrlScheme,
    port: u16,
    listening: Vec<SocketAddr>,
    public_url: Option<PublicUrl>,
    issuer_url: Option<PublicUrl>,
}

impl PoolHosts {
    /// Creates the [`PoolHosts`] of a pool from its listening addresses and the configured URLs.
    pub(crate) fn new(
        scheme: UrlScheme,
        port: u16,
        listening: Vec<SocketAddr>,
        public_url: Option<PublicUrl>,
        issuer_url: Option<PublicUrl>,
    ) -> Self {
        Self {
            scheme,
            port,
            listening,
            public_url,
            issuer_url,
        }
    }

    /// Returns the base URL of the API for a request with this `Host` header, or `None` if the host name is not
    /// accepted.
    pub(crate) fn base_url_for_host(&self, host: &str) -> Option<String> {
        let host = host.to_ascii_lowercase();
        if !self.is_local_host(&host) && !self.is_configured_host(&host) {
            return None;
        }
        Some(match &self.public_url {
            None if self.is_local_host(&host) => self.url_of_host(&host),
            _ => self.own_base_url(),
        })
    }

    /// Returns the address with which issuers begin, for a request that reached the API at `base_url`.
    pub(crate) fn issuer_base<'a>(&'a self, base_url: &'a str) -> &'a str {
        self.issuer_url.as_ref().map_or(base_url, PublicUrl::as_str)
    }

    /// Returns the base URL of the OAuth endpoints, for a request that reached the API at `base_url`. For a request to
    /// the issuer's address, it is the address of the API.
    pub(crate) fn endpoint_base(&self, base_url: &str) -> String {
        match &self.issuer_url {
            Some(issuer) if issuer.as_str() == base_url => self.own_base_url(),
            _ => base_url.to_owned(),
        }
    }

    /// Returns the base URL of the API for calls inside the program, without a network.
    pub(crate) fn own_base_url(&self) -> String {
        match &self.public_url {
            Some(url) => url.as_str().to_owned(),
            None => self.url_of_host(&self.host_with_port("localhost")),
        }
    }

    /// Returns the error text for a request whose host name is not accepted.
    pub(crate) fn unknown_host_message(&self) -> String {
        let mut names = self.url_of_host(&self.host_with_port("localhost"));
        if let Some(url) = &self.public_url {
            names.push_str(" or ");
            names.push_str(url.as_str());
        }
        format!(
            "The Host header of this request is not a name of the local pool, which accepts {names}. \
             To accept another name, start it with --public-url."
        )
    }

    /// Returns true if the public URL or the address of issuers has this host.
    fn is_configured_host(&self, host: &str) -> bool {
        self.configured_urls().any(|url| url.authority() == host)
    }

    /// Returns the configured URLs: the public URL, the address of issuers, and the address of issuers of the type
    /// `UPDATED`.
    fn configured_urls(&self) -> impl Iterator<Item = PublicUrl> {
        let urls = self.public_url.iter().chain(&self.issuer_url);
        urls.flat_map(|url| {
            // A base address with a path does not parse as a public URL, and its host is already in the list.
            let updated = updated_issuer_base(url.as_str()).parse().ok();
            [Some(url.clone()), updated].into_iter().flatten()
        })
    }

    /// Returns true if this host is a loopback name or a configured listening address, with the pool's port.
    fn is_local_host(&self, host: &str) -> bool {
        ["localhost", "127.0.0.1", "[::1]"].iter().any(|name| host == self.host_with_port(name))
            // An IP address cannot be another site's name, so the configured listening address is safe too.
            || self.listening.iter().any(|address| !address.ip().is_unspecified() && host == address.to_string())
    }

    /// Returns the URL of a host.
    fn url_of_host(&self, host: &str) -> String {
        format!("{}://{host}", self.scheme.as_str())
    }

    /// Returns a host name with the pool's port. A `Host` header omits port 80 of http and port 443 of https.
    fn host_with_port(&self, host_name: &str) -> String {
        if self.port == self.scheme.default_port() {
            host_name.to_owned()
        } else {
            format!("{host_name}:{}", self.port)
        }
    }

    /// Returns the host names for the TLS certificate, without ports.
    pub(crate) fn certificate_names(&self) -> Vec<String> {
        let mut names: Vec<String> = ["localhost", "127.0.0.1", "::1"].map(str::to_owned).into();
        let listening = self
            .listening
            .iter()
            .filter(|address| !address.ip().is_unspecified())
            .map(|address| address.ip().to_string());
        let named = self.configured_urls().map(|url| url.host().to_owned());
        for name in listening.chain(named) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }
}

#[cfg(test)]
mod tests;
