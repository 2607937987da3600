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
mod tests {
    use super::*;

    fn hosts(listening: &str, public_url: Option<&str>) -> Hosts {
        let address: SocketAddr = listening.parse().expect("an address");
        Hosts::new(
            Scheme::Http,
            address.port(),
            vec![address],
            public_url.map(|url| url.parse().expect("a public URL")),
            None,
        )
    }

    fn with_issuer(public_url: Option<&str>, issuer_url: &str) -> Hosts {
        Hosts {
            issuer_url: Some(issuer_url.parse().expect("an issuer URL")),
            ..hosts("127.0.0.1:9229", public_url)
        }
    }

    #[test]
    fn the_issuer_has_the_host_of_the_request() {
        let hosts = hosts("127.0.0.1:9229", None);
        for (host, base_url) in [
            ("localhost:9229", "http://localhost:9229"),
            ("LocalHost:9229", "http://localhost:9229"),
            ("127.0.0.1:9229", "http://127.0.0.1:9229"),
            ("[::1]:9229", "http://[::1]:9229"),
        ] {
            assert_eq!(hosts.base_url(host).as_deref(), Some(base_url));
        }
    }

    #[test]
    fn other_names_and_ports_are_rejected() {
        let hosts = hosts("0.0.0.0:9229", None);
        for host in [
            "",
            "localhost",
            "localhost:80",
            "localhost:92290",
            "localhost.evil.example:9229",
            "evil.example:9229",
            "evil.example@localhost:9229",
            "0.0.0.0:9229",
            "127.0.0.1.:9229",
            "192.168.1.9:9229",
        ] {
            assert_eq!(hosts.base_url(host), None, "{host}");
        }
    }

    #[test]
    fn the_configured_listening_address_is_accepted() {
        let hosts = hosts("192.168.1.9:9229", None);
        assert_eq!(
            hosts.base_url("192.168.1.9:9229").as_deref(),
            Some("http://192.168.1.9:9229")
        );
    }

    #[test]
    fn a_public_url_is_the_issuer_for_every_host() {
        let hosts = hosts("127.0.0.1:9229", Some("https://pool.example.com"));
        for host in ["pool.example.com", "localhost:9229"] {
            assert_eq!(
                hosts.base_url(host).as_deref(),
                Some("https://pool.example.com")
            );
        }
        assert_eq!(hosts.base_url("pool.example.com:9229"), None);
        assert_eq!(hosts.own_base_url(), "https://pool.example.com");
    }

    #[test]
    fn an_issuer_url_does_not_change_the_api_address() {
        let issuer = "https://cognito-idp.us-east-1.amazonaws.com";
        let hosts = with_issuer(None, issuer);
        for (host, base_url) in [
            ("localhost:9229", Some("http://localhost:9229")),
            ("127.0.0.1:9229", Some("http://127.0.0.1:9229")),
            (
                "cognito-idp.us-east-1.amazonaws.com",
                Some("http://localhost:9229"),
            ),
            (
                "issuer-cognito-idp.us-east-1.amazonaws.com",
                Some("http://localhost:9229"),
            ),
            ("cognito-idp.eu-west-1.amazonaws.com", None),
        ] {
            assert_eq!(hosts.base_url(host).as_deref(), base_url, "{host}");
            assert_eq!(hosts.issuer_base("http://localhost:9229"), issuer);
        }
    }

    #[test]
    fn discovery_at_the_issuer_names_the_apis_endpoints() {
        let hosts = with_issuer(None, "http://127.0.0.1:9229");
        for (reached, endpoints) in [
            ("http://127.0.0.1:9229", "http://localhost:9229"),
            ("http://localhost:9229", "http://localhost:9229"),
            ("http://[::1]:9229", "http://[::1]:9229"),
        ] {
            assert_eq!(hosts.endpoint_base(reached), endpoints);
        }
        let hosts = with_issuer(Some("https://pool.example.com"), "https://id.example.com");
        for host in ["pool.example.com", "id.example.com", "localhost:9229"] {
            assert_eq!(
                hosts.base_url(host).as_deref(),
                Some("https://pool.example.com")
            );
        }
    }

    #[test]
    fn urls_omit_the_default_port_of_http() {
        let hosts = hosts("127.0.0.1:80", None);
        assert_eq!(
            hosts.base_url("localhost").as_deref(),
            Some("http://localhost")
        );
        assert_eq!(hosts.base_url("evil.example"), None);
    }

    #[test]
    fn https_urls_omit_the_default_port() {
        let at = |port| Hosts::new(Scheme::Https, port, Vec::new(), None, None);
        assert_eq!(
            at(9229).base_url("127.0.0.1:9229").as_deref(),
            Some("https://127.0.0.1:9229")
        );
        assert_eq!(at(9229).own_base_url(), "https://localhost:9229");
        assert_eq!(
            at(443).base_url("localhost").as_deref(),
            Some("https://localhost")
        );
        assert_eq!(at(443).base_url("localhost:80"), None);
    }

    #[test]
    fn the_certificate_has_every_host_once_without_port() {
        assert_eq!(
            hosts("192.168.1.9:9229", Some("https://[::1]:8443")).names(),
            ["localhost", "127.0.0.1", "::1", "192.168.1.9"]
        );
        assert_eq!(
            hosts("0.0.0.0:9229", Some("https://pool.example.com")).names(),
            ["localhost", "127.0.0.1", "::1", "pool.example.com"]
        );
        assert_eq!(
            with_issuer(None, "https://cognito-idp.us-east-1.amazonaws.com").names(),
            [
                "localhost",
                "127.0.0.1",
                "::1",
                "cognito-idp.us-east-1.amazonaws.com",
                "issuer-cognito-idp.us-east-1.amazonaws.com"
            ]
        );
    }
}
