//! The host names under which the pool can be reached.
//!
//! A page on another site can make a browser send requests to a loopback address under the site's own name (DNS
//! rebinding). Such a request has that name in `Host` and is rejected. The accepted name is also the base of
//! the tokens' issuer.

use std::net::SocketAddr;

use crate::pool::issuer::updated_base;
use crate::settings::PublicUrl;

/// The scheme of the pool's URLs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    Http,
    Https,
}

impl Scheme {
    const fn name(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    /// The port that URLs omit.
    const fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

/// The host names of a running pool.
#[derive(Clone, Debug)]
pub(crate) struct Hosts {
    scheme: Scheme,
    port: u16,
    listening: Vec<SocketAddr>,
    public_url: Option<PublicUrl>,
    issuer_url: Option<PublicUrl>,
}

impl Hosts {
    pub(crate) fn new(
        scheme: Scheme,
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

    /// The base URL of the API for a request with this `Host`, or `None` if the name is not accepted.
    pub(crate) fn base_url(&self, host: &str) -> Option<String> {
        let host = host.to_ascii_lowercase();
        if !self.is_local(&host) && !self.is_named(&host) {
            return None;
        }
        Some(match &self.public_url {
            None if self.is_local(&host) => self.address(&host),
            _ => self.own_base_url(),
        })
    }

    /// The base address of issuers for a request that reached the API at `base_url`.
    pub(crate) fn issuer_base<'a>(&'a self, base_url: &'a str) -> &'a str {
        self.issuer_url.as_ref().map_or(base_url, PublicUrl::as_str)
    }

    /// The base URL of the OAuth endpoints for a request to `base_url`. For a request to the issuer's address
    /// it is the address of the API.
    pub(crate) fn endpoint_base(&self, base_url: &str) -> String {
        match &self.issuer_url {
            Some(issuer) if issuer.as_str() == base_url => self.own_base_url(),
            _ => base_url.to_owned(),
        }
    }

    /// The base URL for calls without a network.
    pub(crate) fn own_base_url(&self) -> String {
        match &self.public_url {
            Some(url) => url.as_str().to_owned(),
            None => self.address(&self.with_port("localhost")),
        }
    }

    /// The error text for a request with another host name.
    pub(crate) fn refusal(&self) -> String {
        let mut names = self.address(&self.with_port("localhost"));
        if let Some(url) = &self.public_url {
            names.push_str(" or ");
            names.push_str(url.as_str());
        }
        format!(
            "The Host header of this request is not a name of the local pool, which accepts {names}. \
             To accept another name, start it with --public-url."
        )
    }

    /// Whether the public URL or the issuers' address has this host.
    fn is_named(&self, host: &str) -> bool {
        self.named_urls().any(|url| url.authority() == host)
    }

    /// The public URL, the issuers' base address, and the base addresses of their `UPDATED` form.
    fn named_urls(&self) -> impl Iterator<Item = PublicUrl> {
        let named = self.public_url.iter().chain(&self.issuer_url);
        named.flat_map(|url| {
            // A base address with a path does not parse as a public URL, and its host is already in the list.
            let updated = updated_base(url.as_str()).parse().ok();
            [Some(url.clone()), updated].into_iter().flatten()
        })
    }

    fn is_local(&self, host: &str) -> bool {
        ["localhost", "127.0.0.1", "[::1]"].iter().any(|name| host == self.with_port(name))
            // An IP address cannot be another site's name, so the configured listening address is safe too.
            || self.listening.iter().any(|address| !address.ip().is_unspecified() && host == address.to_string())
    }

    fn address(&self, host: &str) -> String {
        format!("{}://{host}", self.scheme.name())
    }

    /// The host with its port. `Host` omits port 80 of http and port 443 of https.
    fn with_port(&self, name: &str) -> String {
        if self.port == self.scheme.default_port() {
            name.to_owned()
        } else {
            format!("{name}:{}", self.port)
        }
    }

    /// The host names for the certificate, without ports.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = ["localhost", "127.0.0.1", "::1"].map(str::to_owned).into();
        let listening = self
            .listening
            .iter()
            .filter(|address| !address.ip().is_unspecified())
            .map(|address| address.ip().to_string());
        let named = self.named_urls().map(|url| url.host().to_owned());
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
